/** Training a cascade, and turning what was trained into a model. */
@NullMarked
package dev.mnc.jobs.train;

import org.jspecify.annotations.NullMarked;
