package org.espalier.tests.random;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.espalier.tests.random.Leg.Phase;
import org.espalier.tests.random.Member.Item;
import org.espalier.tests.random.Member.Thing;
import org.jspecify.annotations.Nullable;

/**
 * What ought to come of each operation, by the rules of docs/costs.md and docs/session.md. Every method takes one step and
 * returns what its causer is told.
 */
final class Model {
    /** What an operation tells: its kind, and a number where it yields one. */
    record Word(String kind, int value) {
        Word(String kind) {
            this(kind, 0);
        }
    }

    private static final Word OK = new Word("Ok");
    private static final Word OUT_OF_CAPS = new Word("OUT_OF_CAPS");
    private static final long PAGE = 4096;

    /** What a host that grants wishes keeps for itself. */
    private static final long HOST_RAM = 64 << 10;

    private static final long HOST_CAPS = 64;

    /** A parent takes two, and a puppet has named one for its own connections. */
    private static final int SESSION_SIGNALS = 1;

    final Member core = new Member("core", 0, null);
    /** Hosts whose parent has news on sessions that they passed on. */
    final Set<Member> signalled = new TreeSet<>((a, b) -> a.label.compareTo(b.label));

    private int lastThing;

    /** Hosts that hear of news, in the order in which they must be heard. */
    private List<Member> hearers() {
        List<Member> hearers = new ArrayList<>(signalled);
        hearers.sort((a, b) -> a.depth() - b.depth());
        return hearers;
    }

    /** Lets the hosts handle their signals, those above before those below. */
    List<Member> settle() {
        List<Member> heard = new ArrayList<>();
        while (!signalled.isEmpty()) {
            Member member = hearers().getFirst();
            signalled.remove(member);
            if (!member.gone && !member.exited && member.hosts) {
                heard.add(member);
                for (Leg leg : List.copyOf(member.sessions.values())) {
                    Leg lower = leg.lower;
                    if (lower != null && lower.isPending() && member.sessions.get(leg.id) == leg) {
                        look(lower, leg);
                    }
                }
            }
        }
        return heard;
    }

    // ---- memory and capabilities

    Word alloc(Member p, long bytes) {
        long size = (bytes + PAGE - 1) & -PAGE;
        if (!p.caps.spend(1)) {
            return new Word("Unreachable");
        }
        if (!p.caps.spend(1)) {
            p.caps.unspend(1);
            return new Word("OutOfCaps");
        }
        if (!p.ram.spend(size)) {
            p.caps.unspend(2);
            return new Word("OutOfRam");
        }
        return new Word("Ok", p.keep(new Thing(core, p, 0, size)));
    }

    Word free(Member p, int number) {
        Thing thing = held(p, number);
        p.held.remove(number);
        Word word = new Word("INVALID_CAPABILITY");
        if (thing.isMemory() && !thing.isDead() && thing.payer == p) {
            thing.dissolved = true;
            p.ram.unspend(thing.bytes);
            p.caps.unspend(1);
            word = OK;
        }
        p.caps.unspend(1);
        return word;
    }

    /** The number that the next token answers. */
    int nextWho() {
        return lastThing + 1;
    }

    Word make(Member p) {
        if (!p.caps.spend(1)) {
            return OUT_OF_CAPS;
        }
        return new Word("Ok", p.keep(new Thing(p, p, ++lastThing, 0)));
    }

    void dissolve(Member p, int number) {
        held(p, number).dissolved = true;
        p.held.remove(number);
        p.caps.unspend(1);
    }

    void release(Member p, int number) {
        p.held.remove(number);
        p.caps.unspend(1);
    }

    static Thing held(Member p, int number) {
        Thing thing = p.held.get(number);
        if (thing == null) {
            throw new IllegalStateException(p + " holds nothing of the number " + number + ".");
        }
        return thing;
    }

    /** Why a call is refused before anybody pays; {@code null} if it is not. */
    private static @Nullable Word refusal(Member p, Thing target) {
        if (target.isMemory()) {
            return new Word("INVALID_CAPABILITY");
        }
        if (target.isDead()) {
            return new Word("GONE");
        }
        return target.owner == p ? new Word("DEADLOCK") : null;
    }

