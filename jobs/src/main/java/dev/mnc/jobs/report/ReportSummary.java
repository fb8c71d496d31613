package dev.mnc.jobs.report;

/**
 * The summary of a written report.
 *
 * @param file the page
 * @param bytes size of the page
 * @param images number of images in the gallery
 * @param unreadable number of these that show a placeholder because their file could not be read
 * @param undrawable number of annotations and predictions of all images that have neither mask nor box to draw
 */
public record ReportSummary(String file, long bytes, int images, int unreadable, long undrawable) {}
