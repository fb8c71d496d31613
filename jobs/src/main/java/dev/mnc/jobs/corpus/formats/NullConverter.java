package dev.mnc.jobs.corpus.formats;

import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;

/** A converter tree of any depth that converts nothing: Parquet's column reader needs one even if it is never used. */
final class NullConverter extends GroupConverter {

    private static final class Leaf extends PrimitiveConverter {}

    /** A node that serves as group and as leaf. */
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
