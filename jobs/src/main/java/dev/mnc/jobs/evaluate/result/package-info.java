/** The plan of an evaluation, and what becomes of its outcome: the faults that stop it, findings, summary and files. */
@NullMarked
package dev.mnc.jobs.evaluate.result;

import org.jspecify.annotations.NullMarked;
