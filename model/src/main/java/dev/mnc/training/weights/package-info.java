/** The import of published weights: HDF5 files of Caffe and Keras become checkpoints. */
@NullMarked
package dev.mnc.training.weights;

import org.jspecify.annotations.NullMarked;
