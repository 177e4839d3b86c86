package jrunc.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jrunc.image.ImageNames.Named;
import jrunc.linux.Arch;
import jrunc.linux.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageNamesTest {
    private static final List<Named<Integer>> ALL = List.of(new Named<>(List.of("docker.io/library/a:latest"), 1), new Named<>(List.of("localhost/a:1.0", "b:2"), 2),
            new Named<>(List.of(), 3));

    private static List<Integer> meant(String wanted) {
        return ImageNames.matching(ALL, Optional.ofNullable(wanted)).stream().map(Named::thing).toList();
    }

    @Test void a_name_may_be_whole_or_its_end_and_latest_need_not_be_said() {
        assertEquals(List.of(1), meant("docker.io/library/a:latest"));
        assertEquals(List.of(1), meant("a"));
        assertEquals(List.of(1), meant("library/a"));
        assertEquals(List.of(2), meant("a:1.0"));
        assertEquals(List.of(2), meant("b:2"));
        assertEquals(List.of(), meant("ary/a"));
        assertEquals(List.of(), meant("b"));
        assertEquals(List.of(1, 2, 3), meant(null));
    }

    @Test void who_does_not_choose_is_told_the_choices() {
        assertEquals("x.tar: more than one image; write x.tar:NAME with one of: docker.io/library/a:latest, localhost/a:1.0, one without a name",
                ImageNames.undecided("x.tar", ALL, Optional.empty()).getMessage());
        assertEquals("x.tar: no image c; there is: docker.io/library/a:latest, localhost/a:1.0, one without a name",
                ImageNames.undecided("x.tar", ALL, Optional.of("c")).getMessage());
    }

    @Test void a_source_is_a_path_or_a_path_and_a_name(@TempDir Path directory) throws IOException {
        var file = Files.createFile(directory.resolve("a:b.tar"));
        assertEquals(new SourceName(file, Optional.empty()), SourceName.of("a:b.tar", directory));
        assertEquals(new SourceName(file, Optional.of("name:tag")), SourceName.of("a:b.tar:name:tag", directory));
        assertEquals(new SourceName(file, Optional.of("latest")), SourceName.of("oci-archive:" + file + ":latest", Path.of("/")));
        assertThrows(UsageException.class, () -> SourceName.of("c.tar:x", directory));
        assertThrows(UsageException.class, () -> SourceName.of("a:b.tar:", directory));
    }

    @Test void the_platform_that_fits_best_is_chosen() {
        var all = List.of(of("linux", "arm64", "v8", 1), of("linux", "amd64", "v3", 2), of("linux", "amd64", null, 3), of("unknown", "unknown", null, 4), of("windows", "amd64", null, 5));
        assertEquals(3, Platform.of(Arch.X86_64).choose(all).orElseThrow().size());
        assertEquals(1, Platform.of(Arch.AARCH64).choose(all).orElseThrow().size());
        assertEquals(2, Platform.named("linux/amd64/v3").choose(all).orElseThrow().size());
        assertEquals(Optional.empty(), Platform.named("linux/s390x").choose(all));
        var silent = new Descriptor(MediaType.MANIFEST, Digest.of(new byte[] {9}), 9);
        assertEquals(silent, Platform.named("linux/s390x").choose(List.of(all.get(0), silent)).orElseThrow());
        for (var wrong : new String[] {"linux", "linux/", "/amd64", "linux/arm/v7/x", "linux/arm/"}) assertThrows(UsageException.class, () -> Platform.named(wrong), wrong);
    }

    private static Descriptor of(String os, String architecture, String variant, int size) {
        return new Descriptor(MediaType.MANIFEST, Digest.of(new byte[] {(byte) size}), size, Optional.of(new Platform(os, architecture, Optional.ofNullable(variant))), Map.of());
    }
}
