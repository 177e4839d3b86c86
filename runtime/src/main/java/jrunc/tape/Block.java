package jrunc.tape;

/**
 * A piece of the memory that a tape may write while it plays: a buffer that the kernel fills, a struct with slots in
 * it, a path with a number in it. The caption, if any, is how the listing shows its address.
 *
 * @param id      the place in the tape's list of blocks
 * @param initial its bytes before the first cell plays; its size is their number, a multiple of 8
 */
public record Block(int id, byte[] initial, String caption) {

    public Block {
        if (initial.length % 8 != 0) throw new IllegalArgumentException("a block of " + initial.length + " bytes");
    }

    /** {@return the operand that is this block's address} */
    public Operand.Address address() {
        return new Operand.Address(this, 0);
    }

    /** {@return the operand that is the 64-bit word at byte {@code 8 * index}} */
    public Operand.Word word(int index) {
        return new Operand.Word(this, 8 * index);
    }

    /**
     * {@return the operand that is the 64-bit word at any byte} A struct of 32-bit fields is filled from its start: what a word
     * writes beyond its field is overwritten by the next.
     */
    public Operand.Word wordAt(int offset) {
        return new Operand.Word(this, offset);
    }

    String shown() {
        return "b" + id;
    }

    @Override public boolean equals(Object other) {
        return other instanceof Block block && block.id == id;
    }

    @Override public int hashCode() {
        return id;
    }
}
