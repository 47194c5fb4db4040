package org.espalier.kernel.sel4;

/** The reference model refuses an operation: the error's number, and the words that the answer has besides. */
final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int error;
    private final long[] words;

    Refused(int error, long... words) {
        super(SyscallError.name(error), null, false, false);
        this.error = error;
        this.words = words.clone();
    }

    /** A lookup failed: its type and what is told of it. Whether it was that of a source is open. */
    static Refused lookup(long... failure) {
        long[] words = new long[failure.length + 1];
        System.arraycopy(failure, 0, words, 1, failure.length);
        return new Refused(SyscallError.FAILED_LOOKUP, words);
    }

    int error() {
        return error;
    }

    long[] words() {
        return words.clone();
    }

    /** The same failed lookup, of a source or not. */
    Refused as(boolean source) {
        long[] all = words();
        all[0] = source ? 1 : 0;
        return new Refused(error, all);
    }
}
