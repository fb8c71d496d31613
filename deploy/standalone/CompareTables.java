import java.util.List;
import org.apache.spark.sql.SparkSession;

/**
 * The comparison of label tables of smoke.sh, run from its source by {@code java}. All rows must be the same but for the name
 * of the run and the time it took, and none may hold the key of the environment. Arguments: the number of images, then the tables.
 */
public final class CompareTables {

    private CompareTables() {}

    /** Prints what is the same, or ends with exit code 1 at the first difference. */
    public static void main(String[] arguments) throws Exception {
        try (SparkSession spark = SparkSession.builder().master("local[2]").getOrCreate()) {
            for (String kind : List.of("images", "instances")) {
                List<String> expected = rows(spark, arguments[1], kind);
                check(!expected.isEmpty(), arguments[1] + " has no " + kind);
                check(
                        !kind.equals("images") || expected.size() == Integer.parseInt(arguments[0]),
                        arguments[1] + " has " + expected.size() + " images, not " + arguments[0]);
                for (int i = 2; i < arguments.length; i++) {
                    String tables = arguments[1] + " and " + arguments[i];
                    compare(tables, kind, expected, rows(spark, arguments[i], kind));
                    System.out.println(tables + ": the same " + expected.size() + " " + kind);
                }
            }
        }
    }

    /** Every row as JSON, in an order of their own. */
    private static List<String> rows(SparkSession spark, String table, String kind) {
        List<String> rows = spark
                .read()
                .parquet(table + "/" + kind)
                .drop("run", "wave", "read_ms", "decode_ms", "detect_ms", "vote_ms")
                .toJSON()
                .collectAsList()
                .stream()
                .sorted()
                .toList();
        String secret = System.getenv("AWS_SECRET_ACCESS_KEY");
        check(rows.stream().noneMatch(row -> row.contains(secret)), table + " holds the secret key in its " + kind);
        return rows;
    }

    private static void compare(String tables, String kind, List<String> expected, List<String> rows) {
        for (int i = 0; i < Math.min(expected.size(), rows.size()); i++) {
            check(expected.get(i).equals(rows.get(i)), tables + " differ in " + kind + ":\n  " + expected.get(i) + "\n  "
                    + rows.get(i));
        }
        check(expected.size() == rows.size(), tables + ": " + expected.size() + " and " + rows.size() + " " + kind);
    }

    private static void check(boolean holds, String difference) {
        if (!holds) {
            System.err.println("error: " + difference);
            System.exit(1);
        }
    }
}
