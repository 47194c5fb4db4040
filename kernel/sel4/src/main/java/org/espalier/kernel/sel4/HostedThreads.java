package org.espalier.kernel.sel4;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The threads that run on threads of the host: each has a TCB like any other, which knows its place here. They are in no queue of the
 * scheduler: when one can run is the kernel's matter, and which of those that can do is the host's.
 *
 * <p>All methods are called within the kernel.
 */
final class HostedThreads implements Hosts {
    private final Kernel kernel;
    private final List<@Nullable HostThread> threads = new ArrayList<>();
    private final List<Integer> free = new ArrayList<>();

    HostedThreads(Kernel kernel) {
        this.kernel = kernel;
    }

    /** Has a thread that was never run, and stays {@code tcb}'s for good, run on threads of the host. */
    HostThread host(int tcb) {
        if (kernel.scheduler().isHosted(tcb)) {
            throw new IllegalStateException("A thread is bound to the host once.");
        }
        HostThread thread = new HostThread(kernel, tcb);
        int index = free.isEmpty() ? threads.size() : free.removeLast();
        if (index == threads.size()) {
            threads.add(thread);
        } else {
            threads.set(index, thread);
        }
        kernel.scheduler().hosts(this);
        kernel.scheduler().dequeue(tcb);
        kernel.threads().set(tcb, TcbLayout.HOSTED, index + 1);
        return thread;
    }

    /** The thread of the host that {@code tcb} runs on, if it does. */
    @Nullable HostThread of(int tcb) {
        int index = (int) kernel.threads().get(tcb, TcbLayout.HOSTED) - 1;
        return index < 0 ? null : threads.get(index);
    }

    @Override
    public void changed(int tcb) {
        HostThread thread = of(tcb);
        if (thread != null) {
            thread.changed();
        }
    }

    /** Forgets a thread that is deleted. */
    void release(int tcb) {
        HostThread thread = of(tcb);
        if (thread != null) {
            int index = (int) kernel.threads().get(tcb, TcbLayout.HOSTED) - 1;
            threads.set(index, null);
            free.add(index);
            kernel.threads().set(tcb, TcbLayout.HOSTED, 0);
            thread.ended();
        }
    }
}
