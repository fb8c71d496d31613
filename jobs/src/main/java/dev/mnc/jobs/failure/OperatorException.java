package dev.mnc.jobs.failure;

import static java.util.Objects.requireNonNull;

/**
 * An error of the operator: a wrong key, path or option, or a conflict. It stops the command, and the command line
 * prints it without a stack trace: what is wrong and where, then the remedy.
 */
public final class OperatorException extends RuntimeException {

    /** The kind of error, which decides the exit code. */
    public enum Kind {
        /** An invalid option, setting or input. */
        USAGE(ExitCode.USAGE),
        /** A conflict with another run or an existing output. */
        CONFLICT(ExitCode.CONFLICT),
        /** A check that failed. */
        VERIFICATION(ExitCode.VERIFICATION_FAILED),
        /** A missing device, credential, file or directory. */
        ENVIRONMENT(ExitCode.ENVIRONMENT);

        private final int exitCode;

        Kind(int exitCode) {
            this.exitCode = exitCode;
        }

        /** Returns the exit code of the process. */
        public int exitCode() {
            return exitCode;
        }
    }

    private final Kind kind;
    private final String remedy;

    /**
     * Creates an error.
     *
     * @param kind decides the exit code
     * @param what the error and its location, naming the key, path or column
     * @param remedy a sentence or a command to type
     */
    public OperatorException(Kind kind, String what, String remedy) {
        super(what);
        this.kind = requireNonNull(kind, "kind");
        this.remedy = requireNonNull(remedy, "remedy");
    }

    /** Creates an error about an option, setting or input. */
    public static OperatorException usage(String what, String remedy) {
        return new OperatorException(Kind.USAGE, what, remedy);
    }

    /** Creates an error about a conflict with another run or an existing output. */
    public static OperatorException conflict(String what, String remedy) {
        return new OperatorException(Kind.CONFLICT, what, remedy);
    }

    /** Creates an error about a missing device, credential, file or directory. */
    public static OperatorException environment(String what, String remedy) {
        return new OperatorException(Kind.ENVIRONMENT, what, remedy);
    }

    /** Returns the kind of error. */
    public Kind kind() {
        return kind;
    }

    /** Returns the remedy: a sentence or a command to type. */
    public String remedy() {
        return remedy;
    }
}
