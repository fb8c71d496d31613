/** The label table: its columns, its published runs, and how a run is published. */
@NullMarked
package dev.mnc.jobs.table;

import org.jspecify.annotations.NullMarked;
