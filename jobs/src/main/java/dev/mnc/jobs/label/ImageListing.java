package dev.mnc.jobs.label;

import dev.mnc.jobs.cli.OperatorException;
import dev.mnc.jobs.input.ImagePacker;
import dev.mnc.jobs.input.PackedImages;
import dev.mnc.schemas.ImageRef;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * The images of a corpus, every one of them. Every regular file is an image, whatever its name: what it holds is found
 * out when it is read.
 *
 * @param images sorted, so that a plan does not depend on the order of a listing
 * @param leftOut things in a folder that are no files: broken links, sockets, pipes
 */
record ImageListing(PackedImages images, List<String> leftOut) {

    ImageListing {
        leftOut = List.copyOf(leftOut);
    }

    /**
     * Lists a folder, a prefix, one file, or what a COCO json names.
     *
     * @param imageRoot where a COCO json's file names lie, or null for the json's own folder
     * @throws OperatorException if it cannot be listed, nothing is there, or two images have one id
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
            listing = coco
                    ? new ImageListing(CocoListing.of(images, imageRoot, configuration), List.of())
                    : ofFiles(images, configuration);
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

    static ImageListing ofFiles(String uri, Configuration configuration) throws IOException {
        String root = FileWalk.root(uri, configuration);
        ImagePacker images = new ImagePacker(root);
        List<String> leftOut = new ArrayList<>();
        FileWalk.all(uri, root, configuration, new FileWalk.Visitor() {
            @Override
            public void file(FileWalk.Found file) {
                images.add(new ImageRef(idOf(file.name()), file.uri(), file.name(), file.sizeBytes(), file.version()));
            }

            @Override
            public void leftOut(String name) {
                leftOut.add(name);
            }
        });
        return new ImageListing(images.packed(), leftOut);
    }

    /** The first 63 bits of the name's sha256: stable over nights, machines and roots. */
    static long idOf(String name) {
        MessageDigest sha256 = Digests.sha256();
        return ByteBuffer.wrap(sha256.digest(name.getBytes(StandardCharsets.UTF_8)))
                        .getLong()
                & Long.MAX_VALUE;
    }

    /** sha256 over id, address, size and version of every image in order, hex. */
    String digest() {
        MessageDigest sha256 = Digests.sha256();
        for (ImageRef image : images) {
            String line =
                    image.imageId() + "\t" + image.address() + "\t" + image.sizeBytes() + "\t" + image.etag() + "\n";
            sha256.update(line.getBytes(StandardCharsets.UTF_8));
        }
        return Digests.hex(sha256);
    }
}
