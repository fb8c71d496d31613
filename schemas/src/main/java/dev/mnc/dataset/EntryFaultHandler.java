package dev.mnc.dataset;

/** Is told of every entry of a file that cannot be read, and says by throwing or not whether reading goes on after it. */
public interface EntryFaultHandler {

    /** Stops at the first. */
    EntryFaultHandler STOP = fault -> {
        throw fault;
    };

    /**
     * Takes a fault; reading goes on after the entry unless this throws.
     *
     * @param fault names file, entry and field
     */
    void unreadable(UnreadableDatasetException fault);
}
