package dev.mnc.jobs.evaluate;

import dev.mnc.evaluation.CategoryAccumulator;
import dev.mnc.evaluation.CategoryResult;
import dev.mnc.evaluation.Cell;
import dev.mnc.evaluation.Positives;
import dev.mnc.evaluation.SdsCategory;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/**
 * Turns cells into results, category by category. All cells of a label and category stand together in one partition.
 *
 * @param <T> the result of a category
 */
record ReduceCategories<T>(Reduction<T> reduction) implements MapPartitionsFunction<Row, Tuple2<String, T>> {

    /**
     * What is made of a category.
     *
     * @param <T> the result
     */
    sealed interface Reduction<T> extends Serializable {

        Class<T> type();

        T reduce(CategoryAccumulator category);
    }

    record ToCoco(Positives positives) implements Reduction<CategoryResult> {

        @Override
        public Class<CategoryResult> type() {
            return CategoryResult.class;
        }

        @Override
        public CategoryResult reduce(CategoryAccumulator category) {
            return category.reduce(positives);
        }
    }

    record ToSds(Positives positives) implements Reduction<SdsCategory> {

        @Override
        public Class<SdsCategory> type() {
            return SdsCategory.class;
        }

        @Override
        public SdsCategory reduce(CategoryAccumulator category) {
            return category.reduceSds(positives);
        }
    }

    @Override
    public Iterator<Tuple2<String, T>> call(Iterator<Row> cells) {
        List<Tuple2<String, T>> results = new ArrayList<>();
        String label = "";
        @Nullable CategoryAccumulator category = null;
        while (cells.hasNext()) {
            Row row = cells.next();
            long id = row.getLong(1);
            if (category == null || category.categoryId() != id || !label.equals(row.getString(0))) {
                if (category != null) {
                    results.add(new Tuple2<>(label, reduction.reduce(category)));
                }
                label = row.getString(0);
                category = new CategoryAccumulator(id);
            }
            category.add(Cell.ofBytes(row.getLong(2), id, row.<byte[]>getAs(3)));
        }
        if (category != null) {
            results.add(new Tuple2<>(label, reduction.reduce(category)));
        }
        return results.iterator();
    }
}
