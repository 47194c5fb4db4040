package org.espalier.kernel.verifier;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Collects rejections, and knows where the verifier is: whoever finds something tells only the reason. A reason counts once for each
 * line. For one thread.
 */
final class Findings {
    private final List<Rejection> rejections = new ArrayList<>();
    private int further;
    private String type = "";
    private String source = "";
    private String method = "";
    private int line;
    private final Set<String> ofType = new HashSet<>();
    private final Set<String> ofLine = new HashSet<>();

    void enterType(String dottedName) {
        type = dottedName;
        source = "";
        ofType.clear();
        leaveMethod();
    }

    void source(String name) {
        source = name;
    }

    void enterMethod(String name) {
        method = name;
        enterLine(0);
    }

    void leaveMethod() {
        enterMethod("");
    }

    void enterLine(int number) {
        line = number;
        ofLine.clear();
    }

    void reject(Problem problem) {
        if (!ofLine.add(problem.reason())) {
            return;
        }
        ofType.add(problem.reason());
        if (rejections.size() < Verdict.MAX_REJECTIONS) {
            rejections.add(new Rejection(type, method, source, line, problem.member(), problem.reason()));
        } else {
            further++;
        }
    }

    /** {@link #reject(Problem)} for a reason that is about nothing that code names. */
    void reject(String reason) {
        reject(Problem.of(reason));
    }

    /** Rejects the class itself, unless one of its lines was for the same reason. */
    void rejectUnlessKnown(Problem problem) {
        if (!ofType.contains(problem.reason())) {
            reject(problem);
        }
    }

    /** Whether nothing was rejected of the class that was entered last. */
    boolean isTypeClean() {
        return ofType.isEmpty();
    }

    List<Rejection> rejections() {
        return rejections;
    }

    int further() {
        return further;
    }
}
