/** The end of a command on a distant driver: its exit code and message, carried back to whoever gave the command. */
@NullMarked
package dev.mnc.jobs.outcome;

import org.jspecify.annotations.NullMarked;
