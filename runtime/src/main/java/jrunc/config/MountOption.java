package jrunc.config;

import static jrunc.config.MountOption.Effect.ATTRIBUTE;
import static jrunc.config.MountOption.Effect.FLAG;
import static jrunc.config.MountOption.Effect.PROPAGATION;
import static jrunc.config.MountOption.Effect.PROPAGATION_OF_TREE;
import static jrunc.config.MountOption.Effect.SUPERBLOCK;
import static jrunc.config.MountOption.Effect.TREE_ATTRIBUTE;
import static jrunc.linux.MountAttr.MOUNT_ATTR_NOATIME;
import static jrunc.linux.MountAttr.MOUNT_ATTR_NODEV;
import static jrunc.linux.MountAttr.MOUNT_ATTR_NODIRATIME;
import static jrunc.linux.MountAttr.MOUNT_ATTR_NOEXEC;
import static jrunc.linux.MountAttr.MOUNT_ATTR_NOSUID;
import static jrunc.linux.MountAttr.MOUNT_ATTR_NOSYMFOLLOW;
import static jrunc.linux.MountAttr.MOUNT_ATTR_RDONLY;
import static jrunc.linux.MountAttr.MOUNT_ATTR_RELATIME;
import static jrunc.linux.MountAttr.MOUNT_ATTR_STRICTATIME;
import static jrunc.linux.MountAttr.MOUNT_ATTR__ATIME;
import static jrunc.linux.MountFlag.MS_DIRSYNC;
import static jrunc.linux.MountFlag.MS_I_VERSION;
import static jrunc.linux.MountFlag.MS_LAZYTIME;
import static jrunc.linux.MountFlag.MS_MANDLOCK;
import static jrunc.linux.MountFlag.MS_PRIVATE;
import static jrunc.linux.MountFlag.MS_SHARED;
import static jrunc.linux.MountFlag.MS_SILENT;
import static jrunc.linux.MountFlag.MS_SLAVE;
import static jrunc.linux.MountFlag.MS_SYNCHRONOUS;
import static jrunc.linux.MountFlag.MS_UNBINDABLE;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jrunc.linux.Flag;

/**
 * The one table of mount option words: those of
 * <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/config.md#linux-mount-options">the spec's own
 * table</a>, and the few that runc and crun add. A word that is not here is data for the file system.
 *
 * <p>A word changes what the words before it asked for, so of {@code ro} and {@code rw} the later counts. Words that start
 * with {@code r} and mean a whole tree are the spec's recursive family, {@code TREE_ATTRIBUTE}.
 *
 * @param sets the bits that the word sets, in the terms of its effect
 * @param clears the bits that it clears; a part of MOUNT_ATTR__ATIME undoes only the word that set it, as with mount(2)
 */
public record MountOption(String word, Effect effect, long sets, long clears) {
    /** What a word is about. */
    public enum Effect {
        /** One mount's attributes: bits of {@link jrunc.linux.MountAttr}. */
        ATTRIBUTE,
        /** The attributes of the mount and all below it, for mount_setattr with AT_RECURSIVE. */
        TREE_ATTRIBUTE,
        /** The file system itself: bits of {@link jrunc.linux.MountFlag}. */
        SUPERBLOCK,
        /** Propagation of one mount: MS_PRIVATE, MS_SHARED, MS_SLAVE or MS_UNBINDABLE. */
        PROPAGATION,
        /** Propagation of the mount and all below it. */
        PROPAGATION_OF_TREE,
        /** The word itself is all there is to know; see {@link MountOptions}. */
        FLAG
    }

