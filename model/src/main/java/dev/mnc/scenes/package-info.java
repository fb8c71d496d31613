/** Generated images whose exact instance masks are known. */
@NullMarked
package dev.mnc.scenes;

import org.jspecify.annotations.NullMarked;
