package org.espalier.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.espalier.base.Allocation;
import org.espalier.base.CapQuota;
import org.espalier.base.Capability;
import org.espalier.base.Dataspace;
import org.espalier.base.Done;
import org.espalier.base.Entrypoint;
import org.espalier.base.Failure;
import org.espalier.base.Label;
import org.espalier.base.Limits;
import org.espalier.base.Owed;
import org.espalier.base.Parameters;
import org.espalier.base.Parent;
import org.espalier.base.Pd;
import org.espalier.base.PdRpc;
import org.espalier.base.Placement;
import org.espalier.base.Quotas;
import org.espalier.base.RamQuota;
import org.espalier.base.Result;
import org.espalier.base.ServerAnswer;
import org.espalier.base.SessionArguments;
import org.espalier.base.SignalContext;
import org.espalier.base.Start;
import org.espalier.base.Transfer;
import org.espalier.base.spi.ComponentKernel;
import org.espalier.kernel.spi.Account;
import org.espalier.kernel.spi.Kernel.Costs;
import org.espalier.kernel.spi.Ledger;
import org.espalier.kernel.spi.RunningKernel;
import org.espalier.kernel.spi.RunningKernel.Activity;
import org.espalier.kernel.spi.RunningKernel.Launch;
import org.espalier.sandbox.LocalService;
import org.espalier.sandbox.Trust;
import org.jspecify.annotations.Nullable;

/**
 * The PD service: domains, their accounts and their memory. Calls come from the service's entrypoint, sessions from the one of
 * core's sandbox, so one lock guards everything here; nothing waits while it is held.
 *
 * <p>A capability that a client handed in is released after its last use and not before: the slot of a released one may be
 * somebody else's object at any moment.
 */
final class PdService implements LocalService {
    private static final long LARGEST = 1L << 46;
    /** What a session takes in core's own space: its object, the parent's object and the signal of its faults. */
    private static final long CORE_CAPS = 3;

    private final RunningKernel kernel;
    private final ComponentKernel core;
    private final Entrypoint ep;
    private final Ledger ram;
    private final Ledger caps;
    private final Costs costs;
    private final Map<Integer, ProtectionDomain> domains = new LinkedHashMap<>();
    private final ProtectionDomain own;
    private final Capability<Pd> ownCapability;

    PdService(RunningKernel kernel, Entrypoint ep, Ledger ram, Ledger caps, Costs costs, int coreDomain) {
        this.kernel = kernel;
        this.core = kernel.core();
        this.ep = ep;
        this.ram = ram;
        this.caps = caps;
        this.costs = costs;
        this.own = new ProtectionDomain(new Label("core"), coreDomain, ram.root(), caps.root(), 0, 0, true);
        this.ownCapability = ep.manage(PdRpc.TYPE, own).orThrow("Creating core's own PD session");
        domains.put(ownCapability.index(), own);
    }

    /** core's own domain, whose accounts are the roots of the ledgers. */
    Capability<Pd> own() {
        return ownCapability;
    }

    /** The number of the kernel's domain behind a PD session, negative if {@code pd} is none. */
    synchronized int domainOf(Capability<Pd> pd) {
        ProtectionDomain domain = domains.get(pd.index());
        return domain == null ? -1 : domain.number;
    }

    synchronized List<SystemState.Domain> state() {
        List<SystemState.Domain> all = new ArrayList<>();
        for (ProtectionDomain domain : domains.values()) {
            Activity activity = kernel.activity(domain.number);
            all.add(new SystemState.Domain(
                    domain.number,
                    domain.label,
                    domain.isStarted(),
                    domain.trusted && domain.isStarted(),
                    domain.currentQuotas(),
                    kernel.fault(domain.number),
                    activity.threads(),
                    activity.cpuNanos() == Activity.UNKNOWN
                            ? Optional.empty()
                            : Optional.of(Duration.ofNanos(activity.cpuNanos()))));
        }
        return all;
    }

    // ---- sessions

    @Override
    public String name() {
        return PdRpc.TYPE.name();
    }

