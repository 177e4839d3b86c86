package jrunc.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import jrunc.linux.StateException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ThisProcessTest {
    private static final String STATUS = "Name:\tjava\nUmask:\t0022\nUid:\t1000\t1001\t1002\t1003\nGid:\t2000\t4294967294\t2002\t2003\nFDSize:\t256\n";

    @TempDir
    Path directory;

    @Test
    void the_second_id_of_a_status_line_is_the_effective_one() {
        assertEquals(1001, ThisProcess.effective(STATUS, "\nUid:"));
        assertEquals(4294967294L, ThisProcess.effective(STATUS, "\nGid:"));
        var failure = assertThrows(StateException.class, () -> ThisProcess.effective("Name:\tjava\n", "\nUid:"));
        assertEquals("read /proc/self/status: no line \"Uid:\"; is /proc a proc file system?", failure.getMessage());
    }

    @Test
    void this_process_has_the_ids_of_its_own_proc_directory() throws IOException {
        assertEquals((int) Files.getAttribute(Path.of("/proc/self"), "unix:uid"), new ThisProcess().uid());
        assertEquals((int) Files.getAttribute(Path.of("/proc/self"), "unix:gid"), new ThisProcess().gid());
    }

    @Test
    void only_the_map_of_all_ids_onto_themselves_is_that_of_the_first_user_namespace() {
        assertTrue(ThisProcess.isWhole("         0          0 4294967295\n"));
        assertFalse(ThisProcess.isWhole("         0       1000          1\n"));
        assertFalse(ThisProcess.isWhole("         0          0 4294967294\n"));
        assertFalse(ThisProcess.isWhole("         0       1000          1\n         1     100000      65536\n"));
        assertFalse(ThisProcess.isWhole("         0          0 4294967295\n         1     100000      65536\n"));
        assertFalse(ThisProcess.isWhole(""));
    }

    @Test
    void an_owner_has_the_name_of_the_passwd_file_or_else_the_number() throws IOException {
        var passwd = Files.writeString(directory.resolve("passwd"), "root:x:0:0:root:/root:/bin/sh\n# 7\nbroken\n:x:5:5::/:\nann:x:7:8::/:\nbob:x:7:9::/:\nbig:x:4294967294:1::/:\n");
        assertEquals("root", Owner.named(0, passwd));
        assertEquals("ann", Owner.named(7, passwd));
        assertEquals("big", Owner.named(-2, passwd));
        assertEquals("#8", Owner.named(8, passwd));
        assertEquals("#5", Owner.named(5, passwd));
        assertEquals("#0", Owner.named(0, directory.resolve("missing")));
    }

    @Test
    void the_owner_of_a_directory_is_who_made_it() throws IOException {
        assertEquals(Owner.named((int) new ThisProcess().uid(), Path.of("/etc/passwd")), Owner.of(directory));
    }
}
