/** The commands on models: import, adopt, export, verify, info. */
@NullMarked
package dev.mnc.jobs.models;

import org.jspecify.annotations.NullMarked;
