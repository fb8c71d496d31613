/** The commands about models: import, adopt, export, verify, info. */
@NullMarked
package dev.mnc.jobs.models;

import org.jspecify.annotations.NullMarked;
