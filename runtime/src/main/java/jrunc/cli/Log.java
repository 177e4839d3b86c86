package jrunc.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import jrunc.config.JsonWriter;
import jrunc.linux.Diagnosis;
import jrunc.plan.Global;
import jrunc.plan.Global.LogFormat;

/**
 * The file of {@code --log}: one record per failed command, in the shape that engines read (logrus's), and one per warning of
 * a command that succeeds: an engine that takes the whole file for one record looks at it after a failure only. {@code --debug}
 * adds where jrunc failed. It is opened only for a record, so that a command that succeeds never holds it.
 */
final class Log {
    private final Global global;
    private final Appending appending;

    /** Who appends to a file, and makes it if it is not there. */
    interface Appending {
        void to(String path, byte[] bytes) throws IOException;
    }

    Log(Global global, Appending appending) {
        this.global = global;
        this.appending = appending;
    }

    /** Records a failure, if a log was asked for. */
    void error(String message, Diagnosis diagnosis) throws IOException {
        record("error", message, diagnosis);
    }

    /** Records what is worth knowing of a command that goes well; {@return whether there is a log} */
    boolean warning(String message) throws IOException {
        record("warning", message, null);
        return global.log().isPresent();
    }

    /** Records what is done, if a log and {@code --debug} were asked for. */
    void debug(String message) throws IOException {
        if (global.debug()) record("debug", message, null);
    }

    /** Whole records only: one write each, at the end of the file wherever that is. */
    private void record(String level, String message, Diagnosis diagnosis) throws IOException {
        if (global.log().isEmpty()) return;
        var line = global.logFormat() == LogFormat.JSON ? json(level, message, diagnosis) : text(level, message, diagnosis);
        appending.to(global.log().get(), line.getBytes(StandardCharsets.UTF_8));
    }

    static void append(String path, byte[] bytes) throws IOException {
        var options = Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--"));
        try (var file = FileChannel.open(Path.of(path), options, mode)) {
            file.write(ByteBuffer.wrap(bytes));
        }
    }

    private static String json(String level, String message, Diagnosis diagnosis) {
        var json = new JsonWriter("").beginObject();
        json.key("level").value(level).key("msg").value(message).key("time").value(Instant.now().toString());
        if (diagnosis != null) write(diagnosis, json);
        return json.endObject().toString() + '\n';
    }

    /** What engines do not look for they pass over. */
    private static void write(Diagnosis diagnosis, JsonWriter json) {
        json.key("code").value(diagnosis.code().word());
        if (!diagnosis.phase().isEmpty()) json.key("phase").value(diagnosis.phase());
        if (!diagnosis.errno().isEmpty()) json.key("errno").value(diagnosis.errno());
        if (!diagnosis.path().isEmpty()) json.key("path").value(diagnosis.path());
        if (!diagnosis.hint().isEmpty()) json.key("hint").value(diagnosis.hint());
    }

    /** A quoted message looks the same in logrus and in JSON. */
    private static String text(String level, String message, Diagnosis diagnosis) {
        var line = "time=\"" + Instant.now().truncatedTo(ChronoUnit.SECONDS) + "\" level=" + level + " msg=" + new JsonWriter("").value(message);
        return line + (diagnosis == null ? "\n" : " code=" + diagnosis.code().word() + '\n');
    }
}
