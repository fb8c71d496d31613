/** Models and how they predict: ours through the cascade, those of other makers through their own outputs. */
@NullMarked
package dev.mnc.model;

import org.jspecify.annotations.NullMarked;
