package dev.mnc.jobs.corpus;

import dev.mnc.jobs.store.Store;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files of the label table, which are no images, wherever the table lies.
 *
 * @param starts of their uris
 */
record TableFiles(List<String> starts) {

    /**
     * Returns the files of a table.
     *
     * @param table its uri, or null for none
     * @param root uri of the images' folder; where the table is that folder, only what a table has of its own is left out
     */
    static TableFiles of(@Nullable String table, String root) {
        if (table == null) {
            return new TableFiles(List.of());
        }
        String uri = Store.isLocal(table)
                ? Store.local(table).toAbsolutePath().normalize().toUri().toString()
                : table;
        String folder = uri.endsWith("/") ? uri : uri + "/";
        return new TableFiles(
                folder.equals(root)
                        ? List.of(folder + "images/run=", folder + "instances/run=", folder + "runs/")
                        : List.of(folder));
    }

    boolean holds(String uri) {
        return starts.stream().anyMatch(uri::startsWith);
    }
}
