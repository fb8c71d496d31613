package dev.mnc.jobs;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The claim of a test that it makes the fault of a row of the table in {@code docs/operations.md}, see {@link FaultTableTest}. */
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.METHOD)
@Repeatable(FaultRow.All.class)
public @interface FaultRow {

    /** The fault, as the row names it. */
    String value();

    /** The exit codes that the test sees; those of all tests of a row are those that the row names. */
    int[] exitCodes() default {};

    /** Several rows. */
    @Retention(RetentionPolicy.CLASS)
    @Target(ElementType.METHOD)
    @interface All {
        FaultRow[] value();
    }
}