    @Override
    public long layout() {
        return PdRpc.TYPE.layout();
    }

    @Override
    public void create(SessionArguments arguments, Request request) {
        // Answered without the lock: the answer may come back here by way of the entrypoint, where others wait for the
        // lock.
        request.answer(open(arguments));
    }

    private synchronized ServerAnswer open(SessionArguments arguments) {
        long ramDonation = costs.domainRam();
        long capDonation = costs.domainCaps();
        if (arguments.ram().bytes() < ramDonation) {
            return new ServerAnswer.InsufficientRam();
        }
        if (arguments.caps().count() < capDonation + CORE_CAPS) {
            return new ServerAnswer.InsufficientCaps();
        }
        Label label = new Label(arguments.label());
        Account ramAccount = ram.open(label.text());
        Account capAccount = caps.open(label.text());
        if (ram.root().transfer(ramAccount, ramDonation) && caps.root().transfer(capAccount, capDonation)) {
            int number = kernel.createDomain(label.text(), ramAccount, capAccount);
            if (number > 0) {
                Parameters parameters = Parameters.parse(arguments.parameters());
                Optional<String> obstacle = kernel.limit(number, Limits.of(parameters));
                if (obstacle.isPresent()) {
                    kernel.destroyDomain(number);
                    close(ramAccount, capAccount);
                    return new ServerAnswer.Denied(obstacle.get());
                }
                kernel.place(number, Placement.of(parameters));
                ProtectionDomain domain = new ProtectionDomain(
                        label, number, ramAccount, capAccount, ramDonation, capDonation, Trust.isAskedFor(parameters));
                if (ep.manage(PdRpc.TYPE, domain) instanceof Result.Ok<Capability<Pd>>(Capability<Pd> capability)) {
                    domains.put(capability.index(), domain);
                    return new ServerAnswer.Created(capability);
                }
                kernel.destroyDomain(number);
            }
        }
        close(ramAccount, capAccount);
        return new ServerAnswer.InsufficientCaps();
    }

    /** Closes the accounts of a domain that did not come to be. */
    private void close(Account ramAccount, Account capAccount) {
        ramAccount.close(ram.root());
        capAccount.close(caps.root());
    }

    @Override
    public void upgrade(Capability<?> session, RamQuota donatedRam, CapQuota donatedCaps) {}

    @Override
    public void close(Capability<?> session, Runnable closed) {
        synchronized (this) {
            ProtectionDomain domain = domains.remove(session.index());
            ep.dissolve(session);
            if (domain != null) {
                domain.end();
            }
        }
        closed.run();
    }

    /** One protection domain. Guarded by the service. */
    private final class ProtectionDomain implements Pd {
        final Label label;
        final int number;
        final Account ramAccount;
        final Account capAccount;
        private final long ramDonation;
        private final long capDonation;
        /** Whether its byte code is not verified, if its parent's is not; once it has started, that is so. */
        private final boolean trusted;

        private final Set<Integer> memories = new HashSet<>();
        /** The read-only names of each memory, which end with it, and the other way round. */
        private final Map<Integer, Set<Integer>> readOnlyOf = new HashMap<>();

        private final Map<Integer, Integer> baseOf = new HashMap<>();
        private @Nullable ProtectionDomain reference;
        private Capability<SignalContext> faultSignal = Capability.none();
        private Capability<Parent> parent = Capability.none();

        ProtectionDomain(
                Label label,
                int number,
                Account ramAccount,
                Account capAccount,
                long ramDonation,
                long capDonation,
                boolean trusted) {
            this.label = label;
            this.number = number;
            this.ramAccount = ramAccount;
            this.capAccount = capAccount;
            this.ramDonation = ramDonation;
            this.capDonation = capDonation;
            this.trusted = trusted;
        }

