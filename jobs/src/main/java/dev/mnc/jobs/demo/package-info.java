/** The demo: the whole pipeline on generated images. */
@NullMarked
package dev.mnc.jobs.demo;

import org.jspecify.annotations.NullMarked;
