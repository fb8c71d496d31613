/** COCO's metrics on a cluster: images are brought together and matched, their remains ranked in ranges and added up. */
@NullMarked
package dev.mnc.jobs.evaluate.spark;

import org.jspecify.annotations.NullMarked;
