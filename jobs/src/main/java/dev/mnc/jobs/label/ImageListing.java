package dev.mnc.jobs.label;

import dev.mnc.dataset.CocoJson;
import dev.mnc.dataset.GroundTruth;
import dev.mnc.jobs.cli.OperatorException;
import dev.mnc.schemas.ImageRef;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.RemoteIterator;
import org.jspecify.annotations.Nullable;

/**
 * The images of a corpus, every one of them.
 *
 * <p>Spark's and Hadoop's own readers pass over names that begin with {@code _} or {@code .} and stumble over {@code :};
 * so a folder is walked with java.nio and an object store is asked for its flat listing. Every regular file is an image,
 * whatever its name: what it holds is found out when it is read.
 *
 * @param images sorted by file name, so that a plan does not depend on the order of a listing
 * @param leftOut things in a folder that are no files: broken links, sockets, pipes
 */
record ImageListing(List<ImageRef> images, List<String> leftOut) {

    ImageListing {
        images =
                images.stream().sorted(Comparator.comparing(ImageRef::fileName)).toList();
        leftOut = List.copyOf(leftOut);
        refuseDoubleIds(images);
    }

    /**
     * Lists a folder, a prefix, one file, or what a COCO json names.
     *
     * @param imageRoot where a COCO json's file names lie, or null for the json's own folder
     * @throws OperatorException if it cannot be listed or nothing is there
     */
    static ImageListing of(String images, @Nullable String imageRoot, Configuration configuration) {
        boolean coco = images.endsWith(".json") || images.endsWith(".json.gz");
        if (imageRoot != null && !coco) {
            throw OperatorException.usage(
                    "--image-root goes with a COCO json, but --images is " + images,
                    "leave --image-root out, or give the json as --images");
        }
        ImageListing listing;
        try {
            listing = coco ? ofCoco(images, imageRoot, configuration) : ofFiles(images, configuration);
        } catch (IOException e) {
            throw new OperatorException(
                    OperatorException.Kind.ENVIRONMENT,
                    "cannot list " + images + ": " + (e.getMessage() == null ? e : e.getMessage()),
                    "check the address, and your permissions and credentials");
        }
        if (listing.images.isEmpty()) {
            throw OperatorException.usage("there is no image under " + images, "check --images");
        }
        return listing;
    }

    private static ImageListing ofFiles(String uri, Configuration configuration) throws IOException {
        if (!Store.isLocal(uri)) {
            return ofObjects(uri, configuration);
        }
        Path root = Store.local(uri).toAbsolutePath().normalize();
        if (!Files.exists(root)) {
            throw OperatorException.environment("--images: no such file or folder: " + root, "check --images");
        }
        return ofFolder(root);
    }

