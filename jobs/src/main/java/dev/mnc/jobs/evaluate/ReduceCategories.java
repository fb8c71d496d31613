package dev.mnc.jobs.evaluate;

import dev.mnc.evaluation.CategoryAccumulator;
import dev.mnc.evaluation.CategoryResult;
import dev.mnc.evaluation.Cell;
import dev.mnc.evaluation.Positives;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/** Turns cells into results, category by category. All cells of a type and category stand together in one partition. */
record ReduceCategories(Positives positives) implements MapPartitionsFunction<Row, Tuple2<String, CategoryResult>> {

    @Override
    public Iterator<Tuple2<String, CategoryResult>> call(Iterator<Row> cells) {
        List<Tuple2<String, CategoryResult>> results = new ArrayList<>();
        String type = "";
        @Nullable CategoryAccumulator category = null;
        while (cells.hasNext()) {
            Row row = cells.next();
            long id = row.getLong(1);
            if (category == null || category.categoryId() != id || !type.equals(row.getString(0))) {
                if (category != null) {
                    results.add(new Tuple2<>(type, category.reduce(positives)));
                }
                type = row.getString(0);
                category = new CategoryAccumulator(id);
            }
            category.add(Cell.ofBytes(row.getLong(2), id, row.<byte[]>getAs(3)));
        }
        if (category != null) {
            results.add(new Tuple2<>(type, category.reduce(positives)));
        }
        return results.iterator();
    }
}
