/** What an evaluation found out: its findings, its summary, its files, and which faults stop it. */
@NullMarked
package dev.mnc.jobs.evaluate.result;

import org.jspecify.annotations.NullMarked;
