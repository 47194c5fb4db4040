package org.espalier.kernel.sel4;

import org.espalier.kernel.sel4.proved.ObjectMemory;

/** Operations on domains (seL4 manual, 6.3): who belongs to which, and when they have their turns. The order of the checks is seL4's. */
final class DomainInvocations {
    private final ObjectMemory memory;
    private final Scheduler scheduler;
    private final DomainSchedule domains;
    private final SyscallError error;

    DomainInvocations(ObjectMemory memory, Scheduler scheduler, SyscallError error) {
        this.memory = memory;
        this.scheduler = scheduler;
        this.domains = scheduler.domains();
        this.error = error;
    }

    int invoke(Request request) {
        return switch (request.operation()) {
            case DOMAIN_SET -> set(request);
            case DOMAIN_SCHEDULE_CONFIGURE -> configure(request);
            case DOMAIN_SCHEDULE_SET_START -> setStart(request);
            default -> error.illegalOperation();
        };
    }

    private int set(Request request) {
        if (!request.has(1, 0)) {
            return error.truncated();
        }
        long domain = request.word(0);
        if (Long.compareUnsigned(domain, domains.count()) >= 0) {
            return error.invalidArgument(0);
        }
        if (!request.has(1, 1)) {
            return error.truncated();
        }
        long w0 = memory.w0(request.cap(0));
        if (Caps.type(w0) != CapType.THREAD) {
            return error.invalidArgument(1);
        }
        request.begin();
        scheduler.setDomain(Caps.tcb(w0), (int) domain);
        return Status.DONE;
    }

    private int configure(Request request) {
        if (!request.has(3, 0)) {
            return error.truncated();
        }
        long entry = request.word(0);
        long domain = request.word(1);
        long duration = request.word(2);
        if (Long.compareUnsigned(entry, domains.entries() - 1) >= 0) {
            return error.range(0, domains.entries() - 2);
        }
        if (Long.compareUnsigned(domain, domains.count()) >= 0) {
            return error.range(0, domains.count() - 1);
        }
        if (Long.compareUnsigned(duration, DomainSchedule.LONGEST) > 0) {
            return error.invalidArgument(2);
        }
        if (duration == 0 && domain != 0) {
            return error.invalidArgument(1);
        }
        if (duration == 0 && entry == domains.start()) {
            return error.invalidArgument(2);
        }
        request.begin();
        domains.configure((int) entry, (int) domain, duration);
        return Status.DONE;
    }

    private int setStart(Request request) {
        if (!request.has(1, 0)) {
            return error.truncated();
        }
        long entry = request.word(0);
        if (Long.compareUnsigned(entry, domains.entries()) >= 0) {
            return error.range(0, domains.entries() - 1);
        }
        if (domains.isEnd((int) entry)) {
            return error.invalidArgument(0);
        }
        request.begin();
        domains.startAt((int) entry);
        scheduler.reschedule();
        return Status.DONE;
    }
}
