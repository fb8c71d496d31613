/**
 * The cascade as a TensorFlow graph: its configuration, layers, bodies and stages, and the signatures of inference.
 *
 * <p>Read in this order: {@link MncConfig}, {@link Layers}, {@link Cascade}, {@link DetectGraph}; then
 * {@link Preprocessing}, {@link NetworkInput} and {@link SignatureOutputs} for the calls.
 */
@NullMarked
package dev.mnc.model.cascade;

import org.jspecify.annotations.NullMarked;
