/*
 * The client of the Weather service, as app/weather_client is in Java: asks for two places, reports rain in the first, waits for the news
 * of it, and ends.
 */
#include <Weather.h>
#include <espalier/espalier.h>
#include <espalier/manifest.h>

ESPALIER_MANIFEST("manifest.xml");
ESPALIER_SCHEMA("schema.xml");

static struct espalier_session weather;
static struct espalier_bytes place, other;

static _Noreturn void leave(struct espalier_bytes reason) {
    espalier_error(reason);
    espalier_exit(1);
}

/* A call that fails means that the service is gone, and there is nothing left to do. */
static void check(int32_t status) {
    if (status != 0) {
        ESPALIER_TEXT(text, 64);
        espalier_add(&text, "the service failed with ");
        espalier_add_failure(&text, status);
        leave(espalier_text_bytes(&text));
    }
}

static void describe(struct espalier_text *text, const struct Weather_Known *known) {
    static const char *const skies[] = {"SUN", "CLOUDS", "RAIN", "SNOW"};
    espalier_add(text, skies[known->reading.sky]);
    espalier_add(text, ", ");
    espalier_add_decimal(text, known->reading.celsius, 1);
    espalier_add(text, " °C, in a usual year ");
    espalier_add_decimal(text, known->climate.mean, 1);
    espalier_add(text, " °C ± ");
    espalier_add_decimal(text, known->climate.deviation, 1);
}

static void ask(struct espalier_bytes name) {
    struct espalier_message message;
    struct Weather_forecast__request request = {.place = name};
    struct Weather_forecast__reply reply;
    check(Weather_forecast__call(weather.capability, &message, &request, &reply));
    ESPALIER_TEXT(text, 256);
    espalier_add_bytes(&text, name);
    espalier_add(&text, ": ");
    if (reply.result.kind == Weather_Forecast__is_Known) {
        describe(&text, &reply.result.as.Known);
    } else {
        espalier_add(&text, "none of the ");
        espalier_add_signed(&text, reply.result.as.Unknown.known);
        espalier_add(&text, " places that are known");
    }
    espalier_info(espalier_text_bytes(&text));
}

static void news(void *object, uint32_t count) {
    (void)object;
    (void)count;
    ask(place);
    espalier_close(&weather);
    espalier_exit(0);
}

static void watch(void) {
    int32_t context = espalier_handle(news, NULL);
    if (context < 0) {
        espalier_fault("No capability is left for the signal handler for news.");
    }
    struct espalier_message message;
    struct Weather_watch__request request = {.changed = (espalier_capability)context};
    struct Weather_watch__reply reply;
    check(Weather_watch__call(weather.capability, &message, &request, &reply));
}

static void report_rain(void) {
    ESPALIER_TEXT(text, 128);
    espalier_add(&text, "I see rain in ");
    espalier_add_bytes(&text, place);
    espalier_info(espalier_text_bytes(&text));
    struct espalier_message message;
    struct Weather_report__request request = {.place = place, .reading = {.sky = Weather_Sky__RAIN, .celsius = 4.5}};
    struct Weather_report__reply reply;
    check(Weather_report__call(weather.capability, &message, &request, &reply));
}

/* A value of the configuration, which stays where it is for as long as the component lives. */
static struct espalier_bytes configured(
    struct espalier_bytes config, const char *name, struct espalier_text *text, const char *fallback) {
    return espalier_attribute(config, name, text) ? espalier_text_bytes(text) : espalier_string(fallback);
}

static void configure(void) {
    static uint8_t place_room[64], other_room[64];
    static struct espalier_text place_text = {place_room, sizeof place_room, 0, false};
    static struct espalier_text other_text = {other_room, sizeof other_room, 0, false};
    struct espalier_rom rom;
    struct espalier_connect outcome = espalier_rom_open(&rom, "config");
    struct espalier_bytes config = espalier_rom_text(&rom);
    if (outcome.kind != ESPALIER_CONNECTED || !espalier_is_xml(config)) {
        espalier_fault("There is no configuration in XML to go by.");
    }
    place = configured(config, "place", &place_text, "Dresden");
    other = configured(config, "other", &other_text, "Atlantis");
    espalier_rom_close(&rom);
}

void espalier_construct(void) {
    configure();
    struct espalier_connect outcome = espalier_connect(&weather, ESPALIER_SERVICE(Weather), NULL);
    if (outcome.kind != ESPALIER_CONNECTED) {
        ESPALIER_TEXT(text, 512);
        espalier_add(&text, "no Weather session: ");
        espalier_add_connect(&text, &outcome);
        leave(espalier_text_bytes(&text));
    }
    ask(place);
    ask(other);
    watch();
    report_rain();
}
