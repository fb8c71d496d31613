/** Faults on purpose: what a run must survive. */
@NullMarked
package dev.mnc.jobs.drill;

import org.jspecify.annotations.NullMarked;
