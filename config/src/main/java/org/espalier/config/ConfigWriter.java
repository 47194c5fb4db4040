package org.espalier.config;

import java.util.Optional;

/** Writes a part of a configuration so that whoever reads it finds everything where its author wrote it. Stateless. */
public final class ConfigWriter {

    private ConfigWriter() {}

    /**
     * The text of {@code root} with every node and attribute at the line and column that its position names, and a {@link
     * SourceNote} of its file at the end: so whoever reads the text reports mistakes where their author made them. It is in the
     * notation that leaves room for that, which is the one that the author used. Where neither does, because a program
     * had a hand in the tree, it is XML, with everything as near to its place as what stands before it allows.
     */
    public static String writeInPlace(Node root) {
        InPlaceWriter xml = new InPlaceWriter();
        xml.node(root);
        Optional<String> hid = xml.isExact() ? Optional.empty() : HidInPlaceWriter.write(root);
        String file = root.position().file();
        return hid.map(text -> SourceNote.append(text, file, Notation.HID))
                .orElseGet(() -> SourceNote.append(xml.toString(), file, Notation.XML));
    }
}
