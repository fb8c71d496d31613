package dev.mnc.evaluation.errors;

/**
 * The six kinds of errors of TIDE (Bolya et al., "TIDE: A General Toolbox for Identifying Object Detection Errors", ECCV
 * 2020), in its order. An error is of the first kind that fits in the order {@link #LOC}, {@link #CLS}, {@link #DUPE},
 * {@link #BKG}, {@link #BOTH}; overlaps are with objects that are no crowds, enough is {@value TideImage#ENOUGH} and
 * little {@value TideImage#LITTLE}.
 */
public enum ErrorType {
    /** It overlaps an object of another category enough. */
    CLS("Cls", "wrong category"),
    /** It overlaps an object of its category, from little to enough. */
    LOC("Loc", "badly placed"),
    /** None of the others: it overlaps objects of other categories alone, and not enough. */
    BOTH("Both", "both of these"),
    /** It overlaps an object of its category enough, but a better detection has found that already. */
    DUPE("Dupe", "found before"),
    /** It overlaps no object more than a little. */
    BKG("Bkg", "nothing there"),
    /** An object that no detection has found, nor would one if it were of its category or better placed. */
    MISS("Miss", "not found");

    private final String label;
    private final String meaning;

    ErrorType(String label, String meaning) {
        this.label = label;
        this.meaning = meaning;
    }

    /** The name TIDE gives it. */
    public String label() {
        return label;
    }

    /** In two or three words. */
    public String meaning() {
        return meaning;
    }
}