    private static ImageListing ofFolder(Path start) throws IOException {
        Path parent = start.getParent();
        String root = (Files.isDirectory(start) || parent == null ? start : parent)
                .toUri()
                .toString();
        List<ImageRef> images = new ArrayList<>();
        List<String> leftOut = new ArrayList<>();
        Files.walkFileTree(
                start, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        String uri = file.toUri().toString();
                        String name = unescaped(uri.substring(root.length()));
                        if (attributes.isRegularFile()) {
                            images.add(new ImageRef(idOf(name), uri, name, attributes.size(), version(attributes)));
                        } else {
                            leftOut.add(name);
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                        if (e instanceof java.nio.file.FileSystemLoopException) {
                            leftOut.add(file.getFileName() + " (a link loop)");
                            return FileVisitResult.CONTINUE;
                        }
                        throw e;
                    }
                });
        return new ImageListing(images, leftOut);
    }

    /** Local files have no version of their own; the time of the last change serves. */
    private static String version(BasicFileAttributes attributes) {
        return "modified " + attributes.lastModifiedTime().toInstant();
    }

    private static ImageListing ofObjects(String uri, Configuration configuration) throws IOException {
        org.apache.hadoop.fs.Path start = Store.hadoop(uri);
        FileSystem store = start.getFileSystem(configuration);
        FileStatus status;
        try {
            status = store.getFileStatus(start);
        } catch (FileNotFoundException e) {
            throw OperatorException.environment("--images: nothing is there: " + uri, "check --images");
        }
        org.apache.hadoop.fs.Path parent = start.getParent();
        String folder =
                (status.isFile() && parent != null ? parent : start).toUri().getPath();
        String prefix = folder.endsWith("/") ? folder : folder + "/";
        String authority =
                store.getUri().getScheme() + "://" + nonNull(store.getUri().getAuthority());
        List<ImageRef> images = new ArrayList<>();
        RemoteIterator<LocatedFileStatus> files = store.listFiles(start, true);
        while (files.hasNext()) {
            FileStatus file = files.next();
            String path = file.getPath().toUri().getPath();
            String name = path.substring(prefix.length());
            images.add(new ImageRef(idOf(name), authority + path, name, file.getLen(), version(file)));
        }
        return new ImageListing(images, List.of());
    }

    private static String nonNull(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static String version(FileStatus file) {
        String etag = file instanceof EtagSource source ? source.getEtag() : null;
        return etag != null ? etag : "modified " + java.time.Instant.ofEpochMilli(file.getModificationTime());
    }

    private static ImageListing ofCoco(String json, @Nullable String imageRoot, Configuration configuration)
            throws IOException {
        int slash = json.lastIndexOf('/');
        String root = imageRoot != null ? imageRoot : slash < 0 ? "." : json.substring(0, slash + 1);
        List<ImageRef> images = new ArrayList<>();
        Map<String, ImageRef> stored = new HashMap<>();
        if (!Store.isLocal(root)) {
            ofObjects(root, configuration).images.forEach(image -> stored.put(image.fileName(), image));
        }
        for (GroundTruth.Image image : readCoco(json, configuration).images()) {
            String name = image.fileName();
            if (name.isEmpty()) {
                throw OperatorException.usage(
                        "image " + image.id() + " of " + json + " has no file_name", "mend the json");
            }
            if (Store.isLocal(root)) {
                images.add(localImage(image.id(), root, name, json));
            } else {
                ImageRef there = stored.get(name);
                images.add(
                        there == null
                                ? new ImageRef(image.id(), joined(root, name), name, 0, null)
                                : new ImageRef(image.id(), there.uri(), name, there.sizeBytes(), there.etag()));
            }
        }
        return new ImageListing(images, List.of());
    }

    /** A file that is missing is kept: the run records that it could not be read. */
    private static ImageRef localImage(long id, String root, String name, String json) throws IOException {
        Path folder = Store.local(root).toAbsolutePath().normalize();
        Path file = folder.resolve(name).normalize();
        if (!file.startsWith(folder)) {
            throw OperatorException.usage(
                    String.format(
                            Locale.ROOT, "file_name \"%s\" of image %d of %s leads outside %s", name, id, json, folder),
                    "give a wider --image-root, or mend the json");
        }
        if (!Files.isRegularFile(file)) {
            return new ImageRef(id, file.toUri().toString(), name, 0, null);
        }
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return new ImageRef(id, file.toUri().toString(), name, attributes.size(), version(attributes));
    }

    private static GroundTruth readCoco(String json, Configuration configuration) throws IOException {
        if (Store.isLocal(json)) {
            return CocoJson.read(Store.local(json));
        }
        org.apache.hadoop.fs.Path path = Store.hadoop(json);
        try (InputStream in = path.getFileSystem(configuration).open(path)) {
            return CocoJson.read(in, json);
        }
    }

    private static String joined(String root, String name) {
        return root.endsWith("/") ? root + name : root + "/" + name;
    }

    /** The name a path's escaped bytes spell in UTF-8; as it stands, escapes and all, if they are no UTF-8. */
    private static String unescaped(String escaped) {
        ByteBuffer bytes = ByteBuffer.allocate(escaped.length());
        for (int i = 0; i < escaped.length(); i++) {
            if (escaped.charAt(i) == '%') {
                bytes.put((byte) Integer.parseInt(escaped, i + 1, i + 3, 16));
                i += 2;
            } else {
                bytes.put((byte) escaped.charAt(i));
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            return escaped;
        }
    }

    /** The first 63 bits of the name's sha256: stable over nights, machines and roots. */
    static long idOf(String name) {
        MessageDigest sha256 = Digests.sha256();
        return ByteBuffer.wrap(sha256.digest(name.getBytes(StandardCharsets.UTF_8)))
                        .getLong()
                & Long.MAX_VALUE;
    }

    private static void refuseDoubleIds(List<ImageRef> images) {
        Map<Long, ImageRef> seen = new HashMap<>();
        for (ImageRef image : images) {
            ImageRef other = seen.put(image.imageId(), image);
            if (other != null) {
                throw OperatorException.usage(
                        String.format(
                                Locale.ROOT,
                                "\"%s\" and \"%s\" have the same image id %d",
                                other.fileName(),
                                image.fileName(),
                                image.imageId()),
                        "rename one of them; ids are taken from names unless a COCO json gives them");
            }
        }
    }

    /** sha256 over id, uri, size and version of every image in order, hex. */
    String digest() {
        MessageDigest sha256 = Digests.sha256();
        for (ImageRef image : images) {
            String line = image.imageId() + "\t" + image.uri() + "\t" + image.sizeBytes() + "\t" + image.etag() + "\n";
            sha256.update(line.getBytes(StandardCharsets.UTF_8));
        }
        return Digests.hex(sha256);
    }
}
