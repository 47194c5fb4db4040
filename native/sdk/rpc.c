/*
 * Calls and answers, below the generated headers.
 */
#include "internal.h"

void espalier_received(struct espalier_message *message) {
    message->position = 0;
    message->capability_position = 0;
    message->overflowed = false;
    message->malformed = message->length > ESPALIER_MAX_BYTES;
    if (message->capability_count > ESPALIER_MAX_CAPABILITIES) {
        message->capability_count = 0;
        message->malformed = true;
    }
}

static int32_t failed(struct espalier_message *message, uint32_t word) {
    uint32_t failure = word >= ESPALIER_GONE && word <= ESPALIER_OUT_OF_STACK ? word : ESPALIER_MALFORMED;
    espalier_begin(message, failure);
    return -(int32_t)failure;
}

int32_t espalier_call(espalier_capability object, struct espalier_message *message, uint32_t accepted) {
    if (message->overflowed) {
        return failed(message, ESPALIER_TOO_LARGE);
    }
    int32_t status = espalier_kernel->call(object, message, accepted);
    espalier_received(message);
    if (status >= 0 && message->word == 0) {
        return 0;
    }
    espalier_release_all(message);
    return failed(message, status < 0 ? 0U - (uint32_t)status : message->word);
}

void espalier_release(espalier_capability capability) {
    if (capability != 0) {
        espalier_kernel->release(capability);
    }
}

void espalier_release_all(struct espalier_message *message) {
    for (uint32_t i = 0; i < message->capability_count; i++) {
        espalier_release(message->capabilities[i]);
    }
    message->capability_count = 0;
    message->capability_position = 0;
}

int32_t espalier_malformed(struct espalier_message *reply) {
    espalier_release_all(reply);
    return failed(reply, ESPALIER_MALFORMED);
}

void espalier_refuse(struct espalier_message *request, struct espalier_message *reply, enum espalier_failure failure) {
    espalier_release_all(request);
    espalier_begin(reply, (uint32_t)failure);
}

void espalier_finish(struct espalier_message *reply, int32_t status) {
    if (status != 0) {
        (void)failed(reply, status < 0 ? 0U - (uint32_t)status : ESPALIER_MALFORMED);
    } else if (reply->overflowed) {
        espalier_begin(reply, ESPALIER_TOO_LARGE);
    }
}
