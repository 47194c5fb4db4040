package org.espalier.kernel.verifier;

import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.attribute.SourceFileAttribute;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.reflect.AccessFlag;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Judges one class file of a JAR: its head, its members, their code, and at last its constants. For one thread. */
final class ClassCheck {
    /** Since this version code comes with stack maps and without subroutines, and the JVM's own verifier accepts nothing else. */
    private static final int OLDEST_VERSION = ClassFile.JAVA_7_VERSION;

    private static final Set<String> SERIALIZATION = Set.of(
            AllowList.member("writeReplace", "()Ljava/lang/Object;"),
            AllowList.member("readResolve", "()Ljava/lang/Object;"),
            AllowList.member("readObjectNoData", "()V"));

    private final World world;
    private final ClassModel model;
    private final Findings findings;
    private final PoolCheck pool;
    private final CodeCheck code;
    /** Whether its constants alone do not tell that its code is harmless. */
    private boolean suspicious;

    ClassCheck(World world, ClassModel model, Findings findings) {
        this.world = world;
        this.model = model;
        this.findings = findings;
        this.pool = new PoolCheck(world, model.constantPool());
        this.code = new CodeCheck(pool, findings);
    }

    /** Judges the class that the entry {@code name} holds; throws what the parser throws when it is malformed. */
    void check(String name) {
        model.findAttribute(Attributes.sourceFile())
                .map(SourceFileAttribute::sourceFile)
                .ifPresent(source -> findings.source(source.stringValue()));
        checkHead(name);
        suspicious = pool.hasProblems();
        for (FieldModel field : model.fields()) {
            reject(world.descriptorProblem(field.fieldType().stringValue()));
        }
        for (MethodModel method : model.methods()) {
            findings.enterMethod(method.methodName().stringValue());
            checkMethod(method);
        }
        findings.leaveMethod();
        if (suspicious) {
            pool.rejectTheRest(findings);
        }
    }

    private void reject(@Nullable Problem problem) {
        if (problem != null) {
            findings.reject(problem);
        }
    }

    private void checkHead(String name) {
        if (!model.thisClass().asInternalName().equals(name)) {
            findings.reject("the file of this class is that of "
                    + Names.dotted(model.thisClass().asInternalName()));
        }
        if (model.majorVersion() < OLDEST_VERSION) {
            findings.reject("class files of version " + model.majorVersion() + " are too old: " + OLDEST_VERSION
                    + " (Java 7) is the oldest that is verified");
        }
        model.superclass().map(ClassEntry::asInternalName).ifPresent(this::checkExtension);
        model.interfaces().forEach(type -> checkExtension(type.asInternalName()));
    }

    private void checkExtension(String internalName) {
        reject(world.extensionProblem(internalName));
    }

    private void checkMethod(MethodModel method) {
        String name = method.methodName().stringValue();
        String descriptor = method.methodType().stringValue();
        boolean isStatic = method.flags().has(AccessFlag.STATIC);
        if (method.flags().has(AccessFlag.NATIVE)) {
            findings.reject("a component has no native methods");
        }
        if (method.flags().has(AccessFlag.SYNCHRONIZED) && isStatic) {
            findings.reject("a static synchronized method locks a class, which is no object of the component's own");
        }
        if (name.equals("finalize") && descriptor.equals("()V")) {
            findings.reject("a component has no finalizers, which run on a thread of the JVM");
        }
        if (SERIALIZATION.contains(AllowList.member(name, descriptor))) {
            findings.reject("a component has no part in serialization");
        }
        if (model.flags().has(AccessFlag.INTERFACE) && !isStatic) {
            reject(world.interfaceMethodProblem(name, descriptor));
        }
        reject(world.descriptorProblem(descriptor));
        method.findAttribute(Attributes.code()).ifPresent(this::checkCode);
    }

    private void checkCode(CodeAttribute body) {
        if (suspicious || CodeCheck.mayLock(body.codeArray())) {
            code.check(body);
            findings.enterLine(0);
        }
    }
}
