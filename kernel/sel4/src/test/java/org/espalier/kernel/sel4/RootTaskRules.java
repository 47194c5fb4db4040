package org.espalier.kernel.sel4;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What programs see of the kernel, on some engine: each test runs a root task in C that tries one kind of object, and holds every line
 * that it prints against what seL4 answers.
 */
@Timeout(120)
abstract class RootTaskRules {
    /** Long enough for a program to wait by then, as a rule; the outcome is the same if it does not. */
    private static final Executor LATER = CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS);

    /** The engine's name. */
    abstract String engine();

    private void expect(String task) {
        RootTaskRun.on(engine()).expect(task, task);
    }

    private void expectUnchecked(String task) {
        RootTaskRun.on(engine()).unchecked().expect(task, task);
    }

    private void expectFoundOut(String task) {
        RootTaskRun.on(engine()).abi(Optional.empty()).expect(task, task);
    }

    @Test
    void retypeLooksForItsErrorsInOrderAndTakesMemoryFromTheStartOnlyWhenNothingIsLeft() {
        expect("untyped");
    }

    @Test
    void operationsOnCNodesLookForTheirErrorsInOrderAndLookupsTellWhereTheyFailed() {
        expect("cnode");
    }

    @Test
    void revokingTakesWhatWasDerivedAndDeletingTheLastCapabilityTakesTheObject() {
        expect("tree");
    }

    @Test
    void messagesBringWordsAndCapabilitiesAsFarAsRightsAndReceiveSlotsLetThem() {
        expect("ipc");
    }

    @Test
    void operationsOnThreadsLookForTheirErrorsInOrder() {
        expect("tcb");
    }

    @Test
    void faultsAreMessagesAndRepliesLetThreadsGoOn() {
        expect("fault");
    }

    @Test
    void operationsOnFramesTablesAndIdentifiersLookForTheirErrorsInOrder() {
        expect("vspace");
    }

    @Test
    void interruptsPortsAndDomainsLookForTheirErrorsInOrderAndBootInformationIsWhole() {
        expect("device");
    }

    @Test
    void interruptsSignalTheirNotificationAndNotAgainBeforeTheyAreAcknowledged() {
        RootTaskRun.Result result = RootTaskRun.on(engine()).runWithMachine("interrupt", RootTaskRules::device);
        RootTaskRun.hold(result, "interrupt");
    }

    /** A device that raises its interrupt when the program says so: at once, or from another thread when all wait. */
    private static Consumer<String> device(RootTaskMachine machine) {
        InterruptPin pin = machine.connect(5);
        InterruptPin another = machine.connect(6);
        return line -> {
            switch (line) {
                case "raise" -> pin.raise();
                case "raise another" -> another.raise();
                case "raise later" -> LATER.execute(pin::raise);
                default -> {}
            }
        };
    }

    @Test
    void wildNumbersAddressesLengthsAndBuffersAreRefusedOrFaultsOfTheirThread() {
        expectUnchecked("hostile");
    }

    @Test
    void theHighestPriorityRunsAndEqualsTakeTurns() {
        expectUnchecked("schedule");
    }

    @Test
    void threadsRunInTheTurnsOfTheirDomain() {
        RootTaskRun.on(engine()).domains(2).unchecked().expect("domain", "domain");
    }

    @Test
    void moreThreadsThanTheKernelHasContextsKeepTheirRegisters() {
        expectUnchecked("many");
    }

    @Test
    void exhaustionOfMemoryIsTheAttackersOwn() {
        expectUnchecked("exhaust");
    }

    @Test
    void numbersOfReleaseThirteenAreFoundOut() {
        expectFoundOut("release13");
    }

    @Test
    void numbersOfReleaseFourteenAreFoundOut() {
        expectFoundOut("release14");
    }

    @Test
    void numbersOfReleaseSixteenAreFoundOut() {
        expectFoundOut("release16");
    }

    @Test
    void numbersOfAReleaseThatWasToldAreNotGuessed() {
        RootTaskRun.on(engine()).abi(Optional.of(Abi.V13)).expect("release13", "release13");
        RootTaskRun.on(engine()).abi(Optional.of(Abi.V14)).expect("release14", "release14");
        RootTaskRun.on(engine()).abi(Optional.of(Abi.V16)).expect("release16", "release16");
    }
}
