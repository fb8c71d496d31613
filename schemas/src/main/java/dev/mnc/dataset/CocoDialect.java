package dev.mnc.dataset;

/** How a file of COCO's form is read. */
public enum CocoDialect {
    /** COCO's own: an annotation says whether it is a crowd. */
    COCO,
    /**
     * LVIS: there are no crowds; every image says which categories were checked to be absent
     * ({@code neg_category_ids}) and which are not annotated in full ({@code not_exhaustive_category_ids}), every
     * category in how many images it occurs ({@code frequency}).
     */
    LVIS
}
