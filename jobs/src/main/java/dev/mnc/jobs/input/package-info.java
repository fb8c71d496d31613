/** What a corpus can be given as: packed listings, manifests, tar shards, Parquet columns. */
@NullMarked
package dev.mnc.jobs.input;

import org.jspecify.annotations.NullMarked;
