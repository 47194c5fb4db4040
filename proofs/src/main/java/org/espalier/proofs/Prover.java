package org.espalier.proofs;

import de.uka.ilkd.key.control.KeYEnvironment;
import de.uka.ilkd.key.java.abstraction.KeYJavaType;
import de.uka.ilkd.key.logic.op.IObserverFunction;
import de.uka.ilkd.key.proof.Proof;
import de.uka.ilkd.key.proof.init.ProofInputException;
import de.uka.ilkd.key.proof.io.ProblemLoaderException;
import de.uka.ilkd.key.settings.ChoiceSettings;
import de.uka.ilkd.key.settings.PathConfig;
import de.uka.ilkd.key.settings.ProofSettings;
import de.uka.ilkd.key.settings.StrategySettings;
import de.uka.ilkd.key.speclang.Contract;
import de.uka.ilkd.key.strategy.StrategyProperties;
import de.uka.ilkd.key.util.MiscTools;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * KeY over one folder of sources: which contracts there are, and an automatic proof of each. Integers have Java's bounds, and an
 * operation that would leave them is something to be proved impossible (taclet option {@code arithmeticSemanticsCheckingOF}).
 *
 * <p>KeY's settings are static: one prover at a time in a JVM, of one thread.
 */
final class Prover implements AutoCloseable {
    private static final String INTEGERS = "intRules:arithmeticSemanticsCheckingOF";

    private final KeYEnvironment<?> environment;

    private Prover(KeYEnvironment<?> environment) {
        this.environment = environment;
    }

    /** @throws ProblemLoaderException if KeY cannot read a file; the message has file, line and reason */
    static Prover over(ProofSources sources) throws ProblemLoaderException {
        PathConfig.setKeyConfigDir(sources.settings().toString());
        ChoiceSettings choices = ProofSettings.DEFAULT_SETTINGS.getChoiceSettings();
        Map<String, String> options = new HashMap<>(choices.getDefaultChoices());
        options.putAll(MiscTools.getDefaultTacletOptions());
        options.put("intRules", INTEGERS);
        choices.setDefaultChoices(options);
        KeYEnvironment<?> environment = KeYEnvironment.load(sources.java().toFile(), null, null, null);
        if (environment.getInitConfig().getActivatedChoices().stream()
                .noneMatch(c -> c.name().toString().equals(INTEGERS))) {
            environment.dispose();
            throw new IllegalStateException("KeY did not take the option " + INTEGERS + ".");
        }
        return new Prover(environment);
    }

    /**
     * A contract to prove.
     *
     * @param name class and method, and where a method has several contracts the place of this one among them, from (1) on
     */
    record Obligation(String name, Contract contract) {}

    /** All contracts of the proved classes, in the order of their names. */
    List<Obligation> obligations() {
        List<Obligation> obligations = new ArrayList<>();
        for (KeYJavaType type : environment.getJavaInfo().getAllKeYJavaTypes()) {
            if (ProofSources.PROVED.contains(type.getName())) {
                for (IObserverFunction target :
                        environment.getSpecificationRepository().getContractTargets(type)) {
                    List<Contract> contracts = new ArrayList<>();
                    environment
                            .getSpecificationRepository()
                            .getContracts(type, target)
                            .forEach(contracts::add);
                    contracts.sort(
                            Comparator.comparing(Contract::getName)); // They end with their number in the source.
                    String name = type.getName() + "." + method(target);
                    for (int i = 0; i < contracts.size(); i++) {
                        String place = contracts.size() == 1 ? "" : " (" + (i + 1) + ")";
                        obligations.add(new Obligation(name + place, contracts.get(i)));
                    }
                }
            }
        }
        obligations.sort(Comparator.comparing(Obligation::name));
        return obligations;
    }

    private static String method(IObserverFunction target) {
        String name = target.name().toString();
        return name.substring(name.lastIndexOf(':') + 1).replaceAll("\\(.*", "");
    }

    /**
     * Tries to prove a contract in at most {@code steps} steps, and once more with inequations multiplied by each other when that
     * leaves a goal open: needed for products, and too slow where there are none.
     */
    ProofResult prove(Obligation obligation, int steps) throws ProofInputException {
        ProofResult result = prove(obligation, steps, StrategyProperties.NON_LIN_ARITH_DEF_OPS);
        return result.closed() || result.nodes() >= steps
                ? result
                : prove(obligation, steps, StrategyProperties.NON_LIN_ARITH_COMPLETION);
    }

    private ProofResult prove(Obligation obligation, int steps, String arithmetic) throws ProofInputException {
        long start = System.nanoTime();
        Contract contract = obligation.contract();
        Proof proof = environment.createProof(contract.createProofObl(environment.getInitConfig(), contract));
        try {
            StrategySettings settings = proof.getSettings().getStrategySettings();
            StrategyProperties strategy = settings.getActiveStrategyProperties();
            strategy.setProperty(StrategyProperties.NON_LIN_ARITH_OPTIONS_KEY, arithmetic);
            strategy.setProperty(StrategyProperties.SPLITTING_OPTIONS_KEY, StrategyProperties.SPLITTING_NORMAL);
            settings.setMaxSteps(steps);
            settings.setActiveStrategyProperties(strategy);
            // The settings alone leave the proof with the strategy that it was made with.
            proof.setActiveStrategy(
                    proof.getServices().getProfile().getDefaultStrategyFactory().create(proof, strategy));
            environment.getUi().getProofControl().startAndWaitForAutoMode(proof);
            long millis = (System.nanoTime() - start) / 1_000_000;
            return new ProofResult(
                    obligation.name(),
                    proof.countNodes(),
                    millis,
                    proof.openGoals().size());
        } finally {
            proof.dispose();
        }
    }

    @Override
    public void close() {
        environment.dispose();
    }
}
