package org.espalier.kernel.sel4;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a random run has reached: which operations have succeeded and how often, and what else has happened that is more than a refusal.
 * It is told what threads do and sees by their registers what came of it, as they would.
 */
final class OperationCounts {
    /** What is no operation on an object, but has to happen in a run that is worth something. */
    enum Event {
        /** A thread that had waited, or has asked, got a message of another thread's. */
        MESSAGE,
        /** A message brought a capability into the receive slot. */
        CAPABILITY_IN_MESSAGE,
        /** A message named capabilities by their badges, as they are of the endpoint that it came through. */
        CAPABILITY_UNWRAPPED,
        /** A handler got the message of another's fault. */
        FAULT_MESSAGE,
        /** A thread that had faulted went on, as its handler has replied. */
        FAULT_ANSWERED,
        /** A caller got its reply. */
        REPLY,
        /** A thread that waited at an endpoint was woken by its bound notification. */
        BOUND_SIGNAL,
        /** A thread that waited at a notification got its badges. */
        SIGNAL,
        /** A system call was pre-empted within the kernel, and made again. */
        MADE_AGAIN,
        /** An identifier was given to a space that another space had before. */
        IDENTIFIER_REUSED,
        /** A pool of identifiers was made where another was deleted. */
        POOL_REUSED
    }

    private final Map<Invocation, Integer> succeeded = new TreeMap<>();
    private final Map<Invocation, Integer> failed = new TreeMap<>();
    private final Map<Event, Integer> events = new TreeMap<>();
    private final Map<String, Integer> errors = new HashMap<>();

    void succeeded(Invocation operation) {
        succeeded.merge(operation, 1, Integer::sum);
    }

    void failed(Invocation operation, long error) {
        failed.merge(operation, 1, Integer::sum);
        errors.merge(SyscallError.name(error), 1, Integer::sum);
    }

    void happened(Event event) {
        events.merge(event, 1, Integer::sum);
    }

    /** What has been reached less often than {@code least} times. */
    List<String> missing(int least, List<Invocation> operations) {
        List<String> missing = new ArrayList<>();
        for (Invocation operation : operations) {
            int count = succeeded.getOrDefault(operation, 0);
            if (count < least) {
                missing.add(operation + " " + count);
            }
        }
        for (Event event : Event.values()) {
            int count = events.getOrDefault(event, 0);
            if (count < least) {
                missing.add(event + " " + count);
            }
        }
        return missing;
    }

    @Override
    public String toString() {
        return "succeeded %s%nrefused %s%nerrors %s%nevents %s".formatted(succeeded, failed, errors, events);
    }
}
