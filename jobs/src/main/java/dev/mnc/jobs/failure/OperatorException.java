package dev.mnc.jobs.failure;

import static java.util.Objects.requireNonNull;

/**
 * The operator's fault: a wrong key, path or option, or something else in the way. It stops the command, and the command
 * line prints it without a stack trace: what is wrong and where, then the remedy.
 */
public final class OperatorException extends RuntimeException {

    /** What sort of fault; decides the exit code. */
    public enum Kind {
        /** An option, setting or input that cannot be meant so. */
        USAGE(ExitCode.USAGE),
        /** Another run or an existing output is in the way. */
        CONFLICT(ExitCode.CONFLICT),
        /** What was checked does not hold. */
        VERIFICATION(ExitCode.VERIFICATION_FAILED),
        /** A missing device, credential, file or directory. */
        ENVIRONMENT(ExitCode.ENVIRONMENT);

        private final int exitCode;

        Kind(int exitCode) {
            this.exitCode = exitCode;
        }

        /** What the process ends with. */
        public int exitCode() {
            return exitCode;
        }
    }

    private final Kind kind;
    private final String remedy;

    /**
     * @param kind decides the exit code
     * @param what what is wrong and where, naming the key, path or column
     * @param remedy what to do about it: a sentence or a command to type
     */
    public OperatorException(Kind kind, String what, String remedy) {
        super(what);
        this.kind = requireNonNull(kind, "kind");
        this.remedy = requireNonNull(remedy, "remedy");
    }

    public static OperatorException usage(String what, String remedy) {
        return new OperatorException(Kind.USAGE, what, remedy);
    }

    public static OperatorException conflict(String what, String remedy) {
        return new OperatorException(Kind.CONFLICT, what, remedy);
    }

    public static OperatorException environment(String what, String remedy) {
        return new OperatorException(Kind.ENVIRONMENT, what, remedy);
    }

    public Kind kind() {
        return kind;
    }

    public String remedy() {
        return remedy;
    }
}
