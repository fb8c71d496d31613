/** The metric of SDS and of MNC's paper: VOC's average precision with the IoU of masks. */
@NullMarked
package dev.mnc.evaluation.sds;

import org.jspecify.annotations.NullMarked;
