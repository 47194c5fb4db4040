package org.espalier.kernel.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.espalier.testkit.Choices;
import org.espalier.testkit.ForAll;
import org.espalier.testkit.Gen;
import org.junit.jupiter.api.Test;

/** The law of conservation, and who is paid what and when. */
final class LedgerTest {
    private static final long TOTAL = 1000;
    private static final int ACCOUNTS = 5;

    /** One operation; accounts are named by the order in which they were opened. */
    private record Step(Kind kind, int first, int second, long amount) {
        enum Kind {
            CHARGE,
            REFUND,
            TRANSFER,
            REPAY,
            CLOSE,
            OPEN
        }

        static Step draw(Choices choices) {
            return new Step(
                    choices.pick(List.of(Kind.values())),
                    choices.below(ACCOUNTS),
                    choices.below(ACCOUNTS),
                    choices.below(TOTAL + 2));
        }
    }

    private static final class Both {
        final Ledger ledger = new Ledger("units", TOTAL, true);
        final LedgerModel model = new LedgerModel(TOTAL);
        final List<Account> accounts = new ArrayList<>(List.of(ledger.root()));

        void open() {
            accounts.add(ledger.open("account " + accounts.size()));
            model.open();
        }

        void take(Step step) {
            int first = step.first() % accounts.size();
            int second = step.second() % accounts.size();
            Account a = accounts.get(first);
            Account b = accounts.get(second);
            switch (step.kind()) {
                case OPEN -> {
                    if (accounts.size() < ACCOUNTS) {
                        open();
                    }
                }
                case CHARGE -> assertThat(a.charge(step.amount())).isEqualTo(model.charge(first, step.amount()));
                case REFUND ->
                    assertThat(succeeds(() -> a.refund(step.amount()))).isEqualTo(model.refund(first, step.amount()));
                case TRANSFER ->
                    assertThat(a.transfer(b, step.amount())).isEqualTo(model.transfer(first, second, step.amount()));
                case REPAY ->
                    assertThat(a.repay(b, step.amount())).isEqualTo(model.repay(first, second, step.amount()));
                case CLOSE -> assertThat(succeeds(() -> a.close(b))).isEqualTo(model.close(first, second));
            }
        }

        void agree() {
            assertThat(ledger.sum()).isEqualTo(TOTAL);
            for (int i = 0; i < accounts.size(); i++) {
                Account account = accounts.get(i);
                LedgerModel.Entry entry = model.entries.get(i);
                assertThat(List.of(account.quota(), account.used(), account.owed(), account.available()))
                        .as("quota, use, debt and availability of %s", account.name())
                        .isEqualTo(List.of(entry.quota, entry.used, entry.owed(), entry.free()));
            }
        }
    }

    private static boolean succeeds(Runnable operation) {
        try {
            operation.run();
            return true;
        } catch (IllegalStateException | IllegalArgumentException e) {
            return false;
        }
    }

    @Test
    void anyOperationsKeepTheSumAndPayAsTheRulesSay() {
        ForAll.forAll(Gen.lists(Step::draw, 60), 3000, steps -> {
            Both both = new Both();
            both.open();
            for (Step step : steps) {
                both.take(step);
                both.agree();
            }
        });
    }

    @Test
    void debtsArePaidOldestFirstAndOnce() {
        Ledger ledger = new Ledger("units", 100, true);
        Account first = ledger.open("first");
        Account second = ledger.open("second");
        Account debtor = ledger.open("debtor");
        assertThat(ledger.root().transfer(debtor, 50)).isTrue();
        assertThat(debtor.charge(50)).isTrue();

        assertThat(debtor.repay(first, 20)).isEqualTo(20);
        assertThat(debtor.repay(second, 20)).isEqualTo(20);
        debtor.refund(30);

        assertThat(first.quota()).isEqualTo(20);
        assertThat(second.quota()).isEqualTo(10);
        assertThat(debtor.owed()).isEqualTo(10);
        assertThat(debtor.charge(1)).isFalse();

        debtor.refund(20);
        assertThat(second.quota()).isEqualTo(20);
        assertThat(first.quota()).isEqualTo(20);
        assertThat(debtor.available()).isEqualTo(10);
    }

    @Test
    void anAccountNeverOwesMoreThanItOwns() {
        Ledger ledger = new Ledger("units", 100, true);
        Account debtor = ledger.open("debtor");
        ledger.root().transfer(debtor, 30);
        debtor.charge(30);

        assertThat(debtor.repay(ledger.root(), 20)).isEqualTo(20);
        assertThat(debtor.repay(ledger.root(), 20)).isEqualTo(10);
        assertThat(debtor.owed()).isEqualTo(30);
    }

    @Test
    void whatAnAccountWasOpenedWithGoesBackBeforeOlderDebtsAndTheHeirPaysTheRest() {
        Ledger ledger = new Ledger("units", 100, true);
        Account creditor = ledger.open("creditor");
        Account heir = ledger.open("heir");
        Account server = ledger.open("server");
        ledger.root().transfer(server, 10);
        assertThat(server.charge(10)).isTrue();
        assertThat(server.repay(creditor, 10)).isEqualTo(10);

        server.repayFirst(ledger.root(), 8);
        server.refund(10);

        assertThat(ledger.root().quota()).isEqualTo(98);
        assertThat(creditor.quota()).isEqualTo(2);
        server.close(heir);
        assertThat(heir.owed()).isEqualTo(8);
        ledger.root().transfer(heir, 9);
        assertThat(creditor.quota()).isEqualTo(10);
        assertThat(heir.available()).isEqualTo(1);
    }

