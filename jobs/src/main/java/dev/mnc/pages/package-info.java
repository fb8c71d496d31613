/**
 * The HTML report: numbers, curves, overlays.
 *
 * <p>Read in this order: {@code ReportData}, {@code HtmlReport}, the sections in the order of the page
 * ({@code SummarySection}, {@code CurveSection}, {@code CategorySection}, {@code OutcomeSection},
 * {@code GallerySection}), {@code Markup}.
 */
@NullMarked
package dev.mnc.pages;

import org.jspecify.annotations.NullMarked;