    Word call(Member p, int number) {
        Thing target = held(p, number);
        Word refusal = refusal(p, target);
        if (refusal != null) {
            return refusal;
        }
        if (target.owner.isCore()) {
            return new Word("MALFORMED");
        }
        return target.owner.exited ? new Word("GONE") : new Word("Ok", target.who);
    }

    Word give(Member p, int number, int what) {
        Thing target = held(p, number);
        Thing given = held(p, what);
        Word refusal = refusal(p, target);
        if (refusal != null) {
            return refusal;
        }
        if (target.owner.exited) {
            return new Word("GONE");
        }
        if (target.owner.isCore()) {
            return new Word("UNKNOWN_OPERATION");
        }
        if (!pays(target.owner, given)) {
            return new Word("SERVER_OUT_OF_CAPS");
        }
        target.owner.keep(received(target.owner, given));
        return OK;
    }

    Word fetch(Member p, int number, int what) {
        Thing target = held(p, number);
        Word refusal = refusal(p, target);
        if (refusal != null) {
            return refusal;
        }
        if (!p.caps.spend(1)) {
            return OUT_OF_CAPS;
        }
        if (target.owner.isCore()) {
            p.caps.unspend(1);
            return new Word("UNKNOWN_OPERATION");
        }
        Thing found = target.owner.exited ? null : target.owner.held.get(what);
        if (found == null) {
            p.caps.unspend(1);
            return new Word(target.owner.exited ? "GONE" : "INVALID_ARGUMENT");
        }
        if (found.owner == p) {
            p.caps.unspend(1);
        }
        return new Word("Ok", p.keep(received(p, found)));
    }

    /** The receiver pays for what is not its own. */
    private static boolean pays(Member receiver, @Nullable Thing thing) {
        return thing == null || thing.owner == receiver || receiver.caps.spend(1);
    }

    /** What the receiver gets: of an own thing that is dissolved, nothing, for its name may be another's by now. */
    private static @Nullable Thing received(Member receiver, @Nullable Thing thing) {
        return thing != null && thing.owner == receiver && thing.isDead() ? null : thing;
    }

    private static void drop(Member holder, @Nullable Thing thing) {
        if (thing != null && thing.owner != holder) {
            holder.caps.unspend(1);
        }
    }

    // ---- calls at the parent

    /** A call that brings no capability. */
    private Word tell(Member p, Supplier<Word> body) {
        return p.host().exited ? new Word("GONE") : body.get();
    }

    /** What came of asking for the capability of a session. */
    private record Taken(String kind, @Nullable Thing thing) {}

    /** Takes the capability of a session, for which the caller pays before. */
    private Taken takeFrom(Member p, int id) {
        if (!p.caps.spend(1)) {
            return new Taken("OUT_OF_CAPS", null);
        }
        Leg leg = p.sessions.get(id);
        boolean open = !p.host().exited && leg != null && leg.phase == Phase.OPEN;
        Thing thing = open && leg != null ? leg.thing : null;
        if (thing == null || thing.owner == p) {
            p.caps.unspend(1);
        }
        return open
                ? new Taken("Ok", received(p, thing))
                : new Taken(p.host().exited ? "GONE" : "INVALID_ARGUMENT", null);
    }

    private Word seen(Leg leg) {
        Member client = leg.client;
        if (leg.phase == Phase.ENDED && client != null) {
            client.sessions.remove(leg.id, leg);
            long fee = leg.fee;
            leg.fee = 0;
            leg.host.caps.repay(client.caps, fee);
        }
        leg.seenPending = leg.isPending();
        return new Word(
                switch (leg.phase) {
                    case WAITING, REQUESTED, UPGRADING, CLOSING -> "Pending";
                    case OPEN -> "Open";
                    case ENDED -> leg.outcome;
                });
    }

    // ---- as a client

    Word open(Member p, int id, String service, int slot, boolean up, long ram, long caps) {
        return tell(
                p,
                () -> p.sessions.containsKey(id) || id <= 0
                        ? new Word("INVALID_ARGUMENT")
                        : seen(request(p, id, service, slot, up, ram, caps)));
    }

    Word state(Member p, int id) {
        return tell(p, () -> at(p, id, this::seen));
    }

    private static Word at(Member p, int id, java.util.function.Function<Leg, Word> body) {
        Leg leg = p.sessions.get(id);
        return leg == null ? new Word("INVALID_ARGUMENT") : body.apply(leg);
    }

