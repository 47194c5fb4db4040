/*
 * The life of a component: it gets its environment, constructs itself, and serves.
 */
#include "internal.h"

const struct espalier_abi *espalier_kernel;

static espalier_capability own_domain;

espalier_capability espalier_pd(void) {
    return own_domain;
}

_Noreturn void espalier_fault(const char *reason) {
    struct espalier_bytes text = espalier_string(reason);
    espalier_kernel->fault(text.data, text.length);
    __builtin_trap();
}

_Noreturn void espalier_exit(int32_t value) {
    struct espalier_message message;
    struct Parent_exit__request request = {.value = value};
    struct Parent_exit__reply reply;
    /* Whatever the parent says of it, this component does not go on. */
    (void)Parent_exit__call(ESPALIER_PARENT, &message, &request, &reply);
    espalier_kernel->halt();
    __builtin_trap();
}

espalier_capability espalier_environment(int32_t id, const char *service) {
    struct espalier_message message;
    struct Parent_capability__request request = {.id = id};
    struct Parent_capability__reply reply;
    int32_t status = Parent_capability__call(ESPALIER_PARENT, &message, &request, &reply);
    if (status < 0) {
        ESPALIER_TEXT(text, 128);
        espalier_add(&text, "Asking the parent for the ");
        espalier_add(&text, service);
        espalier_add(&text, " session failed: ");
        espalier_add_failure(&text, status);
        espalier_kernel->fault(text.data, text.length);
        __builtin_trap();
    }
    return reply.result;
}

int32_t espalier_name_handler(espalier_handler *handler, int32_t (*name)(espalier_capability context)) {
    int32_t context = espalier_handle(handler, NULL);
    if (context < 0) {
        return context;
    }
    int32_t status = name((espalier_capability)context);
    if (status < 0) {
        espalier_dissolve((espalier_capability)context);
    }
    return status;
}

static void answer_heartbeat(void *object, uint32_t count) {
    (void)object;
    (void)count;
    struct espalier_message message;
    struct Parent_alive__request request = {0};
    struct Parent_alive__reply reply;
    (void)Parent_alive__call(ESPALIER_PARENT, &message, &request, &reply);
}

static int32_t name_heartbeat(espalier_capability context) {
    struct espalier_message message;
    struct Parent_heartbeatSignal__request request = {.context = context};
    struct Parent_heartbeatSignal__reply reply;
    return Parent_heartbeatSignal__call(ESPALIER_PARENT, &message, &request, &reply);
}

_Noreturn void espalier_enter(const struct espalier_abi *kernel) {
    if (kernel->version != ESPALIER_ABI_VERSION || kernel->bytes < sizeof *kernel) {
        /* Nobody to say it to: what the functions of another interface are is not known. */
        __builtin_trap();
    }
    espalier_kernel = kernel;
    own_domain = espalier_environment(ESPALIER_SESSION_PD, "PD");
    espalier_log_to(espalier_environment(ESPALIER_SESSION_LOG, "LOG"));
    /* A component without a capability to spare for it lives as well, until its parent wants to know. */
    (void)espalier_name_handler(answer_heartbeat, name_heartbeat);
    espalier_construct();
    espalier_serve();
}
