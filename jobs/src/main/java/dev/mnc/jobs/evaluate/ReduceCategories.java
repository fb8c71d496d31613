package dev.mnc.jobs.evaluate;

import dev.mnc.evaluation.sds.SdsAccumulator;
import dev.mnc.evaluation.sds.SdsCategory;
import dev.mnc.evaluation.sds.SdsCell;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * Turns cells of the protocol voc-sds into results, category by category. All cells of a category stand together in one
 * partition.
 *
 * @param wanted the objects there were to be found, by category id
 */
record ReduceCategories(Map<Long, Long> wanted) implements MapPartitionsFunction<Row, SdsCategory> {

    @Override
    public Iterator<SdsCategory> call(Iterator<Row> cells) {
        List<SdsCategory> results = new ArrayList<>();
        @Nullable SdsAccumulator category = null;
        while (cells.hasNext()) {
            Row row = cells.next();
            long id = row.getLong(0);
            if (category == null || category.categoryId() != id) {
                if (category != null) {
                    results.add(reduced(category));
                }
                category = new SdsAccumulator(id);
            }
            category.add(SdsCell.ofBytes(row.getLong(1), id, row.<byte[]>getAs(2)));
        }
        if (category != null) {
            results.add(reduced(category));
        }
        return results.iterator();
    }

    private SdsCategory reduced(SdsAccumulator category) {
        return category.reduce(wanted.getOrDefault(category.categoryId(), 0L));
    }
}
