/**
 * The benchmark commands.
 *
 * <p>Read in this order: {@code BenchCommand}, then one command, e.g. {@code BenchLabelCommand} with
 * {@code BenchSource}, {@code EmulatedDevice} and {@code MeteredPredictor}.
 */
@NullMarked
package dev.mnc.jobs.bench;

import org.jspecify.annotations.NullMarked;
