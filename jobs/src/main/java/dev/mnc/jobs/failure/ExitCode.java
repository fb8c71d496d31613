package dev.mnc.jobs.failure;

/** What a command's process ends with. These numbers are an interface: schedulers act on them. */
public final class ExitCode {

    public static final int OK = 0;
    /** Our fault: an error nobody foresaw. */
    public static final int FAILED = 1;

    public static final int USAGE = 2;
    /** The run finished, but more images failed than the limit allows. */
    public static final int TOO_MANY_ERRORS = 3;
    /** Another run or an existing output is in the way. */
    public static final int CONFLICT = 4;

    public static final int VERIFICATION_FAILED = 5;
    /** A missing device, credential or directory. */
    public static final int ENVIRONMENT = 6;

    private ExitCode() {}
}