    Word take(Member p, int id) {
        Taken taken = takeFrom(p, id);
        return new Word(taken.kind(), p.keep(taken.thing()));
    }

    Word listen(Member p) {
        return tell(p, () -> {
            if (!p.host().caps.spend(1)) {
                return new Word("SERVER_OUT_OF_CAPS");
            }
            if (p.sessionSignals == SESSION_SIGNALS) {
                p.host().caps.unspend(1);
                return new Word("DENIED");
            }
            p.sessionSignals++;
            return OK;
        });
    }

    Word upgrade(Member p, int id, long ram, long caps) {
        return tell(p, () -> raise(p, id, ram, caps));
    }

    private Word raise(Member p, int id, long ram, long caps) {
        return at(p, id, leg -> {
            if (leg.phase != Phase.OPEN) {
                return new Word("INVALID_ARGUMENT");
            }
            String refusal = withdraw(p, leg.host, ram, caps);
            if (!refusal.isEmpty()) {
                return new Word(refusal);
            }
            leg.raisedRam = ram;
            leg.raisedCaps = caps;
            leg.phase = Phase.UPGRADING;
            Member server = leg.server;
            Leg upper = leg.upper;
            if (server != null) {
                if (!server.exited && move(leg.host, server, ram, caps)) {
                    server.queue.add(new Item(leg, "Upgrade", ram, caps));
                } else {
                    notRaised(leg);
                }
            } else if (upper != null) {
                settled(leg, tell(leg.host, () -> raise(leg.host, upper.id, ram, caps)));
            } else {
                raised(leg);
            }
            return seen(leg);
        });
    }

    Word close(Member p, int id) {
        return tell(
                p,
                () -> at(p, id, leg -> {
                    close(leg);
                    return seen(leg);
                }));
    }

    // ---- quota

    private static boolean move(Member from, Member to, long ram, long caps) {
        if (from.ram.free() < ram || from.caps.free() < caps) {
            return false;
        }
        from.ram.move(to.ram, ram);
        from.caps.move(to.caps, caps);
        return true;
    }

    private static String withdraw(Member from, Member to, long ram, long caps) {
        if (from.ram.free() < ram) {
            return "OutOfRam";
        }
        return move(from, to, ram, caps) ? "" : "OutOfCaps";
    }

    /** Gives the donation back, out of where it is. */
    private void payBack(Leg leg, long ram, long caps) {
        Member client = leg.client;
        Member server = leg.server;
        Member debtor = leg.host;
        Member creditor = client == null ? leg.host : client;
        if (leg.withServer && server != null) {
            leg.withServer = false;
            debtor = server;
        }
        // Whoever is its own client owes to itself, and is told so.
        if (debtor != leg.host || client != null) {
            long owedRam = debtor.ram.repay(creditor.ram, ram);
            long owedCaps = debtor.caps.repay(creditor.caps, caps);
            if (owedRam > 0 || owedCaps > 0) {
                leg.outcome = "Withheld";
                leg.withheldRam = owedRam;
                leg.withheldCaps = owedCaps;
            }
        }
        grantWishes(leg.host);
    }

    // ---- the parent at work

    private Leg request(Member client, int id, String service, int slot, boolean up, long ram, long caps) {
        Member host = client.host();
        Leg leg = new Leg(host, client, id, ram, Math.max(0, caps - 1));
        String refusal = caps < 1 ? "InsufficientCaps" : withdraw(client, host, ram, caps);
        if (!refusal.isEmpty()) {
            leg.phase = Phase.ENDED;
            leg.outcome = refusal;
            return leg;
        }
        leg.fee = 1;
        client.sessions.put(id, leg);
        if (service.equals("LOG")) {
            if (host.isCore()) {
                if (leg.caps < 1) {
                    refused(leg, "InsufficientCaps");
                } else {
                    opened(leg, new Thing(host, host, 0, 0));
                }
            } else {
                pass(leg, service, slot, false);
            }
        } else if (up) {
            pass(leg, service, slot, false);
        } else {
            Member server = host.isCore() ? null : host.children[slot];
            if (server == null) {
                refused(leg, "Denied");
            } else {
                serve(leg, server);
            }
        }
        return leg;
    }

