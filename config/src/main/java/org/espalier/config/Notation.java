package org.espalier.config;

/** A way to write a configuration down. */
public enum Notation {
    /** What {@link XmlReader} describes. */
    XML,

    /** Human-inclined data, which {@link HidReader} describes. */
    HID;

    /** The other one. */
    public Notation other() {
        return this == XML ? HID : XML;
    }

    /** The notation of a text, told by its first character that is not white space; a text without one counts as XML. */
    static Notation of(Source source) {
        int first = source.firstNotWhite();
        return first == source.end() || source.chars()[first] == '<' ? XML : HID;
    }

    ReadResult parse(Source source, Remarks remarks) {
        return switch (this) {
            case XML -> new XmlParser(source, remarks).read();
            case HID -> new HidParser(source, remarks).read();
        };
    }

    WriteResult write(Node root, Remarks remarks) {
        return switch (this) {
            case XML -> new WriteResult.Written(XmlWriter.write(root, remarks));
            case HID -> HidWriter.write(root, remarks);
        };
    }
}
