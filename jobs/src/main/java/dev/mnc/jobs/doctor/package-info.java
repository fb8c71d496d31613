/**
 * The command {@code mnc doctor}: what of this machine, the store and the cluster would stop a run or spoil it.
 *
 * <p>Read in this order:
 *
 * <ol>
 *   <li>{@code Finding}, {@code Check}, {@code Diagnosis}: what is found, by whom, and how it is told;
 *   <li>{@code Machine}, {@code SparkSettings}: what checks look at, so that a test can give them another one;
 *   <li>the checks, in the order of {@code DoctorCommand}.
 * </ol>
 */
@NullMarked
package dev.mnc.jobs.doctor;

import org.jspecify.annotations.NullMarked;
