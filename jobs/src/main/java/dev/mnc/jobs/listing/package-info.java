/** Which images a corpus holds, whatever it is given as. */
@NullMarked
package dev.mnc.jobs.listing;

import org.jspecify.annotations.NullMarked;
