/** The files for operators of YARN and of clouds. */
@NullMarked
package dev.mnc.jobs.clusters;

import org.jspecify.annotations.NullMarked;
