/** The programs that spark-submit starts. */
@NullMarked
package dev.mnc.jobs;

import org.jspecify.annotations.NullMarked;
