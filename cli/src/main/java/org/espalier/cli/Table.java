package org.espalier.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Lines in columns that are as wide as their widest cell. Belongs to one thread. */
final class Table {
    private final boolean[] toTheLeft;
    private final List<List<String>> rows = new ArrayList<>();

    /** A table with that head; names of columns that end with {@code <} are aligned to the left, all others to the right. */
    Table(String... head) {
        toTheLeft = new boolean[head.length];
        List<String> names = new ArrayList<>();
        for (int i = 0; i < head.length; i++) {
            toTheLeft[i] = head[i].endsWith("<");
            names.add(toTheLeft[i] ? head[i].substring(0, head[i].length() - 1) : head[i]);
        }
        rows.add(names);
    }

    void row(String... cells) {
        rows.add(List.of(cells));
    }

    /** The head and the rows, without blanks at their ends. */
    List<String> lines() {
        int[] widths = IntStream.range(0, toTheLeft.length)
                .map(i -> rows.stream().mapToInt(row -> width(row.get(i))).max().orElse(0))
                .toArray();
        return rows.stream().map(row -> line(row, widths)).toList();
    }

    private String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String blanks = " ".repeat(widths[i] - width(row.get(i)));
            line.append(i == 0 ? "" : "  ").append(toTheLeft[i] ? row.get(i) + blanks : blanks + row.get(i));
        }
        return line.toString().stripTrailing();
    }

    private static int width(String cell) {
        return cell.codePointCount(0, cell.length());
    }
}
