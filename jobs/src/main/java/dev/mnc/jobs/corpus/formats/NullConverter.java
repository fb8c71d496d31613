package dev.mnc.jobs.corpus.formats;

import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;

/** Parquet's column reader wants a tree of converters even where nobody asks it to convert; this one has any depth. */
final class NullConverter extends GroupConverter {

    private static final class Leaf extends PrimitiveConverter {}

    /** A group and a leaf at once, whichever is asked for. */
    private static final class Node extends Converter {

        @Override
        public boolean isPrimitive() {
            return true;
        }

        @Override
        public PrimitiveConverter asPrimitiveConverter() {
            return new Leaf();
        }

        @Override
        public GroupConverter asGroupConverter() {
            return new NullConverter();
        }
    }

    @Override
    public Converter getConverter(int field) {
        return new Node();
    }

    @Override
    public void start() {}

    @Override
    public void end() {}
}
