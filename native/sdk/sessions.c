/*
 * The client side of sessions: numbers them, waits for them, raises donations, closes them.
 */
#include "internal.h"

enum {
    /* How often a donation is raised before a server that always wants more counts as refusing. */
    MAX_ATTEMPTS = 10,
    RAM_STEP = ESPALIER_PAGE,
    CAP_STEP = 4,
};

const struct espalier_options espalier_default_options = {.caps = 4};

static int32_t last_id;
/* Where the parent tells of news of sessions; made with the first one. */
static espalier_capability news;

/* The library's own message: a reason for a denial lies in it until the next session is opened. */
static struct espalier_message opening;

static int32_t name_news(espalier_capability context) {
    struct espalier_message message;
    struct Parent_sessionSignal__request request = {.context = context};
    struct Parent_sessionSignal__reply reply;
    return Parent_sessionSignal__call(ESPALIER_PARENT, &message, &request, &reply);
}

/* Has the parent tell of news from now on; done once, and fails when there is no capability for it. */
static int32_t listen(void) {
    if (news != 0) {
        return 0;
    }
    int32_t context = espalier_context();
    if (context <= 0) {
        return -ESPALIER_OUT_OF_CAPS;
    }
    int32_t status = name_news((espalier_capability)context);
    if (status < 0) {
        espalier_context_end((espalier_capability)context);
    } else {
        news = (espalier_capability)context;
    }
    return status;
}

/* Waits as long as the session is pending. */
static int32_t settle(int32_t id, struct espalier_message *message, struct Parent_SessionState *state) {
    while (state->kind == Parent_SessionState__is_Pending) {
        /* What had been told before is told again only when something has changed since. */
        int32_t status = espalier_await(news);
        if (status < 0) {
            return status;
        }
        struct Parent_state__request request = {.id = id};
        struct Parent_state__reply reply;
        status = Parent_state__call(ESPALIER_PARENT, message, &request, &reply);
        if (status < 0) {
            return status;
        }
        *state = reply.result;
    }
    return 0;
}

static struct espalier_connect refused(struct espalier_bytes reason) {
    return (struct espalier_connect){.kind = ESPALIER_REFUSED, .reason = reason};
}

/* A text of the library's own, good until the next one. */
static struct espalier_text *own_text(void) {
    static uint8_t room[256];
    static struct espalier_text text;
    text = (struct espalier_text){room, sizeof room, 0, false};
    return &text;
}

static struct espalier_connect not_taken(int32_t status) {
    if (status == -ESPALIER_OUT_OF_CAPS) {
        return (struct espalier_connect){.kind = ESPALIER_SHORT_OF_CAPS, .needed = 1};
    }
    struct espalier_text *text = own_text();
    espalier_add(text, "The parent did not take the session request: ");
    espalier_add_failure(text, status);
    return refused(espalier_text_bytes(text));
}

static struct espalier_connect ended(const char *service) {
    struct espalier_text *text = own_text();
    espalier_add(text, "The server of ");
    espalier_add(text, service);
    espalier_add(text, " ended before it answered.");
    return refused(espalier_text_bytes(text));
}

static struct espalier_connect insatiable(const char *service, int64_t ram, int64_t caps) {
    struct espalier_text *text = own_text();
    espalier_add(text, "The server of ");
    espalier_add(text, service);
    espalier_add(text, " wants more than ");
    espalier_add_ram(text, ram);
    espalier_add(text, " of RAM and ");
    espalier_add_signed(text, caps);
    espalier_add(text, " capabilities for one session.");
    return refused(espalier_text_bytes(text));
}

/* The state in which the session is once it is not pending any more, or a negated failure. */
static int32_t request(int32_t id, const struct Parent_SessionArguments *arguments, struct Parent_SessionState *state) {
    struct Parent_open__request request = {.id = id, .arguments = *arguments};
    struct Parent_open__reply reply;
    int32_t status = Parent_open__call(ESPALIER_PARENT, &opening, &request, &reply);
    if (status < 0) {
        return status;
    }
    *state = reply.result;
    return settle(id, &opening, state);
}

static struct espalier_connect opened(struct espalier_session *session, int32_t id, const char *service) {
    struct espalier_message message;
    struct Parent_capability__request request = {.id = id};
    struct Parent_capability__reply reply;
    int32_t status = Parent_capability__call(ESPALIER_PARENT, &message, &request, &reply);
    *session = (struct espalier_session){.id = id, .capability = status < 0 ? 0 : reply.result};
    if (status < 0) {
        espalier_close(session);
        return status == -ESPALIER_OUT_OF_CAPS ? not_taken(status) : ended(service);
    }
    return (struct espalier_connect){.kind = ESPALIER_CONNECTED};
}

