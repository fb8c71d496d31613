/** Workloads and clocks for the benchmark commands. */
@NullMarked
package dev.mnc.benchmark;

import org.jspecify.annotations.NullMarked;