    private static final MountOption[] SORTED = {
        //  word              effect               sets                   clears
        row("async",          SUPERBLOCK,          null,                  MS_SYNCHRONOUS),
        row("atime",          ATTRIBUTE,           MOUNT_ATTR_RELATIME,   MOUNT_ATTR__ATIME),
        row("bind",           FLAG,                null,                  null),
        row("copy-symlink",   FLAG,                null,                  null),
        row("defaults",       FLAG,                null,                  null),
        row("dest-nofollow",  FLAG,                null,                  null),
        row("dev",            ATTRIBUTE,           null,                  MOUNT_ATTR_NODEV),
        row("diratime",       ATTRIBUTE,           null,                  MOUNT_ATTR_NODIRATIME),
        row("dirsync",        SUPERBLOCK,          MS_DIRSYNC,            null),
        row("exec",           ATTRIBUTE,           null,                  MOUNT_ATTR_NOEXEC),
        row("idmap",          FLAG,                null,                  null),
        row("iversion",       SUPERBLOCK,          MS_I_VERSION,          null),
        row("lazytime",       SUPERBLOCK,          MS_LAZYTIME,           null),
        row("loud",           SUPERBLOCK,          null,                  MS_SILENT),
        row("mand",           SUPERBLOCK,          MS_MANDLOCK,           null),
        row("noatime",        ATTRIBUTE,           MOUNT_ATTR_NOATIME,    MOUNT_ATTR__ATIME),
        row("nodev",          ATTRIBUTE,           MOUNT_ATTR_NODEV,      null),
        row("nodiratime",     ATTRIBUTE,           MOUNT_ATTR_NODIRATIME, null),
        row("noexec",         ATTRIBUTE,           MOUNT_ATTR_NOEXEC,     null),
        row("noiversion",     SUPERBLOCK,          null,                  MS_I_VERSION),
        row("nolazytime",     SUPERBLOCK,          null,                  MS_LAZYTIME),
        row("nomand",         SUPERBLOCK,          null,                  MS_MANDLOCK),
        row("norelatime",     ATTRIBUTE,           null,                  MOUNT_ATTR_RELATIME),
        row("nostrictatime",  ATTRIBUTE,           null,                  MOUNT_ATTR_STRICTATIME),
        row("nosuid",         ATTRIBUTE,           MOUNT_ATTR_NOSUID,     null),
        row("nosymfollow",    ATTRIBUTE,           MOUNT_ATTR_NOSYMFOLLOW, null),
        row("private",        PROPAGATION,         MS_PRIVATE,            null),
        row("ratime",         TREE_ATTRIBUTE,      MOUNT_ATTR_RELATIME,   MOUNT_ATTR__ATIME),
        row("rbind",          FLAG,                null,                  null),
        row("rdev",           TREE_ATTRIBUTE,      null,                  MOUNT_ATTR_NODEV),
        row("rdiratime",      TREE_ATTRIBUTE,      null,                  MOUNT_ATTR_NODIRATIME),
        row("relatime",       ATTRIBUTE,           MOUNT_ATTR_RELATIME,   MOUNT_ATTR__ATIME),
        row("remount",        FLAG,                null,                  null),
        row("rexec",          TREE_ATTRIBUTE,      null,                  MOUNT_ATTR_NOEXEC),
        row("ridmap",         FLAG,                null,                  null),
        row("rnoatime",       TREE_ATTRIBUTE,      MOUNT_ATTR_NOATIME,    MOUNT_ATTR__ATIME),
        row("rnodev",         TREE_ATTRIBUTE,      MOUNT_ATTR_NODEV,      null),
        row("rnodiratime",    TREE_ATTRIBUTE,      MOUNT_ATTR_NODIRATIME, null),
        row("rnoexec",        TREE_ATTRIBUTE,      MOUNT_ATTR_NOEXEC,     null),
        row("rnorelatime",    TREE_ATTRIBUTE,      null,                  MOUNT_ATTR_RELATIME),
        row("rnostrictatime", TREE_ATTRIBUTE,      null,                  MOUNT_ATTR_STRICTATIME),
        row("rnosuid",        TREE_ATTRIBUTE,      MOUNT_ATTR_NOSUID,     null),
        row("rnosymfollow",   TREE_ATTRIBUTE,      MOUNT_ATTR_NOSYMFOLLOW, null),
        row("ro",             ATTRIBUTE,           MOUNT_ATTR_RDONLY,     null),
        row("rprivate",       PROPAGATION_OF_TREE, MS_PRIVATE,            null),
        row("rrelatime",      TREE_ATTRIBUTE,      MOUNT_ATTR_RELATIME,   MOUNT_ATTR__ATIME),
        row("rro",            TREE_ATTRIBUTE,      MOUNT_ATTR_RDONLY,     null),
        row("rrw",            TREE_ATTRIBUTE,      null,                  MOUNT_ATTR_RDONLY),
        row("rshared",        PROPAGATION_OF_TREE, MS_SHARED,             null),
        row("rslave",         PROPAGATION_OF_TREE, MS_SLAVE,              null),
        row("rstrictatime",   TREE_ATTRIBUTE,      MOUNT_ATTR_STRICTATIME, MOUNT_ATTR__ATIME),
        row("rsuid",          TREE_ATTRIBUTE,      null,                  MOUNT_ATTR_NOSUID),
        row("rsymfollow",     TREE_ATTRIBUTE,      null,                  MOUNT_ATTR_NOSYMFOLLOW),
        row("runbindable",    PROPAGATION_OF_TREE, MS_UNBINDABLE,         null),
        row("rw",             ATTRIBUTE,           null,                  MOUNT_ATTR_RDONLY),
        row("shared",         PROPAGATION,         MS_SHARED,             null),
        row("silent",         SUPERBLOCK,          MS_SILENT,             null),
        row("slave",          PROPAGATION,         MS_SLAVE,              null),
        row("src-nofollow",   FLAG,                null,                  null),
        row("strictatime",    ATTRIBUTE,           MOUNT_ATTR_STRICTATIME, MOUNT_ATTR__ATIME),
        row("suid",           ATTRIBUTE,           null,                  MOUNT_ATTR_NOSUID),
        row("symfollow",      ATTRIBUTE,           null,                  MOUNT_ATTR_NOSYMFOLLOW),
        row("sync",           SUPERBLOCK,          MS_SYNCHRONOUS,        null),
        row("tmpcopyup",      FLAG,                null,                  null),
        row("unbindable",     PROPAGATION,         MS_UNBINDABLE,         null),
    };

    /** {@return what {@code word} means, or nothing if it is data for the file system} */
    public static Optional<MountOption> named(String word) {
        int low = 0;
        int high = SORTED.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = SORTED[middle].word.compareTo(word);
            if (order == 0) return Optional.of(SORTED[middle]);
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }
        return Optional.empty();
    }

    /** {@return all words in order, as {@code features} lists them} */
    public static List<String> words() {
        List<String> words = new ArrayList<>(SORTED.length);
        for (var option : SORTED) words.add(option.word);
        return words;
    }

    private static MountOption row(String word, Effect effect, Flag sets, Flag clears) {
        return new MountOption(word, effect, sets == null ? 0 : sets.value(), clears == null ? 0 : clears.value());
    }
}
