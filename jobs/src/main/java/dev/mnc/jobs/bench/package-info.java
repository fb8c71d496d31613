/** The benchmark commands. */
@NullMarked
package dev.mnc.jobs.bench;

import org.jspecify.annotations.NullMarked;
