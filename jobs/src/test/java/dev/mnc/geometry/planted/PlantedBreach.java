package dev.mnc.geometry.planted;

import dev.mnc.model.Predictor;
import org.apache.spark.sql.Row;

/** Breaks the architecture on purpose: its test must find this class, or it would find nothing. */
final class PlantedBreach {

    private PlantedBreach() {}

    static String breach(Predictor predictor, Row row) {
        return predictor.digest() + row.length();
    }
}
