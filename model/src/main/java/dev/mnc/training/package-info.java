/** Targets, losses, schedule, checkpoints, export. */
@NullMarked
package dev.mnc.training;

import org.jspecify.annotations.NullMarked;
