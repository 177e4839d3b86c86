package jrunc.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Which of the kernel's security modules that label processes are there. */
public final class SecurityModules {
    private SecurityModules() {}

    /**
     * {@return whether AppArmor is enabled}
     *
     * @see <a href="https://docs.kernel.org/admin-guide/LSM/apparmor.html">AppArmor</a>
     */
    public static boolean apparmor() {
        try {
            return Files.readString(Path.of("/sys/module/apparmor/parameters/enabled")).startsWith("Y");
        } catch (IOException none) {
            return false; // a kernel without it has no such file
        }
    }

    /**
     * {@return whether SELinux is enabled: its file system is mounted, which it can be only then}
     *
     * @see <a href="https://man7.org/linux/man-pages/man3/is_selinux_enabled.3.html">is_selinux_enabled(3)</a>
     */
    public static boolean selinux() {
        for (var mount : MountTable.parse(HostReader.text("/proc/self/mountinfo"))) {
            if (mount.type().equals("selinuxfs")) return true;
        }
        return false;
    }
}
