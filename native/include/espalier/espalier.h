/*
 * What a native component is written against: its environment, sessions as a client and as a server, memory, signals, and the small
 * things that a C library would have. Beside it there is a header for each RPC interface, written by the annotation processor, and
 * espalier/packet.h for bulk data. docs/native.md tells how to build with it.
 *
 * A component has one function, espalier_construct, which is called when its environment is there; when it returns, the component
 * serves requests and signals, for good. All of it happens in one thread, and what is declared here belongs to that thread, except
 * where something else is said. Nothing here allocates memory: what an object needs is the caller's, and stays where it is until the
 * object is closed.
 *
 * Functions that return an int32_t return a negated espalier_failure when something did not happen.
 */
#ifndef ESPALIER_ESPALIER_H
#define ESPALIER_ESPALIER_H

#include <espalier/rpc.h>

/* ---- the component */

/* The component's own function. */
void espalier_construct(void);

/* Asks the parent to end the component with `value`. */
_Noreturn void espalier_exit(int32_t value);

/* Ends the component for a reason that its parent is told: for what cannot be, and what it cannot do without. */
_Noreturn void espalier_fault(const char *reason);

/* The component's own protection domain, for PD__server operations. */
espalier_capability espalier_pd(void);

/* ---- texts, which are UTF-8 and have no end mark where they are bytes */

/* A text of C. */
struct espalier_bytes espalier_string(const char *text);

/* Whether both are the same. */
bool espalier_equal(struct espalier_bytes one, struct espalier_bytes other);

/* A text under construction; what does not fit is left out at the end of a character, and everything after it. */
struct espalier_text {
    uint8_t *data;
    uint32_t size;
    uint32_t length;
    bool cut;
};

