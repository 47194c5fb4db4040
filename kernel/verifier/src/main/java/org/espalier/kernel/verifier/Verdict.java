package org.espalier.kernel.verifier;

import java.util.List;

/**
 * What the verifier found in one JAR. Immutable.
 *
 * @param release feature release of the JDK whose list of members was used
 * @param classes number of classes that were checked
 * @param bytes their size
 * @param rejections what is wrong, in the order of the classes' names, {@value #MAX_REJECTIONS} at most
 * @param further how many more there are
 */
public record Verdict(int release, int classes, long bytes, List<Rejection> rejections, int further) {
    /** How many rejections are kept. */
    public static final int MAX_REJECTIONS = 100;

    public Verdict {
        rejections = List.copyOf(rejections);
    }

    /** Whether all classes of the JAR may be defined. */
    public boolean isClean() {
        return rejections.isEmpty();
    }

    /** As many rejections as fit into {@code length} characters, one at least, and how many there are besides. */
    public String summary(int length) {
        StringBuilder text = new StringBuilder();
        int shown = 0;
        for (Rejection rejection : rejections) {
            String next = (shown == 0 ? "" : "; ") + rejection;
            if (shown > 0 && text.length() + next.length() > length) {
                break;
            }
            text.append(next, 0, Math.min(length, next.length()));
            shown++;
        }
        int rest = rejections.size() + further - shown;
        return rest == 0 ? text.toString() : text + "; and " + rest + " more";
    }
}
