package org.espalier.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which notation a text is taken for. */
final class ConfigReaderTest {

    private static ReadResult bytes(String text) {
        return ConfigReader.read("config", text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<a x='1'/>",
                "\n\t <a x='1'/>",
                "\uFEFF<!-- --><a x='1'/>",
                "a | x: 1\n-",
                "\r\n \n a | x: 1\n-",
                "\uFEFFa | x: 1\n-"
            })
    void notationIsToldByTheFirstCharacter(String text) {
        Node expected = Node.named("a").attribute("x", "1").build();
        assertThat(bytes(text))
                .isInstanceOfSatisfying(
                        ReadResult.Parsed.class,
                        parsed ->
                                assertThat(parsed.root().sameContent(expected)).isTrue());
        assertThat(ConfigReader.read("config", text)).isInstanceOf(ReadResult.Parsed.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \n", "&", "+ a", ". a", "-", "A\n-", "{}"})
    void whatIsNeitherIsRefused(String text) {
        assertThat(bytes(text)).isInstanceOf(ReadResult.Malformed.class).isEqualTo(ConfigReader.read("config", text));
    }
}
