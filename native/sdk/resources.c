/*
 * Memory that the quota does not cover yet: asked for at the parent, and waited for.
 */
#include "internal.h"

/* Where the parent tells of grants; made with the first wish. */
static espalier_capability grants;

static int32_t listen(void) {
    if (grants != 0) {
        return 0;
    }
    int32_t context = espalier_context();
    if (context <= 0) {
        return -ESPALIER_OUT_OF_CAPS;
    }
    struct espalier_message message;
    struct Parent_resourceSignal__request request = {.context = (espalier_capability)context};
    struct Parent_resourceSignal__reply reply;
    int32_t status = Parent_resourceSignal__call(ESPALIER_PARENT, &message, &request, &reply);
    if (status < 0) {
        espalier_context_end((espalier_capability)context);
    } else {
        grants = (espalier_capability)context;
    }
    return status;
}

/* Returns when the parent has granted something, not necessarily all of it; a negated failure when it cannot be asked. */
static int32_t request_resources(int64_t ram, int64_t caps) {
    int32_t status = listen();
    if (status < 0) {
        return status;
    }
    struct espalier_message message;
    struct Parent_requestResources__request request = {.ram = {ram}, .caps = {caps}};
    struct Parent_requestResources__reply reply;
    status = Parent_requestResources__call(ESPALIER_PARENT, &message, &request, &reply);
    return status < 0 || reply.result ? status : espalier_await(grants);
}

struct espalier_allocation espalier_alloc_or_wait(int64_t bytes) {
    for (;;) {
        struct espalier_allocation outcome = espalier_alloc(bytes);
        int64_t missing = outcome.needed > outcome.available ? outcome.needed - outcome.available : 0;
        int32_t status;
        if (outcome.kind == ESPALIER_NO_RAM) {
            status = request_resources(missing, 0);
        } else if (outcome.kind == ESPALIER_NO_CAPS) {
            status = request_resources(0, missing);
        } else {
            return outcome;
        }
        if (status < 0) {
            return (struct espalier_allocation){
                .kind = ESPALIER_NOT_ALLOCATED, .failure = (enum espalier_failure)-status};
        }
    }
}
