package org.espalier.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The lines that a scenario's log is to show, in order, with any others in between. In the text, one line each; blank lines and
 * those that begin with {@code #} do not count; {@code *} stands for any characters. Thread-safe.
 */
public final class Expectation {
    private final List<String> lines;
    private final List<Pattern> patterns = new ArrayList<>();
    private int met;

    private Expectation(List<String> lines) {
        this.lines = lines;
        for (String line : lines) {
            StringBuilder pattern = new StringBuilder();
            for (String part : line.split("\\*", -1)) {
                pattern.append(pattern.isEmpty() ? "" : ".*").append(Pattern.quote(part));
            }
            patterns.add(Pattern.compile(pattern.toString()));
        }
    }

    /** The expectation that {@code text} states. */
    public static Expectation of(String text) {
        return new Expectation(text.lines()
                .map(String::stripTrailing)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList());
    }

    /** Takes a line of the log; whether it was the last that was expected. */
    public synchronized boolean sees(String line) {
        if (met < patterns.size() && patterns.get(met).matcher(line).matches()) {
            met++;
            return met == patterns.size();
        }
        return false;
    }

    /** The first line that has not appeared. */
    public synchronized Optional<String> missing() {
        return met == lines.size() ? Optional.empty() : Optional.of(lines.get(met));
    }

    /** How many lines are expected. */
    public int size() {
        return lines.size();
    }
}
