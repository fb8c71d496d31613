package dev.mnc.jobs.report;

/**
 * What a report came to.
 *
 * @param file the page
 * @param bytes its size
 * @param images shown in it
 * @param unreadable of these, how many show a placeholder because their file could not be read
 * @param undrawable annotations and predictions of all images that have no mask or box that could be drawn
 */
public record ReportSummary(String file, long bytes, int images, int unreadable, long undrawable) {}
