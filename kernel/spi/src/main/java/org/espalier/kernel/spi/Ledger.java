package org.espalier.kernel.spi;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * All accounts of one kind of resource in one system, and the law that holds for them: quota is traded, never minted, so the
 * sum over all accounts is what the root account was opened with. In debug mode every operation checks the law.
 *
 * <p>Thread-safe: one lock guards all accounts, because a transfer concerns two of them and must be seen as one step.
 */
public final class Ledger {
    private final String unit;
    private final boolean debug;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Account> accounts = new ArrayList<>();
    private final long total;
    private final Account root;

    /**
     * A ledger whose root account owns everything.
     *
     * @param unit what is counted, for messages: {@code bytes of RAM} or {@code capabilities}
     * @param total all there is
     * @param debug whether every operation checks the law of conservation
     */
    public Ledger(String unit, long total, boolean debug) {
        if (total < 0) {
            throw new IllegalArgumentException("A ledger cannot hold " + total + " " + unit + ".");
        }
        this.unit = unit;
        this.total = total;
        this.debug = debug;
        this.root = new Account(this, "core", total);
        accounts.add(root);
    }

    /** The account that owned everything at first. */
    public Account root() {
        return root;
    }

    /** A new account that owns nothing. */
    public Account open(String name) {
        lock();
        try {
            Account account = new Account(this, name, 0);
            account.position = accounts.size();
            accounts.add(account);
            return account;
        } finally {
            unlock();
        }
    }

    /** What the root account was opened with. */
    public long total() {
        return total;
    }

    /** The sum of what all accounts own at this moment; by the law, {@link #total}. */
    public long sum() {
        lock();
        try {
            return accounts.stream().mapToLong(account -> account.quota).sum();
        } finally {
            lock.unlock();
        }
    }

    String unit() {
        return unit;
    }

    void lock() {
        lock.lock();
    }

    /** Ends an operation; in debug mode only after the law was found to hold. */
    void unlock() {
        try {
            if (debug) {
                check();
            }
        } finally {
            lock.unlock();
        }
    }

    void remove(Account account) {
        Account last = accounts.removeLast();
        if (last != account) {
            accounts.set(account.position, last);
            last.position = account.position;
        }
    }

    private void check() {
        long sum = 0;
        for (Account account : accounts) {
            if (account.used < 0 || account.quota < 0 || account.used > account.quota) {
                throw new IllegalStateException("The account of " + account.name() + " uses " + account.used + " of "
                        + account.quota + " " + unit + ", which no operation may lead to.");
            }
            sum += account.quota;
        }
        if (sum != total) {
            throw new IllegalStateException(
                    "The accounts together own " + sum + " " + unit + ", and the system has " + total + ".");
        }
    }
}
