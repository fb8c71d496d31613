package dev.mnc.jobs.evaluate.tables;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/** Thrift's compact protocol as far as the headers of a Parquet file need it; fields come with rising ids. */
final class ThriftCompact {

    static final int I32 = 5;
    static final int BINARY = 8;
    static final int STRUCT = 12;
    private static final int I64 = 6;
    private static final int LIST = 9;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Deque<Integer> outer = new ArrayDeque<>();
    private int last;

    /** Starts a struct that is no field: an element of a list. */
    ThriftCompact open() {
        outer.push(last);
        last = 0;
        return this;
    }

    /** Starts a struct that is a field. */
    ThriftCompact open(int id) {
        field(id, STRUCT);
        return open();
    }

    /** Ends a struct. */
    ThriftCompact close() {
        bytes.write(0);
        last = outer.pop();
        return this;
    }

    ThriftCompact i32(int id, int value) {
        field(id, I32);
        return element(value);
    }

    ThriftCompact i64(int id, long value) {
        field(id, I64);
        varint((value << 1) ^ (value >> 63));
        return this;
    }

    ThriftCompact text(int id, String value) {
        field(id, BINARY);
        return element(value);
    }

    /** Starts a list; its elements follow. */
    ThriftCompact list(int id, int type, int size) {
        field(id, LIST);
        bytes.write((Math.min(size, 15) << 4) | type);
        if (size >= 15) {
            varint(size);
        }
        return this;
    }

    /** An element of a list. */
    ThriftCompact element(int value) {
        varint(Integer.toUnsignedLong((value << 1) ^ (value >> 31)));
        return this;
    }

    /** An element of a list. */
    ThriftCompact element(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        varint(utf8.length);
        bytes.writeBytes(utf8);
        return this;
    }

    /** The bytes, and the end of the struct they are. */
    byte[] end() {
        bytes.write(0);
        return bytes.toByteArray();
    }

    private void field(int id, int type) {
        int delta = id - last;
        if (delta < 1 || delta > 15) {
            throw new IllegalArgumentException("field " + id + " cannot follow field " + last);
        }
        bytes.write((delta << 4) | type);
        last = id;
    }

    private void varint(long value) {
        long left = value;
        while ((left & ~0x7fL) != 0) {
            bytes.write((int) ((left & 0x7f) | 0x80));
            left >>>= 7;
        }
        bytes.write((int) left);
    }
}
