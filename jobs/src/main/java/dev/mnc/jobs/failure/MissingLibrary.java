package dev.mnc.jobs.failure;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The failure of a process that was started without one of the libraries it needs, told by a class that is not there. */
public final class MissingLibrary {

    /** What tells the user how to start a process that has them all. */
    public static final String REMEDY =
            "start it with mnc, or give spark-submit all of lib/ with --jars (see: mnc submit --print)";

    /** How each message begins. */
    public static final String WHAT = "a library is missing: ";

    private static final Pattern CLASS = Pattern.compile("(?:Class )?([\\w$]+(?:[./][\\w$]+)+)(?: not found)?");

    private MissingLibrary() {}

    /** Returns what is missing, if the cause of a failure is that a class of other makers is not there. */
    public static Optional<String> in(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof NoClassDefFoundError || t instanceof ClassNotFoundException) {
                Matcher message = CLASS.matcher(String.valueOf(t.getMessage()));
                if (message.matches()) {
                    String name = message.group(1).replace('/', '.');
                    return name.startsWith("dev.mnc.")
                            ? Optional.empty()
                            : Optional.of(WHAT + "there is no class " + name);
                }
            }
        }
        return Optional.empty();
    }
}
