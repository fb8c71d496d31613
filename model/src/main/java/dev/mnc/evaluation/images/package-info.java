/** What becomes of single images at one score: the worst ones, and those in which there is nothing. */
@NullMarked
package dev.mnc.evaluation.images;

import org.jspecify.annotations.NullMarked;
