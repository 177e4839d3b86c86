package jrunc.config;

import java.nio.charset.StandardCharsets;

/**
 * Writes JSON as the tools around a runtime expect it: indented like Go's {@code json.MarshalIndent} with a given step, or all
 * on one line with an empty step; UTF-8, with only those escapes that JSON needs.
 *
 * <p>An object is {@code beginObject}, then {@link #key} and one value each, then {@code endObject}; an array likewise without
 * keys. Who mixes that up gets a text that is no JSON: the callers' tests read back what they write.
 */
public final class JsonWriter {
    private final StringBuilder text = new StringBuilder(1024);
    private final String step;
    private int depth;
    private boolean first = true;
    private boolean afterKey;

    /** @param step one level's indent, such as a tab or two blanks; empty for no line breaks and blanks at all */
    public JsonWriter(String step) {
        this.step = step;
    }

    public JsonWriter beginObject() {
        return begin('{');
    }

    public JsonWriter endObject() {
        return end('}');
    }

    public JsonWriter beginArray() {
        return begin('[');
    }

    public JsonWriter endArray() {
        return end(']');
    }

    /** Names the value that comes next. */
    public JsonWriter key(String name) {
        separate();
        quote(name);
        text.append(step.isEmpty() ? ":" : ": ");
        afterKey = true;
        return this;
    }

    /** Writes a string; {@code null} as the word null. */
    public JsonWriter value(String value) {
        separate();
        if (value == null) text.append("null");
        else quote(value);
        return this;
    }

    public JsonWriter value(long value) {
        separate();
        text.append(value);
        return this;
    }

    /** Writes the 64 bits of {@code value} as a number that is never negative. */
    public JsonWriter unsigned(long value) {
        separate();
        text.append(Long.toUnsignedString(value));
        return this;
    }

    /** Writes a number that is written out already, with a fraction. */
    public JsonWriter decimal(String digits) {
        separate();
        text.append(digits);
        return this;
    }

    public JsonWriter value(boolean value) {
        separate();
        text.append(value);
        return this;
    }

    /** {@return what is written so far, as UTF-8} */
    public byte[] utf8() {
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** {@return what is written so far} */
    @Override
    public String toString() {
        return text.toString();
    }

    private JsonWriter begin(char bracket) {
        separate();
        text.append(bracket);
        depth++;
        first = true;
        return this;
    }

    private JsonWriter end(char bracket) {
        depth--;
        if (!first) lineBreak();
        text.append(bracket);
        first = false;
        return this;
    }

    private void separate() {
        if (afterKey) {
            afterKey = false;
            return;
        }
        if (depth > 0) {
            if (!first) text.append(',');
            lineBreak();
        }
        first = false;
    }

    private void lineBreak() {
        if (step.isEmpty()) return;
        text.append('\n');
        for (int i = 0; i < depth; i++) text.append(step);
    }

    private void quote(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"', '\\' -> text.append('\\').append(c);
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default -> {
                    if (c < ' ') text.append("\\u00").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 0xF, 16));
                    else text.append(c);
                }
            }
        }
        text.append('"');
    }
}
