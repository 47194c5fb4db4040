package org.espalier.kernel.hw;

import static java.lang.constant.ConstantDescs.CD_CallSite;
import static java.lang.constant.ConstantDescs.CD_Class;
import static java.lang.constant.ConstantDescs.CD_MethodHandle;
import static java.lang.constant.ConstantDescs.CD_MethodHandles_Lookup;
import static java.lang.constant.ConstantDescs.CD_MethodType;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.MTD_void;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.DynamicCallSiteDesc;
import java.lang.constant.MethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.ConstantCallSite;
import java.util.function.Supplier;

/**
 * The class that {@link Polls} has the code of a component call, once for each loader: {@code static void poll()} is one
 * {@code invokedynamic} that leads to the domain's {@link PollSite}. One class of its own, because a poll is then linked once for a
 * domain and not once for every place in its code, and short enough that the JVM's compiler puts it in everywhere.
 *
 * <p>It asks its loader, as a {@link Supplier}, for what to call, and so names nothing but the JDK: nothing of the kernel becomes
 * visible to components by it. A component that calls it has polled.
 */
final class PollClass {
    static final String NAME = "org.espalier.kernel.hw.Poll";
    static final String METHOD = "poll";

    private static final ClassDesc SELF = ClassDesc.of(NAME);
    private static final String BOOTSTRAP = "link";
    private static final ClassDesc CD_ConstantCallSite = ClassDesc.of(ConstantCallSite.class.getName());
    private static final ClassDesc CD_Supplier = ClassDesc.of(Supplier.class.getName());
    private static final ClassDesc CD_ClassLoader = ClassDesc.of(ClassLoader.class.getName());
    private static final MethodTypeDesc BOOTSTRAP_TYPE =
            MethodTypeDesc.of(CD_CallSite, CD_MethodHandles_Lookup, CD_String, CD_MethodType);

    private static final byte[] BYTES = ClassFile.of()
            .build(
                    SELF,
                    type -> type.withFlags(ClassFile.ACC_PUBLIC | ClassFile.ACC_FINAL | ClassFile.ACC_SUPER)
                            .withMethodBody(
                                    METHOD, MTD_void, ClassFile.ACC_PUBLIC | ClassFile.ACC_STATIC, PollClass::poll)
                            .withMethodBody(
                                    BOOTSTRAP,
                                    BOOTSTRAP_TYPE,
                                    ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC,
                                    PollClass::link));

    private PollClass() {}

    /** Its class file, for the loader to define. */
    static byte[] bytes() {
        return BYTES.clone();
    }

    /** Writes a call of it. */
    static void call(CodeBuilder code) {
        code.invokestatic(SELF, METHOD, MTD_void);
    }

    private static void poll(CodeBuilder code) {
        code.invokedynamic(DynamicCallSiteDesc.of(
                        MethodHandleDesc.ofMethod(DirectMethodHandleDesc.Kind.STATIC, SELF, BOOTSTRAP, BOOTSTRAP_TYPE),
                        METHOD,
                        MTD_void))
                .return_();
    }

    /** {@code return new ConstantCallSite((MethodHandle) ((Supplier) Poll.class.getClassLoader()).get())}. */
    private static void link(CodeBuilder code) {
        code.new_(CD_ConstantCallSite)
                .dup()
                .loadConstant(SELF)
                .invokevirtual(CD_Class, "getClassLoader", MethodTypeDesc.of(CD_ClassLoader))
                .checkcast(CD_Supplier)
                .invokeinterface(CD_Supplier, "get", MethodTypeDesc.of(CD_Object))
                .checkcast(CD_MethodHandle)
                .invokespecial(CD_ConstantCallSite, "<init>", MethodTypeDesc.of(CD_void, CD_MethodHandle))
                .areturn();
    }
}
