package jrunc.config;

import java.nio.CharBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jrunc.config.JsonTokens.Kind;

/**
 * Reads JSON strictly, one value after the other, always knowing the path of where it is. What has a wrong type is noted and
 * stepped over, so that one reading finds all; a text that is not JSON ends the reading at once.
 *
 * <p>Every reading method consumes the value at hand. {@code null} for a property means that it is absent, as runc and crun
 * take it; these methods then return null.
 *
 * <p>A text is at most 16 MiB long, a string in it 1 MiB of UTF-16 units.
 */
public final class JsonReader {
    /** How deep objects and arrays may be nested. */
    static final int MAX_DEPTH = 64;
    /** How many UTF-16 units one string may have. */
    static final int MAX_STRING = 1 << 20;

    private final JsonTokens json;
    private final List<Violation> found = new ArrayList<>();
    private final List<String> passedOver = new ArrayList<>();
    private final JsonPath path = new JsonPath(MAX_DEPTH + 1);
    private final List<Set<String>> seen = new ArrayList<>();
    private Kind token;

    /** @throws InvalidConfigException if the bytes are not UTF-8, or too many, or hold no JSON at all */
    public JsonReader(byte[] utf8) {
        this(utf8, Kind.OBJECT, "an object");
    }

    private JsonReader(byte[] utf8, Kind whole, String expected) {
        CharBuffer text = JsonText.decode(utf8);
        json = new JsonTokens(text.array(), text.position(), text.limit(), MAX_DEPTH);
        if (next() == Kind.END) throw JsonText.refused("the text is empty");
        if (token != whole) throw JsonText.refused("expected " + expected + ", found " + shown(false) + line());
    }

    /** {@return a reader of a text that is one array, as few are} */
    public static JsonReader ofArray(byte[] utf8) {
        return new JsonReader(utf8, Kind.ARRAY, "an array");
    }

    /** Ends the reading: nothing may follow, and nothing may have been found wrong. */
    public void finish() {
        if (next() != Kind.END) throw JsonText.refused("something follows the end of the object" + line());
        if (!found.isEmpty()) throw new InvalidConfigException(found);
    }

    /** {@return whether the value at hand is an object; then {@link #nextKey} leads through it} */
    public boolean object() {
        if (token != Kind.OBJECT) return none("an object");
        path.enter();
        while (seen.size() <= path.depth()) seen.add(new HashSet<>());
        seen.get(path.depth()).clear();
        return true;
    }

    /** {@return the next property's name, its value at hand; null at the end of the object} */
    public String nextKey() {
        return nextKey(false);
    }

    private String nextKey(boolean free) {
        while (next() == Kind.NAME) {
            var key = json.text();
            if (free) path.freeKey(key);
            else path.key(key);
            boolean usable = !free || sound(key, "name");
            boolean first = seen.get(path.depth()).add(key);
            if (!first) report(Rule.NO_DUPLICATE_KEYS, "stands there twice" + line());
            next();
            if (first && usable) return key;
            skip();
        }
        path.leave();
        return null;
    }

    /** {@return whether the value at hand is null} */
    public boolean isNull() {
        return token == Kind.NULL;
    }

    /** {@return whether the value at hand is an array; then {@link #nextElement} leads through it} */
    public boolean array() {
        if (token != Kind.ARRAY) return none("an array");
        path.enter();
        return true;
    }

    /** {@return whether the array has one more element, now at hand} */
    public boolean nextElement() {
        if (next() == Kind.END_ARRAY) {
            path.leave();
            return false;
        }
        path.nextIndex();
        return true;
    }

    /** {@return the string at hand; empty where something else stands} */
    public String string() {
        if (token == Kind.STRING) {
            var text = json.text();
            return sound(text, "string") ? text : "";
        }
        if (absent()) return null;
        wrong("a string");
        return "";
    }

    /** {@return the truth value at hand; false for null} */
    public boolean bool() {
        if (token == Kind.TRUE) return true;
        if (token != Kind.FALSE) none("true or false");
        return false;
    }

    /** {@return the integer at hand, {@code min} to {@code max}} */
    public Long integer(long min, long max) {
        if (token == Kind.INTEGER) {
            var number = signed(json.text());
            if (number != null && number >= min && number <= max) return number;
        }
        return noInteger(Long.toString(min), Long.toString(max));
    }

    /** {@return the integer at hand, 0 to 18446744073709551615, as the 64 bits of a {@code long}} */
    public Long unsigned() {
        if (token == Kind.INTEGER) {
            var number = unsigned(json.text());
            if (number != null) return number;
        }
        return noInteger("0", "18446744073709551615");
    }

