package org.espalier.kernel.spi;

import java.util.ArrayList;
import java.util.List;

/**
 * The rules of accounts once more, told from the money's point of view: after every operation whoever is in debt and has
 * something free pays, until nobody can. Knows nothing of how {@link Account} does it.
 */
final class LedgerModel {
    final List<Entry> entries = new ArrayList<>();

    static final class Entry {
        long quota;
        long used;
        boolean closed;
        int heir;
        final List<long[]> debts = new ArrayList<>();

        long owed() {
            return debts.stream().mapToLong(debt -> debt[1]).sum();
        }

        long free() {
            return closed || !debts.isEmpty() ? 0 : quota - used;
        }
    }

    LedgerModel(long total) {
        open();
        entries.getFirst().quota = total;
    }

    void open() {
        Entry entry = new Entry();
        entry.heir = entries.size();
        entries.add(entry);
    }

    private int living(int index) {
        int at = index;
        while (entries.get(at).closed) {
            at = entries.get(at).heir;
        }
        return at;
    }

    boolean charge(int at, long amount) {
        Entry entry = entries.get(at);
        if (entry.closed || amount > entry.free()) {
            return false;
        }
        entry.used += amount;
        return true;
    }

    boolean refund(int at, long amount) {
        Entry entry = entries.get(at);
        if (amount > entry.used) {
            return false;
        }
        entry.used -= amount;
        settle();
        return true;
    }

    boolean transfer(int from, int to, long amount) {
        Entry source = entries.get(from);
        Entry target = entries.get(to);
        if (source.closed || target.closed || amount > source.free()) {
            return false;
        }
        source.quota -= amount;
        target.quota += amount;
        settle();
        return true;
    }

    long repay(int from, int to, long amount) {
        Entry debtor = entries.get(from);
        long accepted = Math.min(amount, debtor.quota - debtor.owed());
        if (accepted == 0) {
            return 0;
        }
        long[] debt = {to, accepted};
        debtor.debts.add(debt);
        settle();
        return debt[1];
    }

    /** Whether it may end. */
    boolean close(int at, int inheritor) {
        Entry entry = entries.get(at);
        if (entry.closed) {
            return true;
        }
        if (entry.used != 0 || living(inheritor) == at) {
            return false;
        }
        Entry heir = entries.get(living(inheritor));
        heir.quota += entry.quota;
        entry.quota = 0;
        entry.closed = true;
        entry.heir = inheritor;
        settle();
        return true;
    }

    private void settle() {
        boolean paid = true;
        while (paid) {
            paid = false;
            for (Entry debtor : entries) {
                while (!debtor.debts.isEmpty() && debtor.quota > debtor.used) {
                    long[] oldest = debtor.debts.getFirst();
                    long payment = Math.min(oldest[1], debtor.quota - debtor.used);
                    debtor.quota -= payment;
                    entries.get(living((int) oldest[0])).quota += payment;
                    oldest[1] -= payment;
                    if (oldest[1] == 0) {
                        debtor.debts.removeFirst();
                    }
                    paid = true;
                }
            }
        }
    }
}
