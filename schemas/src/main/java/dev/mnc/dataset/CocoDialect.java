package dev.mnc.dataset;

/** The dialect of a file in COCO's format. */
public enum CocoDialect {
    /** COCO's own: an annotation has a crowd flag. */
    COCO,
    /**
     * LVIS: there are no crowds; every image lists the categories that were checked to be absent
     * ({@code neg_category_ids}) and those that are not annotated in full ({@code not_exhaustive_category_ids}), and
     * every category has a {@code frequency}.
     */
    LVIS
}
