package jrunc.config;

import static jrunc.linux.MountAttr.MOUNT_ATTR_RDONLY;
import static jrunc.linux.MountAttr.MOUNT_ATTR__ATIME;
import static jrunc.linux.MountFlag.MS_DIRSYNC;
import static jrunc.linux.MountFlag.MS_I_VERSION;
import static jrunc.linux.MountFlag.MS_LAZYTIME;
import static jrunc.linux.MountFlag.MS_MANDLOCK;
import static jrunc.linux.MountFlag.MS_SILENT;
import static jrunc.linux.MountFlag.MS_SYNCHRONOUS;

import java.util.ArrayList;
import java.util.List;
import jrunc.linux.MountFlag;

/**
 * What the {@code options} of one mount ask for, all words taken together.
 *
 * @param bind a bind mount of the source alone
 * @param rbind a bind mount of the source and all mounts below it
 * @param remount change what is mounted at the destination already
 * @param attributes of this mount
 * @param treeAttributes of this mount and all below it
 * @param superblockSet MountFlag bits that the file system is to be made with
 * @param superblockClear MountFlag bits that it is to be made without
 * @param propagation to be applied one after the other, after the mount is in place
 * @param idmap the mount's ids are mapped, by its own mappings or by the container's user namespace
 * @param ridmap the same for all mounts below it too
 * @param tmpcopyup a new tmpfs starts with a copy of what it covers
 * @param copySymlink a source that is a symbolic link is made again at the destination, not mounted
 * @param srcNofollow a source that is a symbolic link is not followed
 * @param destNofollow a destination that is a symbolic link is not followed
 * @param data {@code key} or {@code key=value} for the file system, in the order written
 */
public record MountOptions(boolean bind, boolean rbind, boolean remount, Attributes attributes, Attributes treeAttributes,
        long superblockSet, long superblockClear, List<Propagation> propagation, boolean idmap, boolean ridmap,
        boolean tmpcopyup, boolean copySymlink, boolean srcNofollow, boolean destNofollow, List<String> data) {
    public MountOptions {
        propagation = List.copyOf(propagation);
        data = List.copyOf(data);
    }

    /**
     * Bits of {@link jrunc.linux.MountAttr} as mount_setattr takes them. If any access-time word was given, {@code clear}
     * holds the whole of MOUNT_ATTR__ATIME, as the kernel demands, and {@code set} the new value of that field.
     */
    public record Attributes(long set, long clear) {
        /** Nothing asked for. */
        public static final Attributes NONE = new Attributes(0, 0);

        /** {@return whether there is nothing to do} */
        public boolean isEmpty() {
            return set == 0 && clear == 0;
        }

        /** {@return the same, but for MOUNT_ATTR_RDONLY} */
        public Attributes withoutReadonly() {
            return new Attributes(set & ~MOUNT_ATTR_RDONLY.value(), clear);
        }

        private Attributes and(MountOption option) {
            long atime = MOUNT_ATTR__ATIME.value();
            long undone = option.clears() & atime;
            if (undone == 0 || undone == atime) {
                return new Attributes(set & ~option.clears() | option.sets(), clear & ~(option.sets() & ~atime) | option.clears());
            }
            return (set & atime) == undone ? new Attributes(set & ~atime, clear & ~atime) : this;
        }
    }

    /**
     * How mount events travel.
     *
     * @param mode MS_PRIVATE, MS_SHARED, MS_SLAVE or MS_UNBINDABLE
     * @param recursive for all mounts below too
     */
    public record Propagation(long mode, boolean recursive) {}

    /** {@return what all {@code words} ask for; later words win} */
    public static MountOptions of(List<String> words) {
        var reader = new Reader();
        for (var word : words) {
            var option = MountOption.named(word);
            if (option.isPresent()) reader.take(option.get());
            else if (Mount.isIdmapWithValue(word)) reader.flags.add(word.substring(0, word.indexOf('=')));
            else reader.data.add(word);
        }
        return reader.result();
    }

    /** {@return whether this is a bind mount of either kind} */
    public boolean isBind() {
        return bind || rbind;
    }

    /** {@return whether the mount itself is to be read-only} */
    public boolean readonly() {
        return (attributes.set & MOUNT_ATTR_RDONLY.value()) != 0;
    }

    /**
     * {@return the words for fsconfig FSCONFIG_SET_FLAG that a new file system needs to be what mount(2) would have made it;
     * {@code iversion} and {@code silent} have no such word, see {@link #withoutFsconfigWord()}}
     */
    public List<String> superblockWords() {
        List<String> words = new ArrayList<>();
        if (readonly()) words.add("ro");
        word(words, MS_SYNCHRONOUS, "sync", "async");
        word(words, MS_DIRSYNC, "dirsync", null);
        word(words, MS_MANDLOCK, "mand", "nomand");
        word(words, MS_LAZYTIME, "lazytime", "nolazytime");
        return words;
    }

    /** {@return whether a word asks for something of the file system itself, but for {@code ro}} */
    public boolean changesSuperblock() {
        return (superblockSet | superblockClear) != 0 || !data.isEmpty();
    }

    /** {@return the bits of {@code superblockSet} that only mount(2) can set: MS_I_VERSION and MS_SILENT} */
    public long withoutFsconfigWord() {
        return superblockSet & (MS_I_VERSION.value() | MS_SILENT.value());
    }

    private void word(List<String> words, MountFlag flag, String set, String cleared) {
        if ((superblockSet & flag.value()) != 0) words.add(set);
        if ((superblockClear & flag.value()) != 0) words.add(cleared);
    }

    /** The words read so far. */
    private static final class Reader {
        final List<String> data = new ArrayList<>();
        private final List<String> flags = new ArrayList<>();
        private final List<Propagation> propagation = new ArrayList<>();
        private Attributes attributes = Attributes.NONE;
        private Attributes treeAttributes = Attributes.NONE;
        private long superblockSet;
        private long superblockClear;

        void take(MountOption option) {
            switch (option.effect()) {
                case ATTRIBUTE -> attributes = attributes.and(option);
                case TREE_ATTRIBUTE -> treeAttributes = treeAttributes.and(option);
                case SUPERBLOCK -> {
                    superblockSet = superblockSet & ~option.clears() | option.sets();
                    superblockClear = superblockClear & ~option.sets() | option.clears();
                }
                case PROPAGATION -> propagation.add(new Propagation(option.sets(), false));
                case PROPAGATION_OF_TREE -> propagation.add(new Propagation(option.sets(), true));
                case FLAG -> flags.add(option.word());
            }
        }

        MountOptions result() {
            return new MountOptions(flags.contains("bind"), flags.contains("rbind"), flags.contains("remount"), attributes,
                    treeAttributes, superblockSet, superblockClear, propagation, flags.contains("idmap"),
                    flags.contains("ridmap"), flags.contains("tmpcopyup"), flags.contains("copy-symlink"),
                    flags.contains("src-nofollow"), flags.contains("dest-nofollow"), data);
        }
    }
}
