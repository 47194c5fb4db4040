package org.espalier.kernel.hw;

import java.lang.classfile.Attributes;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Label;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.attribute.StackMapTableAttribute;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ExceptionCatch;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.lang.classfile.instruction.ThrowInstruction;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts the polls into one method. A poll takes nothing from the stack and leaves nothing, also where a constructor has not called that
 * of its superclass yet. Used once, by the transform of its method alone.
 */
final class PolledMethod implements CodeTransform {
    private final CodeAttribute original;
    private final ExceptionRegions regions;
    /** By handler: where its {@link ExceptionRegions region} ends in the new code. */
    private final Map<Label, Label> ends = new HashMap<>();

    private final Set<Label> passed = new HashSet<>();
    private @Nullable Label releasing;

    PolledMethod(CodeAttribute original) {
        this.original = original;
        this.regions = new ExceptionRegions(original);
    }

    @Override
    public void atStart(CodeBuilder code) {
        PollClass.call(code);
    }

    @Override
    public void accept(CodeBuilder code, CodeElement element) {
        switch (element) {
            case StackMapTableAttribute frames -> {} // Written at the end, once.
            case ExceptionCatch range -> cut(code, range);
            case LabelTarget target -> bind(code, target);
            case BranchInstruction branch -> {
                pollIfPassed(code, branch.target(), List.of());
                code.with(branch);
            }
            case LookupSwitchInstruction choice -> {
                pollIfPassed(code, choice.defaultTarget(), choice.cases());
                code.with(choice);
            }
            case TableSwitchInstruction choice -> {
                pollIfPassed(code, choice.defaultTarget(), choice.cases());
                code.with(choice);
            }
            default -> code.with(element);
        }
        if (releasing != null && element instanceof ThrowInstruction) {
            code.labelBinding(end(code, releasing));
            releasing = null;
        }
    }

    @Override
    public void atEnd(CodeBuilder code) {
        original.findAttribute(Attributes.stackMapTable()).ifPresent(code::with);
    }

    private void pollIfPassed(CodeBuilder code, Label target, List<SwitchCase> cases) {
        if (passed.contains(target) || cases.stream().anyMatch(one -> passed.contains(one.target()))) {
            PollClass.call(code);
        }
    }

    private void bind(CodeBuilder code, LabelTarget target) {
        Label label = target.label();
        code.with(target);
        passed.add(label);
        if (regions.isPolled(label)) {
            PollClass.call(code);
            code.labelBinding(end(code, label));
        } else if (regions.isReleasing(label)) {
            releasing = label;
        }
    }

    private Label end(CodeBuilder code, Label handler) {
        return ends.computeIfAbsent(handler, _ -> code.newLabel());
    }

    private void cut(CodeBuilder code, ExceptionCatch range) {
        for (ExceptionRegions.Part part : regions.remaining(range)) {
            Label cut = part.after();
            Label start = cut == null ? part.start() : end(code, cut);
            code.with(ExceptionCatch.of(range.handler(), start, part.end(), range.catchType()));
        }
    }
}
