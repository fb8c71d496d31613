package dev.mnc.jobs.label;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mnc.jobs.failure.OperatorException;
import dev.mnc.jobs.store.Digests;
import dev.mnc.jobs.store.Store;
import dev.mnc.model.ModelCard;
import dev.mnc.model.ModelDirectory;
import dev.mnc.model.ModelFiles;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/** The folder of a model on this machine. TensorFlow loads from folders only, so a model elsewhere is copied first. */
final class ModelFolder {

    /** The name of the model that ships with mnc-spark, which lies on the class path. */
    static final String SHIPPED = "shipped";

    private static final String SHIPPED_RESOURCE = "/models/compact-scenes/";
    private static final String CARD = "assets.extra/mnc.json";
    private static final Object IN_THIS_PROCESS = new Object();
    private static final String GRAPH = "saved_model.pb";

    private ModelFolder() {}

    /**
     * Returns the folder of a model, copying the model first if it lies elsewhere.
     *
     * @param model {@link #SHIPPED}, a folder, or an address in an object store
     * @param cache folder for copies
     * @throws OperatorException if there is no model
     */
    static Path of(String model, Path cache, Configuration configuration) {
        try {
            if (model.equals(SHIPPED)) {
                return shipped(cache);
            }
            return requireModel(
                    Store.isLocal(model) ? Store.local(model).toAbsolutePath() : fetched(model, cache, configuration));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the model " + model + ": " + e.getMessage(), e);
        }
    }

    /**
     * Reads a model from its folder, see {@link #of}; and once more if something is wrong with a copy, which is then made
     * anew.
     *
     * @param reading throws IllegalArgumentException or UncheckedIOException for a folder that is not as its card says
     * @throws UncheckedIOException if the copy cannot be replaced
     */
    static <T> T read(String model, Path cache, Configuration configuration, Function<Path, T> reading) {
        Path folder = of(model, cache, configuration);
        try {
            return reading.apply(folder);
        } catch (IllegalArgumentException | UncheckedIOException e) {
            return reading.apply(repaired(model, cache, configuration));
        }
    }

    /** Returns the folder of a model whose copy, if it is damaged, one process of this machine has made anew. */
    private static Path repaired(String model, Path cache, Configuration configuration) {
        Path folder = of(model, cache, configuration);
        if (!model.equals(SHIPPED) && Store.isLocal(model)) {
            return folder; // The user's own, which is for the user to replace.
        }
        synchronized (IN_THIS_PROCESS) {
            try (FileChannel channel = FileChannel.open(
                            cache.resolve(".mnc-lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                // Another process may have replaced it while this one waited.
                if (lock.isValid() && !isWhole(folder)) {
                    Path aside = Files.createTempDirectory(cache, "damaged-");
                    Files.move(folder, aside.resolve("model"), StandardCopyOption.ATOMIC_MOVE);
                    ModelFiles.delete(aside);
                }
            } catch (IOException e) {
                throw new UncheckedIOException("cannot replace the damaged copy " + folder + ": " + e.getMessage(), e);
            }
            return of(model, cache, configuration);
        }
    }

    /** Copies have the digest of the model as their name. */
    private static boolean isWhole(Path folder) {
        try {
            return ModelDirectory.read(folder).digest().equals(String.valueOf(folder.getFileName()));
        } catch (IllegalArgumentException | UncheckedIOException e) {
            return false;
        }
    }

    /** Accepts a folder without a card too: the description of another maker's model lies beside the folder. */
    private static Path requireModel(Path folder) {
        if (!Files.isRegularFile(folder.resolve(CARD)) && !Files.isRegularFile(folder.resolve(GRAPH))) {
            throw OperatorException.environment(
                    "--model: there is no model in " + folder + " (no " + CARD + ")",
                    "name a folder that mnc model export wrote, or leave --model out for the one that ships");
        }
        return folder;
    }

    private static Path shipped(Path cache) throws IOException {
        byte[] card = resource(CARD);
        String digest = Digests.of(card);
        List<String> files = new ArrayList<>(List.of(CARD));
        new ObjectMapper().readTree(card).path("files").fieldNames().forEachRemaining(files::add);
        return copiedOnce(cache, digest, folder -> {
            for (String file : files) {
                Path target = folder.resolve(file);
                Files.createDirectories(target.getParent());
                Files.write(target, resource(file));
            }
        });
    }

    /** Returns the length of all files of a model. */
    static long bytes(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the model in " + folder + ": " + e.getMessage(), e);
        }
    }

    private static byte[] resource(String path) throws IOException {
        try (InputStream in = ModelCard.class.getResourceAsStream(SHIPPED_RESOURCE + path)) {
            if (in == null) {
                throw OperatorException.environment(
                        "this build of mnc-spark ships no model (" + SHIPPED_RESOURCE + path
                                + " is not on the class path)",
                        "name one with --model");
            }
            return in.readAllBytes();
        }
    }

    private static Path fetched(String uri, Path cache, Configuration configuration) throws IOException {
        org.apache.hadoop.fs.Path remote = Store.hadoop(uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri);
        FileSystem store = remote.getFileSystem(configuration);
        byte[] card;
        try (InputStream in = store.open(new org.apache.hadoop.fs.Path(remote, CARD))) {
            card = in.readAllBytes();
        } catch (FileNotFoundException e) {
            throw OperatorException.environment(
                    "--model: there is no model at " + uri + " (no " + CARD + ")",
                    "name a folder that mnc model export wrote, or mnc model adopt of a model of other makers");
        }
        return copiedOnce(
                cache,
                Digests.of(card),
                folder -> store.copyToLocalFile(false, remote, new org.apache.hadoop.fs.Path(folder.toUri()), true));
    }

    /** Copies a model under another name and renames it when it is whole, so that two processes at once do no harm. */
    private static Path copiedOnce(Path cache, String digest, Copy copy) throws IOException {
        Path target = cache.resolve(digest);
        if (Files.isRegularFile(target.resolve(CARD))) {
            return target;
        }
        Files.createDirectories(cache);
        Path aside = Files.createTempDirectory(cache, "copying-");
        try {
            Path model = aside.resolve("model");
            copy.into(model);
            Files.move(model, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            if (!Files.isRegularFile(target.resolve(CARD))) {
                throw e;
            }
        } finally {
            ModelFiles.delete(aside);
        }
        return target;
    }

    private interface Copy {
        /** Writes the files of a model into a folder that there is not yet. */
        void into(Path folder) throws IOException;
    }
}
