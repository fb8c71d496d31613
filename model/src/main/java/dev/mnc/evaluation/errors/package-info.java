/** What kinds of errors cost precision, and which categories are taken for which. */
@NullMarked
package dev.mnc.evaluation.errors;

import org.jspecify.annotations.NullMarked;
