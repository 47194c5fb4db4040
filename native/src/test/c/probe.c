/*
 * A component that uses what the examples do not: reports, a Timer, memory that has to be waited for, updates of ROM modules, long lines.
 */
#include <Timer.h>
#include <espalier/espalier.h>

static struct espalier_session timer;
static struct espalier_rom rom;
static struct espalier_report report;

static void say(const char *what, int64_t number) {
    ESPALIER_TEXT(text, 128);
    espalier_add(&text, what);
    espalier_add(&text, " ");
    espalier_add_signed(&text, number);
    espalier_info(espalier_text_bytes(&text));
}

static void changed(void *object, uint32_t count) {
    (void)object;
    say("changes", count);
    say("content", espalier_rom_update(&rom));
    espalier_info(espalier_rom_text(&rom));
}

static void rang(void *object, uint32_t count) {
    (void)object;
    say("rang", count);
    espalier_report_close(&report);
    say("report after its end", espalier_report(&report, espalier_string("late")));
    espalier_rom_close(&rom);
    espalier_close(&timer);
    espalier_close(&timer);
    espalier_exit(7);
}

static void set_timer(void) {
    espalier_connect_or_fault(&timer, ESPALIER_SERVICE(Timer), NULL);
    struct espalier_message message;
    struct Timer_signal__request signal = {.context = (espalier_capability)espalier_handle(rang, NULL)};
    struct Timer_signal__reply signalled;
    say("signal", Timer_signal__call(timer.capability, &message, &signal, &signalled));
    struct Timer_once__request once = {.microseconds = -1};
    struct Timer_once__reply set;
    say("once", Timer_once__call(timer.capability, &message, &once, &set));
    once.microseconds = 250000;
    say("once", Timer_once__call(timer.capability, &message, &once, &set));
}

static void use_memory(void) {
    struct espalier_allocation refused = espalier_alloc(1 << 30);
    say("needed", refused.needed);
    say("available", refused.available);
    struct espalier_allocation waited = espalier_alloc_or_wait(1 << 21);
    say("allocated", waited.kind == ESPALIER_ALLOCATED);
    struct espalier_region region;
    say("attached", espalier_attach(waited.dataspace, true, &region));
    say("bytes", (int64_t)region.bytes);
    region.start[region.bytes - 1] = 1;
    espalier_detach(&region);
    espalier_detach(&region);
    say("attached nothing", espalier_attach(4711, true, &region));
    say("freed", espalier_free(waited.dataspace));
}

static void write_long_line(void) {
    ESPALIER_TEXT(text, 2400);
    for (int i = 0; i < 700; i++) {
        espalier_add(&text, "€");
    }
    espalier_add_decimal(&text, -0.96, 1);
    espalier_add(&text, " ");
    espalier_add_decimal(&text, 1234567.0005, 3);
    espalier_add(&text, " ");
    espalier_add_signed(&text, INT64_MIN);
    espalier_warning(espalier_text_bytes(&text));
}

void espalier_construct(void) {
    write_long_line();
    struct espalier_connect outcome = espalier_rom_open(&rom, "config");
    say("module", outcome.kind);
    say("watch", espalier_rom_watch(&rom, changed, NULL));
    say("report", espalier_report_open(&report, "state", 100, NULL));
    say("reported", espalier_report(&report, espalier_string("<state/>")));
    ESPALIER_TEXT(large, 101);
    while (!large.cut) {
        espalier_add(&large, "x");
    }
    say("too large", espalier_report(&report, espalier_text_bytes(&large)));
    say("thread", espalier_start_thread("second", NULL, NULL, NULL));
    use_memory();
    set_timer();
}
