package org.espalier.tests.random;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.espalier.base.CapQuota;
import org.espalier.base.Done;
import org.espalier.base.Quotas;
import org.espalier.base.Result;
import org.espalier.tests.puppet.Fetched;
import org.espalier.tests.puppet.Puppet;
import org.espalier.tests.puppet.Told;
import org.espalier.tests.random.Member.Cost;
import org.espalier.tests.random.Member.Item;
import org.espalier.tests.random.Member.Thing;
import org.espalier.tests.random.Model.Word;
import org.jspecify.annotations.Nullable;

/**
 * The tree and its model side by side: takes each step in both and compares what was told, and after it what everybody owns
 * and uses.
 */
final class Theatre implements AutoCloseable {
    private static final int HISTORY = 60;
    private static final int PATIENCE_SECONDS = 20;
    private static final long RETRY_NANOS = 1_000_000;
    /** What whoever hosts children needs: the signal of its parent's progress, and that of starting more children. */
    private static final int SANDBOX_CAPS = 2;

    final Model model = new Model();
    final Tree tree;
    final Member init = new Member("init", 0, model.core);
    private final ArrayDeque<String> history = new ArrayDeque<>();
    private final Map<String, Quotas> atStart;
    private final long patienceNanos;
    int steps;

    Theatre() {
        this("hw");
    }

