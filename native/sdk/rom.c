/*
 * ROM modules with their content attached.
 */
#include <ROM.h>

#include "internal.h"

enum {
    /* How often a donation is raised, each time by twice as much, before a server that always wants more gets nothing. */
    MAX_RAISES = 14,
    /* What suffices for most modules, the configuration among them. */
    DONATED_CAPS = 12,
};

struct espalier_connect espalier_rom_open(struct espalier_rom *rom, const char *name) {
    struct espalier_options options = {.label = espalier_string(name), .ram = ESPALIER_PAGE, .caps = DONATED_CAPS};
    *rom = (struct espalier_rom){0};
    struct espalier_connect outcome = espalier_connect(&rom->session, ESPALIER_SERVICE(ROM), &options);
    if (outcome.kind == ESPALIER_CONNECTED) {
        (void)espalier_rom_update(rom);
    }
    return outcome;
}

static int32_t fetch(struct espalier_rom *rom) {
    struct espalier_message message;
    struct ROM_dataspace__request request = {0};
    struct ROM_dataspace__reply reply;
    int32_t status = ROM_dataspace__call(rom->session.capability, &message, &request, &reply);
    rom->dataspace = status < 0 ? 0 : reply.result;
    return status;
}

static void forget(struct espalier_rom *rom) {
    espalier_detach(&rom->content);
    espalier_release(rom->dataspace);
    rom->dataspace = 0;
}

bool espalier_rom_update(struct espalier_rom *rom) {
    forget(rom);
    int32_t status = fetch(rom);
    int64_t more = ESPALIER_PAGE;
    for (int raise = 0; raise < MAX_RAISES && status == -ESPALIER_OUT_OF_RAM; raise++) {
        if (!espalier_upgrade(&rom->session, more, 0)) {
            return false;
        }
        more *= 2;
        status = fetch(rom);
    }
    return rom->dataspace != 0 && espalier_attach(rom->dataspace, false, &rom->content) == 0;
}

int32_t espalier_rom_watch(struct espalier_rom *rom, espalier_handler *handler, void *object) {
    int32_t context = espalier_handle(handler, object);
    if (context < 0) {
        return context;
    }
    struct espalier_message message;
    struct ROM_signal__request request = {.context = (espalier_capability)context};
    struct ROM_signal__reply reply;
    int32_t status = ROM_signal__call(rom->session.capability, &message, &request, &reply);
    espalier_dissolve(status < 0 ? (espalier_capability)context : rom->signal);
    if (status == 0) {
        rom->signal = (espalier_capability)context;
    }
    return status;
}

struct espalier_bytes espalier_rom_text(const struct espalier_rom *rom) {
    uint32_t length = 0;
    uint64_t most = rom->content.bytes < UINT32_MAX ? rom->content.bytes : UINT32_MAX;
    while (length < most && rom->content.start[length] != 0) {
        length++;
    }
    return (struct espalier_bytes){rom->content.start, length};
}

void espalier_rom_close(struct espalier_rom *rom) {
    forget(rom);
    espalier_close(&rom->session);
    espalier_dissolve(rom->signal);
    *rom = (struct espalier_rom){0};
}
