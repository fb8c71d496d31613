/** The command that trains a cascade, and its settings. */
@NullMarked
package dev.mnc.jobs.train;

import org.jspecify.annotations.NullMarked;
