package dev.mnc.jobs.corpus.formats;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.CRC32;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DataPageV2;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.hadoop.CodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;

/** A decompressor of the pages of a column of binaries. */
final class PageDecoder {

    private static final Statistics<?> NO_STATISTICS =
            Statistics.createStats(Types.optional(PrimitiveTypeName.BINARY).named("image"));

    private final CompressionCodecName codec;
    private final Configuration configuration;

    PageDecoder(CompressionCodecName codec, Configuration configuration) {
        this.codec = codec;
        this.configuration = configuration;
    }

    static boolean usesDictionary(PageHeader data) {
        return encoding(
                        data.isSetData_page_header_v2()
                                ? data.getData_page_header_v2().getEncoding()
                                : data.getData_page_header().getEncoding())
                .usesDictionary();
    }

    /** Throws if a page is not the one that was written, as far as its checksum tells; some writers leave that out. */
    static void requireIntact(PageHeader header, BytesInput body) throws IOException {
        if (header.isSetCrc()) {
            CRC32 crc = new CRC32();
            crc.update(bytes(body));
            if ((int) crc.getValue() != header.getCrc()) {
                throw new IOException("damaged Parquet page: its checksum is another");
            }
        }
    }

    DataPage data(PageHeader header, BytesInput body) throws IOException {
        if (header.isSetData_page_header_v2()) {
            return second(header, header.getData_page_header_v2(), body);
        }
        DataPageHeader first = header.getData_page_header();
        return new DataPageV1(
                plain(body, header.getUncompressed_page_size()),
                first.getNum_values(),
                header.getUncompressed_page_size(),
                NO_STATISTICS,
                encoding(first.getRepetition_level_encoding()),
                encoding(first.getDefinition_level_encoding()),
                encoding(first.getEncoding()));
    }

    /** Reads a page of version 2, in which the levels stand before the values and are never compressed. */
    private DataPage second(PageHeader header, DataPageHeaderV2 second, BytesInput body) throws IOException {
        byte[] all = bytes(body);
        int repetition = second.getRepetition_levels_byte_length();
        int levels = repetition + second.getDefinition_levels_byte_length();
        BytesInput values = BytesInput.from(all, levels, all.length - levels);
        return DataPageV2.uncompressed(
                second.getNum_rows(),
                second.getNum_nulls(),
                second.getNum_values(),
                BytesInput.from(all, 0, repetition),
                BytesInput.from(all, repetition, levels - repetition),
                encoding(second.getEncoding()),
                second.isIs_compressed() ? plain(values, header.getUncompressed_page_size() - levels) : values,
                NO_STATISTICS);
    }

    DictionaryPage dictionary(PageHeader header, BytesInput body) throws IOException {
        return new DictionaryPage(
                plain(body, header.getUncompressed_page_size()),
                header.getDictionary_page_header().getNum_values(),
                encoding(header.getDictionary_page_header().getEncoding()));
    }

    private BytesInput plain(BytesInput compressed, int size) throws IOException {
        if (codec == CompressionCodecName.UNCOMPRESSED || compressed.size() == 0) {
            return compressed;
        }
        CodecFactory codecs = new CodecFactory(configuration, size);
        try {
            return BytesInput.from(bytes(codecs.getDecompressor(codec).decompress(compressed, size)));
        } finally {
            codecs.release();
        }
    }

    /** Copies all bytes, since the output of a codec may be read only while the codec is open. */
    private static byte[] bytes(BytesInput input) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(Math.toIntExact(input.size()));
        input.writeAllTo(out);
        return out.toByteArray();
    }

    private static Encoding encoding(org.apache.parquet.format.Encoding encoding) {
        return Encoding.valueOf(encoding.name());
    }
}
