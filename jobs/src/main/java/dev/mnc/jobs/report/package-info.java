/** The report job: one HTML page about one evaluation. */
@NullMarked
package dev.mnc.jobs.report;

import org.jspecify.annotations.NullMarked;
