/** The export of labels in the formats of other tools. */
@NullMarked
package dev.mnc.jobs.export;

import org.jspecify.annotations.NullMarked;
