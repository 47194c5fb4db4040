package org.espalier.kernel.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.espalier.testkit.Choices;
import org.espalier.testkit.ForAll;
import org.junit.jupiter.api.Test;

/** A seccomp program decides about every call as its rules read. The programs are run here by an interpreter of their instructions. */
final class SeccompTest {
    private static final int I386 = 0x40000003;

    private record Call(int machine, int number, List<Long> arguments) {}

    private record Rule(int number, List<Seccomp.Argument> arguments) {
        boolean allows(Call call) {
            return call.number == number
                    && arguments.stream()
                            .allMatch(argument ->
                                    (call.arguments.get(argument.index()) & argument.mask()) == argument.value());
        }
    }

    private static int run(Seccomp program, Call call) {
        ByteBuffer code = ByteBuffer.wrap(program.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer data = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        data.putInt(call.number).putInt(call.machine).putLong(0);
        call.arguments.forEach(data::putLong);
        int accumulator = 0;
        for (int at = 0; ; at++) {
            int operation = code.getShort(at * 8);
            int whenTrue = code.get(at * 8 + 2) & 255;
            int whenFalse = code.get(at * 8 + 3) & 255;
            int constant = code.getInt(at * 8 + 4);
            switch (operation) {
                case 0x20 -> accumulator = data.getInt(constant);
                case 0x54 -> accumulator &= constant;
                case 0x15 -> at += accumulator == constant ? whenTrue : whenFalse;
                case 0x35 -> at += Integer.compareUnsigned(accumulator, constant) >= 0 ? whenTrue : whenFalse;
                case 0x06 -> {
                    return constant;
                }
                default -> throw new AssertionError("The instruction " + operation + " is not one that is used.");
            }
        }
    }

    private static long word(Choices choices) {
        // Words that differ in one half alone are where a comparison of 32 bits goes wrong.
        long half = choices.pick(List.of(0L, 1L, 2L, 0x40L, 0xffffffffL));
        long other = choices.pick(List.of(0L, 0L, 1L, 0xffffffffL));
        return other << 32 | half;
    }

    private static Rule rule(Choices choices) {
        List<Seccomp.Argument> arguments = new ArrayList<>();
        for (int i = choices.below(4); i > 0; i--) {
            long mask = choices.oneIn(3) ? word(choices) : -1;
            arguments.add(new Seccomp.Argument(choices.below(6), mask, word(choices) & mask));
        }
        return new Rule(choices.below(8), arguments);
    }

    private static Call call(Choices choices) {
        List<Long> arguments = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            arguments.add(word(choices));
        }
        int machine = choices.oneIn(8) ? choices.pick(List.of(I386, 0, -1)) : Seccomp.X86_64;
        int number = choices.below(8) + (choices.oneIn(8) ? Seccomp.X32_BIT : 0);
        return new Call(machine, number, arguments);
    }

    private record Trial(List<Rule> rules, List<Call> calls) {}

    private static Trial trial(Choices choices) {
        List<Rule> rules = new ArrayList<>();
        for (int i = choices.below(6); i >= 0; i--) {
            rules.add(rule(choices));
        }
        List<Call> calls = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            calls.add(call(choices));
        }
        return new Trial(rules, calls);
    }

    @Test
    void aProgramAllowsWhatItsRulesAllowAndKillsForAllElse() {
        ForAll.forAll(SeccompTest::trial, 1000, trial -> {
            Seccomp.Builder builder = Seccomp.builder();
            trial.rules.forEach(rule -> builder.allow(rule.number, rule.arguments.toArray(Seccomp.Argument[]::new)));
            Seccomp program = builder.otherwiseKill();
            for (Call call : trial.calls) {
                boolean allowed =
                        call.machine == Seccomp.X86_64 && trial.rules.stream().anyMatch(rule -> rule.allows(call));
                assertThat(run(program, call)).isEqualTo(allowed ? Seccomp.ALLOW : Seccomp.KILL_PROCESS);
            }
        });
    }

    @Test
    void aComponentHasElevenCallsAndTheStarterFiveMore() {
        List<Integer> component = new ArrayList<>();
        List<Integer> starter = new ArrayList<>();
        for (int number = 0; number < 1024; number++) {
            Call plain = new Call(Seccomp.X86_64, number, List.of(0L, 0L, 0L, 0L, 0L, 0L));
            Call asked = new Call(Seccomp.X86_64, number, List.of(1L, 0L, 0L, 0L, 0L, 0L));
            Call shared = new Call(Seccomp.X86_64, number, List.of(0L, 0L, 0L, 1L, 0L, 0L));
            if (run(Filters.component(), plain) == Seccomp.ALLOW || run(Filters.component(), shared) == Seccomp.ALLOW) {
                component.add(number);
            }
            if (run(Filters.starter(), plain) == Seccomp.ALLOW || run(Filters.starter(), asked) == Seccomp.ALLOW) {
                starter.add(number);
            }
        }
        // mmap, munmap, close, sched_yield, sendmsg, recvmsg, futex, clock_gettime, exit, exit_group,
        // futex_waitv.
        assertThat(component).containsExactly(3, 9, 11, 24, 46, 47, 60, 202, 228, 231, 449);
        starter.removeAll(component);
        // pread64, execve, prlimit64, seccomp, close_range.
        assertThat(starter).containsExactly(17, 59, 302, 317, 436);
    }

    @Test
    void anArgumentThatCannotBeComparedIsRefused() {
        assertThatThrownBy(() -> new Seccomp.Argument(6, -1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Seccomp.Argument(0, 1, 2)).isInstanceOf(IllegalArgumentException.class);
    }
}
