package org.espalier.kernel.hw;

import java.lang.classfile.CodeElement;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.instruction.ExceptionCatch;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The exception handlers of one method, and the part at the beginning of each that no handler may cover as it likes, lest a poll
 * that throws there is caught for ever. In most handlers that part is the poll. A handler that does nothing but release a monitor and
 * throw on gets no poll, for the monitor has to be released; there it is the whole handler.
 *
 * <p>Compilers let the range of a handler that releases a monitor cover that handler, and the ranges of some others theirs. What
 * is cut: a poll leaves the ranges of all handlers with polls, so it ends in one that only releases a monitor or leaves the method; a
 * handler that releases a monitor leaves its own range.
 *
 * <p>Confined to the transform of its method.
 */
final class ExceptionRegions {
    /** Where a handler begins in the original code; {@code end} is where the code goes on after what is cut. */
    private record Region(Label handler, int start, int end, boolean releases) {
        boolean overlaps(int from, int to) {
            return start < to && (releases ? end > from : start >= from);
        }
    }

    private final CodeAttribute code;
    private final Map<Label, Region> regions = new HashMap<>();

    ExceptionRegions(CodeAttribute code) {
        this.code = code;
        Set<Label> handlers = new HashSet<>();
        for (ExceptionCatch range : code.exceptionHandlers()) {
            handlers.add(range.handler());
        }
        if (!handlers.isEmpty()) {
            List<CodeElement> elements = code.elementList();
            for (int i = 0; i < elements.size(); i++) {
                if (elements.get(i) instanceof LabelTarget target && handlers.contains(target.label())) {
                    regions.put(target.label(), region(target.label(), elements, i + 1));
                }
            }
            refuseCircles();
        }
    }

    private Region region(Label handler, List<CodeElement> elements, int from) {
        int start = code.labelToBci(handler);
        List<Instruction> first = new ArrayList<>();
        int size = 0;
        for (int i = from; i < elements.size(); i++) {
            if (elements.get(i) instanceof Instruction instruction) {
                first.add(instruction);
                size += instruction.sizeInBytes();
                if (instruction.opcode() == Opcode.ATHROW || first.size() == 5) {
                    break;
                }
            }
        }
        return releasesMonitor(first)
                ? new Region(handler, start, start + size, true)
                : new Region(handler, start, start, false);
    }

    /** Either with the exception kept in a variable, as javac has it, or on the stack. */
    private static boolean releasesMonitor(List<Instruction> handler) {
        return switch (handler.size()) {
            case 3 -> isLoad(handler.get(0)) && isMonitorExit(handler.get(1)) && isThrow(handler.get(2));
            case 5 ->
                handler.get(0) instanceof StoreInstruction store
                        && isLoad(handler.get(1))
                        && isMonitorExit(handler.get(2))
                        && handler.get(3) instanceof LoadInstruction load
                        && load.slot() == store.slot()
                        && isThrow(handler.get(4));
            default -> false;
        };
    }

    private static boolean isLoad(Instruction instruction) {
        return instruction instanceof LoadInstruction;
    }

    private static boolean isMonitorExit(Instruction instruction) {
        return instruction.opcode() == Opcode.MONITOREXIT;
    }

    private static boolean isThrow(Instruction instruction) {
        return instruction.opcode() == Opcode.ATHROW;
    }

    /** Whether a handler with a poll begins at {@code label}. */
    boolean isPolled(Label label) {
        Region region = regions.get(label);
        return region != null && !region.releases();
    }

    /** Whether a handler that releases a monitor begins at {@code label}; it ends with the next {@code athrow}. */
    boolean isReleasing(Label label) {
        Region region = regions.get(label);
        return region != null && region.releases();
    }

    private static boolean isCutFrom(Region region, Region handler) {
        return region.releases() ? region == handler : !handler.releases();
    }

    /** A part of a range that remains; it begins where the region of handler {@code after} ends, or with the range. */
    record Part(@Nullable Label after, Label start, Label end) {}

    /** What remains of {@code range}, in order. */
    List<Part> remaining(ExceptionCatch range) {
        Region handler = regions.get(range.handler());
        if (handler == null) {
            return List.of();
        }
        int start = code.labelToBci(range.tryStart());
        int end = code.labelToBci(range.tryEnd());
        List<Region> cuts = regions.values().stream()
                .filter(region -> region.overlaps(start, end) && isCutFrom(region, handler))
                .sorted(Comparator.comparingInt(Region::start))
                .toList();
        List<Part> parts = new ArrayList<>();
        Label after = null;
        int at = start;
        for (Region cut : cuts) {
            if (cut.start() > at) {
                parts.add(new Part(after, range.tryStart(), cut.handler()));
            }
            after = cut.handler();
            at = cut.end();
        }
        if (at < end) {
            parts.add(new Part(after, range.tryStart(), range.tryEnd()));
        }
        return parts;
    }

    /**
     * What a region throws goes to the handlers that still cover it. Were there a way back, a thread that is to stop could run in a
     * circle. Compilers nest, so theirs have none.
     */
    private void refuseCircles() {
        Map<Region, List<Region>> next = new HashMap<>();
        for (ExceptionCatch range : code.exceptionHandlers()) {
            Region handler = regions.get(range.handler());
            int start = code.labelToBci(range.tryStart());
            int end = code.labelToBci(range.tryEnd());
            for (Region region : regions.values()) {
                if (handler != null && region.overlaps(start, end) && !isCutFrom(region, handler)) {
                    next.computeIfAbsent(region, _ -> new ArrayList<>()).add(handler);
                }
            }
        }
        Set<Region> left = new HashSet<>(next.keySet());
        // Takes those away that lead to nothing that is left, until there are none: what remains then leads in circles.
        boolean found;
        do {
            found = left.removeIf(
                    region -> next.getOrDefault(region, List.of()).stream().noneMatch(left::contains));
        } while (found);
        if (!left.isEmpty()) {
            throw new IllegalArgumentException("exception handlers that release monitors cover each other in a circle");
        }
    }
}
