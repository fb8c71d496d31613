package dev.mnc.jobs.corpus;

import dev.mnc.schemas.ImageRef;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.hadoop.conf.Configuration;

/**
 * The images of a listing that is too large for memory, in files as {@link ImageFile} writes them, in no order. Whether ids
 * occur twice is not known yet.
 *
 * @param files uris of the files
 * @param count number of images
 * @param bytes sum of their sizes
 * @param digest see {@link ListedImages#digest}
 */
public record SpilledImages(List<String> files, long count, long bytes, String digest) implements ListedImages {

    public SpilledImages {
        files = List.copyOf(files);
    }

    /** Returns all images, of which only those being read are in memory. */
    Stream<ImageRef> stream(Configuration configuration) {
        return files.stream().flatMap(file -> {
            Iterator<ImageRef> images = ImageFile.read(file, configuration);
            Iterable<ImageRef> all = () -> images;
            return StreamSupport.stream(all.spliterator(), false);
        });
    }
}
