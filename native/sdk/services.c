/*
 * The server side of sessions: fetches requests from the parent, lets the services decide, and keeps what belongs to a session
 * together until it ends.
 */
#include "internal.h"

static struct espalier_service *services;
static struct espalier_served *sessions;
static bool listening;

/* Fetched requests lie here, so what a service reads of one is good until it has decided. */
static struct espalier_message fetched;

static int32_t answer(int32_t id, const struct Parent_ServerAnswer *value) {
    struct espalier_message message;
    struct Parent_answer__request request = {.id = id, .answer = *value};
    struct Parent_answer__reply reply;
    return Parent_answer__call(ESPALIER_PARENT, &message, &request, &reply);
}

static void answer_kind(int32_t id, uint32_t kind) {
    struct Parent_ServerAnswer value = {.kind = kind};
    (void)answer(id, &value);
}

static void deny(int32_t id, struct espalier_bytes reason) {
    struct Parent_ServerAnswer value = {.kind = Parent_ServerAnswer__is_Denied_2, .as.Denied_2 = {reason}};
    (void)answer(id, &value);
}

static void add_layout(struct espalier_text *text, uint64_t layout) {
    for (int shift = 60; shift >= 0; shift -= 4) {
        uint8_t digit = (uint8_t)"0123456789abcdef"[layout >> shift & 15];
        espalier_add_bytes(text, (struct espalier_bytes){&digit, 1});
    }
}

static struct espalier_service *find_service(struct espalier_bytes name) {
    for (struct espalier_service *each = services; each != NULL; each = each->next) {
        if (espalier_equal(espalier_string(each->name), name)) {
            return each;
        }
    }
    return NULL;
}

/* Takes a session out of the list. */
static struct espalier_served *take_session(int32_t id) {
    for (struct espalier_served **at = &sessions; *at != NULL; at = &(*at)->next) {
        if ((*at)->id == id) {
            struct espalier_served *found = *at;
            *at = found->next;
            return found;
        }
    }
    return NULL;
}

static void end(struct espalier_served *session) {
    espalier_dissolve(session->capability);
    session->service->closed(session);
}

static void begin(int32_t id, struct espalier_service *service, struct espalier_served *session) {
    int32_t capability = espalier_manage(service->dispatch, session);
    if (capability < 0) {
        service->closed(session);
        answer_kind(id, Parent_ServerAnswer__is_InsufficientCaps_2);
        return;
    }
    session->next = sessions;
    session->service = service;
    session->id = id;
    session->capability = (espalier_capability)capability;
    sessions = session;
    struct Parent_ServerAnswer value = {
        .kind = Parent_ServerAnswer__is_Created, .as.Created = {(espalier_capability)capability}};
    if (answer(id, &value) < 0) {
        /* The parent could not take the capability: said without one, so that the client is not left waiting. */
        (void)take_session(id);
        end(session);
        answer_kind(id, Parent_ServerAnswer__is_InsufficientCaps_2);
    }
}

static void decide(int32_t id, struct espalier_service *service, const struct Parent_SessionArguments *arguments) {
    struct espalier_request request = {
        .label = arguments->label,
        .parameters = arguments->parameters,
        .ram = arguments->ram.bytes,
        .caps = arguments->caps.count,
    };
    struct espalier_creation creation = service->create(service, &request);
    switch (creation.kind) {
        case ESPALIER_CREATED:
            begin(id, service, creation.session);
            break;
        case ESPALIER_CREATION_DENIED:
            deny(id, creation.reason);
            break;
        case ESPALIER_INSUFFICIENT_RAM:
            answer_kind(id, Parent_ServerAnswer__is_InsufficientRam_2);
            break;
        case ESPALIER_INSUFFICIENT_CAPS:
            answer_kind(id, Parent_ServerAnswer__is_InsufficientCaps_2);
            break;
    }
}

