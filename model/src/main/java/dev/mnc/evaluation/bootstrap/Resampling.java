package dev.mnc.evaluation.bootstrap;

import static java.util.Objects.requireNonNull;

import dev.mnc.evaluation.coco.Parallel;
import dev.mnc.evaluation.coco.Rankings;
import dev.mnc.evaluation.curves.ImageWeights;
import dev.mnc.evaluation.curves.Ranking;
import dev.mnc.evaluation.matching.LongIndex;
import dev.mnc.evaluation.plan.EvaluationPlan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The computation of the replicates of rankings that are in memory, on several threads. */
public final class Resampling {

    private final ReplicateRequest request;
    private final Rankings rankings;
    private final LongIndex categories;
    private final ImageWeights weights;
    private final List<ReplicateBlock> blocks;

    private Resampling(EvaluationPlan plan, int specIndex, Rankings rankings) {
        this.request = ReplicateRequest.of(plan, specIndex);
        this.rankings = rankings;
        this.categories = plan.categories();
        this.weights = requireNonNull(plan.weights(), "weights");
        this.blocks = ReplicateBlock.all(weights.replicates());
    }

    /**
     * Returns the replicates of the rankings of a spec.
     *
     * @param plan has weights
     * @param specIndex index of the ranking spec in the plan
     * @param rankings of the spec
     * @param threads to compute with; the numbers are the same for any number of them
     */
    public static Replicates of(EvaluationPlan plan, int specIndex, Rankings rankings, ExecutorService threads) {
        return new Resampling(plan, specIndex, rankings).run(threads);
    }

    /** The work of one thread in one go: a category in a block of replicates. */
    private record Cell(int category, int block) {}

    private Replicates run(ExecutorService threads) {
        List<double[][]> positives = Parallel.all(
                threads,
                blocks.stream()
                        .<Callable<double[][]>>map(block -> () -> positives(block))
                        .toList());
        // The largest first, so that at the end no thread works alone on a large one.
        List<Cell> cells = IntStream.range(0, categories.size())
                .boxed()
                .sorted(Comparator.comparing(
                        (Integer category) -> -ranking(category).count()))
                .flatMap(category -> IntStream.range(0, blocks.size()).mapToObj(block -> new Cell(category, block)))
                .toList();
        List<CategoryReplicates> done = Parallel.all(
                threads,
                cells.stream()
                        .<Callable<CategoryReplicates>>map(cell -> () -> replicates(cell, positives))
                        .toList());
        List<List<CategoryReplicates>> parts = Stream.<List<CategoryReplicates>>generate(ArrayList::new)
                .limit(categories.size())
                .toList();
        for (int i = 0; i < done.size(); i++) {
            parts.get(cells.get(i).category()).add(done.get(i));
        }
        return new Replicates(parts.stream().map(CategoryReplicates::joined).toList());
    }

    private Ranking ranking(int category) {
        return rankings.rankings().get(category);
    }

    private double[][] positives(ReplicateBlock block) {
        return rankings.positives()
                .weighted(categories.size(), rankings.rules().areas(), weights, block.first(), block.count());
    }

    private CategoryReplicates replicates(Cell cell, List<double[][]> positives) {
        ReplicateCurves curves = new ReplicateCurves(
                request,
                weights,
                blocks.get(cell.block()).first(),
                positives.get(cell.block())[cell.category()],
                ReplicateRequest.cuts(rankings.results().get(cell.category())));
        curves.add(ranking(cell.category()));
        return curves.result(categories.id(cell.category()));
    }
}
