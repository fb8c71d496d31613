/** The HTML page: numbers, curves, overlays. */
@NullMarked
package dev.mnc.report;

import org.jspecify.annotations.NullMarked;
