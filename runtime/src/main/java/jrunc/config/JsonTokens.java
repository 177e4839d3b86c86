package jrunc.config;

/**
 * The tokens of a JSON text (RFC 8259) in order, and nothing that is not JSON.
 *
 * <p>jrunc has its own because it reads JSON in a JVM that has just started: Jackson's parser initialises BigDecimal, which
 * alone takes longer than all of this package. Tests hold it against Jackson.
 */
final class JsonTokens {
    /** What a token is. */
    enum Kind { OBJECT, END_OBJECT, ARRAY, END_ARRAY, NAME, STRING, INTEGER, FRACTION, TRUE, FALSE, NULL, END }

    private final char[] text;
    private final int end;
    private final boolean[] inObject;
    private int depth;
    private int at;
    private int start;
    private boolean justOpened;
    private boolean afterName;
    private String value;

    /** @param maxDepth how deep objects and arrays may be nested */
    JsonTokens(char[] text, int start, int end, int maxDepth) {
        this.text = text;
        this.at = start;
        this.end = end;
        this.inObject = new boolean[maxDepth];
    }

    /**
     * {@return the next token; after the last one {@code END}} Outside of any object and array a further value may follow: the
     * caller knows whether it wants one.
     */
    Kind next() {
        int c = nonBlank();
        if (afterName || depth == 0) {
            afterName = false;
            return c < 0 && depth == 0 ? Kind.END : value(c);
        }
        boolean object = inObject[depth - 1];
        if (c == (object ? '}' : ']')) return close(object);
        if (!justOpened) {
            if (c != ',') throw unexpected(c, object ? ", or }" : ", or ]");
            at++;
            c = nonBlank();
        }
        justOpened = false;
        return object ? name(c) : value(c);
    }

    /** {@return the text of the token at hand: of a name or string without quotes and escapes, of others as written} */
    String text() {
        return value;
    }

    /** {@return the line on which the token at hand starts, from 1} */
    int line() {
        return lineOf(start);
    }

    private Kind close(boolean object) {
        at++;
        depth--;
        justOpened = false;
        return object ? Kind.END_OBJECT : Kind.END_ARRAY;
    }

    private Kind open(boolean object) {
        if (depth == inObject.length) throw JsonText.refused("nested deeper than " + depth + " levels (line " + line() + ")");
        inObject[depth++] = object;
        at++;
        justOpened = true;
        return object ? Kind.OBJECT : Kind.ARRAY;
    }

    private Kind name(int c) {
        if (c != '"') throw unexpected(c, "a name in double quotes");
        string();
        int nameStart = start;
        c = nonBlank();
        if (c != ':') throw unexpected(c, ":");
        at++;
        start = nameStart;
        afterName = true;
        return Kind.NAME;
    }

    private Kind value(int c) {
        return switch (c) {
            case '{' -> open(true);
            case '[' -> open(false);
            case '"' -> string();
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number();
            case 't' -> word("true", Kind.TRUE);
            case 'f' -> word("false", Kind.FALSE);
            case 'n' -> word("null", Kind.NULL);
            default -> throw Character.isLetter(c) ? noWord() : unexpected(c, "a value");
        };
    }

    private Kind word(String word, Kind kind) {
        for (int i = 0; i < word.length(); i++, at++) {
            if (at == end || text[at] != word.charAt(i)) throw noWord();
        }
        if (at < end && Character.isLetterOrDigit(text[at])) throw noWord();
        value = word;
        return kind;
    }

    private Kind number() {
        if (text[at] == '-') at++;
        int first = at;
        digits();
        if (text[first] == '0' && at > first + 1) throw broken("a number with a leading zero", first);
        boolean fraction = false;
        if (at < end && text[at] == '.') {
            fraction = true;
            at++;
            digits();
        }
        if (at < end && (text[at] == 'e' || text[at] == 'E')) {
            fraction = true;
            at++;
            if (at < end && (text[at] == '+' || text[at] == '-')) at++;
            digits();
        }
        value = new String(text, start, at - start);
        return fraction ? Kind.FRACTION : Kind.INTEGER;
    }

    private void digits() {
        int first = at;
        while (at < end && text[at] >= '0' && text[at] <= '9') at++;
        if (at == first) throw unexpected(at < end ? text[at] : -1, "a digit");
    }

    private Kind string() {
        int first = ++at;
        while (at < end && text[at] != '"' && text[at] != '\\' && text[at] >= ' ') at++;
        if (at < end && text[at] == '"') value = new String(text, first, at - first);
        else value = withEscapes(first);
        at++;
        return Kind.STRING;
    }

    private String withEscapes(int first) {
        var string = new StringBuilder().append(text, first, at - first);
        while (at < end && text[at] != '"') {
            char c = text[at++];
            if (c < ' ') throw broken("a control character in a string, not written as an escape", at - 1);
            string.append(c == '\\' ? escaped() : c);
        }
        if (at == end) throw tooEarly();
        return string.toString();
    }

    private char escaped() {
        if (at == end) throw tooEarly();
        char c = text[at++];
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> hexadecimal();
            default -> throw broken("an escape that JSON does not have", at - 1);
        };
    }

    private char hexadecimal() {
        int unit = 0;
        for (int i = 0; i < 4; i++, at++) {
            if (at == end) throw tooEarly();
            int digit = text[at] < 0x80 ? Character.digit(text[at], 16) : -1;
            if (digit < 0) throw broken("an escape without four hexadecimal digits", at);
            unit = unit << 4 | digit;
        }
        return (char) unit;
    }

    /** Goes to the next character that is no blank, where a token starts; -1 if there is none. */
    private int nonBlank() {
        while (at < end && (text[at] == ' ' || text[at] == '\n' || text[at] == '\r' || text[at] == '\t')) at++;
        start = at;
        return at < end ? text[at] : -1;
    }

    private InvalidConfigException unexpected(int c, String expected) {
        if (c < 0) return tooEarly();
        return broken("expected " + expected + ", found " + JsonText.quoted(String.valueOf((char) c)), at);
    }

    private InvalidConfigException noWord() {
        return broken("a word that is neither a string, a number, true, false nor null", start);
    }

    private InvalidConfigException tooEarly() {
        return broken("the text ends too early", end);
    }

    private InvalidConfigException broken(String why, int place) {
        int column = 1;
        for (int i = place - 1; i >= 0 && text[i] != '\n'; i--) column++;
        return JsonText.refused("not JSON: " + why + " (line " + lineOf(place) + ", column " + column + ")");
    }

    private int lineOf(int place) {
        int line = 1;
        for (int i = 0; i < place; i++) {
            if (text[i] == '\n') line++;
        }
        return line;
    }
}