    /** {@return the array of strings at hand; empty if it is absent} */
    public List<String> strings() {
        if (!array()) return List.of();
        List<String> strings = new ArrayList<>();
        while (nextElement()) strings.add(string());
        return strings;
    }

    /** {@return the next key of an object whose keys are the user's own; null at its end} */
    public String nextFreeKey() {
        return nextKey(true);
    }

    /** {@return the object of strings at hand, in the order written; null if it is absent} */
    public Map<String, String> stringMap() {
        if (!object()) return null;
        Map<String, String> map = new LinkedHashMap<>();
        for (String key; (key = nextFreeKey()) != null;) {
            if (token == Kind.NULL) wrong("a string");
            else map.put(key, string());
        }
        return map;
    }

    /** Notes that the object at hand, read to its end, lacks {@code property} if {@code value} is null, unless it is known to be wrong. */
    public void require(Object value, String property) {
        if (value != null) return;
        var missing = path.of(property);
        var here = path.toString();
        for (int i = found.size() - 1; i >= 0 && found.get(i).path().startsWith(here); i--) {
            if (found.get(i).path().equals(missing)) return;
        }
        report(Rule.REQUIRED, missing, "is missing");
    }

    /** Writes the value at hand, whatever it is, as the next value of {@code to}. */
    public void copyTo(JsonWriter to) {
        switch (token) {
            case OBJECT -> {
                to.beginObject();
                object();
                for (String key; (key = nextFreeKey()) != null;) {
                    to.key(key);
                    copyTo(to);
                }
                to.endObject();
            }
            case ARRAY -> {
                to.beginArray();
                array();
                while (nextElement()) copyTo(to);
                to.endArray();
            }
            case STRING -> to.value(string());
            default -> to.decimal(json.text()); // a number or one of three words, as it stands there
        }
    }

    /** Steps over the value of a property that the spec does not know. */
    public void passOver() {
        passedOver.add(path.toString());
        skip();
    }

    /** {@return where the properties are that were passed over} */
    public List<String> passedOver() {
        return passedOver;
    }

    /** Steps over the value at hand, whatever it is, as long as it is sound JSON. */
    public void skip() {
        int levels = 0;
        do {
            switch (token) {
                case OBJECT, ARRAY -> levels++;
                case END_OBJECT, END_ARRAY -> levels--;
                case NAME -> sound(json.text(), "name");
                case STRING -> sound(json.text(), "string");
                case INTEGER, FRACTION, TRUE, FALSE, NULL, END -> { }
            }
            if (levels > 0) next();
        } while (levels > 0);
    }

    private boolean absent() {
        return token == Kind.NULL && !path.atIndex();
    }

    private boolean none(String expected) {
        if (!absent()) wrong(expected);
        return false;
    }

    private void wrong(String expected) {
        boolean safe = expected.equals("true or false") || expected.startsWith("an integer");
        report(Rule.TYPES, "expected " + expected + ", found " + shown(safe) + line());
        skip();
    }

    private Long noInteger(String min, String max) {
        if (absent()) return null;
        wrong("an integer of " + min + " to " + max);
        return 0L;
    }

    private boolean sound(String text, String what) {
        var flaw = JsonText.flaw(text, MAX_STRING);
        if (flaw != null) report(Rule.TYPES, "the " + what + ' ' + flaw + line());
        return flaw == null;
    }

    private void report(Rule rule, String message) {
        report(rule, path.toString(), message);
    }

    private void report(Rule rule, String where, String message) {
        found.add(new Violation(where, message, rule));
        if (found.size() == InvalidConfigException.MAX_VIOLATIONS) throw new InvalidConfigException(found);
    }

    /** What is at hand, in a few words; the text of a string only where no secret can be meant. */
    private String shown(boolean safe) {
        return switch (token) {
            case OBJECT -> "an object";
            case ARRAY -> "an array";
            case STRING -> safe ? JsonText.quoted(json.text()) : "a string";
            case INTEGER, FRACTION -> safe ? JsonText.shortened(json.text()) : "a number";
            default -> json.text();
        };
    }

    private String line() {
        return " (line " + json.line() + ")";
    }

    private Kind next() {
        token = json.next();
        return token;
    }

    private static Long signed(String digits) {
        try {
            return digits.length() > 20 ? null : (Long) Long.parseLong(digits);
        } catch (NumberFormatException e) {
            return null;        // 2^63 and above has 19 digits, like some that fit
        }
    }

    private static Long unsigned(String digits) {
        try {
            return digits.length() > 20 || digits.charAt(0) == '-' ? null : (Long) Long.parseUnsignedLong(digits);
        } catch (NumberFormatException e) {
            return null;        // 2^64 and above has 20 digits, like some that fit
        }
    }
}
