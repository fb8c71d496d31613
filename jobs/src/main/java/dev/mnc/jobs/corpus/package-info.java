/** Corpora: which images a folder, archive, table or manifest holds, and how each is read. */
@NullMarked
package dev.mnc.jobs.corpus;

import org.jspecify.annotations.NullMarked;
