package org.espalier.sandbox;

/**
 * What a host and one of its children owe each other, beside sessions: the part of its quota that the child has not got, or the part that
 * it has above it since its quota shrank; and what it was asked to free for somebody else. Both may come in parts, and the
 * quota may change meanwhile. Confined to the sandbox's entrypoint.
 */
final class Balance {
    /** Above zero what the host owes the child, below it what the child owes the host. */
    private Amounts due = Amounts.NOTHING;

    private Amounts asked = Amounts.NOTHING;

    /** The quota is {@code now}, and was {@code before}. */
    void quotaChanged(Amounts before, Amounts now) {
        due = due.plus(now).minus(before);
    }

    /** The child has not got so much of its quota. */
    void withheld(Amounts amounts) {
        due = due.plus(amounts);
    }

    /** The child got so much of what it lacked. */
    void given(Amounts amounts) {
        due = due.minus(amounts);
    }

    /** What of its quota the child has not got. */
    Amounts lacking() {
        return due.positive();
    }

    /** What the child has above its quota since that shrank. */
    Amounts excess() {
        return Amounts.NOTHING.minus(due).positive();
    }

    /** The child is to free so much for somebody else; replaces what it was asked for before. */
    void ask(Amounts amounts) {
        asked = amounts;
    }

    /** All that the child is to free. */
    Amounts wanted() {
        return asked.plus(excess());
    }

    /** The child gave back so much, at most {@link #wanted}: first what it has above its quota. */
    void gaveBack(Amounts amounts) {
        Amounts ofExcess = amounts.atMost(excess());
        due = due.plus(ofExcess);
        asked = asked.minus(amounts.minus(ofExcess));
    }
}
