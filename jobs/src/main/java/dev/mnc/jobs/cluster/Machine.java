package dev.mnc.jobs.cluster;

/**
 * A machine of a cluster.
 *
 * @param name of the host
 * @param free what the manager could give of it now
 */
record Machine(String name, Resources free) {}
