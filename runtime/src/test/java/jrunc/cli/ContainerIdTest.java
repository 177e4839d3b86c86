package jrunc.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jrunc.linux.UsageException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.jupiter.api.Test;

class ContainerIdTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "0", "_", "+a", "a.b", "a-b", "A_1+2.3-4", "a..", "5f3c9a0bd1"})
    void an_id_of_letters_digits_and_four_signs_is_fine(String id) {
        assertEquals(id, ContainerId.checked(id));
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "..", ".a", "-", "-x", "--help", "a/b", "/", "../x", "a\0b", "a\n", "a b", " ", "é", "a\u2024", "a:b", "a@b", "a\\b", "a\u007f", "a~"})
    void any_other_is_refused(String id) {
        var message = assertThrows(UsageException.class, () -> ContainerId.checked(id)).getMessage();
        assertTrue(message.startsWith("invalid container ID format: \"" + id + "\": "), message);
    }

    @Test
    void an_empty_id_is_refused() {
        assertEquals("container id cannot be empty", assertThrows(UsageException.class, () -> ContainerId.checked("")).getMessage());
    }

    @Test
    void a_directory_names_a_container_as_far_as_it_can() {
        assertEquals("bundle-1", ContainerId.from("/srv/bundle-1"));
        assertEquals("_hidden_of_m_ller", ContainerId.from("/srv/.hidden of m\u00fcller"));
        assertEquals("_x", ContainerId.from("-x"));
        assertEquals("root", ContainerId.from("/"));
        assertEquals("a".repeat(240), ContainerId.checked(ContainerId.from("/" + "a".repeat(255))));
    }

    @Test
    void an_id_may_be_240_characters_long_and_no_longer() {
        assertEquals("a".repeat(240), ContainerId.checked("a".repeat(240)));
        for (int length : new int[] {241, 255, 1024, 1 << 20}) {
            var message = assertThrows(UsageException.class, () -> ContainerId.checked("a".repeat(length))).getMessage();
            assertEquals("invalid container ID format: \"aaaaaaaaaaaaaaaa...\": longer than 240 characters", message);
        }
    }
}
