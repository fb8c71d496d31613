/**
 * {@code mnc drill}: proves that a killed run loses nothing. {@code Drill} runs one round: it labels scenes in processes of
 * their own, kills them at random moments as its {@code RoundPlan} says, starts them again until the run is published, and
 * compares every row with those of a run that nobody disturbed. {@code FaultProxy} is a store that fails on purpose.
 */
@NullMarked
package dev.mnc.jobs.drill;

import org.jspecify.annotations.NullMarked;
