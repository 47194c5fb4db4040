/*
 * Texts: what a C library would have for them, as far as components need it.
 */
#include "internal.h"

struct espalier_bytes espalier_string(const char *text) {
    uint32_t length = 0;
    while (text[length] != 0) {
        length++;
    }
    return (struct espalier_bytes){(const uint8_t *)text, length};
}

bool espalier_equal(struct espalier_bytes one, struct espalier_bytes other) {
    if (one.length != other.length) {
        return false;
    }
    for (uint32_t i = 0; i < one.length; i++) {
        if (one.data[i] != other.data[i]) {
            return false;
        }
    }
    return true;
}

struct espalier_bytes espalier_text_bytes(const struct espalier_text *text) {
    return (struct espalier_bytes){text->data, text->length};
}

void espalier_add_bytes(struct espalier_text *text, struct espalier_bytes bytes) {
    if (text->cut) {
        return;
    }
    uint32_t count = bytes.length;
    if (count > text->size - text->length) {
        text->cut = true;
        count = text->size - text->length;
        /* Not within a character. */
        while (count > 0 && (bytes.data[count] & 0xc0) == 0x80) {
            count--;
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        text->data[text->length++] = bytes.data[i];
    }
}

void espalier_add(struct espalier_text *text, const char *string) {
    espalier_add_bytes(text, espalier_string(string));
}

void espalier_add_unsigned(struct espalier_text *text, uint64_t value) {
    uint8_t digits[20];
    uint32_t at = sizeof digits;
    do {
        digits[--at] = (uint8_t)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    espalier_add_bytes(text, (struct espalier_bytes){digits + at, (uint32_t)sizeof digits - at});
}

void espalier_add_signed(struct espalier_text *text, int64_t value) {
    if (value < 0) {
        espalier_add(text, "-");
    }
    espalier_add_unsigned(text, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

void espalier_add_decimal(struct espalier_text *text, double value, uint32_t digits) {
    const double largest = 9223372036854775808.0;
    if (value != value) {
        espalier_add(text, "NaN");
        return;
    }
    if (value < 0) {
        espalier_add(text, "-");
        value = -value;
    }
    if (value >= largest) {
        espalier_add(text, "out of range");
        return;
    }
    uint64_t unit = 1;
    for (uint32_t i = 0; i < digits && i < 9; i++) {
        unit *= 10;
    }
    uint64_t whole = (uint64_t)value;
    uint64_t fraction = (uint64_t)((value - (double)whole) * (double)unit + 0.5);
    if (fraction >= unit) {
        fraction -= unit;
        whole++;
    }
    espalier_add_unsigned(text, whole);
    if (unit > 1) {
        espalier_add(text, ".");
        for (unit /= 10; unit > fraction && unit > 1; unit /= 10) {
            espalier_add(text, "0");
        }
        espalier_add_unsigned(text, fraction);
    }
}

uint64_t espalier_number(struct espalier_bytes text, uint64_t fallback) {
    if (text.data == NULL || text.length == 0 || text.length > 18) {
        return fallback;
    }
    uint64_t value = 0;
    for (uint32_t i = 0; i < text.length; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return fallback;
        }
        value = value * 10 + (uint64_t)(text.data[i] - '0');
    }
    return value;
}

void espalier_add_ram(struct espalier_text *text, int64_t bytes) {
    static const char *const units[] = {"", "K", "M", "G"};
    uint32_t unit = 0;
    while (unit < 3 && bytes != 0 && bytes % 1024 == 0) {
        bytes /= 1024;
        unit++;
    }
    espalier_add_signed(text, bytes);
    espalier_add(text, units[unit]);
}

void espalier_add_failure(struct espalier_text *text, int32_t status) {
    static const char *const names[] = {
        "GONE",      "INVALID_CAPABILITY", "OUT_OF_CAPS",      "OUT_OF_RAM", "SERVER_OUT_OF_CAPS", "TOO_LARGE",   "MALFORMED",
        "UNKNOWN_OPERATION", "DEADLOCK",  "INVALID_ARGUMENT", "DENIED",     "UNSUPPORTED",        "OUT_OF_STACK"};
    uint32_t index = 0U - (uint32_t)status - 1;
    espalier_add(text, index < sizeof names / sizeof names[0] ? names[index] : "MALFORMED");
}
