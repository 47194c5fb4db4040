package org.espalier.kernel.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.espalier.testkit.Compiled;
import org.junit.jupiter.api.Test;

/** What a rejection tells apart for tools. */
final class RejectionTest {
    private static List<String> members(String source) {
        return Verifier.forThisJdk().verify(Guests.jar(Compiled.classes(source))).rejections().stream()
                .map(Rejection::member)
                .toList();
    }

    @Test
    void aRejectionNamesTheMemberApartFromTheReason() {
        assertThat(members("class Guest { void run() { System.exit(1); Object o = System.out; } }"))
                .containsExactly("java.lang.System.exit(int)", "java.lang.System.out");
    }

    @Test
    void aClassThatMayNotBeNamedOrExtendedIsAMemberAsWell() {
        assertThat(members("class Guest { Thread thread; }")).containsExactly("java.lang.Thread");
        assertThat(members("abstract class Guest implements java.time.temporal.TemporalUnit { }"))
                .containsExactly("java.time.temporal.TemporalUnit");
    }

    @Test
    void whatIsWrongWithTheClassItselfNamesNoMember() {
        assertThat(members("class Guest { native void n(); }")).containsExactly("");
    }

    @Test
    void aMemberHoldsNothingThatBreaksALine() {
        assertThat(new Rejection("a\nb", "", "", 0, "c\u202ed", "e").member()).isEqualTo("c?d");
    }
}
