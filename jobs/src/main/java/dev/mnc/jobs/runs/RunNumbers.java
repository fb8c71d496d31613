package dev.mnc.jobs.runs;

import dev.mnc.jobs.store.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;

/** The numbers of a table's runs: each is an object that one process alone can create. Clocks have no part in it. */
final class RunNumbers {

    private RunNumbers() {}

    /**
     * Takes the next number.
     *
     * @param owner written into the object, which tells whose it is
     * @return at least 1, larger than every number taken before
     */
    static long take(String table, String owner, Configuration configuration) throws IOException {
        String folder = RunFolder.below(table, "runs/numbers");
        List<String> taken = Store.names(folder, configuration);
        long next = taken.stream()
                        .filter(name -> name.matches("\\d+"))
                        .mapToLong(Long::parseLong)
                        .max()
                        .orElse(0)
                + 1;
        while (true) {
            try {
                Store.createOwn(
                        folder + String.format(Locale.ROOT, "/%010d", next),
                        owner.getBytes(StandardCharsets.UTF_8),
                        configuration);
                return next;
            } catch (FileAlreadyExistsException e) {
                next++;
            }
        }
    }
}
