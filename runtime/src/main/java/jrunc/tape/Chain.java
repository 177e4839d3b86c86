package jrunc.tape;

import java.util.ArrayList;
import java.util.List;

/**
 * Tapes that are played one after another with nobody asked in between: which comes next is known beforehand, by whether one goes
 * well. A later one may use what an earlier one has left. They are laid out as one image: first what is only read of all of them,
 * then what is written.
 */
public final class Chain {
    /** At the end nothing follows. */
    public static final int END = -1;

    private final List<Link> links = new ArrayList<>();
    private int tapeSize;
    private int slotsSize;

    /**
     * One of the tapes.
     *
     * @param well   the place in the chain, from 0, of the one that follows if all goes well
     * @param failed of the one that follows if a cell fails, after that tape's own clean-up
     * @param lasts  whether what it has done stays, so that the command cannot be done anew from its beginning
     */
    public record Link(Image image, int well, int failed, boolean lasts) {}

    /** {@return a chain of this tape only} */
    public static Chain of(Image image, boolean lasts) {
        return new Chain().add(image, END, END, lasts);
    }

    /** Adds one. */
    public Chain add(Image image, int well, int failed, boolean lasts) {
        links.add(new Link(image, well, failed, lasts));
        tapeSize += image.tapeSize();
        slotsSize += image.slotsSize();
        return this;
    }

    /** {@return a chain that begins with this tape, which only looks: if a cell of it fails that is the end} */
    public Chain after(Image look) {
        var chain = new Chain().add(look, 1, END, false);
        for (var link : links) chain.add(link.image, later(link.well), later(link.failed), link.lasts);
        return chain;
    }

    private static int later(int link) {
        return link == END ? END : link + 1;
    }

    /** {@return the links, in their order} */
    public List<Link> links() {
        return links;
    }

    /** {@return the size in bytes of what is written, of all} */
    public int slotsSize() {
        return slotsSize;
    }

    /** {@return the size in bytes of what is only read, of all} */
    public int tapeSize() {
        return tapeSize;
    }

    /** Fixes all addresses; what is written follows what is read. */
    public Chain at(long address) {
        return at(address, address + tapeSize);
    }

    /** Fixes all addresses: of what is only read and of what is written, both multiples of 8. */
    public Chain at(long tapes, long written) {
        long tape = tapes;
        long slots = written;
        for (var link : links) {
            link.image.at(tape, slots);
            tape += link.image.tapeSize();
            slots += link.image.slotsSize();
        }
        for (var link : links) link.image.follow(header(link.well), header(link.failed), link.lasts);
        return this;
    }

    /** {@return the address of the first tape's header} */
    public long header() {
        return header(0);
    }

    private long header(int link) {
        return link == END ? 0 : links.get(link).image.header();
    }

    /** {@return what is only read, of all} */
    public byte[] tapeBytes() {
        var all = new byte[tapeSize];
        int at = 0;
        for (var link : links) {
            link.image.putTape(all, at);
            at += link.image.tapeSize();
        }
        return all;
    }

    /** {@return what is written, of all, as it is before the first cell plays} */
    public byte[] slotBytes() {
        if (links.size() == 1) return links.getFirst().image.slotBytes();
        var all = new byte[slotsSize];
        int at = 0;
        for (var link : links) {
            System.arraycopy(link.image.slotBytes(), 0, all, at, link.image.slotsSize());
            at += link.image.slotsSize();
        }
        return all;
    }
}
