/*
 * The server of Weather, as app/weather_server is in Java, from the same table. Reports are kept while it runs.
 */
#include <Weather.h>
#include <espalier/espalier.h>
#include <espalier/manifest.h>

ESPALIER_MANIFEST("manifest.xml");

/* The table of app/weather_server, which the assembler finds. */
__asm__(".section .rodata.climate, \"a\"\n"
        "climate_start: .incbin \"climate.csv\"\n"
        "climate_end:\n"
        ".previous\n");
extern const uint8_t climate_start[] __attribute__((visibility("hidden")));
extern const uint8_t climate_end[] __attribute__((visibility("hidden")));

enum {
    MOST_PLACES = 16,
    MOST_SESSIONS = 64,
    MONTHS = 12,
    /* The session's own object, and the signal context that its client may name. */
    SESSION_CAPS = 2,
};

struct place {
    struct espalier_bytes name;
    struct Weather_Known known;
};

struct session {
    struct espalier_served served;
    bool open;
    espalier_capability watcher;
};

static struct place places[MOST_PLACES];
static uint32_t place_count;
static struct session sessions[MOST_SESSIONS];

/* ---- the table */

/* The next field of a line, which ends with a comma or with the line. */
static struct espalier_bytes field(struct espalier_bytes *line) {
    struct espalier_bytes result = {line->data, 0};
    while (result.length < line->length && result.data[result.length] != ',') {
        result.length++;
    }
    uint32_t skipped = result.length < line->length ? result.length + 1 : result.length;
    line->data += skipped;
    line->length -= skipped;
    return result;
}

/* A number with a sign and a fraction. */
static double number(struct espalier_bytes text) {
    bool negative = text.length > 0 && text.data[0] == '-';
    double value = 0, unit = 0;
    for (uint32_t i = negative ? 1 : 0; i < text.length; i++) {
        if (text.data[i] == '.') {
            unit = 1;
        } else if (text.data[i] < '0' || text.data[i] > '9') {
            espalier_fault("The table of places holds what is no number.");
        } else {
            value = value * 10 + (text.data[i] - '0');
            unit *= 10;
        }
    }
    value = unit > 0 ? value / unit : value;
    return negative ? -value : value;
}

static uint32_t sky(struct espalier_bytes name) {
    static const char *const skies[] = {"SUN", "CLOUDS", "RAIN", "SNOW"};
    for (uint32_t i = 0; i < sizeof skies / sizeof skies[0]; i++) {
        if (espalier_equal(name, espalier_string(skies[i]))) {
            return i;
        }
    }
    espalier_fault("The table of places knows another sky than the interface.");
}

static void add_place(struct espalier_bytes line) {
    if (place_count == MOST_PLACES) {
        espalier_fault("The table has more places than there is room for.");
    }
    struct place *place = &places[place_count++];
    place->name = field(&line);
    place->known.reading.sky = sky(field(&line));
    double months[MONTHS], sum = 0, squares = 0;
    for (int i = 0; i < MONTHS; i++) {
        months[i] = number(field(&line));
        sum += months[i];
    }
    double mean = sum / MONTHS;
    for (int i = 0; i < MONTHS; i++) {
        squares += (months[i] - mean) * (months[i] - mean);
    }
    place->known.climate.mean = mean;
    place->known.climate.deviation = __builtin_sqrt(squares / (MONTHS - 1));
    place->known.reading.celsius = mean;
}

static void read_places(void) {
    const uint8_t *at = climate_start;
    while (at < climate_end) {
        struct espalier_bytes line = {at, 0};
        while (at < climate_end && *at != '\n') {
            at++;
        }
        line.length = (uint32_t)(at - line.data);
        at++;
        if (line.length > 0 && line.data[0] != '#') {
            add_place(line);
        }
    }
}

static struct place *find(struct espalier_bytes name) {
    for (uint32_t i = 0; i < place_count; i++) {
        if (espalier_equal(places[i].name, name)) {
            return &places[i];
        }
    }
    return NULL;
}

/* ---- the methods of a session */

static int32_t forecast(
    void *object, const struct Weather_forecast__request *request, struct Weather_forecast__reply *reply) {
    (void)object;
    const struct place *place = find(request->place);
    if (place == NULL) {
        reply->result.kind = Weather_Forecast__is_Unknown;
        reply->result.as.Unknown.known = (int32_t)place_count;
    } else {
        reply->result.kind = Weather_Forecast__is_Known;
        reply->result.as.Known = place->known;
    }
    return 0;
}

static int32_t report(void *object, const struct Weather_report__request *request, struct Weather_report__reply *reply) {
    (void)object;
    struct place *place = find(request->place);
    reply->result = place != NULL;
    if (place != NULL) {
        place->known.reading = request->reading;
        for (uint32_t i = 0; i < MOST_SESSIONS; i++) {
            espalier_submit(sessions[i].watcher);
        }
    }
    return 0;
}

static int32_t watch(void *object, const struct Weather_watch__request *request, struct Weather_watch__reply *reply) {
    struct session *session = object;
    (void)reply;
    espalier_release(session->watcher);
    session->watcher = request->changed;
    return 0;
}

static void dispatch(void *object, struct espalier_message *request, struct espalier_message *reply) {
    static const struct Weather__server methods = {.forecast = forecast, .report = report, .watch = watch};
    Weather__dispatch(&methods, object, request, reply);
}

/* ---- sessions */

static struct espalier_creation create(struct espalier_service *service, const struct espalier_request *request) {
    (void)service;
    if (request->caps < SESSION_CAPS) {
        /* The client pays for what its session takes; its library raises the donation and asks again. */
        return (struct espalier_creation){.kind = ESPALIER_INSUFFICIENT_CAPS};
    }
    for (uint32_t i = 0; i < MOST_SESSIONS; i++) {
        if (!sessions[i].open) {
            ESPALIER_TEXT(text, 256);
            espalier_add(&text, "session for ‘");
            espalier_add_bytes(&text, request->label);
            espalier_add(&text, "’");
            espalier_info(espalier_text_bytes(&text));
            sessions[i] = (struct session){.open = true};
            return (struct espalier_creation){.kind = ESPALIER_CREATED, .session = &sessions[i].served};
        }
    }
    return (struct espalier_creation){
        .kind = ESPALIER_CREATION_DENIED, .reason = espalier_string("All sessions of this server are taken.")};
}

static void closed(struct espalier_served *served) {
    /* The library's part is the first of a session. */
    struct session *session = (struct session *)(void *)served;
    espalier_release(session->watcher);
    *session = (struct session){0};
}

void espalier_construct(void) {
    /* One for each session, and those that the library takes itself. */
    static struct espalier_slot slots[MOST_SESSIONS + 8];
    espalier_slots(slots, MOST_SESSIONS + 8);
    static struct espalier_service service = {
        .name = Weather__name, .layout = Weather__layout, .dispatch = dispatch, .create = create, .closed = closed};
    read_places();
    ESPALIER_TEXT(text, 64);
    espalier_add_unsigned(&text, place_count);
    espalier_add(&text, " places are known");
    espalier_info(espalier_text_bytes(&text));
    if (espalier_announce(&service) < 0) {
        espalier_fault("Announcing the Weather service failed.");
    }
}