    private void serve(Leg leg, Member server) {
        leg.server = server;
        if (server.exited) {
            refused(leg, "Denied");
        } else if (!server.announced) {
            leg.phase = Phase.WAITING;
            leg.host.waiting.add(leg);
        } else if (!move(leg.host, server, leg.ram, leg.caps)) {
            refused(leg, "Denied");
        } else {
            leg.withServer = true;
            leg.phase = Phase.REQUESTED;
            leg.servedAs = ++server.lastServed;
            server.serving.put(leg.servedAs, leg);
            server.queue.add(new Item(leg, "Create", leg.ram, leg.caps));
        }
    }

    /** Passes a request on to the host's own parent. */
    private void pass(Leg leg, String service, int slot, boolean up) {
        Member host = leg.host;
        leg.phase = Phase.REQUESTED;
        if (host.isCore()) {
            refused(leg, "Denied");
            return;
        }
        int id = --host.lastUpper;
        if (!host.isTold && !listen(host).equals(OK)) {
            refused(leg, "Denied");
            return;
        }
        host.isTold = true;
        List<Leg> made = new ArrayList<>();
        Word first = tell(host, () -> {
            made.add(request(host, id, service, slot, up, leg.ram, leg.caps));
            return seen(made.getFirst());
        });
        if (made.isEmpty()) {
            refused(leg, "Denied");
            return;
        }
        Leg upper = made.getFirst();
        leg.upper = upper;
        upper.lower = leg;
        settled(leg, first);
    }

    private void look(Leg leg, Leg upper) {
        settled(leg, state(leg.host, upper.id));
    }

    private void settled(Leg leg, Word seen) {
        String kind = seen.kind();
        if (kind.equals("Pending")) {
            return;
        }
        switch (leg.phase) {
            case UPGRADING -> {
                if (kind.equals("Open")) {
                    raised(leg);
                } else {
                    notRaised(leg);
                }
            }
            case CLOSING -> {
                Leg upper = leg.upper;
                boolean withheld = kind.equals("Withheld") && upper != null;
                if (withheld && upper != null) {
                    leg.ram = Math.max(0, leg.ram - upper.withheldRam);
                    leg.caps = Math.max(0, leg.caps - upper.withheldCaps);
                }
                closed(leg);
                if (withheld) {
                    leg.outcome = "Withheld";
                }
            }
            case WAITING, REQUESTED, OPEN, ENDED -> {
                if (kind.equals("Open")) {
                    fetched(leg);
                } else {
                    refused(
                            leg,
                            switch (kind) {
                                case "OutOfRam" -> "InsufficientRam";
                                case "OutOfCaps" -> "InsufficientCaps";
                                case "InsufficientRam", "InsufficientCaps" -> kind;
                                default -> "Denied";
                            });
                }
            }
        }
    }

    /** The host takes the capability of what is open above, or has it closed when it cannot pay. */
    private void fetched(Leg leg) {
        Leg upper = leg.upper;
        if (upper == null) {
            throw new IllegalStateException("Nothing above " + leg.id + " has been asked for.");
        }
        Taken taken = takeFrom(leg.host, upper.id);
        if (taken.kind().equals("Ok")) {
            opened(leg, taken.thing());
        } else {
            leg.refusal = "InsufficientCaps";
            leg.phase = Phase.CLOSING;
            settled(leg, close(leg.host, upper.id));
        }
    }

    private void opened(Leg leg, @Nullable Thing thing) {
        leg.thing = thing;
        leg.phase = Phase.OPEN;
        if (leg.client == null || leg.closeWanted) {
            beginClose(leg);
        } else {
            progressed(leg);
        }
    }

    private void refused(Leg leg, String outcome) {
        leg.host.waiting.remove(leg);
        end(leg, leg.closeWanted ? "Closed" : outcome);
    }

    private void closed(Leg leg) {
        end(leg, leg.refusal == null || leg.closeWanted ? "Closed" : leg.refusal);
    }

    private void end(Leg leg, String outcome) {
        leg.phase = Phase.ENDED;
        leg.outcome = outcome;
        payBack(leg, leg.ram + leg.raisedRam, leg.caps + leg.raisedCaps);
        progressed(leg);
    }

    private void raised(Leg leg) {
        leg.ram += leg.raisedRam;
        leg.caps += leg.raisedCaps;
        openAgain(leg);
    }

