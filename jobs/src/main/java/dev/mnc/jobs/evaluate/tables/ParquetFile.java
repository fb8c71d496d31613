package dev.mnc.jobs.evaluate.tables;

import dev.mnc.jobs.evaluate.tables.ColumnValues.Dictionary;
import dev.mnc.jobs.evaluate.tables.ResultTable.Column;
import dev.mnc.jobs.evaluate.tables.ResultTable.Kind;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Flat columns as a Parquet file (format 1.0, parquet-format's {@code parquet.thrift}): one row group, each column one
 * page behind its dictionary if it has one, not compressed. Written here because the libraries for it take longer to load
 * (one CPU second) than a whole small evaluation takes.
 */
final class ParquetFile {

    private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);
    private static final String CREATOR = "mnc-spark version 1.0";
    /** More different numbers than this are written as they are. */
    private static final int LARGEST_DICTIONARY = 1 << 12;

    private static final int PLAIN = 0;
    private static final int RLE = 3;
    private static final int RLE_DICTIONARY = 8;
    private static final int UNCOMPRESSED = 0;
    private static final int DATA_PAGE = 0;
    private static final int DICTIONARY_PAGE = 2;
    private static final int OPTIONAL = 1;
    private static final int UTF8 = 0;

    private final OutputStream out;
    private final int rows;
    private long position;

    private ParquetFile(OutputStream out, int rows) {
        this.out = out;
        this.rows = rows;
    }

    /** Where the pages of a column begin, how many bytes they are, and where its dictionary begins, or -1. */
    private record Chunk(Column column, long start, long dictionary, long size) {}

    static void write(int rows, List<ColumnValues> columns, OutputStream out) throws IOException {
        BufferedOutputStream buffered = new BufferedOutputStream(out, 1 << 16);
        new ParquetFile(buffered, rows).write(columns);
        buffered.flush();
    }

    private void write(List<ColumnValues> columns) throws IOException {
        write(MAGIC);
        List<Chunk> chunks = new ArrayList<>();
        for (ColumnValues column : rows == 0 ? List.<ColumnValues>of() : columns) {
            chunks.add(chunk(column));
        }
        byte[] footer = footer(columns, chunks);
        write(footer);
        write(little(footer.length));
        write(MAGIC);
    }

    private void write(byte[] bytes) throws IOException {
        out.write(bytes);
        position += bytes.length;
    }

    private static byte[] little(int value) {
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array();
    }

    private Chunk chunk(ColumnValues column) throws IOException {
        long first = position;
        Dictionary dictionary = column.dictionary(LARGEST_DICTIONARY);
        if (dictionary != null) {
            write(page(DICTIONARY_PAGE, dictionary.plain().length)
                    .open(7)
                    .i32(1, dictionary.size())
                    .i32(2, PLAIN)
                    .close()
                    .end());
            write(dictionary.plain());
        }
        long start = position;
        byte[] levels = HybridRuns.encode(column.present(), rows, 1);
        byte[] values = dictionary == null ? column.plain() : indices(dictionary);
        write(page(DATA_PAGE, Math.addExact(Integer.BYTES + levels.length, values.length))
                .open(5)
                .i32(1, rows)
                .i32(2, dictionary == null ? PLAIN : RLE_DICTIONARY)
                .i32(3, RLE)
                .i32(4, RLE)
                .close()
                .end());
        write(little(levels.length));
        write(levels);
        write(values);
        return new Chunk(column.column(), start, dictionary == null ? -1 : first, position - first);
    }

    private static ThriftCompact page(int type, int size) {
        return new ThriftCompact().i32(1, type).i32(2, size).i32(3, size);
    }

    private static byte[] indices(Dictionary dictionary) {
        int width = HybridRuns.width(dictionary.size());
        byte[] runs = HybridRuns.encode(dictionary.indices(), dictionary.indices().length, width);
        return ByteBuffer.allocate(1 + runs.length).put((byte) width).put(runs).array();
    }

    private byte[] footer(List<ColumnValues> columns, List<Chunk> chunks) {
        ThriftCompact footer = new ThriftCompact().i32(1, 1).list(2, ThriftCompact.STRUCT, 1 + columns.size());
        footer.open().text(4, "result").i32(5, columns.size()).close();
        columns.forEach(column -> element(column.column(), footer));
        footer.i64(3, rows).list(4, ThriftCompact.STRUCT, chunks.isEmpty() ? 0 : 1);
        if (!chunks.isEmpty()) {
            footer.open().list(1, ThriftCompact.STRUCT, chunks.size());
            chunks.forEach(chunk -> chunk(chunk, footer));
            footer.i64(2, chunks.stream().mapToLong(Chunk::size).sum())
                    .i64(3, rows)
                    .close();
        }
        return footer.text(6, CREATOR).end();
    }

    private static void element(Column column, ThriftCompact footer) {
        footer.open().i32(1, type(column.kind())).i32(3, OPTIONAL).text(4, column.name());
        if (column.kind() == Kind.TEXT) {
            footer.i32(6, UTF8).open(10).open(1).close().close();
        }
        footer.close();
    }

    private void chunk(Chunk chunk, ThriftCompact footer) {
        boolean plain = chunk.dictionary() < 0;
        footer.open().i64(2, plain ? chunk.start() : chunk.dictionary()).open(3);
        footer.i32(1, type(chunk.column().kind()));
        footer.list(2, ThriftCompact.I32, plain ? 2 : 3).element(PLAIN).element(RLE);
        if (!plain) {
            footer.element(RLE_DICTIONARY);
        }
        footer.list(3, ThriftCompact.BINARY, 1)
                .element(chunk.column().name())
                .i32(4, UNCOMPRESSED)
                .i64(5, rows)
                .i64(6, chunk.size())
                .i64(7, chunk.size())
                .i64(9, chunk.start());
        if (!plain) {
            footer.i64(11, chunk.dictionary());
        }
        footer.close().close();
    }

    private static int type(Kind kind) {
        return switch (kind) {
            case WHOLE -> 2;
            case NUMBER -> 5;
            case TEXT -> 6;
        };
    }
}
