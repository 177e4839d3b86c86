package jrunc.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.OptionalLong;
import jrunc.config.Process;
import org.junit.jupiter.api.Test;

class ImageUserTest {
    private static final String PASSWD = """
            # users
            root:x:0:0:root:/root:/bin/sh
            www:x:33:34:www:/var/www:/bin/false
            broken:x
            1234:x:77:78:a name of digits:/:/bin/sh
            far:x:4294967295:0::/:/bin/sh
            """;
    private static final String GROUP = """
            root:x:0:
            www:x:34:www
            ssl:x:99:other,www
            staff:x:50:www
            wheel:x:10:root
            """;

    private static Process.User of(String spec) {
        return ImageUser.of(spec, PASSWD, GROUP);
    }

    private static Process.User user(long uid, long gid, Long... more) {
        return new Process.User(uid, gid, OptionalLong.empty(), List.of(more));
    }

    @Test void a_name_gets_its_ids_and_the_groups_it_is_a_member_of() {
        assertEquals(user(33, 34, 34L, 99L, 50L), of("www"));
        assertEquals(user(0, 0, 0L, 10L), of("root"));
    }

    @Test void a_group_that_is_named_is_the_only_one() {
        assertEquals(user(33, 50), of("www:staff"));
        assertEquals(user(33, 7), of("www:7"));
        assertEquals(user(5, 99), of("5:ssl"));
    }

    @Test void numbers_are_taken_as_they_are() {
        assertEquals(user(1000, 0), of("1000"));
        assertEquals(user(1000, 1001), of("1000:1001"));
        assertEquals(user(33, 34), of("33"));
        assertEquals(user(1234, 0), of("1234"));
    }

    @Test void nobody_named_is_root() {
        assertEquals(user(0, 0), of(""));
        assertEquals(user(0, 0), ImageUser.of("", "", ""));
        assertEquals(user(0, 50), of(":staff"));
    }

    @Test void a_name_that_is_not_there_is_refused() {
        assertEquals("user nobody: no user \"nobody\" in the image's /etc/passwd", refused("nobody"));
        assertEquals("user www:nogroup: no group \"nogroup\" in the image's /etc/group", refused("www:nogroup"));
        assertEquals("user broken: no user \"broken\" in the image's /etc/passwd", refused("broken"));
        assertEquals("user far: its /etc/passwd has an id that is none", refused("far"));
    }

    private static String refused(String spec) {
        return assertThrows(InvalidImageException.class, () -> of(spec)).getMessage();
    }
}
