package jrunc.plan;

import static jrunc.tape.Operand.length;
import static jrunc.tape.Operand.text;

import java.util.List;
import jrunc.config.IdMapping;
import jrunc.config.Linux;
import jrunc.host.Host;
import jrunc.host.SubordinateIds;
import jrunc.linux.Namespace;
import jrunc.linux.OpenFlag;
import jrunc.linux.Sys;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;

/**
 * <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/config-linux.md#user-namespace-mappings">config-linux.md,
 * User namespace mappings</a>: which ids the new user namespace has, and who may write that down.
 *
 * <p>The kernel takes any map from a process that may become any user, which root may, be it of a user namespace of its own;
 * from an ordinary user it takes only the one line that maps the user's own id. All else an ordinary user leaves to the
 * {@link MapPrograms}, which know what the administrator has granted.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/user_namespaces.7.html">user_namespaces(7)</a>
 */
enum IdMaps {
    UIDS("uid_map", SubordinateIds.NEWUIDMAP), GIDS("gid_map", SubordinateIds.NEWGIDMAP);

    /** What the file of the process is called. */
    final String file;
    /** The program that writes it for an ordinary user. */
    final String program;

    IdMaps(String file, String program) {
        this.file = file;
        this.program = program;
    }

    List<IdMapping> of(Linux linux) {
        return this == UIDS ? linux.uidMappings() : linux.gidMappings();
    }

    /** {@return whether this map must be written by its program} */
    boolean needsProgram(Linux linux, Host host) {
        if (!Namespaces.makes(linux, Namespace.USER) || host.uid() == 0) return false;
        var mappings = of(linux);
        boolean own = mappings.size() == 1 && mappings.getFirst().size() == 1
                && mappings.getFirst().hostID() == (this == UIDS ? host.uid() : host.gid());
        return !own;
    }

    /** {@return whether any map must be written by its program} */
    static boolean needPrograms(Linux linux, Host host) {
        return UIDS.needsProgram(linux, host) || GIDS.needsProgram(linux, host);
    }

    /**
     * {@return whether nobody in the new user namespace may change their groups} An ordinary user who could would lose a group by
     * which files are denied to its members (CVE-2014-8989).
     */
    static boolean denyGroups(Linux linux, Host host) {
        return Namespaces.makes(linux, Namespace.USER) && host.uid() != 0 && !GIDS.needsProgram(linux, host);
    }

    /** {@return whether {@code id} of the new user namespace is any id of the host} */
    boolean has(long id, Linux linux) {
        return IdMapping.has(of(linux), id);
    }

    /** The maps that this process may write itself. The kernel takes a whole map in one write, and only once. */
    static void write(Linux linux, Host host, Operand proc, Operand child, Recorder tape) {
        tape.section("config-linux.md, User namespace mappings");
        if (!UIDS.needsProgram(linux, host)) UIDS.write(linux, proc, child, tape);
        if (GIDS.needsProgram(linux, host)) return;
        if (denyGroups(linux, host)) write("setgroups", "deny", proc, child, tape);
        GIDS.write(linux, proc, child, tape);
    }

    private void write(Linux linux, Operand proc, Operand child, Recorder tape) {
        write(file, lines(of(linux)), proc, child, tape);
    }

    /** {@return what uid_map and gid_map take} */
    static String lines(List<IdMapping> mappings) {
        var lines = new StringBuilder();
        for (var mapping : mappings) {
            lines.append(mapping.containerID()).append(' ').append(mapping.hostID()).append(' ').append(mapping.size()).append('\n');
        }
        return lines.toString();
    }

    private static void write(String file, String text, Operand proc, Operand child, Recorder tape) {
        tape.attempt("write " + file + " of the container's process", t -> {
            var fd = t.call(Sys.OPENAT, proc, t.path(child, "/" + file), t.open(OpenFlag.O_WRONLY, OpenFlag.O_CLOEXEC));
            t.call(Sys.WRITE, fd, text(text), length(text));
            t.close(fd);
        });
    }
}
