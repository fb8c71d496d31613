/**
 * The things an executor has and needs: its device, its share of the machine's cores and memory, and folders that
 * executors of one machine share.
 *
 * <p>Read in this order: {@code HostConfig}: the settings; {@code DeviceAssignment} and {@code Device}: the device;
 * {@code CacheFolder}: the folders; {@code ExecutorCores}, {@code ExecutorMemory} and {@code ExpectedExecutors}: the rest.
 */
@NullMarked
package dev.mnc.jobs.executor;

import org.jspecify.annotations.NullMarked;
