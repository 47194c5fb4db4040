package org.espalier.core;

import java.util.concurrent.ConcurrentLinkedQueue;
import org.espalier.base.Capability;
import org.espalier.base.Entrypoint;
import org.espalier.base.SignalContext;
import org.espalier.kernel.spi.RunningKernel;

/** Brings work of the surrounding program into an entrypoint of core. Any thread may post; the entrypoint works in order. */
final class Mailbox {
    private final RunningKernel kernel;
    private final Entrypoint ep;
    private final Capability<SignalContext> wakeUp;
    private final ConcurrentLinkedQueue<Runnable> work = new ConcurrentLinkedQueue<>();

    /** To be made by a thread of core. */
    Mailbox(RunningKernel kernel, Entrypoint ep) {
        this.kernel = kernel;
        this.ep = ep;
        this.wakeUp = ep.handler(count -> drain()).orThrow("Creating the signal context of a mailbox of core");
    }

    void post(Runnable task) {
        work.add(task);
        kernel.enterCore(() -> ep.submit(wakeUp));
    }

    private void drain() {
        for (Runnable task = work.poll(); task != null; task = work.poll()) {
            task.run();
        }
    }
}
