/** File formats that hold images or list them: tar, Parquet, CSV and JSON lines. */
@NullMarked
package dev.mnc.jobs.corpus.formats;

import org.jspecify.annotations.NullMarked;
