package dev.mnc.jobs.cli;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Shows how far something is: twice a second in place on a terminal, every 30 seconds as a line in a log. */
public final class Ticker {

    private static final long TERMINAL_MILLIS = 500;
    private static final long LOG_MILLIS = 30_000;

    private final Console console;
    private final Supplier<String> line;
    private final ScheduledExecutorService clock;

    private Ticker(Console console, Supplier<String> line) {
        this.console = console;
        this.line = line;
        this.clock = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "mnc-progress");
            thread.setDaemon(true);
            return thread;
        });
        long period = console.interactive() ? TERMINAL_MILLIS : LOG_MILLIS;
        var unused = clock.scheduleAtFixedRate(this::show, period, period, TimeUnit.MILLISECONDS);
    }

    /**
     * Does the work and shows lines meanwhile.
     *
     * @param line how far the work is, asked for each time
     */
    public static <T> T during(Console console, Supplier<String> line, Supplier<T> work) {
        Ticker ticker = new Ticker(console, line);
        try {
            return work.get();
        } finally {
            ticker.stop();
        }
    }

    private void show() {
        if (console.interactive()) {
            console.rewrite(line.get());
        } else {
            console.note(line.get());
        }
    }

    private void stop() {
        clock.shutdownNow();
        if (console.interactive()) {
            console.rewrite("");
        }
    }
}
