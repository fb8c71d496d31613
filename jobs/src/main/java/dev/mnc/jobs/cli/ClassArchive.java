package dev.mnc.jobs.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.Consumer;
import javax.management.JMException;
import javax.management.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The classes a process has loaded, in a file that later ones map instead of parsing and checking them again. */
public final class ClassArchive {

    /** Names the file; the launcher sets it if asked to. */
    private static final String PROPERTY = "mnc.class-archive";

    private static final Logger LOG = LoggerFactory.getLogger(ClassArchive.class);

    private ClassArchive() {}

    /**
     * Writes the archive if one is asked for. A start without one is slower and nothing worse, so nothing fails of this.
     *
     * @param notes are told of it, for it takes some seconds
     */
    public static void leave(Consumer<String> notes) {
        String file = System.getProperty(PROPERTY);
        if (file == null) {
            return;
        }
        notes.accept("archiving the classes for faster starts");
        Path archive = Path.of(file);
        Path aside = archive.resolveSibling(
                archive.getFileName() + "." + ProcessHandle.current().pid());
        PrintStream out = System.out;
        try {
            // Java says on standard output, which is for results, that it is at it.
            System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, UTF_8));
            ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "vmCds",
                            new Object[] {new String[] {"dynamic_dump", aside.toString()}},
                            new String[] {String[].class.getName()});
            Files.move(aside, archive, StandardCopyOption.ATOMIC_MOVE);
        } catch (JMException | IOException e) {
            LOG.warn("no archive of classes was left in {}: {}", archive, e.toString());
        } finally {
            System.setOut(out);
        }
    }
}
