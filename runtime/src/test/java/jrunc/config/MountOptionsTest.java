package jrunc.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import jrunc.config.MountOptions.Attributes;
import jrunc.config.MountOptions.Propagation;
import jrunc.linux.Flag;
import jrunc.linux.MountAttr;
import jrunc.linux.MountFlag;
import org.junit.jupiter.api.Test;

class MountOptionsTest {
    @Test void the_table_is_sorted_and_has_each_word_once() {
        var words = MountOption.words();
        for (int i = 1; i < words.size(); i++) assertTrue(words.get(i - 1).compareTo(words.get(i)) < 0, words.get(i));
        for (var word : words) assertEquals(word, MountOption.named(word).orElseThrow().word());
    }

    @Test void the_words_of_the_spec_are_all_there() {
        var spec = List.of("async", "atime", "bind", "defaults", "dev", "diratime", "dirsync", "exec", "iversion", "lazytime",
                "loud", "mand", "noatime", "nodev", "nodiratime", "noexec", "noiversion", "nolazytime", "nomand", "norelatime",
                "nostrictatime", "nosuid", "nosymfollow", "private", "ratime", "rbind", "rdev", "rdiratime", "relatime",
                "remount", "rexec", "rnoatime", "rnodiratime", "rnoexec", "rnorelatime", "rnostrictatime", "rnosuid",
                "rnosymfollow", "ro", "rprivate", "rrelatime", "rro", "rrw", "rshared", "rslave", "rstrictatime", "rsuid",
                "rsymfollow", "runbindable", "rw", "shared", "silent", "slave", "strictatime", "suid", "symfollow", "sync",
                "tmpcopyup", "unbindable", "idmap", "ridmap");
        assertTrue(MountOption.words().containsAll(spec));
    }

    @Test void of_two_opposite_words_the_later_counts() {
        assertEquals(new Attributes(0, MountAttr.MOUNT_ATTR_RDONLY.value()), attributes("ro", "rw"));
        assertEquals(new Attributes(MountAttr.MOUNT_ATTR_RDONLY.value(), 0), attributes("rw", "ro"));
        assertEquals(List.of("async"), of("sync", "async").superblockWords());
    }

    @Test void the_words_of_the_default_sysfs_mount_set_four_attributes() {
        var options = of("nosuid", "noexec", "nodev", "ro");
        assertEquals("MOUNT_ATTR_RDONLY|MOUNT_ATTR_NOSUID|MOUNT_ATTR_NODEV|MOUNT_ATTR_NOEXEC", shown(options.attributes()));
        assertTrue(options.readonly());
        assertEquals(List.of("ro"), options.superblockWords());
    }

    @Test void setting_any_access_time_clears_the_whole_field_as_the_kernel_demands() {
        assertEquals(new Attributes(0x10, 0x70), attributes("noatime"));
        assertEquals(new Attributes(0x20, 0x70), attributes("noatime", "strictatime"));
        assertEquals(new Attributes(0x00, 0x70), attributes("noatime", "atime"));
        assertEquals(new Attributes(0x00, 0x70), attributes("relatime"));
        assertEquals(new Attributes(0x80, 0x00), attributes("nodiratime"));
    }

    @Test void undoing_an_access_time_undoes_only_the_word_that_set_it() {
        assertEquals(new Attributes(0x10, 0x70), attributes("noatime", "nostrictatime"));
        assertEquals(Attributes.NONE, attributes("strictatime", "nostrictatime"));
        assertEquals(Attributes.NONE, attributes("norelatime"));
    }

    @Test void recursive_words_stand_apart_from_plain_ones() {
        var options = of("rbind", "rro", "rw", "rnoexec", "rexec");
        assertEquals(new Attributes(1, 8), options.treeAttributes());
        assertEquals(new Attributes(0, 1), options.attributes());
        assertTrue(options.isBind() && options.rbind() && !options.bind());
    }

    @Test void propagation_is_kept_in_order() {
        assertEquals(List.of(new Propagation(MountFlag.MS_SLAVE.value(), true), new Propagation(MountFlag.MS_SHARED.value(), false)),
                of("rslave", "shared").propagation());
    }

    @Test void flags_of_the_file_system_become_fsconfig_words_where_there_is_one() {
        var options = of("dirsync", "mand", "lazytime", "iversion", "silent");
        assertEquals(List.of("dirsync", "mand", "lazytime"), options.superblockWords());
        assertEquals("MS_SILENT|MS_I_VERSION", Flag.show(MountFlag.class, options.withoutFsconfigWord()));
    }

    @Test void what_is_no_option_word_is_data() {
        var options = of("defaults", "size=65536k", "tmpcopyup", "mode=755", "newinstance");
        assertEquals(List.of("size=65536k", "mode=755", "newinstance"), options.data());
        assertTrue(options.tmpcopyup());
    }

    private static MountOptions of(String... words) {
        return MountOptions.of(List.of(words));
    }

    private static Attributes attributes(String... words) {
        return of(words).attributes();
    }

    private static String shown(Attributes attributes) {
        return Flag.show(MountAttr.class, attributes.set());
    }
}
