package jrunc.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jrunc.plan.BundleRequest.LayerLimits;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives that real tools make of one tree full of oddities, unpacked by jrunc and by a real tool: the trees must be the same. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UnpackingTest {
    @TempDir static Path directory;
    private static final String TREE = """
            umask 022; mkdir -p tree/dir/sub tree/empty tree/sticky; cd tree
            echo hello > dir/file; ln dir/file dir/sub/again; ln -s ../nowhere dir/link; ln dir/link hard-to-link
            mkfifo -m 640 pipe; mknod -m 600 null c 1 3; mknod -m 660 disk b 259 70000
            printf x > setuid; chown 1234:2345 setuid; chmod 6755 setuid; cp /bin/true ping; setcap cap_net_raw+ep ping
            echo attributes > with; setfattr -n user.colour -v blue with; setfattr -n trusted.secret -v 0x00ff0a3d with; setfattr -n user.dir -v yes empty
            truncate -s 5M holes; printf begin | dd of=holes conv=notrunc status=none; printf middle | dd of=holes bs=1M seek=2 conv=notrunc status=none
            for i in $(seq 40); do printf $i | dd of=many bs=64K seek=$((i * 2)) conv=notrunc status=none; done; truncate -s 8M hole
            long=$(printf 'n%.0s' $(seq 200)); mkdir -p $long/$long; echo deep > $long/$long/$long; ln -s $long/$long/$long to-long; ln $long/$long/$long link-to-long
            printf bytes > $'not-\\xff-utf8'; echo ü > 'ü and "quotes"'; : > nothing; chown -h 77:88 dir/link; chmod 1777 sticky; chmod 0500 empty
            dd if=/dev/urandom of=random bs=1M count=3 status=none
            touch -h -d '2001-02-03 04:05:06.789012345' dir/file dir/link ping; touch -d '1969-12-31 23:59:58.25 UTC' nothing
            touch -d '2011-11-11 11:11:11.123456789' dir/sub dir empty sticky
            """;

    @BeforeAll void make() throws IOException, InterruptedException {
        assumeTrue(Shell.isRoot(), "needs root: owners, devices, capabilities");
        Shell.run(directory, TREE);
    }

    private static String unpacked(Path archive) throws IOException, InterruptedException {
        var store = LayerStore.at(directory.resolve("store"), LayerLimits.DEFAULT);
        return Shell.look(store.add(Shell.blob(archive)));
    }

    private static void compare(String make, String unpack) throws IOException, InterruptedException {
        var there = directory.resolve("there");
        Shell.run(directory, make + "; rm -rf there; mkdir there; " + unpack);
        assertEquals(Shell.look(there), unpacked(directory.resolve("a.tar")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--format=posix --xattrs --xattrs-include=*", "--format=posix --sparse --xattrs --xattrs-include=*",
            "--format=posix --sparse --sparse-version=0.0", "--format=posix --sparse --sparse-version=0.1", "--format=gnu", "--format=gnu --sparse", "--format=oldgnu"})
    void what_GNU_tar_packs_is_unpacked_as_GNU_tar_does(String options) throws IOException, InterruptedException {
        compare("tar -C tree " + options + " -cf a.tar .", "tar --xattrs --xattrs-include='*' -xpf a.tar -C there");
    }

    @Test void ustar_and_v7_are_unpacked_as_GNU_tar_does() throws IOException, InterruptedException {
        compare("tar -C tree --exclude='*nnn*' --exclude=*to-long --exclude=nothing --format=ustar -cf a.tar .", "tar -xpf a.tar -C there");
        compare("tar -C tree --exclude='*nnn*' --exclude=*to-long --exclude=nothing --exclude=null --exclude=disk --exclude=pipe --format=v7 -cf a.tar .", "tar -xpf a.tar -C there");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pax", "gnutar"})
    void what_bsdtar_packs_is_unpacked_as_it_does_itself(String format) throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/bsdtar")), "needs Debian's libarchive-tools");
        // Of 2.25 seconds before 1970 it says -3.75, and reads that as it has written it.
        var left = "--exclude=./nothing";
        compare("bsdtar -C tree " + left + " --format=" + format + " -cf a.tar .", "bsdtar -xpf a.tar -C there");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PAX", "GNU"})
    void what_python_packs_is_unpacked_as_GNU_tar_does(String format) throws IOException, InterruptedException {
        compare("cd tree; python3 -c \"import tarfile; t = tarfile.open('../a.tar', 'w', format=tarfile." + format
                + "_FORMAT); t.add('.'); t.close()\"; cd ..", "tar -xpf a.tar -C there");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "//", "/.", "./", "."})
    void an_entry_for_the_top_gives_it_owner_mode_and_time(String name) throws IOException, InterruptedException {
        Shell.run(directory, "python3 -c \"import tarfile; t = tarfile.open('a.tar', 'w'); i = tarfile.TarInfo('" + name
                + "'); i.type = tarfile.DIRTYPE; i.mode = 0o2751; i.uid = 33; i.gid = 34; i.mtime = 1234567890; t.addfile(i); t.close()\"");
        var store = LayerStore.at(directory.resolve("tops"), LayerLimits.DEFAULT);
        var layer = store.add(Shell.blob(directory.resolve("a.tar")));
        assertEquals("2751 33 34 1234567890", Shell.run(layer, "stat -c '%a %u %g %Y' .").strip());
        assertEquals("", Shell.run(layer, "ls -A"));
    }

    @Test void holes_stay_holes() throws IOException, InterruptedException {
        Shell.run(directory, "tar -C tree --sparse --format=posix -cf a.tar ./hole ./holes");
        var store = LayerStore.at(directory.resolve("store"), LayerLimits.DEFAULT);
        var layer = store.add(Shell.blob(directory.resolve("a.tar")));
        assertEquals("0", Shell.run(layer, "stat -c %b hole").strip());
        assertTrue(Integer.parseInt(Shell.run(layer, "stat -c %b holes").strip()) < 64);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip -n", "zstd -q", "cat", "split -b 300K --filter='gzip -n'"})
    void compression_is_told_by_the_first_bytes(String compress) throws IOException, InterruptedException {
        Shell.run(directory, "tar -C tree -cf plain.tar ./random ./dir; " + compress + " < plain.tar > a.tar");
        var store = LayerStore.at(directory.resolve("compressed-" + compress.hashCode()), LayerLimits.DEFAULT);
        var diffId = Digest.of(Files.readAllBytes(directory.resolve("plain.tar")));
        assertFalse(store.has(diffId));
        var layer = store.layer(diffId, Shell.blob(directory.resolve("a.tar")));
        assertTrue(store.has(diffId));
        assertEquals(Shell.run(directory, "sha256sum < tree/random"), Shell.run(layer, "sha256sum < random"));
        assertEquals(List.of(layer), store.lowerDirectories(List.of(diffId)));
    }

    /** What is written here is read by GNU tar, and unpacked as it was. */
    @Test void what_jrunc_packs_GNU_tar_unpacks() throws IOException, InterruptedException {
        Shell.run(directory, "tar -C tree --format=posix --sparse --xattrs --xattrs-include='*' -cf a.tar .; rm -rf one two; mkdir one two");
        try (var in = Files.newInputStream(directory.resolve("a.tar")); var out = new TarWriter(Files.newOutputStream(directory.resolve("b.tar")))) {
            var tar = new TarReader(in, "a.tar");
            for (var entry = tar.next(); entry != null; entry = tar.next()) {
                out.add(entry);
                var content = tar.stored().readAllBytes();
                out.write(content, 0, content.length);
            }
        }
        Shell.run(directory, "for i in a:one b:two; do tar --xattrs --xattrs-include='*' -xpf ${i%:*}.tar -C ${i#*:}; done");
        assertEquals(Shell.look(directory.resolve("one")), Shell.look(directory.resolve("two")));
        assertEquals(unpacked(directory.resolve("a.tar")), unpacked(directory.resolve("b.tar")));
    }
}
