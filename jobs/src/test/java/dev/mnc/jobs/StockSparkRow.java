package dev.mnc.jobs;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The claim of a test that it measures what a stock Spark write does under the fault of some rows, see {@link FaultTableTest}. */
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.METHOD)
public @interface StockSparkRow {

    /** The faults, as the rows name them. */
    String[] value();
}
