package org.espalier.cli;

import org.espalier.check.Json;
import org.espalier.kernel.verifier.Rejection;
import org.espalier.kernel.verifier.Verdict;

/** What the verifier found, for people and for tools. docs/verifier.md describes the latter. Stateless. */
final class VerdictText {
    private VerdictText() {}

    /** What is rejected, one line each, and a summary. */
    static String everything(String file, Verdict verdict) {
        StringBuilder out = new StringBuilder();
        verdict.rejections().forEach(rejection -> line(out, rejection.toString()));
        if (verdict.further() > 0) {
            line(out, "… and " + verdict.further() + " more");
        }
        line(
                out,
                file + ": " + count(verdict.classes(), "class", "classes") + ", "
                        + (verdict.isClean()
                                ? "nothing to reject"
                                : count(verdict.rejections().size() + verdict.further(), "rejection", "rejections"))
                        + " by the list for JDK " + verdict.release());
        return out.toString();
    }

    private static void line(StringBuilder out, String text) {
        out.append(text).append(System.lineSeparator());
    }

    private static String count(int number, String one, String many) {
        return number + " " + (number == 1 ? one : many);
    }

    /** The same as one JSON object. */
    static String json(String file, Verdict verdict) {
        return "{\"format\":1,\"clean\":" + verdict.isClean() + ",\"file\":" + Json.string(file) + ",\"release\":"
                + verdict.release() + ",\"classes\":" + verdict.classes() + ",\"rejections\":"
                + Json.array(
                        verdict.rejections().stream().map(VerdictText::json).toList())
                + ",\"further\":" + verdict.further() + "}\n";
    }

    private static String json(Rejection rejection) {
        return "{\"class\":" + Json.string(rejection.type()) + ",\"method\":" + orNull(rejection.method())
                + ",\"file\":" + orNull(rejection.source())
                + ",\"line\":" + (rejection.line() == 0 ? "null" : Integer.toString(rejection.line()))
                + ",\"member\":" + orNull(rejection.member())
                + ",\"reason\":" + Json.string(rejection.reason()) + "}";
    }

    private static String orNull(String text) {
        return text.isEmpty() ? "null" : Json.string(text);
    }
}