        @Override
        public Result<Allocation> alloc(long bytes) {
            synchronized (PdService.this) {
                if (bytes <= 0 || bytes > LARGEST) {
                    return Result.ok(new Allocation.InvalidSize(bytes));
                }
                long size = RamQuota.pages(bytes);
                int index = kernel.createMemory(number, size);
                if (index > 0) {
                    memories.add(index);
                    return Result.ok(new Allocation.Allocated(Capability.at(core, index)));
                }
                return Result.ok(shortage(index, size));
            }
        }

        private Allocation shortage(int status, long size) {
            return status == -Failure.OUT_OF_CAPS.status()
                    ? new Allocation.OutOfCaps(new CapQuota(costs.memoryCaps()), new CapQuota(capAccount.available()))
                    : new Allocation.OutOfRam(new RamQuota(size), new RamQuota(ramAccount.available()));
        }

        @Override
        public Result<Done> free(Capability<Dataspace> dataspace) {
            synchronized (PdService.this) {
                boolean known = memories.remove(dataspace.index());
                if (known) {
                    destroy(dataspace.index());
                }
                dataspace.release();
                return known ? Result.done() : Result.failed(Failure.INVALID_CAPABILITY);
            }
        }

        private void destroy(int index) {
            kernel.destroyMemory(index);
            Integer base = baseOf.remove(index);
            Set<Integer> siblings = base == null ? null : readOnlyOf.get(base);
            if (siblings != null) {
                siblings.remove(index);
            }
            Set<Integer> names = readOnlyOf.remove(index);
            if (names != null) {
                for (int name : names) {
                    baseOf.remove(name);
                    memories.remove(name);
                    kernel.destroyMemory(name);
                }
            }
        }

        @Override
        public Result<Capability<Dataspace>> readOnly(Capability<Dataspace> dataspace) {
            synchronized (PdService.this) {
                if (!memories.contains(dataspace.index())) {
                    dataspace.release();
                    return Result.failed(Failure.INVALID_CAPABILITY);
                }
                int index = kernel.createReadOnly(number, dataspace.index());
                if (index <= 0) {
                    return Result.failed(
                            index == -Failure.OUT_OF_CAPS.status() ? Failure.OUT_OF_CAPS : Failure.INVALID_CAPABILITY);
                }
                memories.add(index);
                baseOf.put(index, dataspace.index());
                readOnlyOf
                        .computeIfAbsent(dataspace.index(), base -> new HashSet<>())
                        .add(index);
                return Result.ok(Capability.at(core, index));
            }
        }

        @Override
        public Result<Long> size(Capability<Dataspace> dataspace) {
            synchronized (PdService.this) {
                long size = kernel.memorySize(dataspace.index());
                dataspace.release();
                return size < 0 ? Result.failed(Failure.INVALID_CAPABILITY) : Result.ok(size);
            }
        }

        Quotas currentQuotas() {
            return new Quotas(
                    new RamQuota(ramAccount.quota()),
                    new RamQuota(ramAccount.used()),
                    new CapQuota(capAccount.quota()),
                    new CapQuota(capAccount.used()));
        }

        @Override
        public Result<Quotas> quotas() {
            return Result.ok(currentQuotas());
        }

        @Override
        public Result<Done> referenceAccount(Capability<Pd> other) {
            synchronized (PdService.this) {
                other.release();
                ProtectionDomain named = domains.get(other.index());
                if (named == null || named == this) {
                    return Result.failed(Failure.INVALID_CAPABILITY);
                }
                if (reference != null) {
                    return Result.failed(Failure.DENIED);
                }
                reference = named;
                return Result.done();
            }
        }

