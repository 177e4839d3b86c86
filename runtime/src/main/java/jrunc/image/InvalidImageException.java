package jrunc.image;

import jrunc.linux.Diagnosis;
import jrunc.linux.FailureCode;
import jrunc.linux.JruncException;

/** An image, or an archive that is a part of one, is not what it must be, or asks for what no image may do. */
public final class InvalidImageException extends JruncException {
    private static final long serialVersionUID = 1;
    private static final int SHOWN = 200;

    private final String path;

    /**
     * @param what which file, blob or archive, as a person knows it
     * @param why  what is wrong with it; a hint may follow after {@code "; "}
     */
    public InvalidImageException(String what, String why) {
        super(what + ": " + why);
        path = what;
    }

    private InvalidImageException(String archive, String entry, String why) {
        super(archive + ": entry " + shown(entry) + ": " + why);
        path = entry;
    }

    /** {@return that {@code entry} of {@code archive} is at fault; its name is {@link ByteText}} */
    static InvalidImageException entry(String archive, String entry, String why) {
        return new InvalidImageException(archive, entry, why);
    }

    private static String shown(String entry) {
        var text = ByteText.shown(entry);
        if (text.isEmpty()) return "\"\"";
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
    }

    @Override
    public Diagnosis diagnosis() {
        var known = Diagnosis.of(FailureCode.INVALID_IMAGE, "image", getMessage());
        return new Diagnosis(known.code(), known.phase(), known.errno(), path, known.hint());
    }
}
