/** The manager of a cluster: what it has free, and what it was asked for and does not start. */
@NullMarked
package dev.mnc.jobs.cluster;

import org.jspecify.annotations.NullMarked;
