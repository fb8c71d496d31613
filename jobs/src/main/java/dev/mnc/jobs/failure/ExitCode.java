package dev.mnc.jobs.failure;

/** The exit codes of commands. These numbers are an interface: schedulers act on them. */
public final class ExitCode {

    /** Success. */
    public static final int OK = 0;
    /** An internal error: a defect of the program. */
    public static final int FAILED = 1;

    /** An invalid option, setting or input. */
    public static final int USAGE = 2;
    /** The run finished, but more images failed than the limit allows. */
    public static final int TOO_MANY_ERRORS = 3;
    /** A conflict with another run or an existing output. */
    public static final int CONFLICT = 4;

    /** A check that failed. */
    public static final int VERIFICATION_FAILED = 5;
    /** A missing device, credential or directory. */
    public static final int ENVIRONMENT = 6;

    private ExitCode() {}
}
