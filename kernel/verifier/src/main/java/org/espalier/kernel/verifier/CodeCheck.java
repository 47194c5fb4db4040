package org.espalier.kernel.verifier;

import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.StringEntry;
import java.lang.classfile.instruction.ConstantInstruction.LoadConstantInstruction;
import java.lang.classfile.instruction.ExceptionCatch;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LineNumber;
import java.lang.classfile.instruction.MonitorInstruction;
import java.lang.classfile.instruction.NewMultiArrayInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.classfile.instruction.NewReferenceArrayInstruction;
import java.lang.classfile.instruction.TypeCheckInstruction;
import org.jspecify.annotations.Nullable;

/** Judges the instructions of one method. For one thread. */
final class CodeCheck {
    private final PoolCheck pool;
    private final Findings findings;
    /** The two instructions before this one, if the only way to this one leads through both. */
    private @Nullable CodeElement last;

    private @Nullable CodeElement lastButOne;

    CodeCheck(PoolCheck pool, Findings findings) {
        this.pool = pool;
        this.findings = findings;
    }

    void check(CodeModel code) {
        forget();
        for (CodeElement element : code) {
            switch (element) {
                case LineNumber line -> findings.enterLine(line.line());
                case LabelTarget target -> forget();
                default -> {
                    check(element);
                    lastButOne = last;
                    last = element;
                }
            }
        }
    }

    private void forget() {
        last = null;
        lastButOne = null;
    }

    private void check(CodeElement element) {
        switch (element) {
            case FieldInstruction access -> use(access.field());
            case InvokeInstruction call when isOwnResource(call) -> {}
            case InvokeInstruction call -> use(call.method());
            case InvokeDynamicInstruction call -> use(call.invokedynamic());
            case NewObjectInstruction made -> use(made.className());
            case NewReferenceArrayInstruction made -> use(made.componentType());
            case NewMultiArrayInstruction made -> use(made.arrayType());
            case TypeCheckInstruction check -> use(check.type());
            case LoadConstantInstruction constant -> use(constant.constantEntry());
            case ExceptionCatch handler -> handler.catchType().ifPresent(this::use);
            case MonitorInstruction monitor -> {
                // What is entered must be left, so one of the two is enough.
                if (monitor.opcode() == Opcode.MONITORENTER) {
                    findings.reject("a component locks no objects but by synchronized methods of its own");
                }
            }
            default -> {}
        }
    }

    private void use(PoolEntry entry) {
        Problem problem = pool.problem(entry);
        if (problem != null) {
            findings.reject(problem);
        }
    }

    /**
     * Whether this is {@code SomeOwnClass.class.getResourceAsStream("name")}, which finds what is in the component's JAR. With any
     * other class it would find what is in the JAR of base, or on the class path of the program around the system.
     */
    private boolean isOwnResource(InvokeInstruction call) {
        return isResource(call.method())
                && lastButOne instanceof LoadConstantInstruction literal
                && literal.constantEntry() instanceof ClassEntry type
                && pool.world().isOwn(type.asInternalName())
                && last instanceof LoadConstantInstruction name
                && name.constantEntry() instanceof StringEntry;
    }

    static boolean isResource(MemberRefEntry method) {
        return method.name().equalsString("getResourceAsStream")
                && method.owner().asInternalName().equals("java/lang/Class");
    }

    /** Whether there may be an instruction that locks an object; its number may also be a part of another one. */
    static boolean mayLock(byte[] code) {
        for (byte part : code) {
            if (part == (byte) Opcode.MONITORENTER.bytecode()) {
                return true;
            }
        }
        return false;
    }
}
