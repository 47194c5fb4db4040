/*
 * Interrupts of a device that is not there: whoever watches has it raise pin 5 at each line "raise", pin 6 at "raise another", and pin 5
 * a while after "raise later".
 */
#include "root.h"

enum { PIN = 5, VECTOR = 3, BADGE = 4, HANDLER_BADGE = 8 };

static word to, ntfn, ep;

static word issue(word slot, word pin, word vector)
{
    return invoke(ROOT_IRQ_CONTROL, IRQ_ISSUE_HANDLER_IO_APIC, CAPS(ROOT_CNODE), WORDS(slot, DEPTH, 0, pin, 0, 0, vector));
}

static void poll(const char *name)
{
    SHOW(name, receive(SYS_NB_RECV, ntfn).badge);
}

static void raise(void) { print("raise\n"); }

static void delivery(void)
{
    raise();
    outcome("issue", issue(to, PIN, VECTOR));
    TRY("set", to, IRQ_SET_HANDLER, CAPS(new_badged(ntfn, WRITE, BADGE)), WORDS());
    poll("raised before anybody had asked for it");
    raise();
    poll("raised");
    raise();
    raise();
    poll("raised twice, not acknowledged");
    TRY("acknowledge", to, IRQ_ACK, CAPS(), WORDS());
    poll("acknowledged");
    TRY("acknowledge", to, IRQ_ACK, CAPS(), WORDS());
    poll("acknowledged, and not raised");
    TRY("acknowledge again", to, IRQ_ACK, CAPS(), WORDS());
    print("raise another\n");
    poll("a pin that nobody has");
}

static void waiting(void)
{
    print("raise later\n");
    SHOW("waited", receive(SYS_RECV, ntfn).badge);
    TRY("acknowledge", to, IRQ_ACK, CAPS(), WORDS());
    MUST(ROOT_TCB, TCB_BIND_NOTIFICATION, CAPS(ntfn), WORDS());
    print("raise later\n");
    SHOW("waited for a message, bound", receive(SYS_RECV, ep).badge);
    TRY("acknowledge", to, IRQ_ACK, CAPS(), WORDS());
    MUST(ROOT_TCB, TCB_UNBIND_NOTIFICATION, CAPS(), WORDS());
}

static void handlers(void)
{
    TRY("another notification", to, IRQ_SET_HANDLER, CAPS(new_badged(ntfn, WRITE, HANDLER_BADGE)), WORDS());
    raise();
    poll("raised");
    TRY("acknowledge", to, IRQ_ACK, CAPS(), WORDS());
    TRY("clear", to, IRQ_CLEAR_HANDLER, CAPS(), WORDS());
    raise();
    TRY("set", to, IRQ_SET_HANDLER, CAPS(ntfn), WORDS());
    poll("raised with nothing set is lost, and masks it");
    raise();
    poll("raised");
    TRY("acknowledge", to, IRQ_ACK, CAPS(), WORDS());
    SHOW("acknowledged", receive(SYS_NB_RECV, ntfn).badge);
    TRY("acknowledge", to, IRQ_ACK, CAPS(), WORDS());
}

static void end_of_handlers(void)
{
    word other = new_slots(1);
    outcome("the same pin, another vector", issue(other, PIN, VECTOR + 1));
    raise();
    poll("the pin raises the other");
    TRY("set the other", other, IRQ_SET_HANDLER, CAPS(new_badged(ntfn, WRITE, HANDLER_BADGE)), WORDS());
    TRY("acknowledge the other", other, IRQ_ACK, CAPS(), WORDS());
    raise();
    poll("set");
    outcome("delete the other", delete (other));
    raise();
    poll("the pin is nobody's");
    outcome("delete", delete (to));
    outcome("issue", issue(to, PIN, VECTOR));
    TRY("set", to, IRQ_SET_HANDLER, CAPS(new_badged(ntfn, WRITE, BADGE)), WORDS());
    poll("nothing of what was raised meanwhile");
    raise();
    poll("raised");
    outcome("delete", delete (to));
}

static void task(void)
{
    to = new_slots(1);
    ntfn = new_object(NOTIFICATION, 0);
    ep = new_object(ENDPOINT, 0);
    delivery();
    waiting();
    handlers();
    end_of_handlers();
}
