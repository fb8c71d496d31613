package dev.mnc.jobs.doctor;

import dev.mnc.jobs.cli.Console;
import dev.mnc.jobs.doctor.Finding.State;
import dev.mnc.jobs.failure.ErrorMessages;
import dev.mnc.jobs.failure.ExitCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * All findings of one examination.
 *
 * @param ok how many findings are in that state
 * @param warnings the same for warnings
 * @param failed the same for failures
 * @param skipped the same for what was not looked at
 */
record Diagnosis(List<Finding> findings, long ok, long warnings, long failed, long skipped) {

    Diagnosis {
        findings = List.copyOf(findings);
    }

    private static Diagnosis of(List<Finding> findings) {
        return new Diagnosis(
                findings,
                count(findings, State.OK),
                count(findings, State.WARNING),
                count(findings, State.FAILED),
                count(findings, State.SKIPPED));
    }

    private static long count(List<Finding> findings, State state) {
        return findings.stream().filter(finding -> finding.state() == state).count();
    }

    /** Runs all checks in their order. A value that is no size or number is a finding too, whoever comes upon it. */
    static Diagnosis of(Iterable<? extends Check> checks) {
        List<Finding> findings = new ArrayList<>();
        for (Check check : checks) {
            try {
                findings.addAll(check.findings());
            } catch (IllegalArgumentException e) {
                findings.add(
                        Finding.failed(
                                "settings",
                                ErrorMessages.firstLine(e),
                                "correct the value: it stands after --, in a file of --properties-file, or in spark-defaults.conf"));
            }
        }
        return of(findings);
    }

    int exitCode() {
        return failed == 0 ? ExitCode.OK : ExitCode.ENVIRONMENT;
    }

    /** Returns the findings as a table, each remedy below its finding, and how many there are of each state. */
    String text() {
        int width = findings.stream()
                .mapToInt(finding -> finding.name().length())
                .max()
                .orElse(0);
        String row = "%-7s  %-" + Math.max(width, 1) + "s  %s%n";
        StringBuilder text = new StringBuilder();
        for (Finding finding : findings) {
            String state =
                    finding.state() == State.FAILED ? "FAILED" : finding.state().word();
            text.append(String.format(Locale.ROOT, row, state, finding.name(), Console.printable(finding.found())));
            if (!finding.remedy().isEmpty()) {
                text.append(String.format(Locale.ROOT, row, "", "", "-> " + Console.printable(finding.remedy())));
            }
        }
        text.append(String.format(
                Locale.ROOT,
                "%n%d ok, %d %s, %d failed, %d skipped",
                ok,
                warnings,
                warnings == 1 ? "warning" : "warnings",
                failed,
                skipped));
        return text.toString();
    }
}