static void create(int32_t id, const struct Parent_SessionArguments *arguments) {
    struct espalier_service *service = find_service(arguments->service);
    ESPALIER_TEXT(reason, 384);
    if (service == NULL) {
        espalier_add(&reason, "Service ‘");
        espalier_add_bytes(&reason, arguments->service);
        espalier_add(&reason, "’ is not offered here.");
        deny(id, espalier_text_bytes(&reason));
    } else if ((uint64_t)arguments->layout != service->layout) {
        espalier_add(&reason, "The client speaks wire layout ");
        add_layout(&reason, (uint64_t)arguments->layout);
        espalier_add(&reason, " of service ‘");
        espalier_add_bytes(&reason, arguments->service);
        espalier_add(&reason, "’, the server speaks ");
        add_layout(&reason, service->layout);
        espalier_add(&reason, ".");
        deny(id, espalier_text_bytes(&reason));
    } else {
        decide(id, service, arguments);
    }
}

static void upgrade(const struct Parent_Upgrade *upgrade) {
    for (struct espalier_served *each = sessions; each != NULL; each = each->next) {
        if (each->id == upgrade->id && each->service->upgraded != NULL) {
            each->service->upgraded(each, upgrade->ram.bytes, upgrade->caps.count);
        }
    }
    answer_kind(upgrade->id, Parent_ServerAnswer__is_Upgraded);
}

static void close_session(int32_t id) {
    struct espalier_served *session = take_session(id);
    if (session != NULL) {
        end(session);
    }
    answer_kind(id, Parent_ServerAnswer__is_Closed_2);
}

static void serve(void *object, uint32_t count) {
    (void)object;
    (void)count;
    struct Parent_nextRequest__request request = {0};
    struct Parent_nextRequest__reply reply;
    while (Parent_nextRequest__call(ESPALIER_PARENT, &fetched, &request, &reply) == 0) {
        switch (reply.result.kind) {
            case Parent_ServerRequest__is_Create:
                create(reply.result.as.Create.id, &reply.result.as.Create.arguments);
                break;
            case Parent_ServerRequest__is_Upgrade:
                upgrade(&reply.result.as.Upgrade);
                break;
            case Parent_ServerRequest__is_Close:
                close_session(reply.result.as.Close.id);
                break;
            default:
                return;
        }
    }
}

static int32_t name_requests(espalier_capability context) {
    struct espalier_message message;
    struct Parent_requestSignal__request request = {.context = context};
    struct Parent_requestSignal__reply reply;
    return Parent_requestSignal__call(ESPALIER_PARENT, &message, &request, &reply);
}

int32_t espalier_announce(struct espalier_service *service) {
    if (!listening) {
        int32_t status = espalier_name_handler(serve, name_requests);
        if (status < 0) {
            return status;
        }
        listening = true;
    }
    service->next = services;
    services = service;
    struct espalier_message message;
    struct Parent_announce__request request = {
        .service = espalier_string(service->name), .layout = (int64_t)service->layout};
    struct Parent_announce__reply reply;
    return Parent_announce__call(ESPALIER_PARENT, &message, &request, &reply);
}

static struct espalier_bytes strip(struct espalier_bytes text) {
    while (text.length > 0 && text.data[0] == ' ') {
        text.data++;
        text.length--;
    }
    while (text.length > 0 && text.data[text.length - 1] == ' ') {
        text.length--;
    }
    return text;
}

/* The bytes before the first `mark`, of which `rest` begins after it; all of them and nothing where there is none. */
static struct espalier_bytes before(struct espalier_bytes text, uint8_t mark, struct espalier_bytes *rest) {
    uint32_t end = 0;
    while (end < text.length && text.data[end] != mark) {
        end++;
    }
    uint32_t skipped = end < text.length ? end + 1 : end;
    *rest = (struct espalier_bytes){text.data + skipped, text.length - skipped};
    return (struct espalier_bytes){text.data, end};
}

struct espalier_bytes espalier_parameter(struct espalier_bytes parameters, const char *name) {
    struct espalier_bytes wanted = espalier_string(name);
    struct espalier_bytes found = {NULL, 0};
    while (parameters.length > 0) {
        struct espalier_bytes value;
        struct espalier_bytes key = before(before(parameters, ',', &parameters), '=', &value);
        /* The last one of a name counts, as it does for servers in Java. */
        if (value.data != key.data + key.length && espalier_equal(strip(key), wanted)) {
            found = strip(value);
        }
    }
    return found;
}
