package dev.mnc.dataset.columns;

import dev.mnc.dataset.Segmentation;
import dev.mnc.geometry.Polygon;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The serialization of segmentations of every form, for processes of one version of this code. */
public final class SegmentationBytes {

    private static final int POLYGONS = 0;
    private static final int TEXT = 1;
    private static final int MALFORMED = 2;

    private SegmentationBytes() {}

    /** Writes a segmentation. */
    public static void write(Segmentation segmentation, DataOutput out) throws IOException {
        if (segmentation instanceof Segmentation.Polygons polygons) {
            Polygon polygon = polygons.polygon();
            out.writeByte(POLYGONS);
            out.writeInt(polygon.ringCount());
            for (int i = 0; i < polygon.ringCount(); i++) {
                double[] ring = polygon.ring(i);
                out.writeInt(ring.length);
                for (double coordinate : ring) {
                    out.writeDouble(coordinate);
                }
            }
        } else if (segmentation instanceof Segmentation.Malformed malformed) {
            out.writeByte(MALFORMED);
            writeText(malformed.reason(), out);
        } else {
            Segmentation.Compressed text = segmentation instanceof Segmentation.Compressed compressed
                    ? compressed
                    : Segmentation.ofMask(segmentation.toMask(0, 0));
            out.writeByte(TEXT);
            out.writeInt(text.height());
            out.writeInt(text.width());
            writeText(text.counts(), out);
        }
    }

    /** Reads a segmentation that {@link #write} wrote. */
    public static Segmentation read(DataInput in) throws IOException {
        int form = in.readByte();
        if (form == MALFORMED) {
            return new Segmentation.Malformed(readText(in));
        }
        if (form == TEXT) {
            return new Segmentation.Compressed(in.readInt(), in.readInt(), readText(in));
        }
        double[][] rings = new double[in.readInt()][];
        for (int i = 0; i < rings.length; i++) {
            rings[i] = new double[in.readInt()];
            for (int j = 0; j < rings[i].length; j++) {
                rings[i][j] = in.readDouble();
            }
        }
        return new Segmentation.Polygons(new Polygon(rings));
    }

    private static void writeText(String text, DataOutput out) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String readText(DataInput in) throws IOException {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
