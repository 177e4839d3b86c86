package jrunc.lifecycle;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import jrunc.linux.StateException;

/** Where what was asked for goes: stdout, in UTF-8 whatever the locale, and nothing else ever. */
public final class Output {
    private final OutputStream stream;

    public Output(OutputStream stream) {
        this.stream = stream;
    }

    /**
     * Writes {@code text} as it is, all of it at once.
     *
     * @throws StateException if nobody takes it: a closed pipe, a full disk
     */
    public void print(String text) {
        try {
            stream.write(text.getBytes(StandardCharsets.UTF_8));
            stream.flush();
        } catch (IOException e) {
            throw new StateException("write to stdout: " + e.getMessage(), e);
        }
    }
}
