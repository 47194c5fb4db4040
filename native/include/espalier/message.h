/*
 * The message of the kernel contract, and how values are written into it and read from it: the same layout as in every other
 * language. For the headers that are generated from RPC interfaces; needs no C library.
 *
 * Fields follow one another without padding, little-endian. Writing beyond the end sets `overflowed`; reading beyond the end, or what
 * the layout does not admit, sets `malformed` and yields zeroes. So a sequence of reads needs one check at its end, and a hostile message
 * costs its reader nothing.
 *
 * Texts and bytes that were read lie in the message and are void as soon as it is used again.
 */
#ifndef ESPALIER_MESSAGE_H
#define ESPALIER_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    ESPALIER_MAX_BYTES = 896,
    ESPALIER_MAX_CAPABILITIES = 3,
};

/* An index in the component's own capability space; 0 names nothing. */
typedef uint32_t espalier_capability;

/* Bytes of somebody else's. A text is UTF-8 without an end mark. */
struct espalier_bytes {
    const uint8_t *data;
    uint32_t length;
};

struct espalier_message {
    uint32_t word; /* the operation of a request; of a reply 0, or what failed */
    uint32_t length;
    uint32_t position;
    uint32_t capability_count;
    uint32_t capability_position;
    espalier_capability capabilities[ESPALIER_MAX_CAPABILITIES];
    bool overflowed;
    bool malformed;
    _Alignas(8) uint8_t bytes[ESPALIER_MAX_BYTES];
};

/* Empties the message: the start of a request or of a reply. */
static inline void espalier_begin(struct espalier_message *message, uint32_t word) {
    message->word = word;
    message->length = 0;
    message->position = 0;
    message->capability_count = 0;
    message->capability_position = 0;
    message->overflowed = false;
    message->malformed = false;
}

/* Whether the layout was kept, and every byte and capability was read. */
static inline bool espalier_read_completely(const struct espalier_message *message) {
    return !message->malformed && message->position == message->length
        && message->capability_position == message->capability_count;
}

/* ---- writing */

static inline void espalier_put_number(struct espalier_message *message, uint64_t value, uint32_t width) {
    if (message->length > ESPALIER_MAX_BYTES - width) {
        message->overflowed = true;
        return;
    }
    for (uint32_t i = 0; i < width; i++) {
        message->bytes[message->length++] = (uint8_t)(value >> 8 * i);
    }
}

static inline void espalier_put_float(struct espalier_message *message, float value) {
    uint32_t bits;
    __builtin_memcpy(&bits, &value, sizeof bits);
    espalier_put_number(message, bits, sizeof bits);
}

static inline void espalier_put_double(struct espalier_message *message, double value) {
    uint64_t bits;
    __builtin_memcpy(&bits, &value, sizeof bits);
    espalier_put_number(message, bits, sizeof bits);
}

static inline void espalier_put_bytes(struct espalier_message *message, struct espalier_bytes value) {
    if (value.length > ESPALIER_MAX_BYTES - 4 || message->length > ESPALIER_MAX_BYTES - 4 - value.length) {
        message->overflowed = true;
        return;
    }
    espalier_put_number(message, value.length, 4);
    for (uint32_t i = 0; i < value.length; i++) {
        message->bytes[message->length++] = value.data[i];
    }
}

static inline void espalier_put_capability(struct espalier_message *message, espalier_capability value) {
    if (value != 0 && message->capability_count == ESPALIER_MAX_CAPABILITIES) {
        message->overflowed = true;
        return;
    }
    espalier_put_number(message, value != 0, 1);
    if (value != 0) {
        message->capabilities[message->capability_count++] = value;
    }
}

/* ---- reading */

/* Passes over bytes and returns the first; null when there are not as many. */
static inline const uint8_t *espalier_take(struct espalier_message *message, uint32_t bytes) {
    if (message->malformed || message->length > ESPALIER_MAX_BYTES || message->position > message->length
        || bytes > message->length - message->position) {
        message->malformed = true;
        return NULL;
    }
    const uint8_t *at = message->bytes + message->position;
    message->position += bytes;
    return at;
}

static inline uint64_t espalier_get_number(struct espalier_message *message, uint32_t width) {
    const uint8_t *at = espalier_take(message, width);
    uint64_t value = 0;
    for (uint32_t i = 0; at != NULL && i < width; i++) {
        value |= (uint64_t)at[i] << 8 * i;
    }
    return value;
}

/* A number below `count`: which constant of an enum, which case of a choice, or a truth value. */
static inline uint32_t espalier_get_ordinal(struct espalier_message *message, uint32_t width, uint32_t count) {
    uint32_t value = (uint32_t)espalier_get_number(message, width);
    if (value >= count) {
        message->malformed = true;
        return 0;
    }
    return value;
}

static inline float espalier_get_float(struct espalier_message *message) {
    uint32_t bits = (uint32_t)espalier_get_number(message, sizeof bits);
    float value;
    __builtin_memcpy(&value, &bits, sizeof value);
    return value;
}

static inline double espalier_get_double(struct espalier_message *message) {
    uint64_t bits = espalier_get_number(message, sizeof bits);
    double value;
    __builtin_memcpy(&value, &bits, sizeof value);
    return value;
}

static inline struct espalier_bytes espalier_get_bytes(struct espalier_message *message) {
    uint32_t length = (uint32_t)espalier_get_number(message, 4);
    const uint8_t *at = espalier_take(message, length);
    struct espalier_bytes value = {at, at == NULL ? 0 : length};
    return value;
}

/* The bytes of the character that begins at `at`, of which `left` are there; 0 if that is no UTF-8 (RFC 3629). */
static inline uint32_t espalier_character(const uint8_t *at, uint32_t left) {
    uint8_t first = at[0];
    if (first < 0x80) {
        return 1;
    }
    uint32_t width = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || width > left) {
        return 0;
    }
    /* Overlong forms, surrogates and what lies beyond the last character all show in the second byte. */
    uint8_t lowest = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    uint8_t highest = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (at[1] < lowest || at[1] > highest) {
        return 0;
    }
    for (uint32_t i = 2; i < width; i++) {
        if (at[i] < 0x80 || at[i] > 0xbf) {
            return 0;
        }
    }
    return width;
}

static inline struct espalier_bytes espalier_get_text(struct espalier_message *message) {
    struct espalier_bytes value = espalier_get_bytes(message);
    for (uint32_t i = 0; i < value.length;) {
        uint32_t width = espalier_character(value.data + i, value.length - i);
        if (width == 0) {
            message->malformed = true;
            return (struct espalier_bytes){NULL, 0};
        }
        i += width;
    }
    return value;
}

static inline espalier_capability espalier_get_capability(struct espalier_message *message) {
    if (!espalier_get_ordinal(message, 1, 2)) {
        return 0;
    }
    if (message->capability_position >= message->capability_count) {
        message->malformed = true;
        return 0;
    }
    return message->capabilities[message->capability_position++];
}

#endif