    private void notRaised(Leg leg) {
        Member client = leg.client;
        if (client != null) {
            leg.host.ram.repay(client.ram, leg.raisedRam);
            leg.host.caps.repay(client.caps, leg.raisedCaps);
        }
        openAgain(leg);
    }

    private void openAgain(Leg leg) {
        leg.raisedRam = 0;
        leg.raisedCaps = 0;
        leg.phase = Phase.OPEN;
        if (leg.client == null || leg.closeWanted) {
            beginClose(leg);
        } else {
            progressed(leg);
        }
    }

    private void progressed(Leg leg) {
        Member client = leg.client;
        if (leg.seenPending && client != null && client.isTold) {
            signalled.add(client);
        }
        leg.seenPending = false;
    }

    private void close(Leg leg) {
        switch (leg.phase) {
            case WAITING -> {
                leg.host.waiting.remove(leg);
                end(leg, "Closed");
            }
            case REQUESTED -> {
                if (withdrawn(leg)) {
                    end(leg, "Closed");
                } else {
                    leg.closeWanted = true;
                }
            }
            case OPEN -> beginClose(leg);
            case UPGRADING -> leg.closeWanted = true;
            case CLOSING, ENDED -> {}
        }
    }

    private boolean withdrawn(Leg leg) {
        Leg upper = leg.upper;
        if (upper != null) {
            return !close(leg.host, upper.id).kind().equals("Pending");
        }
        Member server = leg.server;
        if (server == null) {
            return false;
        }
        if (leg.fetched) {
            requestClose(leg, server);
            return false;
        }
        server.forget(leg);
        return true;
    }

    /** Asks the server to close it, once; also when it has not answered whether it opens it. */
    private static void requestClose(Leg leg, Member server) {
        if (!leg.closeRequested) {
            leg.closeRequested = true;
            server.queue.add(new Item(leg, "Close", 0, 0));
        }
    }

    private void beginClose(Leg leg) {
        leg.phase = Phase.CLOSING;
        leg.closeWanted = true;
        Member server = leg.server;
        Leg upper = leg.upper;
        if (upper != null) {
            drop(leg.host, leg.thing);
            leg.thing = null;
            settled(leg, close(leg.host, upper.id));
        } else if (server == null) {
            Thing thing = leg.thing;
            if (thing != null) {
                thing.dissolved = true;
            }
            closed(leg);
        } else if (server.exited) {
            forget(leg, server);
            closed(leg);
        } else {
            requestClose(leg, server);
        }
    }

    private static void forget(Leg leg, Member server) {
        server.forget(leg);
        drop(leg.host, leg.thing);
        leg.thing = null;
    }

    // ---- as a server

    Word announce(Member p) {
        return tell(p, () -> {
            Member host = p.host();
            if (!p.announced && !host.caps.spend(1)) {
                return new Word("SERVER_OUT_OF_CAPS");
            }
            // Named anew, the signal takes a second slot for as long as the first is not yet given up.
            if (p.announced && host.caps.free() < 1) {
                return new Word("SERVER_OUT_OF_CAPS");
            }
            p.announced = true;
            for (Leg leg : List.copyOf(host.waiting)) {
                if (leg.server == p) {
                    host.waiting.remove(leg);
                    serve(leg, p);
                }
            }
            return OK;
        });
    }

    /** The request that the server takes; {@code null} if there is none. */
    @Nullable Item next(Member p) {
        Item item = p.host().exited ? null : p.queue.poll();
        if (item != null) {
            item.leg().fetched = true;
        }
        return item;
    }

    Word answer(Member p, int id, String answer, int what) {
        return tell(p, () -> {
            Thing thing = answer.equals("Created") ? p.held.get(what) : null;
            if (!pays(p.host(), thing)) {
                return new Word("SERVER_OUT_OF_CAPS");
            }
            Thing arrived = received(p.host(), thing);
            Leg leg = p.serving.get(id);
            boolean taken = leg != null && leg.fetched && answered(leg, p, answer, arrived);
            if (!taken) {
                drop(p.host(), arrived);
            }
            return OK;
        });
    }

