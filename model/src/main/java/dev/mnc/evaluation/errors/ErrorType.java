package dev.mnc.evaluation.errors;

/**
 * The six kinds of errors of TIDE (Bolya et al., "TIDE: A General Toolbox for Identifying Object Detection Errors",
 * ECCV 2020), in its order. An error is of the first kind that fits in the order {@link #LOC}, {@link #CLS},
 * {@link #DUPE}, {@link #BKG}, {@link #BOTH}; IoUs are with objects that are no crowds; enough is an IoU of
 * {@value TideImage#ENOUGH} and little one of {@value TideImage#LITTLE}.
 */
public enum ErrorType {
    /** It overlaps an object of another category enough. */
    CLS(0, "Cls", "wrong category"),
    /** It overlaps an object of its category, from little to enough. */
    LOC(1, "Loc", "badly placed"),
    /** None of the others: it overlaps objects of other categories alone, and not enough. */
    BOTH(2, "Both", "both of these"),
    /** It overlaps an object of its category enough, but a better detection has found that already. */
    DUPE(3, "Dupe", "found before"),
    /** It overlaps no object more than a little. */
    BKG(4, "Bkg", "nothing there"),
    /** An object that no detection has found, nor would one if it were of its category or better placed. */
    MISS(5, "Miss", "not found");

    private final int index;
    private final String label;
    private final String meaning;

    ErrorType(int index, String label, String meaning) {
        this.index = index;
        this.label = label;
        this.meaning = meaning;
    }

    /** Returns the position among the kinds, from 0. */
    int index() {
        return index;
    }

    /** Returns TIDE's name of the kind. */
    public String label() {
        return label;
    }

    /** Returns the meaning in two or three words. */
    public String meaning() {
        return meaning;
    }
}
