/** The nightly job: images in, one row an instance and one row an image out. */
@NullMarked
package dev.mnc.jobs.label;

import org.jspecify.annotations.NullMarked;
