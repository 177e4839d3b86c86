package jrunc.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostReaderTest {
    @Test void the_directories_that_a_cgroup_lacks_are_named_outermost_first(@TempDir Path tree) throws Exception {
        Files.createDirectories(tree.resolve("a/b"));
        Files.writeString(tree.resolve("file"), "");
        var of = new CgroupTree(tree.toString(), "/", Set.of());
        assertEquals(List.of("/a/b/c", "/a/b/c/d"), HostReader.place(of, "/a/b/c/d").missing());
        assertEquals(List.of(), HostReader.place(of, "/a/b").missing());
        assertEquals(List.of("/x"), HostReader.place(of, "/x").missing());
        assertEquals(List.of("/file"), HostReader.place(of, "/file").missing());
        assertEquals(List.of(), HostReader.place(of, "/").missing());
        assertEquals("/a/b/c/d", HostReader.place(of, "/a/b/c/d").path());
    }

    @Test void a_mount_point_that_is_no_text_does_not_stop_every_command(@TempDir Path directory) throws Exception {
        var mountinfo = Files.write(directory.resolve("mountinfo"), "1 2 0:3 / /\u00ff\u00fe rw - fuse f rw\n1 2 0:4 / /proc rw - proc p rw\n"
                .getBytes(StandardCharsets.ISO_8859_1));
        assertEquals(new MountTable.Entry("/proc", "proc"), MountTable.parse(HostReader.text(mountinfo.toString())).getLast());
    }

    @Test void the_snapshot_is_of_this_process_now() {
        var host = HostReader.read();
        assertEquals(ProcessHandle.current().pid(), host.pid());
        assertTrue(host.startTime() > 0);
        assertTrue(host.now().matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{9}Z"), host.now());
    }
}
