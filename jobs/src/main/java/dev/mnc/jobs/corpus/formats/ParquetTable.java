package dev.mnc.jobs.corpus.formats;

import dev.mnc.jobs.corpus.formats.TextRows.TextRow;
import dev.mnc.jobs.failure.OperatorException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.HadoopReadOptions;
import org.apache.parquet.conf.HadoopParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ColumnPath;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/** A Parquet file that is a manifest or holds images in a column; the columns tell which. */
public final class ParquetTable {

    private static final String BYTES = "bytes";
    private static final String PATH = "path";
    /** Names of columns that may name the rows' images; the first one that the file has is used. */
    private static final List<String> KEYS =
            List.of("file_name", "filename", "path", "__key__", "key", "name", "image_id", "id");

    private final InputFile file;
    private final String uri;
    private final ParquetMetadata footer;
    private final Configuration configuration;

    /** A receiver of the images of a column. */
    public interface Visitor {

        /**
         * Takes one image.
         *
         * @param row of the file, 0-based
         * @param key name of the image in another column, or null
         * @param meanBytes of the images in the row's group
         */
        void image(long row, @Nullable String key, long meanBytes);
    }

    /**
     * Reads the footer.
     *
     * @param uri names the file in messages
     * @throws OperatorException if it is no Parquet file
     */
    public ParquetTable(InputFile file, String uri, Configuration configuration) throws IOException {
        this.file = file;
        this.uri = uri;
        this.configuration = configuration;
        try (ParquetFileReader reader = ParquetFileReader.open(
                file, HadoopReadOptions.builder(configuration).build())) {
            this.footer = reader.getFooter();
        } catch (RuntimeException e) {
            throw OperatorException.environment(
                    uri + " is no Parquet file, or damaged: " + e.getMessage(), "fix the file, or move it away");
        }
    }

    private MessageType schema() {
        return footer.getFileMetaData().getSchema();
    }

    /** Returns whether there is a plain column of texts of this name. */
    public boolean hasText(String column) {
        return has(column) && isBinary(schema().getType(column));
    }

    /** Returns the file's address, as messages name it. */
    public String uri() {
        return uri;
    }

    /**
     * Returns the column that the images are in.
     *
     * @param wanted the name that the user gives, or null for the only column that can be it
     * @throws OperatorException if there is no such column, or there are several and the user names none
     */
    public String imageColumn(@Nullable String wanted) {
        List<String> candidates = candidates();
        if (wanted != null) {
            if (!schema().containsField(wanted) || !holdsImages(schema().getType(wanted))) {
                throw OperatorException.usage(
                        "--image-column " + wanted + ": " + uri + " has no such column of binaries or of structs with"
                                + " bytes; its columns are " + columns(),
                        candidates.isEmpty() ? "check --images" : "choose one of: " + String.join(", ", candidates));
            }
            return wanted;
        }
        if (candidates.size() == 1) {
            return candidates.get(0);
        }
        if (candidates.isEmpty()) {
            throw noImages();
        }
        throw OperatorException.usage(
                uri + " has more than one column that may hold images: " + String.join(", ", candidates),
                "choose with --image-column");
    }

    /** Returns whether there is a column that images may be in. */
    public boolean holdsImages() {
        return !candidates().isEmpty();
    }

    /** Returns the error for a file that is of no use as a corpus. */
    public OperatorException noImages() {
        return OperatorException.usage(
                uri + " is neither a manifest (it has no column uri) nor does it hold images (it has no column of"
                        + " binaries or of structs with bytes); its columns are " + columns(),
                "check --images");
    }

    private List<String> candidates() {
        return schema().getFields().stream()
                .filter(type -> holdsImages(type) && !isText(type))
                .map(Type::getName)
                .toList();
    }

    private String columns() {
        return schema().getFields().stream()
                .map(type -> type.getName() + " ("
                        + (type.isPrimitive() ? isText(type) ? "string" : primitiveName(type) : "group") + ")")
                .collect(Collectors.joining(", "));
    }

    private static String primitiveName(Type type) {
        return type.asPrimitiveType()
                        .getPrimitiveTypeName()
                        .javaType
                        .getSimpleName()
                        .equals("Binary")
                ? "binary"
                : type.asPrimitiveType().getPrimitiveTypeName().name().toLowerCase(java.util.Locale.ROOT);
    }

    private static boolean holdsImages(Type type) {
        if (type.isRepetition(Type.Repetition.REPEATED)) {
            return false;
        }
        if (type.isPrimitive()) {
            return isBinary(type);
        }
        return type.asGroupType().containsField(BYTES)
                && isBinary(type.asGroupType().getType(BYTES));
    }

    private static boolean isBinary(Type type) {
        return type.isPrimitive()
                && !type.isRepetition(Type.Repetition.REPEATED)
                && type.asPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.BINARY;
    }

    private static boolean isText(Type type) {
        return type.getLogicalTypeAnnotation() instanceof LogicalTypeAnnotation.StringLogicalTypeAnnotation;
    }

