package jrunc.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jrunc.linux.JruncException;
import jrunc.plan.BundleRequest.LayerLimits;

/** A program: unpacks an archive into a store and prints the directory, or what went wrong. For tests that need another user, or a process to kill. */
final class Unpack {
    private Unpack() {}

    public static void main(String[] args) {
        try {
            var store = LayerStore.at(Path.of(args[0]), LayerLimits.DEFAULT);
            var stdin = new Blob() {
                @Override public String name() {
                    return "layer.tar";
                }

                @Override public InputStream open() throws IOException {
                    return System.in;
                }
            };
            System.out.println(store.add(stdin));
        } catch (JruncException e) {
            System.out.println(e.getMessage());
        }
    }

    /** {@return the command that runs it, after {@code before}} */
    static List<String> command(Path store, String... before) {
        var command = new ArrayList<>(List.of(before));
        var classes = Path.of("target/classes").toAbsolutePath() + ":" + Path.of("target/test-classes").toAbsolutePath();
        command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin/java").toString(), "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED",
                "-cp", classes, Unpack.class.getName(), store.toString()));
        return command;
    }
}
