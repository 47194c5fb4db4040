package org.espalier.kernel.hw;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.espalier.base.Failure;
import org.espalier.base.spi.ComponentKernel;

/**
 * Where the domains of a kernel run that takes its capability spaces, accounts, entrypoints and signals from this module, and what their
 * memory is made of; binaries that it leaves are run as JARs in this JVM. To this module a carried domain is one whose code speaks for
 * somebody: it runs on threads of this JVM, within the domain, and makes on it what that somebody asks for. Thread-safe.
 */
public interface Carrier {
    /**
     * Zeroed memory of {@code bytes}, a multiple of the page size.
     *
     * @throws OutOfMemoryError if the host has none
     */
    Memory allocate(long bytes);

    /** Whether all who access memory can be held up at a hole until somebody fills it: managed dataspaces are for such alone. */
    boolean holdsUpAtHoles();

    /** Looks at a binary that a domain is to be started with; {@code binary} is not kept by the caller. */
    Admission admit(byte[] binary);

    /** Memory of the host, owned by the dataspace that it was made for. */
    interface Memory {
        /** All of it, accessible until it is {@link #free freed}. */
        MemorySegment segment();

        /** Gives it back to the host. Called once, when nobody in this JVM will begin to access it any more. */
        void free();
    }

    /** What a carrier thinks of a binary. */
    sealed interface Admission {
        /** It is none of the carrier's: this JVM runs it as a JAR, or refuses it. */
        record Left() implements Admission {}

        /** It can be run. */
        record Admitted(Program program) implements Admission {}

        /** It cannot; the reason is a sentence for people. */
        record Refused(String reason) implements Admission {}
    }

    /** What is to run in one domain. Used once. */
    interface Program {
        /**
         * Runs in the initial entrypoint of {@code domain} until the component has constructed itself. What it throws is the fault
         * of the component.
         */
        void construct(CarriedDomain domain);
    }

    /** A fault of a component as it was told of by somebody else; the message says all there is to say. */
    final class Fault extends RuntimeException {
        private static final long serialVersionUID = 1;

        /** What went wrong, for people. */
        public Fault(String message) {
            super(message, null, false, false);
        }
    }

    /** The domain that a program runs in, as its carrier sees it. Thread-safe. */
    interface CarriedDomain {
        /** The number of the domain, as core knows it. */
        int number();

        /** The name of the domain, for people. */
        String name();

        /** The domain's half of the contract, for threads that execute it. */
        ComponentKernel kernel();

        /**
         * Runs {@code action} when no code of the domain is to run any more: at once if that is so, and else on the thread that ends it,
         * which may hold locks of the kernel. Once; for one action in a domain's life.
         */
        void onStop(Runnable action);

        /** Stops the domain for good because of a fault; what it owns stays what it is. From any thread, once or more. */
        void stop(String fault);

        /**
         * Charges the domain's RAM quota for what is kept for it beside its dataspaces; empty if that is done. It is refunded at the end
         * of the domain at the latest.
         */
        Optional<Failure> charge(long bytes);

        /** Refunds a part of what was charged; nothing once the domain has ended, which has refunded all of it. */
        void refund(long bytes);

        /** Has processor time that the domain takes elsewhere counted as its own: nanoseconds, which never become less. From any thread. */
        void meter(LongSupplier nanos);

        /** Waits while the limits of the domain hold it up, for threads that execute it and are not in a call of somebody else's. */
        void rest();

        /** The memory behind an index of the domain that names a dataspace, for threads that execute it. */
        Shown memory(int dataspace);

        /** What an index of the domain names, where somebody is to be called or signalled; for any thread. */
        Target target(int capability);

        /** The entrypoints on the chain of calls that the calling thread, which executes the domain, is in; its own is not among them. */
        Chain chain();

        /** Where the calling thread, which executes the domain, is: for {@link #callFor}. */
        Caller caller();

        /**
         * Makes a call as the calling thread, which executes the domain, for somebody who waits for it outside of this module: an
         * entrypoint on the chain of {@code caller} is not entered, as that would wait for itself. The message is the thread's own.
         */
        int callFor(Caller caller, int capability, int acceptedCaps);

        /**
         * Says that the upcall which the calling thread is in is over but for its reply, so that nobody is on a chain of calls through it
         * any more.
         */
        void leaveChain();

        /** Has code of the domain run on a thread of this module, which nobody is charged for; it ends by itself when the domain does. */
        void accompany(int entrypoint, Runnable body);

        /** Ends an entrypoint because of a fault, as one is ended whose code throws. From any thread. */
        void faulted(int entrypoint, String fault);
    }

    /** A place on a chain of calls, of no use but to be handed back. */
    interface Caller {}

    /**
     * A set of entrypoints, which may say of one that it is in although it is not, and never the reverse.
     *
     * @param bits those of {@link Target.Served#bit} of all of them
     */
    record Chain(long bits) {}

    /** What an index of a domain names, where somebody is to be called or signalled. */
    sealed interface Target {
        /**
         * An object or a context that an entrypoint serves, and that is not dissolved.
         *
         * @param identity the same for the same object, and for no other
         * @param domain whose it is
         * @param entrypoint the number of the entrypoint there
         * @param id by which it is known there
         * @param context whether it is a signal context, and not an object
         * @param bit of the entrypoint in a {@link Chain}
         */
        record Served(Object identity, int domain, int entrypoint, long id, boolean context, long bit)
                implements Target {}

        /** Nothing, or something else. */
        record Other() implements Target {}
    }

    /** What an index of a domain names, where memory is asked for. */
    sealed interface Shown {
        /** Memory; {@code writable} unless the capability allows reading alone. */
        record Bytes(Memory memory, boolean writable) implements Shown {}

        /** Nothing, or something else. */
        record Nothing() implements Shown {}
    }
}
