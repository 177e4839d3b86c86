package jrunc.lifecycle;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import jrunc.config.Config;
import jrunc.config.ConfigWriter;
import jrunc.config.DefaultConfig;
import jrunc.config.JsonWriter;
import jrunc.linux.StateException;
import jrunc.plan.Command;

/** The command {@code spec}: a config.json to start from. */
public final class SpecFile {
    private SpecFile() {}

    /** Writes it into the bundle, and never over one that is there. */
    public static void write(Command.Spec command, Caller caller) {
        var file = Path.of(command.bundle(), "config.json");
        var config = command.rootless() ? DefaultConfig.rootless(caller.uid(), caller.gid()) : DefaultConfig.FOR_ROOT;
        try {
            Files.write(file, utf8(config), StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
        } catch (FileAlreadyExistsException e) {
            throw new StateException("File config.json exists. Remove it first", e);
        } catch (NoSuchFileException e) {
            throw new StateException("write " + file + ": no such directory", e);
        } catch (IOException e) {
            throw new StateException("write " + file + ": " + e.getMessage(), e);
        }
    }

    private static byte[] utf8(Config config) {
        var json = new JsonWriter("\t");
        ConfigWriter.write(config, json);
        return json.utf8();
    }
}