struct espalier_connect espalier_connect(
    struct espalier_session *session, const char *service, uint64_t layout, const struct espalier_options *options) {
    const struct espalier_options *chosen = options == NULL ? &espalier_default_options : options;
    struct Parent_SessionArguments arguments = {
        .service = espalier_string(service),
        .label = chosen->label,
        .parameters = chosen->parameters,
        .ram = {chosen->ram},
        .caps = {chosen->caps},
        .layout = (int64_t)layout,
    };
    *session = (struct espalier_session){0};
    int32_t listens = listen();
    if (listens < 0) {
        return not_taken(listens);
    }
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
        if (last_id == INT32_MAX) {
            /* Numbers are never used again, so that a late answer meets nobody. */
            return refused(espalier_string("This component has opened as many sessions as there are numbers."));
        }
        int32_t id = ++last_id;
        struct Parent_SessionState state;
        int32_t status = request(id, &arguments, &state);
        if (status < 0) {
            return not_taken(status);
        }
        switch (state.kind) {
            case Parent_SessionState__is_Open:
                return opened(session, id, service);
            case Parent_SessionState__is_InsufficientRam:
                arguments.ram.bytes = arguments.ram.bytes < RAM_STEP / 2 ? RAM_STEP : arguments.ram.bytes * 2;
                break;
            case Parent_SessionState__is_InsufficientCaps:
                arguments.caps.count += CAP_STEP;
                break;
            case Parent_SessionState__is_Denied:
                return refused(state.as.Denied.reason);
            case Parent_SessionState__is_OutOfRam:
                return (struct espalier_connect){
                    .kind = ESPALIER_SHORT_OF_RAM,
                    .needed = state.as.OutOfRam.needed.bytes,
                    .available = state.as.OutOfRam.available.bytes};
            case Parent_SessionState__is_OutOfCaps:
                return (struct espalier_connect){
                    .kind = ESPALIER_SHORT_OF_CAPS,
                    .needed = state.as.OutOfCaps.needed.count,
                    .available = state.as.OutOfCaps.available.count};
            default:
                return ended(service);
        }
    }
    return insatiable(service, arguments.ram.bytes, arguments.caps.count);
}

void espalier_add_connect(struct espalier_text *text, const struct espalier_connect *outcome) {
    switch (outcome->kind) {
        case ESPALIER_CONNECTED:
            espalier_add(text, "connected");
            break;
        case ESPALIER_REFUSED:
            espalier_add_bytes(text, outcome->reason);
            break;
        case ESPALIER_SHORT_OF_RAM:
            espalier_add_ram(text, outcome->needed);
            espalier_add(text, " of RAM needed, ");
            espalier_add_ram(text, outcome->available);
            espalier_add(text, " available");
            break;
        case ESPALIER_SHORT_OF_CAPS:
            espalier_add_signed(text, outcome->needed);
            espalier_add(text, " capabilities needed, ");
            espalier_add_signed(text, outcome->available);
            espalier_add(text, " available");
            break;
    }
}

void espalier_connect_or_fault(
    struct espalier_session *session, const char *service, uint64_t layout, const struct espalier_options *options) {
    struct espalier_connect outcome = espalier_connect(session, service, layout, options);
    if (outcome.kind != ESPALIER_CONNECTED) {
        ESPALIER_TEXT(text, 512);
        espalier_add(&text, "No session of ");
        espalier_add(&text, service);
        espalier_add(&text, ": ");
        espalier_add_connect(&text, &outcome);
        espalier_kernel->fault(text.data, text.length);
        __builtin_trap();
    }
}

bool espalier_upgrade(struct espalier_session *session, int64_t ram, int64_t caps) {
    struct espalier_message message;
    struct Parent_upgrade__request request = {.id = session->id, .ram = {ram}, .caps = {caps}};
    struct Parent_upgrade__reply reply;
    return session->id != 0 && Parent_upgrade__call(ESPALIER_PARENT, &message, &request, &reply) == 0
        && settle(session->id, &message, &reply.result) == 0 && reply.result.kind == Parent_SessionState__is_Open;
}

void espalier_close(struct espalier_session *session) {
    struct espalier_message message;
    struct Parent_close__request request = {.id = session->id};
    struct Parent_close__reply reply;
    if (session->id != 0 && Parent_close__call(ESPALIER_PARENT, &message, &request, &reply) == 0) {
        (void)settle(session->id, &message, &reply.result);
    }
    espalier_release(session->capability);
    *session = (struct espalier_session){0};
}
