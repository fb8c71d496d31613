package dev.mnc.jobs.evaluate.result;

import dev.mnc.dataset.EntryFaultHandler;
import dev.mnc.dataset.UnreadableDatasetException;
import dev.mnc.evaluation.matching.FaultLog;
import dev.mnc.evaluation.matching.FaultLog.Fault;
import dev.mnc.evaluation.matching.FaultLog.Reason;
import dev.mnc.evaluation.matching.FaultLog.Section;
import dev.mnc.jobs.evaluate.config.EvaluateConfig;
import dev.mnc.jobs.evaluate.config.EvaluateConfig.OnFault;
import dev.mnc.jobs.failure.OperatorException;
import java.util.concurrent.atomic.AtomicLong;

/** The treatment of entries that cannot be used, the same in both engines. */
public final class FaultPolicy {

    private static final String REMEDY = "fix the file, or leave such entries out with --lenient";

    private FaultPolicy() {}

    /** Returns what readers, several at once, do about an entry that they cannot read. */
    public static EntryFaultHandler entries(EvaluateConfig config, FaultLog log, Reason reason) {
        if (config.protocol().onFault() == OnFault.STOP) {
            return fault -> {
                throw OperatorException.usage(String.valueOf(fault.getMessage()), REMEDY);
            };
        }
        AtomicLong count = new AtomicLong();
        return fault -> {
            synchronized (log) {
                log.add(new Fault(reason, count.getAndIncrement(), String.valueOf(fault.getMessage())));
            }
        };
    }

    /**
     * Stops a strict evaluation at the first fault, and any at a file that is broken.
     *
     * @throws OperatorException naming file and entry
     * @throws UnreadableDatasetException naming the file that is broken, and where
     */
    public static void stopIfAny(EvaluateConfig config, FaultLog log) {
        Fault first = log.first();
        if (first != null && first.reason() == Reason.BROKEN_DETECTIONS) {
            throw new UnreadableDatasetException(first.message());
        }
        if (first == null || config.protocol().onFault() == OnFault.LEAVE_OUT) {
            return;
        }
        if (first.reason() == Reason.UNREADABLE_GROUND_TRUTH || first.reason() == Reason.UNREADABLE_DETECTION) {
            // The reader has named the file already.
            throw OperatorException.usage(first.message(), REMEDY);
        }
        String file = first.reason().section() == Section.GROUND_TRUTH ? config.groundTruth() : config.predictions();
        throw OperatorException.usage(file + ": " + first.message(), REMEDY);
    }
}
