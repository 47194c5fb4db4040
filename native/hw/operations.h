/*
 * The system calls of native components on kernel `hw`: the number in RAX, what they bring in RDI, RSI, RDX, R10 and R8, the answer in RAX.
 * The kernel's class `Operation` has the same numbers.
 */
#ifndef ESPALIER_HW_OPERATIONS_H
#define ESPALIER_HW_OPERATIONS_H

enum espalier_hw_operation {
    ESPALIER_HW_CALL = 1,
    ESPALIER_HW_SERVE = 2,
    ESPALIER_HW_CREATE_OBJECT = 3,
    ESPALIER_HW_CREATE_CONTEXT = 4,
    ESPALIER_HW_DISSOLVE = 5,
    ESPALIER_HW_RELEASE = 6,
    ESPALIER_HW_SUBMIT = 7,
    ESPALIER_HW_AWAIT = 8,
    ESPALIER_HW_ATTACH = 9,
    ESPALIER_HW_DETACH = 10,
    ESPALIER_HW_START_THREAD = 11,
    ESPALIER_HW_HALT = 12,
    ESPALIER_HW_FAULT = 13,
};

#endif
