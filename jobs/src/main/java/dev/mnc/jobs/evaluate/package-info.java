/**
 * The commands that evaluate, and the one flow behind them.
 *
 * <p>Read in this order: {@code EvaluateCommand}, {@code EngineChoice}, {@code Evaluation}, {@code Engine}, then
 * {@code LocalRun} or {@code SparkRun}.
 */
@NullMarked
package dev.mnc.jobs.evaluate;

import org.jspecify.annotations.NullMarked;
