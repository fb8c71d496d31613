/** Made-up evaluation work as large as COCO's, or as much larger as one likes, for measurements. */
@NullMarked
package dev.mnc.evaluation.workload;

import org.jspecify.annotations.NullMarked;
