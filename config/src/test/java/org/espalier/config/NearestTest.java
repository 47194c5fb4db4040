package org.espalier.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NearestTest {

    private static final List<String> VALID = List.of("ram", "caps", "priority", "any-service", "parent-provides");

    @ParameterizedTest
    @CsvSource({
        "rma, ram",
        "rm, ram",
        "raam, ram",
        "cap, caps",
        "pirority, priority",
        "priorty, priority",
        "anyservice, any-service",
        "any_service, any-service",
        "parents-provide, parent-provides",
        "caps, caps"
    })
    void typingMistakeFindsWhatWasMeant(String wrong, String meant) {
        assertThat(Nearest.name(wrong, VALID)).contains(meant);
    }

    @ParameterizedTest
    @CsvSource({"quota", "x", "''", "mar", "service"})
    void nameThatIsFarFromAllFindsNothing(String wrong) {
        assertThat(Nearest.name(wrong, VALID)).isEmpty();
    }

    @Test
    void fewerMistakesWin() {
        assertThat(Nearest.name("abcdef", List.of("abcdxy", "abcdex"))).contains("abcdex");
    }

    @Test
    void alphabeticallyFirstOfEquallyNearNamesWins() {
        assertThat(Nearest.name("nix", List.of("nit", "nic", "nim"))).contains("nic");
    }

    @Test
    void nothingIsNearAmongNoNames() {
        assertThat(Nearest.name("ram", List.of())).isEmpty();
    }
}
