package dev.mnc.dataset;

/**
 * A handler of entries of a file that cannot be read; by throwing or not it decides whether reading continues after the
 * entry.
 */
public interface EntryFaultHandler {

    /** The handler that stops at the first. */
    EntryFaultHandler STOP = fault -> {
        throw fault;
    };

    /**
     * Handles a fault; reading continues after the entry unless this throws.
     *
     * @param fault whose message names file, entry and field
     */
    void unreadable(UnreadableDatasetException fault);
}
