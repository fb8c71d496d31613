package dev.mnc.jobs.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * A machine, or the container that is all a process sees of one. Linux tells most of it in files.
 *
 * @param root the folder that stands for {@code /}
 * @param commands what its programs answer
 */
record Machine(Path root, Commands commands) {

    private static final Pattern TOTAL = Pattern.compile("(?m)^MemTotal:\\s+(\\d+) kB");
    private static final Pattern GLIBC = Pattern.compile("^glibc (\\d+\\.\\d+)");
    /** Control groups of the first version write a number of this size where there is no limit. */
    private static final long NO_LIMIT = 1L << 60;

    /** The programs of a machine. */
    interface Commands {

        /** Returns standard output of a program, or the empty text if there is no such program or it fails. */
        String output(String... command);
    }

    /** Returns the machine that this process runs on. */
    static Machine here() {
        return new Machine(Path.of("/"), new LocalCommands());
    }

    /** Returns the memory of the machine in bytes, or nothing where Linux does not tell. */
    OptionalLong memory() {
        Matcher total = TOTAL.matcher(read(Path.of("proc/meminfo")));
        return total.find() ? OptionalLong.of(Long.parseLong(total.group(1)) << 10) : OptionalLong.empty();
    }

    /** Returns the lowest limit of the control groups that this process is in, in bytes, or nothing if there is none. */
    OptionalLong memoryLimit() {
        return read(Path.of("proc/self/cgroup"))
                .lines()
                .map(line -> line.split(":", 3))
                .filter(parts -> parts.length == 3)
                .flatMapToLong(parts -> {
                    if (parts[1].isEmpty()) {
                        return limits("sys/fs/cgroup", parts[2], "memory.max");
                    }
                    return Arrays.asList(parts[1].split(",", -1)).contains("memory")
                            ? limits("sys/fs/cgroup/memory", parts[2], "memory.limit_in_bytes")
                            : LongStream.empty();
                })
                .min();
    }

    /** The limits of a group and of all above it. In a container the group's own path does not exist, the top's does. */
    private LongStream limits(String top, String group, String file) {
        Path folder = Path.of(top);
        Stream.Builder<Path> folders = Stream.builder();
        folders.add(folder);
        for (String part : group.split("/", -1)) {
            if (!part.isEmpty() && !part.equals("..")) {
                folder = folder.resolve(part);
                folders.add(folder);
            }
        }
        return folders.build()
                .map(each -> read(each.resolve(file)).strip())
                .filter(text -> text.matches("\\d{1,18}"))
                .mapToLong(Long::parseLong)
                .filter(bytes -> bytes < NO_LIMIT);
    }

    /** Returns the version of glibc, e.g. {@code 2.36}, or the empty text if there is none, as on Alpine. */
    String glibc() {
        Matcher version = GLIBC.matcher(commands.output("getconf", "GNU_LIBC_VERSION"));
        return version.find() ? version.group(1) : "";
    }

    /** Returns the names of the NVIDIA GPUs. */
    List<String> gpus() {
        return commands.output("nvidia-smi", "--query-gpu=name", "--format=csv,noheader")
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
    }

    private String read(Path file) {
        try {
            return Files.readString(root.resolve(file));
        } catch (IOException e) {
            return "";
        }
    }

    /** Returns a size in GiB with one digit. */
    static String gib(long bytes) {
        return String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30));
    }
}
