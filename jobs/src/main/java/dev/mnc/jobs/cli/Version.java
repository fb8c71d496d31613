package dev.mnc.jobs.cli;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** The version of mnc-spark, as the build writes it into the manifest of the jar: that of the POM and the commit. */
public final class Version implements IVersionProvider {

    /** Left by the build where there is no git checkout, from which the commit would come. */
    private static final String NO_COMMIT = " ${git.commit.id.abbrev}";

    private static final String OUTSIDE_A_JAR = "development build";

    /** Returns for example {@code 0.1.0-SNAPSHOT 1a2b3c4}, or {@code development build} where there is no jar. */
    public static String current() {
        return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                .map(version -> version.replace(NO_COMMIT, "").strip())
                .orElse(OUTSIDE_A_JAR);
    }

    @Override
    public String[] getVersion() {
        return new String[] {"mnc-spark " + current()};
    }
}