        @Override
        public Result<Transfer> transfer(Capability<Pd> to, RamQuota ramAmount, CapQuota capAmount) {
            synchronized (PdService.this) {
                to.release();
                ProtectionDomain target = domains.get(to.index());
                if (target == null || (target.reference != this && reference != target)) {
                    return Result.ok(new Transfer.NotRelated());
                }
                // Both are looked at before one moves: a target in debt would pay with the RAM, and it could not be
                // undone.
                boolean coversCaps = capAmount.count() <= capAccount.available();
                if (ramAmount.bytes() > ramAccount.available()
                        || (coversCaps && !ramAccount.transfer(target.ramAccount, ramAmount.bytes()))) {
                    return Result.ok(new Transfer.OutOfRam(ramAmount, new RamQuota(ramAccount.available())));
                }
                if (!coversCaps) {
                    return Result.ok(new Transfer.OutOfCaps(capAmount, new CapQuota(capAccount.available())));
                }
                if (!capAccount.transfer(target.capAccount, capAmount.count())) {
                    // Used meanwhile by a thread of the source. Undone even if the target has used some: then it owes
                    // the rest.
                    target.ramAccount.repay(ramAccount, ramAmount.bytes());
                    return Result.ok(new Transfer.OutOfCaps(capAmount, new CapQuota(capAccount.available())));
                }
                return Result.ok(new Transfer.Moved());
            }
        }

        @Override
        public Result<Owed> reclaim(
                Capability<Pd> debtor, Capability<Pd> creditor, RamQuota ramAmount, CapQuota capAmount) {
            synchronized (PdService.this) {
                debtor.release();
                creditor.release();
                ProtectionDomain from = domains.get(debtor.index());
                ProtectionDomain to = domains.get(creditor.index());
                if (from == null || to == null || !isTradedBy(from) || !isTradedBy(to)) {
                    return Result.failed(Failure.INVALID_CAPABILITY);
                }
                return Result.ok(new Owed(
                        new RamQuota(from.ramAccount.repay(to.ramAccount, ramAmount.bytes())),
                        new CapQuota(from.capAccount.repay(to.capAccount, capAmount.count()))));
            }
        }

        private boolean isTradedBy(ProtectionDomain other) {
            return other == this || other.reference == this;
        }

        @Override
        public Result<Start> start(
                Capability<Dataspace> binary, Capability<Parent> parentObject, Capability<SignalContext> faults) {
            synchronized (PdService.this) {
                if (parent.isValid()) {
                    binary.release();
                    parentObject.release();
                    faults.release();
                    return Result.ok(new Start.AlreadyStarted());
                }
                Start outcome = trusted && !isParentTrusted()
                        ? new Start.NotRunnable("It is to be trusted, and its parent is not.")
                        : switch (kernel.start(number, binary.index(), parentObject.index(), faults.index(), trusted)) {
                            case Launch.Launched() -> new Start.Started();
                            case Launch.NotRunnable(String reason) -> new Start.NotRunnable(reason);
                            case Launch.Refused(Failure failure) ->
                                new Start.OutOfQuota("its protection domain cannot be started: " + failure);
                        };
                binary.release();
                if (outcome instanceof Start.Started) {
                    parent = parentObject;
                    faultSignal = faults;
                } else {
                    parentObject.release();
                    faults.release();
                }
                return Result.ok(outcome);
            }
        }

        /** The parent is whoever handed in its own domain as the one that this trades with, for which it needs that capability. */
        private boolean isParentTrusted() {
            return reference != null && reference.trusted && reference.isStarted();
        }

        /** Whether a program was started in it; core's own was before there was a service. */
        boolean isStarted() {
            return this == own || parent.isValid();
        }

        @Override
        public Result<String> fault() {
            return Result.ok(kernel.fault(number));
        }

        /** Ends the domain and pays everything back: the donation to core, the rest to the reference account. */
        void end() {
            // Before anything becomes free: older creditors would be paid with what core has to give back itself.
            ramAccount.repayFirst(ram.root(), ramDonation);
            capAccount.repayFirst(caps.root(), capDonation);
            kernel.destroyDomain(number);
            memories.forEach(kernel::destroyMemory);
            memories.clear();
            readOnlyOf.clear();
            baseOf.clear();
            parent.release();
            faultSignal.release();
            ProtectionDomain heir = reference;
            ramAccount.close(heir == null ? ram.root() : heir.ramAccount);
            capAccount.close(heir == null ? caps.root() : heir.capAccount);
            for (ProtectionDomain domain : domains.values()) {
                if (domain.reference == this) {
                    domain.reference = heir == null ? own : heir;
                }
            }
        }
    }
}
