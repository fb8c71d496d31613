/** The findings of an evaluation, as entries of {@code metrics.json}, tables and files of other formats. */
@NullMarked
package dev.mnc.jobs.evaluate.findings;

import org.jspecify.annotations.NullMarked;
