package jrunc.tape;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import jrunc.linux.Flag;

/**
 * An argument of a cell: a 64-bit word when it is played. Most are final numbers as soon as the image is laid out; only
 * {@link Slot}, {@link Word} and {@link Left} are looked up while the tape plays.
 */
public sealed interface Operand permits Operand.Imm, Operand.Slot, Operand.Word, Operand.Left, Operand.Address, Operand.Text,
        Operand.Bytes, Operand.Words, Recorder.Result {

    /** The null pointer. */
    Operand NULL = named(0, "NULL");

    /** {@return the word in the listing, in C's notation} */
    String shown();

    /**
     * A number.
     *
     * @param name what the listing shows for it; null for the number itself. It is made only if somebody looks
     */
    record Imm(long value, Supplier<String> name) implements Operand {
        @Override public String shown() {
            return name == null ? Long.toString(value) : name.get();
        }
    }

    /** The result that an earlier cell left in slot {@code index}. */
    record Slot(int index) implements Operand {
        @Override public String shown() {
            return "s" + index;
        }
    }

    /** The 64-bit word at byte {@code offset} of a block, as it is when the cell plays. */
    record Word(Block block, int offset) implements Operand {
        @Override public String shown() {
            return block.shown() + (offset % 8 == 0 ? "[" + offset / 8 + "]" : "+" + offset);
        }
    }

    /** The 64-bit word that an earlier tape of the same {@link Chain} has left in a slot or in a word of its own. */
    record Left(Image image, Operand slotOrWord) implements Operand {
        @Override public String shown() {
            return "left." + slotOrWord.shown();
        }
    }

    /** The address of byte {@code offset} of a block. */
    record Address(Block block, int offset) implements Operand {
        @Override public String shown() {
            if (block.caption() != null && offset == 0) return block.caption();
            return "&" + block.shown() + (offset == 0 ? "" : "+" + offset);
        }
    }

    /** The address of the UTF-8 bytes of {@code utf8} and a NUL. */
    record Text(String utf8) implements Operand {
        @Override public String shown() {
            return quoted(utf8);
        }
    }

    /** The address of {@code bytes}, eight-byte aligned. Equal only to itself, as arrays are. */
    record Bytes(byte[] bytes, String shown) implements Operand {}

    /** The address of a row of 64-bit words: a struct or an array. A word may itself be an address. */
    record Words(List<Operand> words) implements Operand {
        public Words {
            words = List.copyOf(words);
        }

        @Override public String shown() {
            var out = new StringBuilder("{");
            for (var word : words) out.append(out.length() == 1 ? "" : ", ").append(word.shown());
            return out.append('}').toString();
        }
    }

    static Imm imm(long value) {
        return new Imm(value, null);
    }

    /** {@return a number that people read in octal, such as a file mode} */
    static Imm octal(long value) {
        return new Imm(value, () -> value == 0 ? "0" : "0" + Long.toOctalString(value));
    }

    /** {@return a number that has a name, such as a command of fcntl} */
    static Imm named(long value, String name) {
        return new Imm(value, () -> name);
    }

    static Imm flags(Flag... flags) {
        return flags(Arrays.asList(flags));
    }

    static Imm flags(Iterable<? extends Flag> flags) {
        return new Imm(Flag.bits(flags), () -> names(flags));
    }

    private static String names(Iterable<? extends Flag> flags) {
        var names = new StringBuilder();
        for (var flag : flags) names.append(names.isEmpty() ? "" : "|").append(flag.name());
        return names.isEmpty() ? "0" : names.toString();
    }

    static Text text(String utf8) {
        return new Text(utf8);
    }

    static Bytes bytes(byte[] bytes) {
        return new Bytes(bytes, "<" + bytes.length + " bytes>");
    }

    static Words words(Operand... words) {
        return new Words(List.of(words));
    }

    /** {@return the address of a NULL-ended array of strings, as argv and envp are} */
    static Words strings(List<String> strings) {
        List<Operand> words = new ArrayList<>(strings.size() + 1);
        for (var string : strings) words.add(new Text(string));
        words.add(NULL);
        return new Words(words);
    }

    /** {@return how many bytes {@code text} takes as UTF-8, without a NUL} */
    static Imm length(String text) {
        return imm(text.getBytes(StandardCharsets.UTF_8).length);
    }

    private static String quoted(String text) {
        var out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < ' ' || c == 0x7f) out.append("\\x").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
                    else out.append(c);
                }
            }
        }
        return out.append('"').toString();
    }
}
