package org.espalier.kernel.hw;

import org.espalier.kernel.verifier.Verdict;

/**
 * Describes what went wrong in a component. The throwable is the component's own and its methods may do anything, so this runs
 * in the component's context, and what it yields is bounded.
 */
public final class Faults {
    private static final int MAX_LENGTH = 500;

    private Faults() {}

    static String describe(String thread, Throwable fault) {
        if (fault instanceof Carrier.Fault told) {
            return "thread ‘" + thread + "’: " + bounded(String.valueOf(told.getMessage()));
        }
        return "thread ‘" + thread + "’: " + describe(fault);
    }

    /** What was thrown, and where. */
    public static String describe(Throwable fault) {
        Throwable cause =
                fault instanceof java.lang.reflect.InvocationTargetException invocation && invocation.getCause() != null
                        ? invocation.getCause()
                        : fault;
        String type = cause.getClass().getName();
        String text;
        try {
            String message = cause.getMessage();
            StackTraceElement[] trace = cause.getStackTrace();
            // A class that the loader refused: why is in the cause.
            String reason =
                    cause instanceof NoClassDefFoundError && cause.getCause() instanceof ClassNotFoundException e
                            ? " (" + e.getMessage() + ")"
                            : "";
            text = type
                    + (message == null ? "" : ": " + message)
                    + reason
                    + (trace.length == 0 ? "" : " at " + trace[0]);
        } catch (Throwable worse) {
            text = type;
        }
        return bounded(text);
    }

    /** Why the code of a component was not let in. */
    static String rejected(Verdict verdict) {
        return bounded("its code is rejected: " + verdict.summary(MAX_LENGTH - 60));
    }

    /** The text on one line, cut off where it is too long. */
    static String bounded(String text) {
        String clean = text.replaceAll("\\p{Cntrl}", " ");
        return clean.substring(0, Math.min(clean.length(), MAX_LENGTH));
    }
}
