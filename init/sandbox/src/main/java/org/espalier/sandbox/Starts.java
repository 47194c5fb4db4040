package org.espalier.sandbox;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.function.Consumer;
import org.espalier.base.Capability;
import org.espalier.base.Entrypoint;
import org.espalier.base.SignalContext;

/**
 * Begins children a few at a time, in the order in which they were added, and lets others into the host's entrypoint in between. A child
 * that has begun asks its parent for sessions at once; where many begin in one turn they all wait for its end, each with a thread.
 *
 * <p>A child whose turn has not come has nothing yet, but a claim to its quota. Children that are ended meanwhile are passed over. A host
 * without a capability for the signal that this takes begins all of them in one turn. Confined to the entrypoint.
 */
final class Starts {
    /** One child keeps each of two processors busy until the host goes on. More of them only wait: measured with 2 to 100. */
    private static final int AT_ONCE = 2;

    private final Entrypoint ep;
    private final Consumer<Child> begin;
    private final Runnable done;
    private final Capability<SignalContext> next;
    private final Deque<Child> waiting = new ArrayDeque<>();

    /**
     * Begins nobody yet.
     *
     * @param begin begins a child
     * @param done is told when all have begun
     */
    Starts(Entrypoint ep, Consumer<Child> begin, Runnable done) {
        this.ep = ep;
        this.begin = begin;
        this.done = done;
        this.next = ep.handler(count -> beginSome()).orElse(Capability.none());
    }

    void add(Collection<Child> children) {
        boolean underWay = !waiting.isEmpty();
        waiting.addAll(children);
        if (!underWay && !waiting.isEmpty()) {
            beginSome();
        }
    }

    private void beginSome() {
        int left = next.isValid() ? AT_ONCE : Integer.MAX_VALUE;
        while (left > 0 && !waiting.isEmpty()) {
            Child child = waiting.remove();
            if (isToBegin(child)) {
                begin.accept(child);
                left--;
            }
        }
        if (waiting.isEmpty()) {
            done.run();
        } else {
            ep.submitOnLeave(next);
        }
    }

    private static boolean isToBegin(Child child) {
        return child.phase == Child.Phase.INCOMPLETE;
    }

    /** What those are to get whose turn has not come, but for claims that are larger than {@code available}. */
    Amounts claims(Amounts available) {
        Amounts claims = Amounts.NOTHING;
        for (Child child : waiting) {
            Amounts claim = child.spec.quota();
            if (isToBegin(child) && claim.atMost(available).equals(claim)) {
                claims = claims.plus(claim);
            }
        }
        return claims;
    }
}