    @Test
    void theHeirOfACreditorIsPaid() {
        Ledger ledger = new Ledger("units", 100, true);
        Account heir = ledger.open("heir");
        Account creditor = ledger.open("creditor");
        Account debtor = ledger.open("debtor");
        ledger.root().transfer(debtor, 10);
        debtor.charge(10);
        debtor.repay(creditor, 10);
        creditor.close(heir);
        heir.close(ledger.root());

        debtor.refund(10);

        assertThat(ledger.root().quota()).isEqualTo(100);
    }

    @Test
    void whatIsGivenToAClosedAccountGoesToItsHeir() {
        Ledger ledger = new Ledger("units", 100, true);
        Account heir = ledger.open("heir");
        Account gone = ledger.open("gone");
        Account source = ledger.open("source");
        gone.close(heir);
        ledger.root().transfer(source, 10);

        assertThat(ledger.root().transfer(gone, 10)).isFalse();
        assertThat(source.repay(gone, 4)).isEqualTo(0);
        source.close(gone);

        assertThat(heir.quota()).isEqualTo(10);
        assertThat(ledger.sum()).isEqualTo(100);
    }

    @Test
    void twoAccountsThatOweEachOtherAreEven() {
        Ledger ledger = new Ledger("units", 20, true);
        Account a = ledger.root();
        Account b = ledger.open("b");
        a.transfer(b, 10);
        a.charge(10);
        b.charge(10);
        a.repay(b, 10);
        b.repay(a, 10);

        b.refund(4);

        assertThat(List.of(a.quota(), a.owed(), b.quota(), b.owed())).isEqualTo(List.of(10L, 0L, 10L, 0L));
    }

    @Test
    void anAccountCannotInheritFromItself() {
        Ledger ledger = new Ledger("units", 10, true);
        Account account = ledger.open("loop");
        Account closed = ledger.open("closed");
        closed.close(account);

        assertThatThrownBy(() -> account.close(account))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The account of loop cannot inherit from itself.");
        assertThatThrownBy(() -> account.close(closed)).hasMessage("The account of loop cannot inherit from itself.");
    }

    @Test
    void anAccountInUseCannotEnd() {
        Ledger ledger = new Ledger("units", 10, true);
        ledger.root().charge(3);

        assertThatThrownBy(() -> ledger.root().close(ledger.open("heir")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("The account of core ends with 3 units in use.");
    }

    @Test
    void moreThanIsUsedCannotBeRefunded() {
        Ledger ledger = new Ledger("units", 10, true);
        ledger.root().charge(3);

        assertThatThrownBy(() -> ledger.root().refund(4))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("The account of core uses 3 units and cannot give back 4.");
        assertThat(ledger.root().used()).isEqualTo(3);
    }

    @Test
    void negativeAmountsAreMisuse() {
        Ledger ledger = new Ledger("units", 10, true);
        Account root = ledger.root();
        Account other = ledger.open("other");
        String message = "An amount is never negative, and -1 is.";

        assertThatThrownBy(() -> root.charge(-1)).hasMessage(message);
        assertThatThrownBy(() -> root.refund(-1)).hasMessage(message);
        assertThatThrownBy(() -> root.transfer(other, -1)).hasMessage(message);
        assertThatThrownBy(() -> root.repay(other, -1)).hasMessage(message);
        assertThat(root.quota()).isEqualTo(10);
    }

    @Test
    void accountsOfTwoLedgersDoNotTrade() {
        Account here = new Ledger("bytes", 10, true).root();
        Account there = new Ledger("capabilities", 10, true).root();
        String message = "Accounts of two resources do not trade with each other.";

        assertThatThrownBy(() -> here.transfer(there, 1)).hasMessage(message);
        assertThatThrownBy(() -> here.repay(there, 1)).hasMessage(message);
        assertThatThrownBy(() -> here.close(there)).hasMessage(message);
    }

    @Test
    void concurrentTradeKeepsTheSum() throws InterruptedException {
        Ledger ledger = new Ledger("units", 10_000, true);
        List<Account> accounts = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Account account = ledger.open("account " + i);
            ledger.root().transfer(account, 2500);
            accounts.add(account);
        }
        List<Thread> traders = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            int self = i;
            traders.add(Thread.ofPlatform().start(() -> {
                for (int round = 0; round < 20_000; round++) {
                    Account from = accounts.get(self);
                    Account to = accounts.get((self + 1 + round % 3) % 4);
                    if (from.charge(7)) {
                        from.repay(to, 11);
                        from.refund(7);
                    } else {
                        from.transfer(to, 1);
                    }
                }
            }));
        }
        for (Thread trader : traders) {
            trader.join();
        }

        assertThat(ledger.sum()).isEqualTo(10_000);
        assertThat(accounts.stream().mapToLong(Account::quota).sum()).isEqualTo(10_000);
        assertThat(accounts.stream().mapToLong(Account::owed).sum()).isEqualTo(0);
    }
}
