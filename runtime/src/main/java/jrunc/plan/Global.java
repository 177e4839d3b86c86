package jrunc.plan;

import java.util.Optional;

/**
 * What was asked for before the command's name and holds for every command.
 *
 * @param root          absolute, never {@code /}: the directory below which each container has its state directory
 * @param log           absolute: the file that failures are recorded in, beside the line on stderr
 * @param debug         record what is done, too
 * @param rootless      {@code AUTO} unless given
 * @param cgroupManager who makes the cgroups; {@code --systemd-cgroup} is short for {@code SYSTEMD}
 */
public record Global(String root, Optional<String> log, LogFormat logFormat, boolean debug, Rootless rootless,
        CgroupManager cgroupManager) {
    /** The root of who is root and names no other. */
    public static final String DEFAULT_ROOT = "/run/jrunc";

    /** How a line of the log looks. */
    public enum LogFormat { TEXT, JSON }

    /** Whether it is fine that limits cannot be set: AUTO asks whether the caller is root in the first user namespace. */
    public enum Rootless { AUTO, TRUE, FALSE }

    /** Who makes the container's cgroup: jrunc in the file system, systemd over D-Bus, or nobody. */
    public enum CgroupManager { CGROUPFS, SYSTEMD, DISABLED }
}
