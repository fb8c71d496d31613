package dev.mnc.jobs.corpus.formats;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.Util;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ColumnPath;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.internal.column.columnindex.OffsetIndex;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * One column of binaries of a Parquet file, read page by page, since a page is the least that can be decompressed. The
 * positions of the pages come from the file's offset index, or, where the writer left that out, from the pages'
 * headers, read one after another without the bodies.
 */
final class ParquetPages {

    /**
     * Bytes read for a page's header: mostly it has less than a hundred, but it may hold the least and greatest value.
     */
    private static final int HEADER_WINDOW = 8 << 10;

    /**
     * The position of a page.
     *
     * @param group index of the row group
     * @param start of the header, byte of the file
     * @param bytes of header and body
     * @param firstRow index of the page's first row in the file
     */
    record Page(int group, long start, int bytes, long firstRow) {}

    private final InputFile file;
    private final Configuration configuration;
    private final ParquetMetadata footer;
    private final ColumnPath path;
    private final MessageType schema;
    private final ColumnDescriptor column;
    private final Map<Integer, List<Page>> pagesOfGroup = new HashMap<>();

    /** @throws IOException also if there is no such column */
    ParquetPages(InputFile file, String column, Configuration configuration) throws IOException {
        this.file = file;
        this.configuration = configuration;
        try (ParquetFileReader reader = ParquetFileReader.open(file)) {
            footer = reader.getFooter();
        }
        MessageType all = footer.getFileMetaData().getSchema();
        if (!all.containsField(column)) {
            throw new IOException("there is no column " + column + " any more");
        }
        path = ParquetTable.valuePath(all, column);
        schema = all.getType(column).isPrimitive()
                ? new MessageType("image", all.getType(column))
                : new MessageType(
                        "image",
                        all.getType(column)
                                .asGroupType()
                                .withNewFields(all.getType(column).asGroupType().getType(path.toArray()[1])));
        this.column = schema.getColumnDescription(path.toArray());
    }

    /**
     * Returns the page that holds a row.
     *
     * @throws IOException also if the file has no such row
     */
    Page pageOf(long row) throws IOException {
        long first = 0;
        for (int group = 0; group < footer.getBlocks().size(); group++) {
            long rows = footer.getBlocks().get(group).getRowCount();
            if (row < first + rows) {
                Page found = null;
                for (Page page : pages(group, first)) {
                    found = page.firstRow <= row ? page : found;
                }
                if (found != null) {
                    return found;
                }
            }
            first += rows;
        }
        throw new IOException("there is no row " + row + " any more, only " + first);
    }

    private synchronized List<Page> pages(int group, long firstRow) throws IOException {
        List<Page> known = pagesOfGroup.get(group);
        if (known == null) {
            BlockMetaData block = footer.getBlocks().get(group);
            ColumnChunkMetaData chunk = chunk(block);
            known = chunk.getOffsetIndexReference() == null
                    ? walked(group, firstRow, chunk)
                    : indexed(group, firstRow, chunk);
            pagesOfGroup.put(group, known);
        }
        return known;
    }

    private ColumnChunkMetaData chunk(BlockMetaData block) throws IOException {
        for (ColumnChunkMetaData chunk : block.getColumns()) {
            if (chunk.getPath().equals(path)) {
                return chunk;
            }
        }
        throw new IOException("a row group lacks the column " + path.toDotString());
    }

    private List<Page> indexed(int group, long firstRow, ColumnChunkMetaData chunk) throws IOException {
        try (ParquetFileReader reader = ParquetFileReader.open(
                file, footer, org.apache.parquet.ParquetReadOptions.builder().build(), file.newStream())) {
            OffsetIndex index = reader.readOffsetIndex(chunk);
            List<Page> pages = new ArrayList<>();
            for (int i = 0; i < index.getPageCount(); i++) {
                pages.add(new Page(
                        group,
                        index.getOffset(i),
                        index.getCompressedPageSize(i),
                        firstRow + index.getFirstRowIndex(i)));
            }
            return pages;
        }
    }

