package dev.mnc.image;

import com.drew.lang.ByteArrayReader;
import com.drew.metadata.Metadata;
import com.drew.metadata.exif.ExifDirectoryBase;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.exif.ExifReader;

/** The orientation of the camera, as Exif counts it. */
final class ExifOrientation {

    /** The default orientation: rows from the top, columns from the left. */
    static final int UPRIGHT = 1;

    private ExifOrientation() {}

    /**
     * Reads the orientation from a block of Exif data.
     *
     * @param tiff the block, from its TIFF header on
     * @return 1 .. 8; 1 if the block is damaged or does not say
     */
    static int of(byte[] tiff) {
        Metadata metadata = new Metadata();
        try {
            new ExifReader().extract(new ByteArrayReader(tiff), metadata);
        } catch (RuntimeException e) {
            // Damaged Exif data is no reason to refuse a picture; what was read before the damage still counts.
        }
        for (ExifIFD0Directory directory : metadata.getDirectoriesOfType(ExifIFD0Directory.class)) {
            Integer value = directory.getInteger(ExifDirectoryBase.TAG_ORIENTATION);
            if (value != null && value >= 1 && value <= 8) {
                return value;
            }
        }
        return UPRIGHT;
    }
}
