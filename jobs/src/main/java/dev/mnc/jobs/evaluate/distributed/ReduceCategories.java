package dev.mnc.jobs.evaluate.distributed;

import dev.mnc.evaluation.sds.SdsAccumulator;
import dev.mnc.evaluation.sds.SdsCategory;
import dev.mnc.evaluation.sds.SdsCell;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * Turns the rows of {@link MatchImages} into results, category by category. All rows of a category stand together in one
 * partition.
 */
record ReduceCategories() implements MapPartitionsFunction<Row, SdsCategory> {

    @Override
    public Iterator<SdsCategory> call(Iterator<Row> rows) {
        List<SdsCategory> results = new ArrayList<>();
        @Nullable SdsAccumulator category = null;
        long wanted = 0;
        while (rows.hasNext()) {
            Row row = rows.next();
            long id = row.getLong(1);
            if (category == null || category.categoryId() != id) {
                if (category != null) {
                    results.add(category.reduce(wanted));
                }
                category = new SdsAccumulator(id);
                wanted = 0;
            }
            if (row.getInt(0) == MatchImages.WANTED) {
                wanted += row.getLong(2);
            } else {
                category.add(SdsCell.ofBytes(row.getLong(2), id, row.<byte[]>getAs(3)));
            }
        }
        if (category != null) {
            results.add(category.reduce(wanted));
        }
        return results.iterator();
    }
}
