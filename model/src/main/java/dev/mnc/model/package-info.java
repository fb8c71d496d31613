/**
 * Models and their predictors: cascades, and SavedModels of other projects that output final instances.
 *
 * <p>Read in this order: {@link Predictor} and {@link Detections}, {@link ModelDirectory}, {@link ModelCard},
 * {@link SavedModelPredictor}, {@link CascadePredictor}; then {@link ForeignModel}, {@link InstancesSignature} and
 * {@link InstancesPredictor} for the models of others.
 */
@NullMarked
package dev.mnc.model;

import org.jspecify.annotations.NullMarked;
