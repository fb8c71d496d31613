/**
 * The metrics of a corpus.
 *
 * <p>Read in this order: {@code EvaluateCommand}, {@code EngineChoice}, {@code Evaluation}, {@code Engine}, then
 * {@code LocalRun} or {@code SparkRun}.
 */
@NullMarked
package dev.mnc.jobs.evaluate;

import org.jspecify.annotations.NullMarked;
