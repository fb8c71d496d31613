/** The HTML report: numbers, curves, overlays. */
@NullMarked
package dev.mnc.pages;

import org.jspecify.annotations.NullMarked;
