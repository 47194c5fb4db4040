package org.espalier.kernel.sel4;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** The numbers that a release gives to operations: one that it does not have takes no number, so those behind it move up. Immutable. */
final class InvocationNumbers {
    private final Abi abi;
    private final Invocation[] byNumber;
    private final Map<Invocation, Integer> numbers = new EnumMap<>(Invocation.class);

    InvocationNumbers(Abi abi) {
        this.abi = abi;
        Set<Invocation> missing = switch (abi) {
            case V13 ->
                EnumSet.of(
                        Invocation.TCB_SET_FLAGS,
                        Invocation.DOMAIN_SCHEDULE_CONFIGURE,
                        Invocation.DOMAIN_SCHEDULE_SET_START);
            case V14 -> EnumSet.of(Invocation.DOMAIN_SCHEDULE_CONFIGURE, Invocation.DOMAIN_SCHEDULE_SET_START);
            case V16 -> EnumSet.noneOf(Invocation.class);
        };
        this.byNumber = Arrays.stream(Invocation.values())
                .filter(invocation -> invocation != Invocation.NONE && !missing.contains(invocation))
                .toArray(Invocation[]::new);
        for (int i = 0; i < byNumber.length; i++) {
            numbers.put(byNumber[i], i + 1);
        }
    }

    Abi abi() {
        return abi;
    }

    /** What a program means by a number, of which the first is 1; {@link Invocation#NONE} where the release has none. */
    Invocation invocation(long number) {
        return number >= 1 && number <= byNumber.length ? byNumber[(int) number - 1] : Invocation.NONE;
    }

    /** The number of an operation that the release has. */
    long number(Invocation operation) {
        Integer number = numbers.get(operation);
        if (number == null) {
            throw new IllegalArgumentException("Release " + abi + " has no operation " + operation + ".");
        }
        return number;
    }
}
