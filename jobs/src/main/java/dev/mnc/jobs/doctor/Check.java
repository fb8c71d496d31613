package dev.mnc.jobs.doctor;

import java.util.List;

/** Something to look at. What it looks at is given to it when it is made, so that a test can give it something broken. */
interface Check {

    /** Returns what is there, one finding at least. A fault is a finding and not an exception. */
    List<Finding> findings();
}
