package jrunc.image;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class ChallengeTest {
    @Test void a_bearer_challenge_is_taken_apart() {
        assertEquals(List.of(new Challenge("bearer", Map.of("realm", "https://auth.test/token?a=b,c", "service", "images", "scope", "repository:a/b:pull,push"))),
                Challenge.of(List.of("Bearer realm=\"https://auth.test/token?a=b,c\",service=\"images\",  scope=\"repository:a/b:pull,push\"")));
    }

    @Test void names_have_no_case_and_quotes_are_optional() {
        assertEquals(List.of(new Challenge("basic", Map.of("realm", "My \"Realm\"", "charset", "UTF-8"))),
                Challenge.of(List.of("BASIC Realm = \"My \\\"Realm\\\"\" , charset=UTF-8")));
    }

    @Test void several_challenges_stand_in_one_header_or_in_several() {
        var expected = List.of(new Challenge("basic", Map.of("realm", "r")), new Challenge("bearer", Map.of("realm", "s", "service", "t")), new Challenge("negotiate", Map.of()));
        assertEquals(expected, Challenge.of(List.of("Basic realm=r, Bearer realm=s, service=t", "Negotiate")));
        assertEquals("s", Challenge.first(expected, "bearer").parameter("realm"));
        assertEquals(null, Challenge.first(expected, "digest"));
    }

    @Test void what_is_broken_ends_it() {
        assertEquals(List.of(new Challenge("bearer", Map.of("realm", "a"))), Challenge.of(List.of("Bearer realm=a, realm=b, service=c")));
        assertEquals(List.of(new Challenge("bearer", Map.of())), Challenge.of(List.of("Bearer realm=\"never closed")));
        assertEquals(List.of(), Challenge.of(List.of("", "=", "\"")));
    }

    @Property(tries = 300) void any_text_is_read_to_an_end(@ForAll @StringLength(max = 60) @CharRange(from = '\u0001', to = '\u007f') String text) {
        Challenge.of(List.of(text, "Bearer " + text));
    }
}
