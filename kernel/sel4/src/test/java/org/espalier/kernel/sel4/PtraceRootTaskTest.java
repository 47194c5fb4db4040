package org.espalier.kernel.sel4;

/** {@link RootTaskRules} on the engine {@code ptrace}. */
final class PtraceRootTaskTest extends RootTaskRules {
    @Override
    String engine() {
        return "ptrace";
    }
}
