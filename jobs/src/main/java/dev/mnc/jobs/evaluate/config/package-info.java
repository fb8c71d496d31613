/** What an evaluation is told. */
@NullMarked
package dev.mnc.jobs.evaluate.config;

import org.jspecify.annotations.NullMarked;
