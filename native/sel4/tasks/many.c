/* More threads than the kernel has places for registers at once: each keeps its general and vector registers and its TLS base. */
#include "root.h"

enum { MANY = 200, TURNS = 4 };

static volatile word right __attribute__((used)), wrong __attribute__((used));
static word bases[MANY];

/* RDI is the thread's number, RSI an endpoint where it waits for good, RBX where its TLS base is to be. It needs no stack. */
void keeps(void);
__asm__(".text\n"
        "keeps: mov %rdi, %r13\n mov %rsi, %r14\n movq %rdi, %xmm3\n movq %rdi, %xmm15\n mov $4, %r12d\n"
        "1: mov $-7, %rdx\n syscall\n"
        "movq %xmm3, %rax\n cmp %r13, %rax\n jne 2f\n movq %xmm15, %rax\n cmp %r13, %rax\n jne 2f\n"
        "mov %fs:0, %rax\n cmp %r13, %rax\n jne 2f\n dec %r12d\n jnz 1b\n"
        "lock incq right\n jmp 3f\n"
        "2: lock incq wrong\n"
        "3: mov %r14, %rdi\n mov $-5, %rdx\n syscall\n jmp 3b\n");

static void task(void)
{
    word ep = new_object(ENDPOINT, 0), first = new_objects(ram, TCB, 0, MANY);
    for (word i = 0; i < MANY; i++) {
        bases[i] = i + 1;
        MUST(first + i, TCB_SET_SPACE, CAPS(ROOT_CNODE, ROOT_VSPACE), WORDS(0, 0, 0));
        MUST(first + i, TCB_SET_PRIORITY, CAPS(ROOT_TCB), WORDS(10));
        MUST(first + i, TCB_WRITE_REGISTERS, CAPS(),
             WORDS(1, 20, (word)keeps, 0, 0x202, 0, 0, 0, 0, ep, i + 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, (word)&bases[i], 0));
    }
    let_run();
    SHOW("right, wrong", right, wrong);
    for (word i = 0; i < MANY; i++) {
        MUST(first + i, TCB_READ_REGISTERS, CAPS(), WORDS(1, 20));
        wrong += answer.mr[R_R13] != i + 1 || answer.mr[R_FS_BASE] != (word)&bases[i];
    }
    SHOW("wrong when read", wrong);
    for (word i = 0; i < MANY; i++) {
        MUST(ROOT_CNODE, CNODE_DELETE, CAPS(), WORDS(first + i, DEPTH));
    }
    SHOW("kinds", kind(first), kind(first + MANY - 1));
}
