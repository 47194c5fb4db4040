/*
 * Attributes of the outermost node of an XML text. Everything that is read is somebody else's text: no byte beyond its end is looked
 * at, and what is not well formed is no XML, as far as it was read.
 */
#include "internal.h"

struct reader {
    const uint8_t *at;
    const uint8_t *end;
};

static bool starts(const struct reader *reader, const char *text) {
    const uint8_t *at = reader->at;
    for (; *text != 0; text++, at++) {
        if (at == reader->end || *at != (uint8_t)*text) {
            return false;
        }
    }
    return true;
}

static bool is_space(uint8_t byte) {
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

static bool is_name(uint8_t byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') || byte == '_'
        || byte == '-' || byte == '.' || byte == ':' || byte >= 0x80;
}

static void skip_space(struct reader *reader) {
    while (reader->at < reader->end && is_space(*reader->at)) {
        reader->at++;
    }
}

/* Goes behind the next `text`; false when there is none. */
static bool skip_behind(struct reader *reader, const char *text) {
    while (reader->at < reader->end) {
        if (starts(reader, text)) {
            reader->at += espalier_string(text).length;
            return true;
        }
        reader->at++;
    }
    return false;
}

static struct espalier_bytes name(struct reader *reader) {
    const uint8_t *start = reader->at;
    while (reader->at < reader->end && is_name(*reader->at)) {
        reader->at++;
    }
    return (struct espalier_bytes){start, (uint32_t)(reader->at - start)};
}

/* Goes to the name of the outermost node. */
static bool enter(struct reader *reader) {
    for (;;) {
        skip_space(reader);
        if (starts(reader, "<?")) {
            if (!skip_behind(reader, "?>")) {
                return false;
            }
        } else if (starts(reader, "<!--")) {
            reader->at += 4;
            if (!skip_behind(reader, "-->")) {
                return false;
            }
        } else {
            break;
        }
    }
    if (!starts(reader, "<")) {
        return false;
    }
    reader->at++;
    return name(reader).length > 0;
}

/* Appends a character by its number; false for what is none. */
static bool add_character(struct espalier_text *text, uint32_t number) {
    if (number == 0 || number > 0x10ffff || (number >= 0xd800 && number <= 0xdfff)) {
        return false;
    }
    uint8_t bytes[4];
    uint32_t count = number < 0x80 ? 1 : number < 0x800 ? 2 : number < 0x10000 ? 3 : 4;
    static const uint8_t first[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (uint32_t i = count; i-- > 1; number >>= 6) {
        bytes[i] = (uint8_t)(0x80 | (number & 0x3f));
    }
    bytes[0] = (uint8_t)(first[count] | number);
    espalier_add_bytes(text, (struct espalier_bytes){bytes, count});
    return true;
}

/* The number of a character, of which the digits are what lies before the semicolon. */
static bool number(struct reader *reader, uint32_t *value) {
    uint32_t radix = 10;
    if (starts(reader, "x")) {
        radix = 16;
        reader->at++;
    }
    *value = 0;
    const uint8_t *start = reader->at;
    for (; reader->at < reader->end && *reader->at != ';'; reader->at++) {
        uint8_t byte = *reader->at;
        uint32_t digit = byte >= '0' && byte <= '9' ? (uint32_t)(byte - '0')
            : byte >= 'a' && byte <= 'f'            ? (uint32_t)(byte - 'a' + 10)
            : byte >= 'A' && byte <= 'F'            ? (uint32_t)(byte - 'A' + 10)
                                                    : 16;
        if (digit >= radix || *value > 0x10ffff) {
            return false;
        }
        *value = *value * radix + digit;
    }
    return reader->at > start && reader->at < reader->end;
}

static bool entity(struct reader *reader, struct espalier_text *text) {
    static const struct {
        const char *name;
        uint32_t character;
    } entities[] = {{"lt;", '<'}, {"gt;", '>'}, {"amp;", '&'}, {"quot;", '"'}, {"apos;", '\''}};
    for (uint32_t i = 0; i < sizeof entities / sizeof entities[0]; i++) {
        if (starts(reader, entities[i].name)) {
            reader->at += espalier_string(entities[i].name).length;
            return add_character(text, entities[i].character);
        }
    }
    uint32_t value;
    if (!starts(reader, "#")) {
        return false;
    }
    reader->at++;
    if (!number(reader, &value)) {
        return false;
    }
    reader->at++;
    return add_character(text, value);
}

/* Reads a value, from its quotation mark on. */
static bool value(struct reader *reader, struct espalier_text *text) {
    if (!starts(reader, "\"") && !starts(reader, "'")) {
        return false;
    }
    uint8_t quote = *reader->at++;
    while (reader->at < reader->end && *reader->at != quote) {
        uint8_t byte = *reader->at++;
        if (byte == '<') {
            return false;
        }
        if (byte == '&') {
            if (!entity(reader, text)) {
                return false;
            }
        } else {
            /* White space is a blank there. */
            uint8_t kept = is_space(byte) ? ' ' : byte;
            espalier_add_bytes(text, (struct espalier_bytes){&kept, 1});
        }
    }
    if (reader->at == reader->end) {
        return false;
    }
    reader->at++;
    return true;
}

/*
 * Reads a start tag from behind the node's name on. Whether it is well formed; `found` tells whether it has the attribute, whose value is then
 * in `text`.
 */
static bool attributes(
    struct reader *reader, struct espalier_bytes wanted, struct espalier_text *text, bool *found) {
    for (;;) {
        bool spaced = reader->at < reader->end && is_space(*reader->at);
        skip_space(reader);
        if (starts(reader, ">") || starts(reader, "/>")) {
            return true;
        }
        struct espalier_bytes key = name(reader);
        skip_space(reader);
        if (!spaced || key.length == 0 || !starts(reader, "=")) {
            return false;
        }
        reader->at++;
        skip_space(reader);
        uint8_t none;
        struct espalier_text unwanted = {&none, 0, 0, true};
        bool match = espalier_equal(key, wanted);
        if (!value(reader, match ? text : &unwanted) || (match && *found)) {
            return false;
        }
        *found |= match;
    }
}

static bool look_up(struct espalier_bytes xml, struct espalier_bytes wanted, struct espalier_text *text, bool *found) {
    struct reader reader = {xml.data, xml.data + xml.length};
    *found = false;
    text->length = 0;
    text->cut = false;
    return xml.length > 0 && enter(&reader) && attributes(&reader, wanted, text, found);
}

bool espalier_is_xml(struct espalier_bytes text) {
    uint8_t none;
    struct espalier_text unwanted = {&none, 0, 0, true};
    bool found;
    return look_up(text, (struct espalier_bytes){NULL, 0}, &unwanted, &found);
}

bool espalier_attribute(struct espalier_bytes xml, const char *key, struct espalier_text *text) {
    bool found;
    return look_up(xml, espalier_string(key), text, &found) && found && !text->cut;
}

uint64_t espalier_attribute_number(struct espalier_bytes xml, const char *key, uint64_t fallback) {
    ESPALIER_TEXT(text, 20);
    return espalier_attribute(xml, key, &text) ? espalier_number(espalier_text_bytes(&text), fallback) : fallback;
}

bool espalier_attribute_bool(struct espalier_bytes xml, const char *key, bool fallback) {
    static const char *const words[] = {"yes", "true", "on", "1", "no", "false", "off", "0"};
    ESPALIER_TEXT(text, 8);
    if (espalier_attribute(xml, key, &text)) {
        for (uint32_t i = 0; i < sizeof words / sizeof words[0]; i++) {
            if (espalier_equal(espalier_text_bytes(&text), espalier_string(words[i]))) {
                return i < 4;
            }
        }
    }
    return fallback;
}
