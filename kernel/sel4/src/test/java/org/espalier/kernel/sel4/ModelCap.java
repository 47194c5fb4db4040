package org.espalier.kernel.sel4;

/**
 * A capability as the reference model sees it. Immutable; two are equal if they say the same.
 *
 * @param object address of the object, which is also its name; of a kind that the model does not know, all that the capability says
 * @param size log2 of the bytes of untyped memory or of the slots of a CNode; of a zombie, -1 if it was a thread
 * @param rights as the kernel numbers them; 1 for untyped memory of a device
 * @param word badge, guard, bytes in use of untyped memory, or slots that a zombie may still have full
 */
record ModelCap(Kind kind, long object, int size, int rights, long word, int guardBits) {
    /** Kinds; a slot without capability has none of them. */
    enum Kind {
        UNTYPED,
        ENDPOINT,
        NOTIFICATION,
        REPLY,
        CNODE,
        THREAD,
        ZOMBIE,
        /** Nothing that happens in the model depends on what it is. */
        OTHER
    }

    static final int SEND = 1;
    static final int RECEIVE = 2;
    static final int GRANT = 4;
    static final int GRANT_REPLY = 8;
    static final int ALL = 15;

    /** Of a reply capability that the thread itself has. */
    static final int MASTER = 1;

    static final int THREAD_SLOTS = 5;
    static final int SLOT_BYTES = 32;

    static ModelCap of(Kind kind, long object, int size, int rights) {
        return new ModelCap(kind, object, size, rights, 0, 0);
    }

    boolean is(Kind other) {
        return kind == other;
    }

    boolean isBadged() {
        return (kind == Kind.ENDPOINT || kind == Kind.NOTIFICATION) && word != 0;
    }

    boolean may(int right) {
        return (rights & right) == right;
    }

    ModelCap withWord(long newWord) {
        return new ModelCap(kind, object, size, rights, newWord, guardBits);
    }

    ModelCap withRights(int newRights) {
        return new ModelCap(kind, object, size, newRights, word, guardBits);
    }

    ModelCap withGuard(int bits, long guard) {
        return new ModelCap(kind, object, size, rights, guard, bits);
    }

    /** Slots of a CNode, or of what was one or a thread. */
    int slots() {
        return size < 0 || kind == Kind.THREAD ? THREAD_SLOTS : 1 << size;
    }

    /** Whether both name one object, so that neither is the last of it. Pieces of untyped memory are never shared so. */
    boolean sameObject(ModelCap other) {
        return kind == other.kind && kind != Kind.UNTYPED && object == other.object && size == other.size;
    }
}
