package org.espalier.kernel.sel4;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which release's numbers the programs use: told, or found out. A file does not say for which release it was built, but what its
 * programs do soon does: page-table capabilities are mapped and not bound to notifications, and a message with one word is not a
 * mapping. Each invocation rules out the releases in which it would be senseless; of those that are left, the newest is taken.
 *
 * <p>A program that means to make senseless invocations, as tests do, makes sensible ones first.
 */
final class AbiChoice {
    private final List<InvocationNumbers> possible;

    private AbiChoice(List<Abi> possible) {
        this.possible =
                new ArrayList<>(possible.stream().map(InvocationNumbers::new).toList());
    }

    /** That of one release, or what is found out. */
    static AbiChoice of(Optional<Abi> told) {
        return new AbiChoice(told.map(List::of).orElse(List.of(Abi.values())));
    }

    /** What a number means for a capability of that type with a message like that. */
    Invocation decide(long number, int capType, int length, boolean brings) {
        if (possible.size() > 1 && capType != CapType.NULL && !isForMessages(capType)) {
            exclude(number, capType, length, brings);
        }
        return possible.getLast().invocation(number);
    }

    /** The number of an operation in the newest release that is possible. */
    long number(Invocation operation) {
        return possible.getLast().number(operation);
    }

    /** Whether the number is of the program's own choice. */
    private static boolean isForMessages(int capType) {
        return capType == CapType.ENDPOINT || capType == CapType.NOTIFICATION || capType == CapType.REPLY;
    }

    private void exclude(long number, int capType, int length, boolean brings) {
        List<InvocationNumbers> left = possible.stream()
                .filter(candidate -> makesSense(candidate.invocation(number), capType, length, brings))
                .toList();
        if (!left.isEmpty()) {
            possible.retainAll(left);
        }
    }

    private static boolean makesSense(Invocation operation, int capType, int length, boolean brings) {
        return switch (operation) {
            case TCB_SET_TLS_BASE -> capType == CapType.THREAD && length == 1;
            case TCB_SET_FLAGS -> capType == CapType.THREAD && length == 2;
            case CNODE_REVOKE, CNODE_DELETE, CNODE_CANCEL_BADGED_SENDS, CNODE_SAVE_CALLER ->
                capType == CapType.CNODE && length == 2;
            case CNODE_COPY, CNODE_MUTATE -> capType == CapType.CNODE && length == 5 && brings;
            case CNODE_MINT -> capType == CapType.CNODE && length == 6 && brings;
            case CNODE_MOVE -> capType == CapType.CNODE && length == 4 && brings;
            case CNODE_ROTATE -> capType == CapType.CNODE && length == 8 && brings;
            case IRQ_ISSUE_HANDLER -> capType == CapType.IRQ_CONTROL && length == 3;
            case IRQ_ISSUE_HANDLER_IO_APIC, IRQ_ISSUE_HANDLER_MSI -> capType == CapType.IRQ_CONTROL && length == 7;
            case IRQ_ACK, IRQ_CLEAR_HANDLER -> capType == CapType.IRQ_HANDLER && !brings;
            case IRQ_SET_HANDLER -> capType == CapType.IRQ_HANDLER && brings;
            case DOMAIN_SET -> capType == CapType.DOMAIN && length == 1;
            case DOMAIN_SCHEDULE_CONFIGURE -> capType == CapType.DOMAIN && length == 3;
            case DOMAIN_SCHEDULE_SET_START -> capType == CapType.DOMAIN && length == 1 && !brings;
            case PDPT_MAP -> capType == CapType.PDPT && length == 2;
            case PDPT_UNMAP -> capType == CapType.PDPT && length == 0;
            case PAGE_DIRECTORY_MAP -> capType == CapType.PAGE_DIRECTORY && length == 2;
            case PAGE_DIRECTORY_UNMAP -> capType == CapType.PAGE_DIRECTORY && length == 0;
            case PAGE_TABLE_MAP -> capType == CapType.PAGE_TABLE && length == 2;
            case PAGE_TABLE_UNMAP -> capType == CapType.PAGE_TABLE && length == 0;
            case PAGE_MAP -> capType == CapType.FRAME && length == 3;
            case PAGE_UNMAP, PAGE_GET_ADDRESS -> capType == CapType.FRAME && length == 0;
            case ASID_CONTROL_MAKE_POOL -> capType == CapType.ASID_CONTROL && length == 2;
            case ASID_POOL_ASSIGN -> capType == CapType.ASID_POOL && length == 0;
            case IO_PORT_CONTROL_ISSUE -> capType == CapType.IO_PORT_CONTROL && length == 4;
            case IO_PORT_IN_8, IO_PORT_IN_16, IO_PORT_IN_32 -> capType == CapType.IO_PORT && length == 1;
            case IO_PORT_OUT_8, IO_PORT_OUT_16, IO_PORT_OUT_32 -> capType == CapType.IO_PORT && length == 2;
            case UNTYPED_RETYPE -> capType == CapType.UNTYPED;
            case NONE -> false;
            // Those of threads whose numbers are the same in all releases.
            default -> capType == CapType.THREAD;
        };
    }
}
