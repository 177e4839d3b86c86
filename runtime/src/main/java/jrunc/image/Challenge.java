package jrunc.image;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a registry that answers 401 wants to see, by one of the ways in its {@code WWW-Authenticate} headers
 * (<a href="https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1">RFC 9110, 11.6.1</a>).
 *
 * @param scheme     in lower case: {@code bearer}, {@code basic}
 * @param parameters names in lower case, values without their quotes
 */
record Challenge(String scheme, Map<String, String> parameters) {
    /** {@return the parameter, or null} */
    String parameter(String name) {
        return parameters.get(name);
    }

    /** {@return all challenges of the headers, in their order; what cannot be read ends the reading of that header} */
    static List<Challenge> of(List<String> headers) {
        var challenges = new ArrayList<Challenge>();
        for (var header : headers) new Reader(header).read(challenges);
        return challenges;
    }

    /** {@return the first challenge of that scheme, or null} */
    static Challenge first(List<Challenge> challenges, String scheme) {
        for (var challenge : challenges) {
            if (challenge.scheme.equals(scheme)) return challenge;
        }
        return null;
    }

    /**
     * A list of challenges and a list within each, both divided by commas: a word with {@code =} behind it is a parameter of the
     * challenge at hand, a word without starts the next.
     */
    private static final class Reader {
        private final String text;
        private int at;

        Reader(String text) {
            this.text = text;
        }

        void read(List<Challenge> challenges) {
            Map<String, String> parameters = null;
            while (true) {
                passOver(" \t,");
                var word = token().toLowerCase(Locale.ROOT);
                if (word.isEmpty()) return;
                passOver(" \t");
                if (parameters != null && at < text.length() && text.charAt(at) == '=') {
                    at++;
                    passOver(" \t");
                    var value = at < text.length() && text.charAt(at) == '"' ? quoted() : token();
                    if (value == null || parameters.putIfAbsent(word, value) != null) return;
                } else {
                    parameters = new LinkedHashMap<>();
                    challenges.add(new Challenge(word, parameters));
                }
            }
        }

        private void passOver(String these) {
            while (at < text.length() && these.indexOf(text.charAt(at)) >= 0) at++;
        }

        private String token() {
            int start = at;
            while (at < text.length() && " \t,=\"".indexOf(text.charAt(at)) < 0 && !Character.isISOControl(text.charAt(at))) at++;
            return text.substring(start, at);
        }

        private String quoted() {
            var value = new StringBuilder();
            for (at++; at < text.length(); at++) {
                char c = text.charAt(at);
                if (c == '"') {
                    at++;
                    return value.toString();
                }
                if (c == '\\' && ++at == text.length()) return null;
                value.append(text.charAt(at));
            }
            return null;
        }
    }
}
