package org.espalier.tests.random;

import java.util.ArrayDeque;

/**
 * What a component of the model owns and uses of one resource. Who owes spends nothing, and pays the oldest debt first out of
 * whatever becomes free.
 */
final class Purse {
    private record Debt(Purse creditor, long amount) {}

    private final ArrayDeque<Debt> debts = new ArrayDeque<>();
    private Purse heir = this;
    long owned;
    long used;

    long free() {
        return debts.isEmpty() ? owned - used : 0;
    }

    boolean spend(long amount) {
        if (amount > free()) {
            return false;
        }
        used += amount;
        return true;
    }

    void unspend(long amount) {
        used -= amount;
        payDebts();
    }

    void move(Purse to, long amount) {
        owned -= amount;
        Purse target = to.living();
        target.owned += amount;
        target.payDebts();
    }

    private long owed() {
        return debts.stream().mapToLong(Debt::amount).sum();
    }

    /** Pays what it can and owes the rest, which is returned; nobody owes more than there is. */
    long repay(Purse creditor, long amount) {
        long owes = Math.min(amount, owned - owed());
        if (owes > 0) {
            debts.add(new Debt(creditor, owes));
            payDebts();
        }
        return Math.min(owes, owed());
    }

    private void payDebts() {
        while (!debts.isEmpty() && owned > used) {
            Debt debt = debts.remove();
            long payment = Math.min(debt.amount(), owned - used);
            if (payment < debt.amount()) {
                debts.addFirst(new Debt(debt.creditor(), debt.amount() - payment));
            }
            Purse creditor = debt.creditor().living();
            if (creditor != this) {
                move(creditor, payment);
            }
        }
    }

    private Purse living() {
        Purse purse = this;
        while (purse.heir != purse) {
            purse = purse.heir;
        }
        return purse;
    }

    /** Uses nothing any more: pays its debts first, and leaves the rest. */
    void end(Purse inheritor) {
        used = 0;
        payDebts();
        heir = inheritor;
        long rest = owned;
        owned = 0;
        inheritor.living().owned += rest;
        inheritor.living().payDebts();
    }
}
