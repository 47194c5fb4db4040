package org.espalier.kernel.verifier;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The members of the JDK that components may name, read from {@code jdk-N.txt}; the head of that file describes its form. Names
 * are internal ones, with slashes. Immutable.
 */
final class AllowList {
    /** The first release that there is a list for. */
    static final int OLDEST = 25;

    private final int release;
    private final Map<String, Type> types;
    private final Set<String> withheldByOpenTypes = new HashSet<>();

    private AllowList(int release, Map<String, Type> types) {
        this.release = release;
        this.types = types;
        for (Type type : types.values()) {
            if (type.isOpen()) {
                if (type.lines.contains(Members.WITHHELD)) {
                    withheldByOpenTypes.addAll(type.members().withheld());
                }
            }
        }
    }

    /** What the list says of one type; its members are read when somebody asks for them, for most types are never named. */
    static final class Type {
        private final boolean open;
        private final boolean linked;
        private final String lines;
        private volatile @Nullable Members members;

        private Type(String flags, String lines) {
            this.open = flags.endsWith(" open");
            this.linked = flags.endsWith(" linked");
            this.lines = lines;
        }

        /** Whether components may extend or implement it. */
        boolean isOpen() {
            return open;
        }

        /** Whether it is there for the JVM alone, which names it when it links byte code. */
        boolean isLinked() {
            return linked;
        }

        boolean lists(String name, String descriptor) {
            return members().listed.contains(member(name, descriptor));
        }

        boolean withholds(String name, String descriptor) {
            return members().withheld.contains(member(name, descriptor));
        }

        /** Those that components may name, and those that they may not. */
        Members members() {
            Members read = members;
            if (read == null) {
                read = Members.parse(lines);
                members = read;
            }
            return read;
        }
    }

    /** The members of a type, each as {@link #member} writes it. */
    record Members(Set<String> listed, Set<String> withheld) {
        private static final String WITHHELD = "  - ";

        private static Members parse(String lines) {
            Members members = new Members(new HashSet<>(), new HashSet<>());
            int at = 0;
            while (at < lines.length()) {
                int end = endOfLine(lines, at);
                if (lines.startsWith(WITHHELD, at)) {
                    add(
                            members.withheld,
                            lines.substring(at + WITHHELD.length(), end).strip());
                } else {
                    add(members.listed, lines.substring(at, end).strip());
                }
                at = end;
            }
            return members;
        }

        private static void add(Set<String> target, String line) {
            String[] words = line.split(" ", -1);
            for (int i = 1; i < words.length; i++) {
                target.add(member(words[0], words[i]));
            }
        }
    }

    /** How a member is written in the sets of a type. */
    static String member(String name, String descriptor) {
        return name + " " + descriptor;
    }

    /**
     * The list for a JDK of release {@code feature}: its own, or that of the next older release that has one. An older list on a newer
     * JDK admits what both have; what is new there is not on it.
     */
    static AllowList forRelease(int feature) {
        for (int release = feature; release >= OLDEST; release--) {
            try (InputStream list = AllowList.class.getResourceAsStream("jdk-" + release + ".txt")) {
                if (list != null) {
                    return parse(release, new String(list.readAllBytes(), StandardCharsets.UTF_8));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        throw new IllegalStateException("There is no list of members for JDK " + feature + " or an older one.");
    }

    static AllowList parse(int release, String text) {
        Map<String, Type> types = new HashMap<>();
        int at = 0;
        while (at < text.length()) {
            int head = endOfLine(text, at);
            int end = head;
            while (end < text.length() && text.charAt(end) == ' ') {
                end = endOfLine(text, end);
            }
            String line = text.substring(at, head).strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                int flags = line.indexOf(' ');
                String name = flags < 0 ? line : line.substring(0, flags);
                if (types.put(name.replace('.', '/'), new Type(line, text.substring(head, end))) != null) {
                    throw new IllegalStateException("The list names " + name + " twice.");
                }
            }
            at = end;
        }
        return new AllowList(release, types);
    }

    /** Where the line after that of {@code from} begins. */
    private static int endOfLine(String text, int from) {
        int end = text.indexOf('\n', from);
        return end < 0 ? text.length() : end + 1;
    }

    /** The feature release that the list was written for. */
    int release() {
        return release;
    }

    @Nullable Type type(String internalName) {
        return types.get(internalName);
    }

    /** Whether a type that components may extend has this method and withholds it. */
    boolean isWithheldByAnOpenType(String name, String descriptor) {
        return withheldByOpenTypes.contains(member(name, descriptor));
    }

    /** All types by name. */
    Map<String, Type> types() {
        return Collections.unmodifiableMap(types);
    }
}
