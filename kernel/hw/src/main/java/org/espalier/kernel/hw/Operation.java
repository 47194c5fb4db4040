package org.espalier.kernel.hw;

/** The numbers of the system calls of native components; {@code native/hw/operations.h} has the same for C. */
final class Operation {
    static final int CALL = 1;
    static final int SERVE = 2;
    static final int CREATE_OBJECT = 3;
    static final int CREATE_CONTEXT = 4;
    static final int DISSOLVE = 5;
    static final int RELEASE = 6;
    static final int SUBMIT = 7;
    static final int AWAIT = 8;
    static final int ATTACH = 9;
    static final int DETACH = 10;
    static final int START_THREAD = 11;
    static final int HALT = 12;
    static final int FAULT = 13;

    private Operation() {}
}
