package jrunc.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import jrunc.config.Config;
import jrunc.config.DefaultConfig;
import jrunc.config.DefaultSeccomp;
import jrunc.config.Mount;
import jrunc.config.Process;
import jrunc.linux.Arch;
import org.junit.jupiter.api.Test;

/** The MUSTs and SHOULDs of conversion.md, in its order. */
class ConversionTest {
    private static final String DIGEST = "sha256:" + "0".repeat(64);
    private static final String FULL = """
            {"created": "2024-05-06T07:08:09Z", "author": "me", "architecture": "arm", "variant": "v7", "os": "linux", "os.version": "6", "os.features": ["a", "b"],
             "container_config": {"Cmd": ["not this"]},
             "config": {"User": "5:6", "ExposedPorts": {"80/tcp": {}, "53/udp": {}}, "Env": ["A=1", "PATH=/own", "NAME"], "Entrypoint": ["/init", "-x"],
               "Cmd": ["run", "it"], "Volumes": {"/data": {}, "var/lib": {}}, "WorkingDir": "/work", "StopSignal": "SIGQUIT", "ArgsEscaped": true,
               "Labels": {"a": "b", "org.opencontainers.image.author": "label", "dev.jrunc.rootfs.lowerdir": "/", "run.oci.hooks.stdout": "/x"}},
             "rootfs": {"type": "layers", "diff_ids": ["%s"]},
             "history": [{"created": "2024", "created_by": "step", "empty_layer": true}, {"comment": "made it"}]}
            """.formatted(DIGEST);

    private static ImageConfig read(String json) {
        return ImageConfigJson.read(json.getBytes(UTF_8), "the config");
    }

    private static Config converted(String json) {
        return Conversion.of(read(json), List.of(), new Process.User(5, 6, OptionalLong.empty(), List.of()), false, Map.of("dev.jrunc.x", "y"));
    }

    @Test void entrypoint_and_cmd_become_args_and_the_directory_is_taken_as_it_is() {
        var process = converted(FULL).process();
        assertEquals(List.of("/init", "-x", "run", "it"), process.args());
        assertEquals("/work", process.cwd());
        assertEquals(new Process.User(5, 6, OptionalLong.empty(), List.of()), process.user());
    }

    @Test void only_variables_that_the_image_does_not_name_are_added() {
        assertEquals(List.of("A=1", "PATH=/own"), converted(FULL).process().env());
        var empty = Conversion.of(ImageConfig.plain(), List.of(), Process.User.ROOT, true, Map.of()).process();
        assertEquals(List.of("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"), empty.env());
        assertEquals(List.of("/bin/sh"), empty.args());
        assertTrue(empty.terminal());
    }

    @Test void what_the_image_says_of_itself_becomes_annotations_and_labels_count_for_more() {
        var annotations = converted(FULL).annotations();
        var image = "org.opencontainers.image.";
        assertEquals(Map.ofEntries(Map.entry(image + "os", "linux"), Map.entry(image + "architecture", "arm"), Map.entry(image + "variant", "v7"),
                Map.entry(image + "os.version", "6"), Map.entry(image + "os.features", "a,b"), Map.entry(image + "author", "label"),
                Map.entry(image + "created", "2024-05-06T07:08:09Z"), Map.entry(image + "stopSignal", "SIGQUIT"),
                Map.entry(image + "exposedPorts", "80/tcp,53/udp"), Map.entry("a", "b"), Map.entry("dev.jrunc.x", "y")), annotations);
    }

    @Test void labels_that_would_steer_the_runtime_are_left_out_and_named() {
        assertEquals(List.of("dev.jrunc.rootfs.lowerdir", "run.oci.hooks.stdout"), ImageAnnotations.of(read(FULL)).leftOut());
    }

    @Test void volumes_become_mounts_that_start_as_a_copy_of_what_is_there() {
        var mounts = converted(FULL).mounts();
        var own = mounts.subList(mounts.size() - 2, mounts.size());
        assertEquals(List.of("/data", "/var/lib"), own.stream().map(Mount::destination).toList());
        for (var mount : own) assertTrue(mount.options().contains("tmpcopyup") && mount.type().equals(Optional.of("tmpfs")), mount.toString());
        assertEquals(DefaultConfig.FOR_ROOT.mounts(), mounts.subList(0, mounts.size() - 2));
    }

    @Test void only_root_starts_with_capabilities_and_nobody_gets_more_than_those_of_docker() {
        var user = converted(FULL).process().capabilities().orElseThrow();
        assertEquals(List.of(), user.effective());
        assertEquals(14, user.bounding().size());
        assertFalse(user.bounding().contains("CAP_SYS_ADMIN"));
        var root = Conversion.of(read(FULL), List.of(), Process.User.ROOT, false, Map.of()).process().capabilities().orElseThrow();
        assertEquals(root.bounding(), root.effective());
    }

    @Test void the_seccomp_profile_names_each_call_once() {
        var profile = DefaultSeccomp.of(Arch.X86_64);
        var denied = profile.syscalls().get(0);
        var allowed = profile.syscalls().get(1);
        assertEquals("SCMP_ACT_ERRNO", denied.action());
        assertTrue(denied.names().containsAll(List.of("bpf", "io_uring_setup", "kexec_load")), denied.toString());
        assertTrue(allowed.names().containsAll(List.of("read", "execve", "clone3", "futex_waitv", "chroot")), allowed.toString());
        for (var name : denied.names()) assertFalse(allowed.names().contains(name), name);
        assertEquals(allowed.names().size(), allowed.names().stream().distinct().count());
    }

    @Test void what_go_writes_for_nothing_is_nothing() {
        var config = read("{\"os\":\"linux\",\"architecture\":\"amd64\",\"config\":{\"Env\":null,\"Cmd\":null,\"Labels\":null,\"User\":\"\",\"Volumes\":null},"
                + "\"rootfs\":{\"diff_ids\":null},\"history\":null}");
        assertEquals(ImageConfig.Run.NONE, config.run());
        assertEquals(List.of(), config.diffIds());
    }

    @Test void what_is_no_config_is_refused_and_named() {
        assertEquals("the config: rootfs: is missing", refused("{}"));
        assertEquals("the config: config.Env: expected an array, found a string (line 1)", refused("{\"config\": {\"Env\": \"A=1\"}, \"rootfs\": {}}"));
        assertEquals("digest sha256:12: not sha256: and 64, or sha512: and 128, lower-case hexadecimal digits",
                refused("{\"rootfs\": {\"diff_ids\": [\"sha256:12\"]}}"));
    }

    private static String refused(String json) {
        return assertThrows(InvalidImageException.class, () -> read(json)).getMessage();
    }
}