    private List<Page> walked(int group, long firstRow, ColumnChunkMetaData chunk) throws IOException {
        long end = chunk.getStartingPos() + chunk.getTotalSize();
        List<Page> pages = new ArrayList<>();
        try (WindowedStream in = new WindowedStream(file.newStream(), end, chunk.getStartingPos(), HEADER_WINDOW)) {
            long row = firstRow;
            while (in.position() < end) {
                long start = in.position();
                PageHeader header = Util.readPageHeader(in);
                long bytes = in.position() - start + header.getCompressed_page_size();
                if (isData(header)) {
                    pages.add(new Page(group, start, Math.toIntExact(bytes), row));
                    row += values(header);
                }
                in.skipNBytes(header.getCompressed_page_size());
            }
        }
        return pages;
    }

    private static boolean isData(PageHeader header) {
        return header.getType() == PageType.DATA_PAGE || header.getType() == PageType.DATA_PAGE_V2;
    }

    /** Returns the number of values, which is that of rows, since nothing in the column repeats. */
    private static int values(PageHeader header) {
        return header.getType() == PageType.DATA_PAGE
                ? header.getData_page_header().getNum_values()
                : header.getData_page_header_v2().getNum_values();
    }

    /** Reads the values of a page, null where the file has null. */
    @Nullable
    Binary[] read(Page page) throws IOException {
        ColumnChunkMetaData chunk = chunk(footer.getBlocks().get(page.group));
        PageDecoder decoder = new PageDecoder(chunk.getCodec(), configuration);
        byte[] bytes = bytes(page.start, page.bytes);
        ByteArrayInputStream in = new ByteArrayInputStream(bytes);
        PageHeader header = Util.readPageHeader(in);
        BytesInput body = BytesInput.from(bytes, bytes.length - in.available(), header.getCompressed_page_size());
        PageDecoder.requireIntact(header, body);
        try (SinglePage store =
                new SinglePage(decoder.data(header, body), values(header), dictionary(header, chunk, decoder))) {
            ColumnReader reader = new ColumnReadStoreImpl(
                            store,
                            new NullConverter(),
                            schema,
                            footer.getFileMetaData().getCreatedBy())
                    .getColumnReader(column);
            @Nullable Binary[] values = new Binary[values(header)];
            for (int i = 0; i < values.length; i++) {
                boolean there = reader.getCurrentDefinitionLevel() == column.getMaxDefinitionLevel();
                values[i] = there ? reader.getBinary().copy() : null;
                reader.consume();
            }
            return values;
        } catch (RuntimeException e) {
            throw new IOException("damaged Parquet page at byte " + page.start + ": " + e.getMessage(), e);
        }
    }

    /** Reads the chunk's dictionary only if the page needs it: it may be as large as a thousand images. */
    private @Nullable DictionaryPage dictionary(PageHeader of, ColumnChunkMetaData chunk, PageDecoder decoder)
            throws IOException {
        long start = chunk.getStartingPos();
        long bytes = chunk.getFirstDataPageOffset() - start;
        if (!PageDecoder.usesDictionary(of) || bytes <= 0) {
            return null;
        }
        byte[] page = bytes(start, Math.toIntExact(bytes));
        ByteArrayInputStream in = new ByteArrayInputStream(page);
        PageHeader header = Util.readPageHeader(in);
        BytesInput body = BytesInput.from(page, page.length - in.available(), header.getCompressed_page_size());
        PageDecoder.requireIntact(header, body);
        return decoder.dictionary(header, body);
    }

    private byte[] bytes(long start, int count) throws IOException {
        byte[] bytes = new byte[count];
        try (SeekableInputStream in = file.newStream()) {
            in.seek(start);
            in.readFully(bytes);
        }
        return bytes;
    }
}
