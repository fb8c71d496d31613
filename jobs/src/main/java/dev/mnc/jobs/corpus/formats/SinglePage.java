package dev.mnc.jobs.corpus.formats;

import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;
import org.jspecify.annotations.Nullable;

/** A row group that consists of one page, so that Parquet's column reader decodes that page and no other. */
final class SinglePage implements PageReadStore, PageReader {

    private final int values;
    private final @Nullable DictionaryPage dictionary;
    private @Nullable DataPage page;

    SinglePage(DataPage page, int values, @Nullable DictionaryPage dictionary) {
        this.page = page;
        this.values = values;
        this.dictionary = dictionary;
    }

    @Override
    public PageReader getPageReader(ColumnDescriptor descriptor) {
        return this;
    }

    @Override
    public long getRowCount() {
        return values;
    }

    @Override
    public long getTotalValueCount() {
        return values;
    }

    @Override
    @SuppressWarnings("NullAway") // Parquet's own reader answers null where a chunk has no dictionary
    public @Nullable DictionaryPage readDictionaryPage() {
        return dictionary;
    }

    @Override
    @SuppressWarnings("NullAway") // and null after the last page
    public @Nullable DataPage readPage() {
        DataPage next = page;
        page = null;
        return next;
    }
}