    /** Returns the path of an image column's values in the schema. */
    static ColumnPath valuePath(MessageType schema, String column) {
        return schema.getType(column).isPrimitive() ? ColumnPath.get(column) : ColumnPath.get(column, BYTES);
    }

    /** Visits every row. Whether it holds an image or null is found out when it is read. */
    public void images(String column, Visitor visitor) throws IOException {
        MessageType keys = keys(column);
        try (ParquetReader<Group> rows = keys == null ? null : reader(keys)) {
            ColumnPath path = valuePath(schema(), column);
            long row = 0;
            for (BlockMetaData block : footer.getBlocks()) {
                long mean = meanBytes(block, path);
                for (long end = row + block.getRowCount(); row < end; row++) {
                    Group group = rows == null ? null : rows.read();
                    visitor.image(row, group == null ? null : text(group), mean);
                }
            }
        }
    }

    private static long meanBytes(BlockMetaData block, ColumnPath path) {
        for (ColumnChunkMetaData chunk : block.getColumns()) {
            if (chunk.getPath().equals(path)) {
                return chunk.getTotalUncompressedSize() / Math.max(1, block.getRowCount());
            }
        }
        return 0;
    }

    /** Returns the schema of the one column that names the rows, or null if there is none. */
    private @Nullable MessageType keys(String column) {
        Type image = schema().getType(column);
        if (!image.isPrimitive()
                && image.asGroupType().containsField(PATH)
                && isBinary(image.asGroupType().getType(PATH))) {
            return new MessageType(
                    "keys",
                    image.asGroupType().withNewFields(image.asGroupType().getType(PATH)));
        }
        return KEYS.stream()
                .filter(key -> !key.equals(column) && schema().containsField(key))
                .map(key -> schema().getType(key))
                .filter(type -> type.isPrimitive() && !type.isRepetition(Type.Repetition.REPEATED))
                .findFirst()
                .map(type -> new MessageType("keys", type))
                .orElse(null);
    }

    /** Returns the first value in the group, at whatever depth, or null. */
    private static @Nullable String text(Group group) {
        if (group.getType().getFieldCount() == 0 || group.getFieldRepetitionCount(0) == 0) {
            return null;
        }
        return group.getType().getType(0).isPrimitive() ? group.getValueToString(0, 0) : text(group.getGroup(0, 0));
    }

    private ParquetReader<Group> reader(MessageType columns) throws IOException {
        Configuration projected = new Configuration(configuration);
        projected.set(ReadSupport.PARQUET_READ_SCHEMA, columns.toString());
        return new ParquetReader.Builder<Group>(file, new HadoopParquetConfiguration(projected)) {
            @Override
            protected ReadSupport<Group> getReadSupport() {
                return new GroupReadSupport();
            }
        }.usePageChecksumVerification(true).build();
    }

    /** Returns whether there is a column of this name. */
    public boolean has(String column) {
        return schema().containsField(column);
    }

    /** Returns the names of all columns. */
    public List<String> names() {
        return schema().getFields().stream().map(Type::getName).toList();
    }

    /**
     * Returns the rows with some of their columns, one by one.
     *
     * @throws OperatorException if one of the columns is nested
     */
    public Iterator<TextRow> rows(List<String> names) throws IOException {
        List<Type> columns = new ArrayList<>();
        for (String name : names) {
            Type type = schema().getType(name);
            if (!type.isPrimitive() || type.isRepetition(Type.Repetition.REPEATED)) {
                throw OperatorException.usage("column " + name + " of " + uri + " is nested", "give a plain column");
            }
            columns.add(type);
        }
        return new Rows(reader(new MessageType("rows", columns)), uri);
    }

    /**
     * Passes every row to a receiver, with some of the columns, which may be nested.
     *
     * @param names of columns that the file has
     */
    public void forEach(List<String> names, Consumer<Group> taker) throws IOException {
        Type[] columns = names.stream().map(name -> schema().getType(name)).toArray(Type[]::new);
        try (ParquetReader<Group> rows = reader(new MessageType("rows", columns))) {
            for (Group row = rows.read(); row != null; row = rows.read()) {
                taker.accept(row);
            }
        }
    }

    private static final class Rows implements Iterator<TextRow> {

        private final ParquetReader<Group> reader;
        private final String uri;
        private @Nullable Group next;
        private long row;

        Rows(ParquetReader<Group> reader, String uri) {
            this.reader = reader;
            this.uri = uri;
            advance();
        }

        private void advance() {
            try {
                next = reader.read();
                row++;
                if (next == null) {
                    reader.close();
                }
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read " + uri + ": " + e.getMessage(), e);
            }
        }

        @Override
        public boolean hasNext() {
            return next != null;
        }

        @Override
        public TextRow next() {
            Group group = next;
            if (group == null) {
                throw new NoSuchElementException();
            }
            TextRow made = new TextRow(column -> field(group, column), "row", row);
            advance();
            return made;
        }

        private static @Nullable String field(Group group, String column) {
            return !group.getType().containsField(column) || group.getFieldRepetitionCount(column) == 0
                    ? null
                    : group.getValueToString(group.getType().getFieldIndex(column), 0);
        }
    }
}