    /** Whether the answer was one to what was asked, and its capability is used. */
    private boolean answered(Leg leg, Member server, String answer, @Nullable Thing thing) {
        switch (answer) {
            case "Created" -> {
                if (leg.phase == Phase.REQUESTED && thing != null) {
                    opened(leg, thing);
                    return true;
                }
            }
            case "Denied", "InsufficientRam", "InsufficientCaps" -> {
                if (leg.phase == Phase.REQUESTED) {
                    server.forget(leg);
                    refused(leg, answer);
                }
            }
            case "Upgraded" -> {
                if (leg.phase == Phase.UPGRADING) {
                    raised(leg);
                }
            }
            default -> {
                if (leg.phase != Phase.REQUESTED || leg.closeWanted) {
                    forget(leg, server);
                    closed(leg);
                }
            }
        }
        return false;
    }

    // ---- resources

    Word request(Member p, long ram, long caps) {
        return tell(p, () -> {
            p.wishedRam = ram;
            p.wishedCaps = caps;
            return grant(p) ? OK : new Word("Pending");
        });
    }

    private boolean grant(Member p) {
        Member host = p.host();
        boolean granted = p.wishedRam >= 0
                && host.grants
                && p.wishedRam <= Math.max(0, host.ram.owned - host.ram.used - HOST_RAM)
                && p.wishedCaps <= Math.max(0, host.caps.owned - host.caps.used - HOST_CAPS)
                && move(host, p, p.wishedRam, p.wishedCaps);
        if (granted) {
            p.wishedRam = -1;
        }
        return granted;
    }

    private void grantWishes(Member host) {
        for (Member child : host.children) {
            if (child != null) {
                grant(child);
            }
        }
    }

    void askBack(Member host, int slot, long ram, long caps) {
        Member child = host.children[slot];
        if (child != null) {
            child.wantedRam = ram;
            child.wantedCaps = caps;
        }
    }

    Word yielded(Member p) {
        return tell(p, () -> {
            Member host = p.host();
            long ram = Math.min(p.wantedRam, p.ram.free());
            long caps = Math.min(p.wantedCaps, p.caps.free());
            if (move(p, host, ram, caps)) {
                p.wantedRam -= ram;
                p.wantedCaps -= caps;
            }
            grantWishes(host);
            return OK;
        });
    }

    // ---- the end

    void exit(Member p) {
        p.exited = true;
        Member host = p.host();
        if (host.exited) {
            return;
        }
        List<Leg> unanswered =
                p.serving.values().stream().filter(Leg::isPending).toList();
        unanswered.forEach(leg -> forget(leg, p));
        p.queue.clear();
        unanswered.forEach(this::serverGone);
        for (Leg leg : List.copyOf(host.waiting)) {
            if (leg.server == p) {
                refused(leg, "Denied");
            }
        }
    }

    private void serverGone(Leg leg) {
        boolean wasOpen = leg.phase != Phase.REQUESTED || leg.closeWanted;
        end(leg, wasOpen ? "Closed" : "Denied");
    }

    void kill(Member host, int slot) {
        Member child = host.children[slot];
        if (child == null) {
            return;
        }
        List<Member> dying = child.subtree();
        host.children[slot] = null;
        for (Member member : dying) {
            member.gone = true;
            signalled.remove(member);
        }
        for (Member member : dying) {
            member.ram.end(host.ram);
            member.caps.end(host.caps);
        }
        for (Member member : dying) {
            member.costs.forEach((above, cost) -> {
                if (!above.gone) {
                    above.caps.unspend(cost.capsUsed());
                    above.ram.unspend(cost.ramUsed());
                    if (above != host) {
                        above.ram.move(host.ram, -cost.ram());
                        above.caps.move(host.caps, -cost.caps());
                    }
                }
            });
        }
        host.caps.unspend(child.sessionSignals + (child.announced ? 1 : 0));
        for (Leg leg : List.copyOf(child.sessions.values())) {
            leg.client = null;
            leg.lower = null;
            close(leg);
        }
        List<Leg> orphans = List.copyOf(child.serving.values());
        for (Leg leg : orphans) {
            leg.withServer = false;
            forget(leg, child);
        }
        orphans.forEach(this::serverGone);
        for (Leg leg : List.copyOf(host.waiting)) {
            if (leg.server == child) {
                refused(leg, "Denied");
            }
        }
        grantWishes(host);
    }

    /** Whether a member may do something at all. */
    static boolean acts(Member p, BooleanSupplier further) {
        return !p.gone && !p.exited && further.getAsBoolean();
    }
}
