package dev.mnc.jobs.label;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;

/** A message of an attempt at a partition to the driver, which by the last one knows what an executor died of. */
sealed interface TaskMessage extends Serializable {

    /**
     * An attempt at a partition.
     *
     * @param run the run's id
     * @param partition unique in the run; the same for each attempt
     * @param id of the attempt, unique in the session
     * @param executor that it runs on
     */
    record Attempt(String run, String partition, long id, String executor) implements Serializable {}

    /** The start of an attempt; answered with {@link Orders#words}. */
    record Begin(Attempt attempt) implements TaskMessage {}

    /** An image is about to be labelled, alone in its executor. Waits for the answer, so that the driver knows in any case. */
    record Alone(Attempt attempt, String address) implements TaskMessage {}

    /** The end of an attempt that an image may be to blame for as if its executor had died, for want of memory. */
    record Lost(Attempt attempt) implements TaskMessage {}

    /** The end of an attempt whose executor lives, well or not. */
    record End(Attempt attempt) implements TaskMessage {}

    /**
     * The way in which an attempt labels its images.
     *
     * @param oneByOne whether each is alone in its executor
     * @param crashed addresses of images that are not to be touched any more
     */
    record Orders(boolean oneByOne, Set<String> crashed) implements Serializable {

        /** The usual way, all images together. */
        static final Orders TOGETHER = new Orders(false, Set.of());

        public Orders {
            crashed = Set.copyOf(crashed);
        }

        /**
         * Returns the orders in classes of the JDK. Spark reads an answer with the loader of its own classes, which does not know
         * ours where they came with the application.
         */
        String[] words() {
            return Stream.concat(Stream.of(String.valueOf(oneByOne)), crashed.stream())
                    .toArray(String[]::new);
        }

        /** Returns the orders that {@link #words} gave. */
        static Orders of(String[] words) {
            return new Orders(Boolean.parseBoolean(words[0]), Set.of(Arrays.copyOfRange(words, 1, words.length)));
        }
    }
}
