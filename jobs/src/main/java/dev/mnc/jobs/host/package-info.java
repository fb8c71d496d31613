/**
 * The model host: inside an executor, one model on one device, fed by all task slots.
 *
 * <p>Read in this order:
 *
 * <ol>
 *   <li>{@code ModelHost}: the front door, which wires the stages, and starts and stops them; {@code ImageStream}: what
 *       a task sees of it; {@code ImageOutcome}: what a task gets for each image;
 *   <li>the stages, as an image passes them: {@code ReadStage}, {@code DecodeStage}, {@code DeviceStage} with {@code
 *       Batcher}, {@code VotingStage}; between them an image is an {@code EncodedImage}, then a {@code DecodedImage};
 *   <li>what bounds them: {@code ByteBudget} (memory), {@code StagePool} (threads), and {@code Watchdog} with {@code
 *       Deadlines} (time); {@code WarmUp}: whether the device works at all, and {@code DeviceException} if not;
 *   <li>what is known of them: {@code HostState}, {@code HostMeter}, {@code HostReport}, {@code HostReports}, {@code
 *       ExecutorStarts};
 *   <li>how host, tasks, plugin and driver find one another: {@code HostRegistry}, {@code PredictorSource}.
 * </ol>
 *
 * <p>An image belongs to one stage at a time, which passes it on or closes it. With it go its leases of a byte budget,
 * so a budget is whole again once all images have ended, however they did.
 */
@NullMarked
package dev.mnc.jobs.host;

import org.jspecify.annotations.NullMarked;
