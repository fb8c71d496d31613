/**
 * The state of a table's runs, in the folder {@code runs} of the table.
 *
 * <pre>
 *   runs/numbers/0000000017       the run's number, given by creating this object only if absent
 *   runs/listings/UUID            a listing too large for memory, until it has become a plan
 *   runs/ID/claim-0001.json       who works on it
 *   runs/ID/plan.json             which images it labels, with files beside it
 *   runs/ID/wave-000000.json      its commits, each created only if absent
 *   runs/ID.json                  its record, which publishes it; the folder of its name is then deleted
 *   runs/ID~0001.json             a later version of its record: other files with the same rows; the newest counts
 *   runs/ID-OWNER.files.parquet   the data files that a record names
 *   runs/ID.retracted             takes it out of sight
 * </pre>
 *
 * <p>What is true is decided by objects that are created only if absent, never by a clock. A commit adds images that no
 * commit before it has, so two processes that take each other for dead may waste work, but never count an image twice.
 */
@NullMarked
package dev.mnc.jobs.runs;

import org.jspecify.annotations.NullMarked;
