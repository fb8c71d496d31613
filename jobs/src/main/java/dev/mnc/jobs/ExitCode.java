package dev.mnc.jobs;

/** What a command's process ends with. These numbers are an interface: schedulers act on them. */
final class ExitCode {

    static final int OK = 0;
    /** Our fault: an error nobody foresaw. */
    static final int FAILED = 1;

    static final int USAGE = 2;
    /** The run finished, but more images failed than the limit allows. */
    static final int TOO_MANY_ERRORS = 3;
    /** Another run or an existing output is in the way. */
    static final int CONFLICT = 4;

    static final int VERIFICATION_FAILED = 5;
    /** A missing device, credential or directory. */
    static final int ENVIRONMENT = 6;

    private ExitCode() {}
}
