package org.espalier.proofs;

import de.uka.ilkd.key.proof.init.ProofInputException;
import de.uka.ilkd.key.proof.io.ProblemLoaderException;
import edu.mit.csail.sdg.alloy4.Err;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * {@code ./espalier prove [--list] [--only NAME]}: proves the contracts of kernel sel4's proved core, says what they assume, and
 * checks the model of capabilities. Exit code 0 when all contracts are closed but those on the list of open parts and no check
 * failed; 1 otherwise, and when a source cannot be read; 2 for arguments that are wrong.
 */
public final class Main {
    private static final int MAX_STEPS = 30_000;
    private static final String USAGE = "usage: ./espalier prove [--list] [--only NAME]";

    private final PrintStream out;
    private final String only;
    private final boolean list;

    private boolean failed;
    private int matched;
    private int closed;

    private Main(PrintStream out, String only, boolean list) {
        this.out = out;
        this.only = only;
        this.list = list;
    }

    public static void main(String[] arguments) {
        System.exit(run(System.out, Path.of(System.getProperty("espalier.home", ".")), arguments));
    }

    /** All of the command but the end of the JVM. */
    static int run(PrintStream out, Path home, String... arguments) {
        String only = "";
        boolean list = false;
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i].equals("--list")) {
                list = true;
            } else if (arguments[i].equals("--only") && i + 1 < arguments.length) {
                only = arguments[++i];
            } else {
                out.println(
                        arguments[i].equals("--only")
                                ? "prove: --only needs the name of a contract or check, or a part of it"
                                : "prove: it has no argument '" + arguments[i] + "'");
                out.println(USAGE);
                return 2;
            }
        }
        return new Main(out, only, list).all(home);
    }

    private int all(Path home) {
        try {
            contracts(home);
            model();
        } catch (ProblemLoaderException | ProofInputException e) {
            out.println("prove: KeY cannot read the proved classes: " + cause(e));
            return 1;
        } catch (UncheckedIOException e) {
            out.println("prove: " + e.getMessage());
            return 1;
        } catch (Err e) {
            out.println("prove: Alloy cannot read the model of capabilities, line " + e.pos.y + ", column " + e.pos.x
                    + ": " + e.getMessage());
            return 1;
        }
        if (matched == 0) {
            out.println("prove: no contract and no check has '" + only + "' in its name; --list shows them");
            return 2;
        }
        return failed ? 1 : 0;
    }

    private boolean wanted(String name) {
        boolean wanted = name.contains(only);
        matched += wanted ? 1 : 0;
        return wanted;
    }

    private void contracts(Path home) throws ProblemLoaderException, ProofInputException {
        Map<String, String> open = OpenParts.listed();
        try (ProofSources sources = ProofSources.copied(home, UnaryOperator.identity());
                Prover prover = Prover.over(sources)) {
            List<Prover.Obligation> obligations = prover.obligations().stream()
                    .filter(obligation -> wanted(obligation.name()))
                    .toList();
            if (obligations.isEmpty()) {
                return;
            }
            out.printf("%-32s %8s %9s  %s%n", "contract", "nodes", "time", list ? "" : "result");
            for (Prover.Obligation obligation : obligations) {
                if (list) {
                    out.println(obligation.name());
                } else {
                    report(prover.prove(obligation, MAX_STEPS), open);
                }
            }
        }
        out.println();
        if (!list) {
            out.println(closed + " of " + matched + " contracts closed");
        }
        out.println("assumed: the contracts of " + String.join(", ", ProofSources.ASSUMED) + " (docs/proofs.md)");
        open.forEach((contract, reason) -> out.println("open:    " + contract + ": " + reason));
    }

    private void report(ProofResult result, Map<String, String> open) {
        boolean known = open.containsKey(result.contract());
        String outcome = result.closed()
                ? known ? "closed, though it is on the list of open parts" : "closed"
                : "OPEN, " + result.openGoals() + " goals" + (known ? " (listed)" : "");
        out.printf("%-32s %8d %7.1f s  %s%n", result.contract(), result.nodes(), result.millis() / 1000.0, outcome);
        failed |= !result.closed() && !known;
        closed += result.closed() ? 1 : 0;
    }

    private void model() {
        CapabilityModel model = CapabilityModel.parsed(CapabilityModel.text());
        List<CapabilityModel.Check> checks =
                model.checks().stream().filter(check -> wanted(check.name())).toList();
        if (checks.isEmpty()) {
            return;
        }
        out.println();
        out.printf("%-32s %-44s %9s  %s%n", "check of the model", "scope", "time", list ? "" : "result");
        for (CapabilityModel.Check check : checks) {
            if (list) {
                out.printf("%-32s %s%n", check.name(), check.scope());
            } else {
                report(model.check(check), check.command().check);
            }
        }
    }

    private void report(CapabilityModel.CheckResult result, boolean assertion) {
        String outcome =
                assertion ? result.holds() ? "holds" : "COUNTEREXAMPLE" : result.holds() ? "exists" : "NO SUCH HISTORY";
        out.printf("%-32s %-44s %7.1f s  %s%n", result.name(), result.scope(), result.millis() / 1000.0, outcome);
        failed |= !result.holds();
    }

    /** KeY wraps what its parser says, which is the part that has file, line and reason. */
    private static String cause(Throwable failure) {
        Throwable deepest = failure;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        return deepest.getMessage() == null ? deepest.toString() : deepest.getMessage();
    }
}
