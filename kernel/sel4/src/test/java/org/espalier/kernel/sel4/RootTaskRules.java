package org.espalier.kernel.sel4;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What programs see of the kernel, on some engine: each test runs a root task in C that tries one kind of object, and holds every line
 * that it prints against what seL4 answers.
 */
@Timeout(120)
abstract class RootTaskRules {
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
