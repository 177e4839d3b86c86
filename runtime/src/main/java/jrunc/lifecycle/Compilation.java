package jrunc.lifecycle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jrunc.image.WholeFile;
import jrunc.linux.StateException;
import jrunc.machine.StandAlone;
import jrunc.plan.Command;
import jrunc.plan.Global;

/**
 * The command {@code compile}: a {@link WholeRun} as a {@link StandAlone} program. All that is decided is decided now, from the bundle and
 * the host as they are: the paths of the bundle, of the state and of the cgroup are in the program, and so is the user. What is no longer so
 * when it runs, a cell of it fails for. Only who makes the container, and when, is found out then.
 */
final class Compilation {
    private final Global global;
    private final Command.Compile command;

    Compilation(Global global, Command.Compile command) {
        this.global = global;
        this.command = command;
    }

    /** Writes the program; what the config wants and only gets in part is said now, and not whenever it runs. */
    void write(Warnings warnings) {
        var file = Path.of(command.output());
        if (Files.isDirectory(file)) throw new StateException("write " + file + ": is a directory");
        if (global.cgroupManager() == Global.CgroupManager.SYSTEMD) throw refused(List.of("the cgroup manager systemd, which must be asked whenever it runs"));
        var creation = Creation.ofLater(global, command.create());
        refuse(creation);
        var program = StandAlone.of(new WholeRun(global, creation, new Command.Run(command.create(), false)).standAlone());
        write(file, program);
        for (var note : creation.notes()) warnings.note(note.line(), note.quiet());
    }

    private static void refuse(Creation creation) {
        List<String> reasons = new ArrayList<>();
        if (!creation.config().hooks().isEmpty()) reasons.add("hooks, of which jrunc tells afterwards how they went");
        if (!creation.record().resctrlGroups().isEmpty()) reasons.add("linux.intelRdt, whose groups must be looked for");
        if (!reasons.isEmpty()) throw refused(reasons);
    }

    private static StateException refused(List<String> reasons) {
        return new StateException("compile: a program without jrunc cannot do this: " + String.join("; ", reasons));
    }

    /** Whole or not at all: another program may be at that place, and may be running. */
    private static void write(Path file, byte[] program) {
        try {
            WholeFile.write(file.getParent(), file, program, "rwxr-xr-x");
        } catch (IOException e) {
            throw new StateException("write " + file + ": " + reason(e, file), e);
        }
    }

    private static String reason(IOException e, Path file) {
        if (e instanceof java.nio.file.NoSuchFileException) return "no such directory: " + file.getParent();
        if (e instanceof java.nio.file.AccessDeniedException) return "permission denied";
        return e.getMessage();
    }
}
