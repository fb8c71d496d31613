/**
 * The metrics of a corpus.
 *
 * <p>Read in this order: {@code EvaluateCommand}, {@code Engine}, then {@code EvaluateLocally} or {@code EvaluateInstances}.
 */
@NullMarked
package dev.mnc.jobs.evaluate;

import org.jspecify.annotations.NullMarked;
