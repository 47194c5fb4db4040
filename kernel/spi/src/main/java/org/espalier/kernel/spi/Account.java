package org.espalier.kernel.spi;

import java.util.ArrayDeque;

/**
 * What one protection domain owns and uses of one resource. Opened empty at a {@link Ledger} and filled by transfers.
 *
 * <p>An account can be in debt: when it is to give back what it has spent, the amount stays its own, it allocates nothing any
 * more, and whatever becomes free goes to its creditors first, the oldest first. So a creditor is paid late, and nobody is
 * paid twice.
 *
 * <p>Thread-safe; amounts are never negative.
 */
public final class Account {
    private final Ledger ledger;
    private final String name;
    private final ArrayDeque<Debt> debts = new ArrayDeque<>();
    long quota;
    long used;
    int position;
    private long owed;
    private boolean closed;
    private Account heir;

    private record Debt(Account creditor, long amount) {}

    Account(Ledger ledger, String name, long quota) {
        this.ledger = ledger;
        this.name = name;
        this.quota = quota;
        this.heir = this;
    }

    /** Whose account this is, for messages. */
    public String name() {
        return name;
    }

    /** What the account owns. */
    public long quota() {
        ledger.lock();
        try {
            return quota;
        } finally {
            ledger.unlock();
        }
    }

    /** What of it is in use. */
    public long used() {
        ledger.lock();
        try {
            return used;
        } finally {
            ledger.unlock();
        }
    }

    /** What can be used or given away: nothing while the account is in debt. */
    public long available() {
        ledger.lock();
        try {
            return free();
        } finally {
            ledger.unlock();
        }
    }

    /** What the account still has to give back. */
    public long owed() {
        ledger.lock();
        try {
            return owed;
        } finally {
            ledger.unlock();
        }
    }

    private long free() {
        return closed || owed > 0 ? 0 : quota - used;
    }

    private static void requireAmount(long amount) {
        if (amount < 0) {
            throw new IllegalArgumentException("An amount is never negative, and " + amount + " is.");
        }
    }

    /** Takes {@code amount} into use, if that much is available. */
    public boolean charge(long amount) {
        requireAmount(amount);
        ledger.lock();
        try {
            if (amount > free() || closed) {
                return false;
            }
            used += amount;
            return true;
        } finally {
            ledger.unlock();
        }
    }

    /** Gives {@code amount} out of use. */
    public void refund(long amount) {
        requireAmount(amount);
        ledger.lock();
        try {
            if (amount > used) {
                throw new IllegalStateException("The account of " + name + " uses " + used + " " + ledger.unit()
                        + " and cannot give back " + amount + ".");
            }
            used -= amount;
            payDebts();
        } finally {
            ledger.unlock();
        }
    }

    /** Moves {@code amount} of what is available to {@code target}, if that much is. */
    public boolean transfer(Account target, long amount) {
        requireAmount(amount);
        requireSameLedger(target);
        ledger.lock();
        try {
            if (amount > free() || closed || target.closed) {
                return false;
            }
            move(target, amount);
            return true;
        } finally {
            ledger.unlock();
        }
    }

    /**
     * Moves {@code amount} to {@code creditor}, or to its heir: what is available at once, the rest as soon as it becomes
     * free.
     *
     * @return the rest
     */
    public long repay(Account creditor, long amount) {
        requireAmount(amount);
        requireSameLedger(creditor);
        ledger.lock();
        try {
            // An account never owes more than it owns; what a donation has become is somewhere in its quota.
            long accepted = Math.min(amount, quota - owed);
            if (accepted <= 0) {
                return 0;
            }
            debts.add(new Debt(creditor, accepted));
            owed += accepted;
            payDebts();
            // The youngest debt is paid last, so it is what is left of all of them.
            return Math.min(accepted, owed);
        } finally {
            ledger.unlock();
        }
    }

    /**
     * As {@link #repay}, but before all older debts: for what the account was opened with, which was never its to owe. May
     * lead to more debts than the account owns; what it cannot pay is its heir's when it ends.
     */
    public void repayFirst(Account creditor, long amount) {
        requireAmount(amount);
        requireSameLedger(creditor);
        ledger.lock();
        try {
            if (amount > 0) {
                debts.addFirst(new Debt(creditor, amount));
                owed += amount;
                payDebts();
            }
        } finally {
            ledger.unlock();
        }
    }

    /**
     * Ends the account: its debts are paid, and all that is left goes to {@code inheritor}, or to the heir of that one, which
     * also takes over what others owe this account, and what this account could not pay.
     *
     * @throws IllegalStateException if something is still in use
     */
    public void close(Account inheritor) {
        requireSameLedger(inheritor);
        ledger.lock();
        try {
            if (closed) {
                return;
            }
            Account livingHeir = inheritor.living();
            if (livingHeir == this) {
                throw new IllegalArgumentException("The account of " + name + " cannot inherit from itself.");
            }
            if (used != 0) {
                throw new IllegalStateException(
                        "The account of " + name + " ends with " + used + " " + ledger.unit() + " in use.");
            }
            payDebts();
            heir = livingHeir;
            closed = true;
            livingHeir.debts.addAll(debts);
            livingHeir.owed += owed;
            debts.clear();
            owed = 0;
            move(livingHeir, quota);
            ledger.remove(this);
        } finally {
            ledger.unlock();
        }
    }

    private void requireSameLedger(Account other) {
        if (other.ledger != ledger) {
            throw new IllegalArgumentException("Accounts of two resources do not trade with each other.");
        }
    }

    private void move(Account target, long amount) {
        quota -= amount;
        target.quota += amount;
        target.payDebts();
    }

    private void payDebts() {
        while (owed > 0 && quota > used) {
            Debt debt = debts.remove();
            long payment = Math.min(debt.amount(), quota - used);
            owed -= payment;
            if (payment < debt.amount()) {
                debts.addFirst(new Debt(debt.creditor(), debt.amount() - payment));
            }
            Account creditor = debt.creditor().living();
            if (creditor != this) {
                move(creditor, payment);
            }
        }
    }

    private Account living() {
        Account account = this;
        while (account.closed) {
            account = account.heir;
        }
        return account;
    }

    @Override
    public String toString() {
        return name + ": " + used() + " of " + quota() + " " + ledger.unit();
    }
}
