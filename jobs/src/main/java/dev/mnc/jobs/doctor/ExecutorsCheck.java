package dev.mnc.jobs.doctor;

import dev.mnc.jobs.failure.ErrorMessages;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * Check that executors come, and are what the driver is: a small job asks each.
 *
 * @param driver what runs here
 * @param patience how long to wait for the answers
 */
record ExecutorsCheck(SparkSettings settings, ExecutorFacts.Versions driver, Duration patience, Cluster cluster)
        implements Check {

    private static final String COUNT = "executors";
    private static final String VERSIONS = "executors: versions";
    private static final String CLOCKS = "executors: clocks";
    private static final String GPUS = "executors: gpus";

    @Override
    public List<Finding> findings() {
        Cluster.Answers answers;
        try {
            answers = cluster.executors(patience);
        } catch (TimeoutException e) {
            return List.of(Finding.failed(
                    COUNT,
                    "no answer from executors of " + settings.master() + " in " + patience.toSeconds() + " s",
                    "see on the cluster's page whether the application waits for cores, memory or GPUs that no worker"
                            + " has free, and whether its machines can reach this one; --wait gives it more time"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of(Finding.skipped(COUNT, "interrupted"));
        } catch (Exception e) {
            return List.of(Finding.failed(
                    COUNT,
                    "Spark does not run on " + settings.master() + ": " + ErrorMessages.firstLine(e),
                    "if it names a class that is missing or of another version, the cluster's Spark must be "
                            + driver.spark() + "; see executors' logs"));
        }
        return List.of(count(answers), versions(answers), clocks(answers), gpus(answers));
    }

    private Finding count(Cluster.Answers answers) {
        int wanted = settings.inOneProcess() ? 1 : settings.executors();
        int answered = answers.executors().size();
        String found = settings.inOneProcess()
                ? "tasks run in this process"
                : answered + " on " + hosts(answers) + (hosts(answers) == 1 ? " host" : " hosts");
        if (answers.registered() < wanted) {
            return Finding.warning(
                    COUNT,
                    found + ", but " + wanted + " were requested",
                    "see on the cluster's page what the others wait for; --wait gives them more time");
        }
        return answered < answers.registered()
                ? Finding.warning(
                        COUNT, found + " answered, of " + answers.registered(), "see the logs of those that did not")
                : Finding.ok(COUNT, found);
    }

    private static long hosts(Cluster.Answers answers) {
        return answers.executors().stream().map(ExecutorFacts::host).distinct().count();
    }

    private Finding versions(Cluster.Answers answers) {
        List<String> wrong = new ArrayList<>();
        for (ExecutorFacts executor : answers.executors()) {
            ExecutorFacts.Versions there = executor.versions();
            String who = "executor " + executor.id() + " on " + executor.host() + " has ";
            if (!there.spark().equals(driver.spark())) {
                wrong.add(who + "Spark " + there.spark() + ", the driver " + driver.spark());
            }
            if (feature(there.java()) != feature(driver.java())) {
                wrong.add(who + "Java " + there.java() + ", the driver " + driver.java());
            }
            if (!there.mnc().equals(driver.mnc())) {
                wrong.add(who + "mnc-spark " + there.mnc() + ", the driver " + driver.mnc());
            }
            if (there.glibc().isEmpty() || NativeLibraryCheck.isOld(there.glibc())) {
                wrong.add(who + (there.glibc().isEmpty() ? "no glibc" : "glibc " + there.glibc())
                        + ", and TensorFlow needs " + NativeLibraryCheck.NEEDED);
            }
        }
        String found = "Spark " + driver.spark() + ", Java " + driver.java() + ", mnc-spark " + driver.mnc();
        return wrong.isEmpty()
                ? Finding.ok(VERSIONS, found)
                : Finding.failed(
                        VERSIONS,
                        String.join("; ", wrong),
                        "install the same versions on all machines, or in the image that executors run in");
    }

    private static int feature(String java) {
        return Runtime.Version.parse(java).feature();
    }

    private static Finding clocks(Cluster.Answers answers) {
        return answers.executors().stream()
                .map(executor -> Map.entry(executor, ClockSkew.of(executor.time(), answers.from(), answers.to())))
                .max(Comparator.comparing(entry -> entry.getValue().ahead().abs()))
                .map(worst -> worst.getValue()
                        .finding(CLOCKS, "the clock of " + worst.getKey().host()))
                .orElseGet(() -> Finding.skipped(CLOCKS, "no executor answered"));
    }

    private static Finding gpus(Cluster.Answers answers) {
        Map<String, String> owners = new HashMap<>();
        for (ExecutorFacts executor : answers.executors()) {
            for (String address : executor.gpus()) {
                String other = owners.putIfAbsent(executor.host() + " " + address, executor.id());
                if (other != null) {
                    return Finding.failed(
                            GPUS,
                            String.format(
                                    Locale.ROOT,
                                    "executors %s and %s on %s were both given GPU %s",
                                    other,
                                    executor.id(),
                                    executor.host(),
                                    address),
                            "let the manager isolate GPUs, or the discovery script give each executor one of its own");
                }
            }
        }
        return owners.isEmpty()
                ? Finding.skipped(GPUS, "no task was given one")
                : Finding.ok(
                        GPUS,
                        answers.executors().stream()
                                .map(executor -> executor.host() + " " + String.join(",", executor.gpus()))
                                .collect(Collectors.joining("; ")));
    }
}
