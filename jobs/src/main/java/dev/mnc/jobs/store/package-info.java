/** Where files are and how they are opened, in whatever file system: each read once, whole or in part. */
@NullMarked
package dev.mnc.jobs.store;

import org.jspecify.annotations.NullMarked;
