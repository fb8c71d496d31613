/** The configuration of an evaluation. */
@NullMarked
package dev.mnc.jobs.evaluate.config;

import org.jspecify.annotations.NullMarked;
