/** Things that every command shares: settings, exit codes, messages, the Spark session. */
@NullMarked
package dev.mnc.jobs.cli;

import org.jspecify.annotations.NullMarked;
