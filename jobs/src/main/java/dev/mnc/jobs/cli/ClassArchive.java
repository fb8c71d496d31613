package dev.mnc.jobs.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/**
 * The classes a process has loaded, in a file that later ones map instead of parsing and checking them again. Java writes it
 * when a process ends that the launcher started with {@code -XX:ArchiveClassesAtExit}, however it ends; the launcher uses
 * only archives that are said to be complete.
 */
public final class ClassArchive {

    /** Names the file; the launcher sets it where Java is to write one. */
    private static final String PROPERTY = "mnc.class-archive";

    /** Behind the archive's name: an empty file beside it. */
    private static final String COMPLETE = ".complete";

    private ClassArchive() {}

    /**
     * Says that this process has loaded what others of its kind will load, if it leaves an archive. A start without one is
     * slower and nothing worse, so nothing fails of this.
     *
     * @param notes are told of it, for the archive takes some seconds
     */
    public static void complete(Consumer<String> notes) {
        String archive = System.getProperty(PROPERTY);
        if (archive == null) {
            return;
        }
        notes.accept("archiving the classes for faster starts");
        try {
            Files.writeString(Path.of(archive + COMPLETE), "");
        } catch (IOException e) {
            LoggerFactory.getLogger(ClassArchive.class)
                    .warn("the archive of classes {} will not be used: {}", archive, e.toString());
        }
    }
}
