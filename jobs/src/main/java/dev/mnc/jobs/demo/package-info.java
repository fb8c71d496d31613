/** The whole line on images it makes itself. */
@NullMarked
package dev.mnc.jobs.demo;

import org.jspecify.annotations.NullMarked;