    /** On a kernel of that name. */
    Theatre(String kernel) {
        tree = new Tree(kernel);
        patienceNanos = kernel.equals("linux") ? TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS) : 0;
        model.core.children[0] = init;
        atStart = tree.quotas();
        adopt(model.core, quotas(atStart, model.core));
        adopt(init, quotas(atStart, init));
        model.make(init); // which the tree has made, and which is in the numbers
        init.caps.used--;
        members.add(init);
    }

    /** All that live, core aside, in the order in which they came. */
    final List<Member> members = new ArrayList<>();

    private static void adopt(Member member, Quotas quotas) {
        member.ram.owned = quotas.ram().bytes();
        member.ram.used = quotas.ramUsed().bytes();
        member.caps.owned = quotas.caps().count();
        member.caps.used = quotas.capsUsed().count();
    }

    private static Quotas quotas(Map<String, Quotas> all, Member member) {
        return Objects.requireNonNull(all.get(member.label), () -> "There is no domain " + member + ".");
    }

    // ---- comparing

    private AssertionError wrong(String what) {
        return new AssertionError("step " + steps + ": " + what + "\nthe last steps:\n  " + String.join("\n  ", history)
                + "\nthe log:\n" + tree.logTail());
    }

    private void note(String step) {
        steps++;
        history.add(step);
        if (history.size() > HISTORY) {
            history.remove();
        }
    }

    private void requireSame(Object expected, Object actual) {
        if (!expected.equals(actual)) {
            throw wrong("expected " + expected + ", and it was " + actual);
        }
    }

    /**
     * Requires that all is as in the model. On kernels where signals have more than one way a puppet can hear its own before those
     * that were sent earlier, so it is given time.
     */
    private void compare() {
        List<Member> told = model.settle();
        long deadline = System.nanoTime() + patienceNanos;
        while (true) {
            for (Member member : told) {
                tree.hear(member.label);
            }
            String difference = difference(tree.quotas());
            if (difference.isEmpty()) {
                return;
            }
            if (System.nanoTime() >= deadline) {
                throw wrong(difference);
            }
            LockSupport.parkNanos(RETRY_NANOS);
        }
    }

    /** What of the quotas is not as in the model; empty for nothing. */
    private String difference(Map<String, Quotas> all) {
        if (all.size() != members.size() + 1) {
            return "there are " + all.keySet() + ", and there should be " + members;
        }
        long ram = 0;
        long caps = 0;
        for (Quotas quotas : all.values()) {
            ram += quotas.ram().bytes();
            caps += quotas.caps().count();
        }
        if (tree.system.ramOwned() != ram || tree.system.capsOwned() != caps) {
            return "all together own " + ram + " of RAM and " + caps + " capabilities, and should own "
                    + tree.system.ramOwned() + " and " + tree.system.capsOwned();
        }
        for (Member member : members) {
            Quotas quotas = quotas(all, member);
            if (quotas.ram().bytes() != member.ram.owned
                    || quotas.ramUsed().bytes() != member.ram.used
                    || quotas.caps().count() != member.caps.owned
                    || quotas.capsUsed().count() != member.caps.used) {
                return member + " should own and use " + show(member) + ", and it is " + quotas;
            }
        }
        Quotas core = quotas(all, model.core);
        return core.ram().bytes() == model.core.ram.owned && core.caps().count() == model.core.caps.owned
                ? ""
                : "core should own " + show(model.core) + ", and it is " + core;
    }

    private static String show(Member member) {
        return member.ram.owned + "/" + member.ram.used + " of RAM, " + member.caps.owned + "/" + member.caps.used
                + " capabilities";
    }

    private Word told(Member p, String step, Function<Puppet, Result<Told>> operation, Word expected) {
        note(p + " " + step + " = " + expected.kind() + " " + expected.value());
        Told told = tree.tell(p.label, operation);
        requireSame(expected, new Word(told.kind(), told.value()));
        compare();
        return expected;
    }

    private void done(Member p, String step, Function<Puppet, Result<Done>> operation) {
        note(p + " " + step);
        tree.tell(p.label, operation);
        compare();
    }

    // ---- the steps

    void host(Member p, boolean grants) {
        p.caps.spend(SANDBOX_CAPS);
        p.hosts = true;
        p.grants = grants;
        done(p, "hosts" + (grants ? " and grants" : ""), puppet -> puppet.host(grants));
    }

    Member start(Member host, int slot, long ram, long caps) {
        note(host + " starts " + slot + " with " + ram + ", " + caps);
        Map<String, Quotas> before = tree.quotas();
        tree.start(host.label, slot, ram, caps);
        Map<String, Quotas> after = tree.quotas();
        Member child = new Member(host.label + " -> c" + slot, slot, host);
        adopt(child, quotas(after, child));
        Member below = null;
        for (Member above = host; above != null; above = above.parent) {
            Quotas was = quotas(before, above);
            Quotas is = quotas(after, above);
            // Who passes on its first request names its signal above, for good.
            boolean names = below != null && !below.isTold;
            if (below != null && names) {
                below.isTold = true;
                below.sessionSignals++;
            }
            Cost cost = new Cost(
                    was.ram().bytes() - is.ram().bytes(),
                    was.caps().count() - is.caps().count(),
                    is.ramUsed().bytes() - was.ramUsed().bytes(),
                    is.capsUsed().count() - was.capsUsed().count() - (names ? 1 : 0));
            below = above;
            child.costs.put(above, cost);
            adopt(above, is);
        }
        Cost price = Objects.requireNonNull(child.costs.get(host));
        requireSame(ram, price.ram());
        // A parent keeps 16 capabilities of its child's for what it has of it.
        requireSame(caps - 16, price.caps());
        if (price.capsUsed() > 16 || price.ramUsed() != 0) {
            throw wrong("the child costs its parent " + price);
        }
        host.children[slot] = child;
        members.add(child);
        compare();
        return child;
    }

    /** A child whose quota does not even cover its environment. */
    void startInVain(Member host, int slot) {
        for (Member above = host; above.parent != null; above = above.parent) {
            if (!above.isTold) {
                above.isTold = true;
                model.listen(above);
            }
        }
        done(host, "starts " + slot + " with nothing", puppet -> puppet.start(slot, 0, 17));
        done(host, "ends " + slot + ", which was not started", puppet -> puppet.kill(slot));
    }

    void kill(Member host, int slot) {
        Member child = host.children[slot];
        List<Member> dying = child == null ? List.of() : child.subtree();
        model.kill(host, slot);
        members.removeAll(dying);
        note(host + " kills " + slot);
        tree.tell(host.label, puppet -> puppet.kill(slot));
        dying.forEach(member -> tree.forget(member.label));
        compare();
    }

    void exit(Member p) {
        model.exit(p);
        note(p + " exits");
        Result<?> result = tree.ask(p.label, puppet -> puppet.exit(0));
        if (result.isOk()) {
            throw wrong("whoever exits does not return, and it did");
        }
        compare();
    }

    Word alloc(Member p, long bytes) {
        return told(p, "allocates " + bytes, puppet -> puppet.alloc(bytes), model.alloc(p, bytes));
    }

    void free(Member p, int number) {
        told(p, "frees " + number, puppet -> puppet.free(number), model.free(p, number));
    }

    Word make(Member p) {
        int who = model.nextWho();
        return told(p, "makes token " + who, puppet -> puppet.make(who), model.make(p));
    }

    void dissolve(Member p, int number) {
        model.dissolve(p, number);
        done(p, "dissolves " + number, puppet -> puppet.dissolve(number));
    }

    void release(Member p, int number) {
        model.release(p, number);
        done(p, "releases " + number, puppet -> puppet.release(number));
    }

    void call(Member p, int number) {
        told(p, "calls " + number, puppet -> puppet.call(number), model.call(p, number));
    }

    void give(Member p, int number, int what) {
        told(p, "gives " + what + " to " + number, puppet -> puppet.give(number, what), model.give(p, number, what));
    }

    void fetch(Member p, int number, int what) {
        told(
                p,
                "fetches " + what + " from " + number,
                puppet -> puppet.fetch(number, what),
                model.fetch(p, number, what));
    }

    /** No capability is in a space that was not put there. */
    void scan(Member p) {
        note(p + " makes up indices");
        List<Integer> expected = new ArrayList<>();
        if (p != init) {
            expected.add(Tree.ECHO);
        }
        p.held.values().forEach(thing -> addAnswer(expected, p, thing));
        for (Member child : p.children) {
            if (child != null) {
                child.serving.values().forEach(leg -> addAnswer(expected, p, leg.thing));
                child.sessions.values().stream()
                        .filter(leg -> leg.upper != null)
                        .forEach(leg -> addAnswer(expected, p, leg.thing));
            }
        }
        Collections.sort(expected);
        requireSame(expected, tree.scan(p.label));
        compare();
    }

    private void addAnswer(List<Integer> answers, Member holder, @Nullable Thing thing) {
        if (thing != null
                && !thing.isDead()
                && !thing.isMemory()
                && thing.owner != holder
                && thing.owner != model.core
                && !thing.owner.exited) {
            answers.add(thing.who);
        }
    }

    Word open(Member p, int id, String service, int slot, boolean up, long ram, long caps) {
        String label = (up ? "up " : "") + slot;
        return told(
                p,
                "opens " + id + " of " + service + " at " + label + " with " + ram + ", " + caps,
                puppet -> puppet.open(id, service, label, ram, caps),
                model.open(p, id, service, slot, up, ram, caps));
    }

    Word state(Member p, int id) {
        return told(p, "looks at " + id, puppet -> puppet.state(id), model.state(p, id));
    }

    void take(Member p, int id) {
        told(p, "takes " + id, puppet -> puppet.take(id), model.take(p, id));
    }

    void listen(Member p) {
        told(p, "listens", Puppet::listen, model.listen(p));
    }

    void upgrade(Member p, int id, long ram, long caps) {
        told(
                p,
                "upgrades " + id + " by " + ram + ", " + caps,
                puppet -> puppet.upgrade(id, ram, caps),
                model.upgrade(p, id, ram, caps));
    }

    Word close(Member p, int id) {
        return told(p, "closes " + id, puppet -> puppet.close(id), model.close(p, id));
    }

    void announce(Member p) {
        told(p, "announces", Puppet::announce, model.announce(p));
    }

    void next(Member p) {
        Item item = model.next(p);
        Leg leg = item == null ? null : item.leg();
        note(p + " fetches " + (item == null ? "nothing" : item.kind() + " of " + item.leg().servedAs));
        Fetched fetched = tree.tell(p.label, Puppet::next);
        if (item == null || leg == null) {
            requireSame(p.host().exited ? "GONE" : "None", fetched.kind());
        } else {
            requireSame(new Fetched(item.kind(), leg.servedAs, item.ram(), item.caps()), fetched);
        }
        compare();
    }

    void answer(Member p, int id, String answer, int what) {
        told(
                p,
                "answers " + id + " with " + answer + " " + what,
                puppet -> puppet.answer(id, answer, what),
                model.answer(p, id, answer, what));
    }

    void request(Member p, long ram, long caps) {
        told(p, "requests " + ram + ", " + caps, puppet -> puppet.request(ram, caps), model.request(p, ram, caps));
    }

    void askBack(Member p, int slot, long ram, long caps) {
        model.askBack(p, slot, ram, caps);
        done(p, "asks " + slot + " for " + ram + ", " + caps, puppet -> puppet.askBack(slot, ram, caps));
    }

    void yielded(Member p) {
        told(p, "yields", Puppet::yielded, model.yielded(p));
    }

    // ---- the end

    /** Ends all children of init, gives up what it holds, and finds everything as it was. */
    void requireNothingLeft() {
        for (int slot = 0; slot < Member.SLOTS; slot++) {
            kill(init, slot);
        }
        for (int number : List.copyOf(init.held.keySet())) {
            Thing thing = Model.held(init, number);
            if (number == 1) {
                continue;
            }
            if (thing.isMemory()) {
                free(init, number);
            } else if (thing.owner == init) {
                dissolve(init, number);
            } else {
                release(init, number);
            }
        }
        for (int id : List.copyOf(init.sessions.keySet())) {
            if (id > 0) {
                close(init, id);
            }
        }
        Map<String, Quotas> now = tree.quotas();
        Quotas start = quotas(atStart, init);
        requireSame(
                new Quotas(
                        start.ram(),
                        start.ramUsed(),
                        start.caps(),
                        new CapQuota(start.capsUsed().count() + (init.hosts ? SANDBOX_CAPS : 0))),
                quotas(now, init));
        Quotas coreAtStart = quotas(atStart, model.core);
        requireSame(
                new Quotas(
                        coreAtStart.ram(),
                        coreAtStart.ramUsed(),
                        coreAtStart.caps(),
                        new CapQuota(coreAtStart.capsUsed().count() + init.sessionSignals)),
                quotas(now, model.core));
        requireSame(2, now.size());
        // A puppet acts when it is called and has no thread of its own, once it has started.
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (tree.system.state().threads() + tree.system.state().quarantine().size() > 0
                && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        requireSame(0, tree.system.state().threads());
        // A thread that is on its way out of what has ended counts as quarantined until it is out.
        requireSame(0, tree.system.state().quarantine().size());
    }

    @Override
    public void close() {
        tree.close();
    }
}
