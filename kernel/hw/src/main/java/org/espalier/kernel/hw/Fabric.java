package org.espalier.kernel.hw;

import java.util.List;
import org.espalier.base.Message;
import org.espalier.kernel.spi.HeldCapability;
import org.jspecify.annotations.Nullable;

/**
 * What the tables of this module stand on where a kernel beneath has objects of its own for what they hold: spaces for capabilities, threads,
 * places where requests wait, and signals. The tables decide who may have what and who pays; this has it done there. Without one,
 * a domain is nothing but its tables, and a call runs on its caller's thread.
 *
 * <p>Thread-safe. No method waits for a component, but for those of {@link Seat} and {@link Post} that say so.
 */
public interface Fabric extends Carrier, AutoCloseable {
    /** The kernel beneath has no memory for an object. Nothing was made. */
    final class Exhausted extends Exception {
        private static final long serialVersionUID = 1;

        /** What there was no memory for. */
        public Exhausted(String what) {
            super("There is no memory for " + what + ".", null, false, false);
        }
    }

    /** A space for the capabilities of a domain, with its first slots. */
    Space space(int domain, String name) throws Exhausted;

    /** What a signal context that is awaited takes of the kernel's memory, in bytes. */
    long bellBytes();

    /** All capabilities that there are, as {@link org.espalier.kernel.spi.RunningKernel#capabilities} gives them. */
    List<HeldCapability> capabilities();

    /** Ends all that there is. */
    @Override
    void close();

    /** What capabilities to one object name. */
    interface Item {
        /** Puts the object's first capability into a slot of who owns it; all others come from that one. */
        void own(Space owner, int index);

        /** Ends all capabilities to it, that of its owner included. */
        void end();
    }

    /** Where signals are awaited by a thread. */
    interface Bell extends Item {
        /** Signals, for somebody who has no capability for that. */
        void ring();
    }

    /** The space of a domain. Its slots have the numbers that they have in the table. */
    interface Space extends AutoCloseable {
        /** Bytes that it takes to have slots for the first {@code indices} numbers; 0 where there are as many. */
        long growth(long indices);

        /** Makes slots for the first {@code indices} numbers. */
        void grow(long indices) throws Exhausted;

        /** Puts a capability to an object that somebody owns into an empty slot. */
        void put(int index, Item item);

        /** Empties a slot. */
        void remove(int index);

        /** What stands for an object that nobody calls. */
        Item token(long number);

        /** A place where signals are awaited. */
        Bell bell() throws Exhausted;

        /** A thread of the domain. */
        Seat seat(String name) throws Exhausted;

        /** An entrypoint of the domain. */
        Post post(String name) throws Exhausted;

        /** No thread of it comes to the kernel any more, and those who wait there leave. */
        void stop();

        /** Ends all that it consists of, and all that was owned in it. */
        @Override
        void close();
    }

    /** How a call from a seat, or a post, went. */
    enum Outcome {
        DONE,
        /** What was called, or waited for, is not there or has ended. */
        GONE,
        /** The domain that the thread is of is stopped. */
        STOPPED
    }

    /** A thread of a domain, as the kernel beneath has it. Used by one thread at a time. */
    interface Seat extends AutoCloseable {
        /**
         * Sends a message by the capability in a slot, and waits for the answer.
         *
         * @param message whose word and bytes are sent, and are those of the answer when it is {@link Outcome#DONE}; it can be asked for by
         *     who receives ({@link Post#caller})
         */
        Outcome call(int index, Message message);

        /** Signals by the capability in a slot. */
        Outcome signal(int index);

        /** Waits until what the capability in a slot names was signalled. */
        Outcome await(int index);

        @Override
        void close();
    }

    /** An entrypoint, as the kernel beneath has it: a thread, and where requests and signals for it wait. */
    interface Post extends AutoCloseable {
        /** The thread of the entrypoint, for its own calls. */
        Seat seat();

        /** What an object that is served here is; its requests come with {@code badge}. */
        Item object(long badge);

        /** What a signal context that is served here is. */
        Item bell();

        /** Signals to this entrypoint, for somebody who has no capability for that. */
        void ring();

        /** Waits for a request or signal; a request that came before gets no answer. */
        Event receive(Message message);

        /** Answers the request that came last by the word and bytes of a message, and waits. */
        Event answerAndReceive(Message message);

        /** By which object the last request came. */
        long badge();

        /** The message of who sent the last request, {@code null} when that is nobody's here who has one. */
        @Nullable Message caller();

        /** Answers whoever waits for an answer with that word; from any thread. */
        void abandon(int word);

        /** Lets no request in any more; those that wait are {@link Outcome#GONE}. The thread goes on. */
        void shut();

        /** Ends the thread as well. */
        @Override
        void close();
    }

    /** What came to a post. */
    enum Event {
        REQUEST,
        SIGNAL,
        /** Nothing comes any more. */
        ENDED
    }
}
