package org.espalier.kernel.ring3;

import org.espalier.machine.CpuContext;
import org.espalier.machine.Register;
import org.espalier.machine.Trap;
import org.jspecify.annotations.Nullable;

/** What a trap means to a kernel of native components. */
final class Traps {
    private Traps() {}

    /** The outcome for a kernel; {@code null} if the thread is to go on when it is its turn again. */
    static @Nullable Outcome outcome(Trap trap, CpuContext context) {
        return switch (trap) {
            case Trap.Preempted _ -> null;
            case Trap.SystemCall _ ->
                new Outcome.Asked(
                        context.get(Register.RAX),
                        context.get(Register.RDI),
                        context.get(Register.RSI),
                        context.get(Register.RDX),
                        context.get(Register.R10),
                        context.get(Register.R8));
            case Trap.PageFault fault ->
                new Outcome.Faulted(FaultText.pageFault(
                        fault.access(), fault.address(), fault.present(), context.get(Register.RIP)));
            case Trap.CpuException exception ->
                new Outcome.Faulted(FaultText.exception(exception.vector(), context.get(Register.RIP)));
        };
    }
}
