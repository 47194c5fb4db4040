/*
 * Further threads, where the kernel has them.
 */
#include <CPU.h>

#include "internal.h"

static espalier_capability cpu;

static void destroy(espalier_capability thread) {
    struct espalier_message message;
    struct CPU_destroyThread__request request = {.thread = thread};
    struct CPU_destroyThread__reply reply;
    (void)CPU_destroyThread__call(cpu, &message, &request, &reply);
}

int32_t espalier_start_thread(const char *name, void (*body)(void *), void *argument, uint8_t *stack_end) {
    if (cpu == 0) {
        cpu = espalier_environment(ESPALIER_SESSION_CPU, "CPU");
    }
    struct espalier_message message;
    struct CPU_createThread__request request = {.pd = espalier_pd(), .name = espalier_string(name)};
    struct CPU_createThread__reply reply;
    int32_t status = CPU_createThread__call(cpu, &message, &request, &reply);
    if (status < 0) {
        return status;
    }
    status = espalier_kernel->start_thread(reply.result, body, argument, stack_end);
    if (status < 0) {
        destroy(reply.result);
    }
    espalier_release(reply.result);
    return status < 0 ? status : 0;
}
