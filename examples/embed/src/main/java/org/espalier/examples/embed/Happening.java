package org.espalier.examples.embed;

import org.espalier.base.Label;

/** What the program learns of its plug-ins. */
public sealed interface Happening {
    /** Which plug-in, as its parents vouch for it. */
    Label plugin();

    /** A plug-in has a line for the user. */
    record Line(Label plugin, String text) implements Happening {}

    /** A plug-in offers a function. */
    record Offered(Label plugin, String function) implements Happening {}

    /** A plug-in is gone, and all that it had is back. */
    record Left(Label plugin) implements Happening {}
}
