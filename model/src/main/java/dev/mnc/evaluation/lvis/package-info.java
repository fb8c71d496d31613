/** LVIS's metrics of data sets whose images were not searched for every category. */
@NullMarked
package dev.mnc.evaluation.lvis;

import org.jspecify.annotations.NullMarked;
