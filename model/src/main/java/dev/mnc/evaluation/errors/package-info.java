/**
 * The kinds of errors that cost precision (TIDE), and the categories that are taken for others.
 *
 * <p>Read in this order: {@link ErrorType}, {@link TideImage}, {@link TideRankingSpec}, {@link TideResult}; then
 * {@link ConfusionCounter} and {@link ConfusionMatrix}.
 */
@NullMarked
package dev.mnc.evaluation.errors;

import org.jspecify.annotations.NullMarked;
