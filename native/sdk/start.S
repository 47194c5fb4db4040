/*
 * The first instructions of a component: the address of the kernel's table is in RDI, and the stack is whatever the kernel gave. The frame
 * pointer is zero, so that whoever follows it stops here.
 */
    .section .text.start, "ax", @progbits
    .globl _start
    .type _start, @function
_start:
    xorl %ebp, %ebp
    andq $-16, %rsp
    call espalier_enter
    ud2
    .size _start, . - _start
    .section .note.GNU-stack, "", @progbits
