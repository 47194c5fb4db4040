package org.espalier.proofs;

import edu.mit.csail.sdg.alloy4.A4Reporter;
import edu.mit.csail.sdg.alloy4.Err;
import edu.mit.csail.sdg.ast.Command;
import edu.mit.csail.sdg.parser.CompModule;
import edu.mit.csail.sdg.parser.CompUtil;
import edu.mit.csail.sdg.translator.A4Options;
import edu.mit.csail.sdg.translator.TranslateAlloyToKodkod;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/** The model of capabilities, and what Alloy finds in it within the scope that each command of the model names. */
final class CapabilityModel {
    /**
     * One command of the model.
     *
     * @param name of the assertion, or of the history that has to exist
     * @param scope how many atoms of each kind, and how many steps, as the model says it
     */
    record Check(String name, String scope, Command command) {}

    /** @param holds no counterexample within the scope; of a history: there is one */
    record CheckResult(String name, String scope, long millis, boolean holds) {}

    private final CompModule module;

    private CapabilityModel(CompModule module) {
        this.module = module;
    }

    /** The text of the model that this module brings. */
    static String text() {
        try (InputStream stream = CapabilityModel.class.getResourceAsStream("capabilities.als")) {
            if (stream == null) {
                throw new IllegalStateException("capabilities.als is not in the JAR of the proofs.");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @throws Err if the text is no model; its position says where, its message why */
    static CapabilityModel parsed(String text) {
        return new CapabilityModel(CompUtil.parseEverything_fromString(A4Reporter.NOP, text));
    }

    List<Check> checks() {
        return module.getAllCommands().stream()
                .map(command -> new Check(command.label, scope(command), command))
                .toList();
    }

    CheckResult check(Check check) {
        long start = System.nanoTime();
        boolean found = TranslateAlloyToKodkod.execute_command(
                        A4Reporter.NOP, module.getAllReachableSigs(), check.command(), new A4Options())
                .satisfiable();
        long millis = (System.nanoTime() - start) / 1_000_000;
        return new CheckResult(check.name(), check.scope(), millis, found != check.command().check);
    }

    private static String scope(Command command) {
        Stream<String> kinds =
                command.scope.stream().map(scope -> scope.endingScope + " " + scope.sig.label.replace("this/", ""));
        return String.join(
                ", ",
                Stream.concat(kinds, Stream.of(command.maxprefix + " steps")).toList());
    }
}
