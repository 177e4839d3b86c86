package jrunc.tape;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The bytes of a chain with blanks in them, such as a container's id: what was recorded once is filled in for the next command of the same
 * kind. Where the blanks are is found by recording twice, with texts of the same lengths: what differs is a text, or the chain has no
 * form.
 */
public final class Form {
    private final byte[] bytes;
    private final int tapeSize;
    private final long exit;
    /** Which blank, and where. */
    private final List<int[]> blanks;

    private Form(byte[] bytes, int tapeSize, long exit, List<int[]> blanks) {
        this.bytes = bytes;
        this.tapeSize = tapeSize;
        this.exit = exit;
        this.blanks = blanks;
    }

    /**
     * What a player gets.
     *
     * @param tape  what is only read
     * @param slots what is written
     * @param exit  the address of the word that a front exits with if all goes well
     */
    public record Filled(byte[] tape, byte[] slots, long exit) {
        /** {@return the bytes of a chain whose addresses are fixed} */
        public static Filled of(Chain chain, long exit) {
            return new Filled(chain.tapeBytes(), chain.slotBytes(), exit);
        }

        private byte[] bytes() {
            var bytes = Arrays.copyOf(tape, tape.length + slots.length);
            System.arraycopy(slots, 0, bytes, tape.length, slots.length);
            return bytes;
        }

        /** {@return whether both have the same bytes} */
        boolean matches(Filled other) {
            return exit == other.exit && Arrays.equals(tape, other.tape) && Arrays.equals(slots, other.slots);
        }
    }

    /**
     * {@return the form of a chain that is recorded three times, with texts of the same lengths; nothing if the recordings do not differ in
     * these texts only} In two of them the texts must have no character in common at any place. As one may take megabytes, each is made when it is
     * its turn, and given up when it is no more needed.
     */
    public static Optional<Form> of(Supplier<Filled> one, List<String> ones, Supplier<Filled> other, List<String> others, Supplier<Filled> real, List<String> reals) {
        for (int i = 0; i < ones.size(); i++) if (utf8(ones.get(i)).length != utf8(others.get(i)).length || utf8(ones.get(i)).length != utf8(reals.get(i)).length) return Optional.empty();
        var form = of(one.get(), ones, other, others);
        return form.isPresent() && form.get().filled(reals).matches(real.get()) ? form : Optional.empty();
    }

    private static Optional<Form> of(Filled one, List<String> ones, Supplier<Filled> recording, List<String> others) {
        var other = recording.get();
        if (one.exit != other.exit || one.tape.length != other.tape.length || one.slots.length != other.slots.length) return Optional.empty();
        byte[] bytes = one.bytes();
        return blanks(bytes, ones, other.bytes(), others).map(blanks -> new Form(bytes, one.tape.length, one.exit, blanks));
    }

    private static Optional<List<int[]>> blanks(byte[] one, List<String> ones, byte[] other, List<String> others) {
        List<int[]> blanks = new ArrayList<>();
        for (int at = 0; at < one.length; ) {
            if (one[at] == other[at]) {
                at++;
                continue;
            }
            int blank = blankAt(at, one, ones, other, others);
            if (blank < 0) return Optional.empty();
            blanks.add(new int[] {blank, at});
            at += utf8(ones.get(blank)).length;
        }
        return Optional.of(blanks);
    }

    private static int blankAt(int at, byte[] one, List<String> ones, byte[] other, List<String> others) {
        for (int i = 0; i < ones.size(); i++) {
            if (isAt(at, one, utf8(ones.get(i))) && isAt(at, other, utf8(others.get(i)))) return i;
        }
        return -1;
    }

    private static boolean isAt(int at, byte[] bytes, byte[] text) {
        return text.length > 0 && at + text.length <= bytes.length && Arrays.equals(bytes, at, at + text.length, text, 0, text.length);
    }

    /** {@return the bytes with these texts, of the same lengths, in the blanks} */
    public Filled filled(List<String> texts) {
        var tape = Arrays.copyOf(bytes, tapeSize);
        var slots = Arrays.copyOfRange(bytes, tapeSize, bytes.length);
        List<byte[]> fillings = new ArrayList<>();
        for (var text : texts) fillings.add(utf8(text));
        for (var blank : blanks) {
            var filling = fillings.get(blank[0]);
            boolean inTape = blank[1] < tapeSize;
            System.arraycopy(filling, 0, inTape ? tape : slots, inTape ? blank[1] : blank[1] - tapeSize, filling.length);
        }
        return new Filled(tape, slots, exit);
    }

    /** {@return its bytes, with samples in the blanks} */
    byte[] bytes() {
        return bytes;
    }

    /** {@return the address of the word that a front exits with if all goes well} */
    long exit() {
        return exit;
    }

    /** {@return which text belongs where: pairs of its number and its place} */
    List<int[]> blanks() {
        return blanks;
    }

    /** {@return how many bytes it takes} */
    public int size() {
        return bytes.length;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
