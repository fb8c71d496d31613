package dev.mnc.jobs.evaluate.spark;

import dev.mnc.evaluation.curves.ImageWeights;
import dev.mnc.evaluation.sds.ReplicatedSdsCategory;
import dev.mnc.evaluation.sds.SdsAccumulator;
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
 *
 * @param weights of a bootstrap, or null
 */
record ReduceCategories(@Nullable ImageWeights weights) implements MapPartitionsFunction<Row, ReplicatedSdsCategory> {

    @Override
    public Iterator<ReplicatedSdsCategory> call(Iterator<Row> rows) {
        List<ReplicatedSdsCategory> results = new ArrayList<>();
        @Nullable SdsAccumulator category = null;
        while (rows.hasNext()) {
            Row row = rows.next();
            long id = row.getLong(1);
            if (category == null || category.categoryId() != id) {
                if (category != null) {
                    results.add(category.reduce());
                }
                category = new SdsAccumulator(id, weights);
            }
            if (row.getInt(0) == MatchImages.WANTED) {
                category.addObjects(row.<byte[]>getAs(3));
            } else {
                category.add(SdsCell.ofBytes(row.getLong(2), id, row.<byte[]>getAs(3)));
            }
        }
        if (category != null) {
            results.add(category.reduce());
        }
        return results.iterator();
    }
}
