package jrunc.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jrunc.linux.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReferenceTest {
    private static final String HEX = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    @Test void all_parts_are_read() {
        var image = Reference.parse("registry://Images.Test:5000/team/my_app__x/a--b.c:v1.0@sha256:" + HEX);
        assertEquals(new Reference("images.test", 5000, "team/my_app__x/a--b.c", "v1.0", new Digest("sha256", HEX)), image);
        assertEquals("sha256:" + HEX, image.wanted());
        assertEquals("images.test:5000/team/my_app__x/a--b.c:v1.0@sha256:" + HEX, image.toString());
    }

    @Test void without_tag_and_digest_it_is_latest() {
        assertEquals(new Reference("images.test", 0, "app", "latest", null), Reference.parse("registry://images.test/app"));
        assertEquals("images.test", Reference.parse("registry://images.test/app").authority());
    }

    @Test void a_digest_needs_no_tag() {
        var image = Reference.parse("registry://images.test/app@sha256:" + HEX);
        assertEquals(null, image.tag());
        assertEquals("sha256:" + HEX, image.wanted());
    }

    @Test void an_ipv6_address_stands_in_brackets() {
        var image = Reference.parse("registry://[::1]:5000/app:1");
        assertEquals("::1", image.host());
        assertEquals("[::1]:5000", image.authority());
        assertEquals("[fe80::1]", Reference.parse("registry://[fe80::1]/app").authority());
    }

    @ParameterizedTest
    @ValueSource(strings = {"images.test/app", "registry://", "registry://images.test", "registry:///app", "registry://images.test/", "registry://images.test:/app",
            "registry://images.test:0/app", "registry://images.test:65536/app", "registry://images.test:99999999999999/app", "registry://images.test:5o/app",
            "registry://images..test/app", "registry://-x/app", "registry://x-/app", "registry://ima ges/app", "registry://im\u001b[31m/app", "registry://[::1/app", "registry://[x]/app",
            "registry://images.test/App", "registry://images.test/app/", "registry://images.test//app", "registry://images.test/.app", "registry://images.test/app-",
            "registry://images.test/a___b", "registry://images.test/a..b", "registry://images.test/../etc", "registry://images.test/a%2fb", "registry://images.test/a?b", "registry://images.test/a#b",
            "registry://images.test/app:", "registry://images.test/app:.x", "registry://images.test/app:-x", "registry://images.test/app:a/b", "registry://images.test/app:a:b",
            "registry://images.test/app@", "registry://images.test/app@md5:0", "registry://images.test/app@sha256:" + HEX + "0", "registry://images.test/app@sha256:E3B0"})
    void what_the_grammar_does_not_know_is_refused(String text) {
        assertThrows(UsageException.class, () -> Reference.parse(text));
    }

    @Test void a_password_is_refused_without_being_repeated() {
        var refused = assertThrows(UsageException.class, () -> Reference.parse("registry://me:secret@images.test/app"));
        assertTrue(!refused.getMessage().contains("secret") && refused.getMessage().contains("config.json"), refused.getMessage());
    }

    @Test void lengths_have_limits() {
        Reference.parse("registry://images.test/app:" + "t".repeat(128));
        assertThrows(UsageException.class, () -> Reference.parse("registry://images.test/app:" + "t".repeat(129)));
        Reference.parse("registry://images.test/" + "n".repeat(255 - "images.test/".length()));
        assertThrows(UsageException.class, () -> Reference.parse("registry://images.test/" + "n".repeat(256 - "images.test/".length())));
        assertThrows(UsageException.class, () -> Reference.parse("registry://" + "h".repeat(64) + "/app"));
    }
}
