package org.espalier.kernel.hw;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.espalier.kernel.verifier.Verdict;
import org.espalier.kernel.verifier.Verifier;

/**
 * Remembers by the hash of a JAR what the verifier found in it, for the {@value #MAX} JARs that were asked for last, so that many
 * instances, and a child that is started again and again, are verified once. Thread-safe; nobody waits here for another's verdict.
 */
final class Verdicts {
    private static final int MAX = 256;

    private final Verifier verifier;
    private final Map<String, Verdict> bySha256 = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Verdict> eldest) {
            return size() > MAX;
        }
    };

    Verdicts(Verifier verifier) {
        this.verifier = verifier;
    }

    /**
     * The verdict on {@code image}.
     *
     * @param goOn whether the caller still wants to know
     * @throws java.util.concurrent.CancellationException if not
     */
    Verdict of(JarImage image, BooleanSupplier goOn) {
        synchronized (this) {
            Verdict known = bySha256.get(image.sha256());
            if (known != null) {
                return known;
            }
        }
        Verdict found = verifier.verify(image.content(), goOn);
        synchronized (this) {
            bySha256.put(image.sha256(), found);
        }
        return found;
    }
}
