/*
 * The log. A line that is gone with its log is lost and nothing else.
 */
#include "internal.h"

/* LogSession.MAX_BYTES: the most that one call carries. */
enum { PART = 880 };

static espalier_capability session;

void espalier_log_to(espalier_capability log) {
    session = log;
}

static void send(struct espalier_text *part) {
    struct espalier_message message;
    struct LOG_write__request request = {.text = espalier_text_bytes(part)};
    struct LOG_write__reply reply;
    (void)LOG_write__call(session, &message, &request, &reply);
    part->length = 0;
    part->cut = false;
}

static void add(struct espalier_text *part, struct espalier_bytes text) {
    while (text.length > 0) {
        uint32_t before = part->length;
        espalier_add_bytes(part, text);
        uint32_t added = part->length - before;
        text.data += added;
        text.length -= added;
        if (text.length == 0) {
            return;
        }
        if (added == 0 && before == 0) {
            /* Longer than a whole part and no character in it: no text at all. */
            return;
        }
        send(part);
    }
}

static void line(const char *kind, struct espalier_bytes text) {
    ESPALIER_TEXT(part, PART);
    add(&part, espalier_string(kind));
    add(&part, text);
    add(&part, espalier_string("\n"));
    send(&part);
}

void espalier_info(struct espalier_bytes text) {
    line("", text);
}

void espalier_warning(struct espalier_bytes text) {
    line("Warning: ", text);
}

void espalier_error(struct espalier_bytes text) {
    line("Error: ", text);
}
