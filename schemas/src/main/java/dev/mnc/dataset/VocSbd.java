package dev.mnc.dataset;

import dev.mnc.dataset.GroundTruth.Annotation;
import dev.mnc.dataset.GroundTruth.Image;
import dev.mnc.geometry.Mask;
import dev.mnc.schemas.Category;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Ground truth of PASCAL VOC 2012 with the instance masks of the Semantic Boundaries Dataset (Hariharan et al. 2011),
 * as its archive unpacks:
 *
 * <pre>
 *   dataset/train.txt           the split list that is read: one image a line, e.g. 2008_000002
 *   dataset/img/ID.jpg          the images, which are not read here
 *   dataset/inst/ID.mat         GTinst: Segmentation [H, W], 0 background, k the k-th instance, 255 void;
 *                                       Categories [K, 1], VOC classes 1 .. 20
 *   dataset/cls/ID.mat          GTcls: Segmentation [H, W] of VOC classes; if there, it must agree
 * </pre>
 *
 * <p>An image's id is its digits (2008000002), an annotation's id 1000 times that plus k. Boxes are the tight boxes of
 * the masks, areas their pixels; nothing is a crowd. An instance without a pixel is left out with a warning, as in the
 * released code.
 */
public final class VocSbd {

    /** VOC's classes in their order; the first has the id 1. */
    private static final List<String> NAMES = List.of(
            "aeroplane",
            "bicycle",
            "bird",
            "boat",
            "bottle",
            "bus",
            "car",
            "cat",
            "chair",
            "cow",
            "diningtable",
            "dog",
            "horse",
            "motorbike",
            "person",
            "pottedplant",
            "sheep",
            "sofa",
            "train",
            "tvmonitor");

    private static final Pattern IDENTIFIER = Pattern.compile("[0-9_]*[0-9][0-9_]*");
    private static final int MOST_DIGITS = 15;
    private static final long INSTANCES = 1000;

    private VocSbd() {}

    /** Returns the twenty categories of VOC. */
    public static List<Category> categories() {
        List<Category> categories = new ArrayList<>();
        for (String name : NAMES) {
            categories.add(new Category(categories.size() + 1L, name));
        }
        return List.copyOf(categories);
    }

    /**
     * Reads the images of a split.
     *
     * @param split a list of image names beside the folder {@code inst}
     * @param warnings receives one line with the number of instances that are left out and the first one's file, if
     *     there are any
     * @throws UnreadableDatasetException if a name or file is not as described; the message says which, and what to do
     */
    public static GroundTruth read(Path split, Consumer<String> warnings) throws IOException {
        Path folder = split.toAbsolutePath().normalize().getParent();
        if (folder == null || !Files.isDirectory(folder.resolve("inst"))) {
            throw new UnreadableDatasetException(
                    split + " is taken for a split list of SBD, but there is no folder inst "
                            + "beside it; name the list in the folder dataset of the SBD archive, or a COCO json");
        }
        List<Entry> entries = entries(split);
        List<Labelled> labelled;
        try {
            labelled = entries.parallelStream()
                    .map(entry -> labelled(split, folder, entry))
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        List<Image> images = new ArrayList<>();
        List<Annotation> annotations = new ArrayList<>();
        labelled.forEach(each -> {
            images.add(each.image());
            annotations.addAll(each.annotations());
        });
        warnOfEmpty(labelled, warnings);
        return new GroundTruth(images, categories(), annotations);
    }

    /** A line of the split list. */
    private record Entry(int line, String name, long id) {}

    /**
     * The annotations of an image.
     *
     * @param empty instances without a pixel
     */
    private record Labelled(Image image, List<Annotation> annotations, Path file, List<Integer> empty) {}

    private static void warnOfEmpty(List<Labelled> labelled, Consumer<String> warnings) {
        List<Labelled> withEmpty =
                labelled.stream().filter(each -> !each.empty().isEmpty()).toList();
        if (!withEmpty.isEmpty()) {
            warnings.accept(String.format(
                    Locale.ROOT,
                    "instances without a pixel, left out: %d in %d of %d files, the first is instance %d of %s",
                    withEmpty.stream().mapToInt(each -> each.empty().size()).sum(),
                    withEmpty.size(),
                    labelled.size(),
                    withEmpty.get(0).empty().get(0),
                    withEmpty.get(0).file()));
        }
    }

    private static List<Entry> entries(Path split) throws IOException {
        List<Entry> entries = new ArrayList<>();
        Map<Long, String> known = new HashMap<>();
        int number = 0;
        for (String line : Files.readAllLines(split)) {
            number++;
            String name = line.strip();
            if (name.isEmpty()) {
                continue;
            }
            String digits = name.replace("_", "");
            if (!IDENTIFIER.matcher(name).matches() || digits.length() > MOST_DIGITS) {
                throw new UnreadableDatasetException(String.format(
                        Locale.ROOT,
                        "%s: line %d is '%s'; a name must be of digits and '_', at most %d digits, such as 2008_000002",
                        split,
                        number,
                        name,
                        MOST_DIGITS));
            }
            Entry entry = new Entry(number, name, Long.parseLong(digits));
            String before = known.put(entry.id(), name);
            if (before != null) {
                throw new UnreadableDatasetException(String.format(
                        Locale.ROOT,
                        "%s: line %d, '%s', has the same id %d as '%s' before it; remove one of them",
                        split,
                        number,
                        name,
                        entry.id(),
                        before));
            }
            entries.add(entry);
        }
        if (entries.isEmpty()) {
            throw new UnreadableDatasetException(split + " names no image");
        }
        return entries;
    }

    private static Labelled labelled(Path split, Path folder, Entry entry) {
        Path file = folder.resolve("inst").resolve(entry.name() + ".mat");
        if (!Files.isRegularFile(file)) {
            throw new UnreadableDatasetException(String.format(
                    Locale.ROOT,
                    "%s: line %d names %s, but there is no %s; unpack the SBD archive again or remove the line",
                    split,
                    entry.line(),
                    entry.name(),
                    file));
        }
        try {
            SbdMasks masks = SbdMasks.read(file, NAMES.size());
            Path classes = folder.resolve("cls").resolve(entry.name() + ".mat");
            if (Files.isRegularFile(classes)) {
                masks.requireAgreement(classes);
            }
            return labelled(entry, file, masks);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Labelled labelled(Entry entry, Path file, SbdMasks masks) {
        List<Annotation> annotations = new ArrayList<>();
        List<Integer> empty = new ArrayList<>();
        for (int instance = 1; instance <= masks.count(); instance++) {
            Mask mask = masks.mask(instance);
            if (mask.area() == 0) {
                empty.add(instance);
            } else {
                annotations.add(new Annotation(
                        entry.id() * INSTANCES + instance,
                        entry.id(),
                        masks.category(instance),
                        mask.boundingBox(),
                        mask.area(),
                        false,
                        Segmentation.ofMask(mask)));
            }
        }
        Image image = new Image(entry.id(), entry.name() + ".jpg", masks.height(), masks.width());
        return new Labelled(image, annotations, file, empty);
    }
}