/* Declares a text with room for `bytes` bytes. */
#define ESPALIER_TEXT(name, bytes)     \
    uint8_t name##__room[bytes] = {0}; \
    struct espalier_text name = {name##__room, bytes, 0, false}

struct espalier_bytes espalier_text_bytes(const struct espalier_text *text);
void espalier_add_bytes(struct espalier_text *text, struct espalier_bytes bytes);
void espalier_add(struct espalier_text *text, const char *string);
void espalier_add_unsigned(struct espalier_text *text, uint64_t value);
void espalier_add_signed(struct espalier_text *text, int64_t value);
/* With so many digits after the point, 9 at most; half a unit of the last one is rounded away from zero. Below 2^63. */
void espalier_add_decimal(struct espalier_text *text, double value, uint32_t digits);

/* What a failure is called; of a negated one, as functions return it. */
void espalier_add_failure(struct espalier_text *text, int32_t status);

/* A decimal number without sign, or `fallback` where the text is none, or larger than 18 digits. */
uint64_t espalier_number(struct espalier_bytes text, uint64_t fallback);

/* ---- log; a line that is longer than one call carries goes out in several */

void espalier_info(struct espalier_bytes line);
void espalier_warning(struct espalier_bytes line);
void espalier_error(struct espalier_bytes line);

/* ---- objects and signals */

/* What answers requests for an object; a generated dispatch function behind it, as a rule. */
typedef void espalier_dispatch(void *object, struct espalier_message *request, struct espalier_message *reply);

/* What is called for signals, with the number of submissions since the last time. */
typedef void espalier_handler(void *object, uint32_t count);

/* A place for one object or signal handler. */
struct espalier_slot {
    espalier_dispatch *dispatch;
    espalier_handler *handler;
    void *object;
    espalier_capability capability;
    uint32_t generation;
};

/*
 * Gives the library more slots than the 64 that it has. Before the first object; the memory is the library's from then on.
 */
void espalier_slots(struct espalier_slot *slots, uint32_t count);

/* Makes an object callable. Its capability; OUT_OF_CAPS when no slot or no quota is left. Costs one capability. */
int32_t espalier_manage(espalier_dispatch *dispatch, void *object);

/* Has `handler` called for signals to the capability that this returns; otherwise as espalier_manage. */
int32_t espalier_handle(espalier_handler *handler, void *object);

/* Ends an object or a handler of this component. Its capabilities are void wherever they are. */
void espalier_dissolve(espalier_capability own);

/* Submits a signal; what is gone, or 0, gets none. May be used by any thread. */
void espalier_submit(espalier_capability context);

/* A context to wait for, with espalier_await. Costs one capability. May be used by any thread, as may the next two. */
int32_t espalier_context(void);

/* Waits for signals, takes them all, and returns how many they were. */
int32_t espalier_await(espalier_capability context);

/* Ends a context that no handler belongs to. */
void espalier_context_end(espalier_capability context);

/* ---- sessions, as a client */

/* What a client says of a session beside its service; the donations are raised where the server asks for more. */
struct espalier_options {
    struct espalier_bytes label;
    struct espalier_bytes parameters; /* name=value, joined by ", " */
    int64_t ram;                      /* bytes */
    int64_t caps;
};

/* No label, no parameters, and a donation that suffices for a session without buffers. */
extern const struct espalier_options espalier_default_options;

struct espalier_session {
    int32_t id; /* 0: there is none */
    espalier_capability capability;
};

enum espalier_connect_kind {
    ESPALIER_CONNECTED,
    ESPALIER_REFUSED,       /* for `reason`, a text for people */
    ESPALIER_SHORT_OF_RAM,  /* this component has `available` bytes, and the session takes `needed` */
    ESPALIER_SHORT_OF_CAPS, /* the same for capabilities */
};

/* The outcome of opening a session. */
struct espalier_connect {
    enum espalier_connect_kind kind;
    struct espalier_bytes reason; /* good until the next session is opened */
    int64_t needed;
    int64_t available;
};

/* The name and the layout of a service, as the two arguments of the functions that take them. */
#define ESPALIER_SERVICE(service) service##__name, service##__layout

/* Opens a session and waits for the outcome. Null options are the default ones. */
struct espalier_connect espalier_connect(
    struct espalier_session *session, const char *service, uint64_t layout, const struct espalier_options *options);

/* What an outcome says, in words. */
void espalier_add_connect(struct espalier_text *text, const struct espalier_connect *outcome);

/* The same for a component that cannot do without: it faults with the reason. */
void espalier_connect_or_fault(
    struct espalier_session *session, const char *service, uint64_t layout, const struct espalier_options *options);

/* Adds to the donation of a session. False when the component has not that much, or the session is gone. */
bool espalier_upgrade(struct espalier_session *session, int64_t ram, int64_t caps);

/* Closes a session, and waits until its donation is back. Closing twice does nothing. */
void espalier_close(struct espalier_session *session);

/* ---- sessions, as a server */

/* A session request as a server sees it. */
struct espalier_request {
    struct espalier_bytes label; /* who asks: the client's path, as its parents vouch for it, and what it calls the session */
    struct espalier_bytes parameters;
    int64_t ram;
    int64_t caps;
};

/* The value of a parameter, or nothing (null). */
struct espalier_bytes espalier_parameter(struct espalier_bytes parameters, const char *name);

/* The library's part of a session of this component. First in whatever else belongs to the session; zero at first. */
struct espalier_served {
    struct espalier_served *next;
    struct espalier_service *service;
    int32_t id;
    espalier_capability capability;
};

enum espalier_creation_kind {
    ESPALIER_CREATED,
    ESPALIER_CREATION_DENIED, /* for `reason`, which reaches the client */
    ESPALIER_INSUFFICIENT_RAM,
    ESPALIER_INSUFFICIENT_CAPS,
};

/* What a server makes of a session request. */
struct espalier_creation {
    enum espalier_creation_kind kind;
    struct espalier_served *session;
    struct espalier_bytes reason;
};

/* A service of this component; its sessions answer requests by `dispatch`, which gets the espalier_served. */
struct espalier_service {
    const char *name;
    uint64_t layout;
    espalier_dispatch *dispatch;
    /* Decides on a request. What the session costs must be covered by the donation. */
    struct espalier_creation (*create)(struct espalier_service *service, const struct espalier_request *request);
    /* The client has donated more; may be null. */
    void (*upgraded)(struct espalier_served *session, int64_t ram, int64_t caps);
    /* The session has ended and cannot be called any more: free what was paid from its donation. */
    void (*closed)(struct espalier_served *session);
    /* The library's. */
    struct espalier_service *next;
};

/* Offers a service to the parent. */
int32_t espalier_announce(struct espalier_service *service);

/* ---- memory */

enum espalier_allocation_kind {
    ESPALIER_ALLOCATED,
    ESPALIER_NO_RAM,      /* `available` of `needed` bytes */
    ESPALIER_NO_CAPS,     /* the same for capabilities */
    ESPALIER_NOT_ALLOCATED /* for `failure` */
};

struct espalier_allocation {
    enum espalier_allocation_kind kind;
    espalier_capability dataspace;
    int64_t needed;
    int64_t available;
    enum espalier_failure failure;
};

/* Zeroed memory, of whole pages, charged to this component until it is freed. */
struct espalier_allocation espalier_alloc(int64_t bytes);

/*
 * The same, but what the quota does not cover is asked for at the parent, and waited for, which may be for good. Nothing is served
 * meanwhile.
 */
struct espalier_allocation espalier_alloc_or_wait(int64_t bytes);

/* Frees memory that this component has allocated. It disappears wherever it is attached. */
int32_t espalier_free(espalier_capability dataspace);

/* Makes all of a dataspace accessible. Costs one capability. */
int32_t espalier_attach(espalier_capability dataspace, bool writable, struct espalier_region *region);

/* Ends an attachment, and empties `region`. Detaching nothing does nothing. */
void espalier_detach(struct espalier_region *region);

/* ---- ROM modules */

/* A module with its content attached, which stays as it is until espalier_rom_update. Zero at first. */
struct espalier_rom {
    struct espalier_session session;
    espalier_capability dataspace;
    struct espalier_region content; /* empty when there is none */
    espalier_capability signal;
};

/* Opens a module and attaches its content, if there is any. */
struct espalier_connect espalier_rom_open(struct espalier_rom *rom, const char *name);

/* Fetches the current content. False when there is none; the former content is gone then, too. */
bool espalier_rom_update(struct espalier_rom *rom);

/* Has `handler` called when there is new content, in place of the one before. */
int32_t espalier_rom_watch(struct espalier_rom *rom, espalier_handler *handler, void *object);

/* The content up to the first zero byte. */
struct espalier_bytes espalier_rom_text(const struct espalier_rom *rom);

void espalier_rom_close(struct espalier_rom *rom);

/* ---- configuration */

/*
 * Whether a text begins as XML does: what may stand before the outermost node, and that node's start tag, are well formed. What follows is
 * not looked at, nor whether an attribute is there twice. A configuration that its author wrote in HID is none.
 */
bool espalier_is_xml(struct espalier_bytes text);

/*
 * Looks an attribute of the outermost node up, and puts its value, entities replaced, into `value`, which is emptied before. False when it is
 * not there, does not fit, or the text is no XML.
 */
bool espalier_attribute(struct espalier_bytes xml, const char *name, struct espalier_text *value);

/* The same as a number: `fallback` where there is none. */
uint64_t espalier_attribute_number(struct espalier_bytes xml, const char *name, uint64_t fallback);

/* The same as a truth value: yes, true, on, 1 or no, false, off, 0; `fallback` for anything else. */
bool espalier_attribute_bool(struct espalier_bytes xml, const char *name, bool fallback);

/* ---- reports */

/* A report session with its buffer attached. Zero at first. */
struct espalier_report {
    struct espalier_session session;
    espalier_capability dataspace;
    struct espalier_region buffer;
    uint64_t size;
};

/* Opens a session for the report `name`, of at most `size` bytes. 0, or why not; `outcome` says more where it is not null. */
int32_t espalier_report_open(
    struct espalier_report *report, const char *name, uint32_t size, struct espalier_connect *outcome);

/* Makes `content` the current report. INVALID_ARGUMENT when it is larger than what was asked for. */
int32_t espalier_report(struct espalier_report *report, struct espalier_bytes content);

void espalier_report_close(struct espalier_report *report);

/* ---- threads */

/*
 * Starts another thread, with a stack of the caller's that ends at a multiple of 16. `body` is not to return. It may use what is said to be for
 * any thread, and generated calls with messages of its own. UNSUPPORTED on kernels where components have one thread.
 */
int32_t espalier_start_thread(const char *name, void (*body)(void *), void *argument, uint8_t *stack_end);

#endif
