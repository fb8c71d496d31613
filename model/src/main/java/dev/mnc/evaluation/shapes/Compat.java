package dev.mnc.evaluation.shapes;

/** The answer that is given where pycocotools 2.0.11 is wrong. */
public enum Compat {
    /** The right one. */
    NONE,
    /**
     * That of pycocotools: an object with id 0 is never found; two masks that both have an empty run at the same
     * position may overlap less than they do; scores of NaN rank last, repeated ids stand for their last entry, and
     * annotations of images that are not listed do not count.
     */
    PYCOCOTOOLS
}
