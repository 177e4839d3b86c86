package jrunc.config;

/** Writes the {@code linux} object. */
final class LinuxWriter {
    private final ConfigWriter out;
    private final JsonWriter json;

    LinuxWriter(ConfigWriter out) {
        this.out = out;
        this.json = out.json();
    }

    void linux(Linux linux) {
        json.beginObject();
        out.mappings("uidMappings", linux.uidMappings());
        out.mappings("gidMappings", linux.gidMappings());
        out.map("sysctl", linux.sysctl());
        if (!linux.resources().equals(Resources.NONE)) {
            json.key("resources");
            new ResourcesWriter(out).resources(linux.resources());
        }
        out.text("cgroupsPath", linux.cgroupsPath());
        namespaces(linux);
        devices(linux);
        netDevices(linux);
        if (linux.seccomp().isPresent()) seccomp(linux.seccomp().get());
        out.text("rootfsPropagation", linux.rootfsPropagation());
        out.strings("maskedPaths", linux.maskedPaths());
        out.strings("readonlyPaths", linux.readonlyPaths());
        out.text("mountLabel", linux.mountLabel());
        if (linux.intelRdt().isPresent()) intelRdt(linux.intelRdt().get());
        if (linux.memoryPolicy().isPresent()) {
            out.begin("memoryPolicy");
            out.text("mode", linux.memoryPolicy().get().mode());
            out.text("nodes", linux.memoryPolicy().get().nodes());
            out.strings("flags", linux.memoryPolicy().get().flags());
            json.endObject();
        }
        if (linux.personality().isPresent()) {
            out.begin("personality");
            out.text("domain", linux.personality().get().domain());
            out.strings("flags", linux.personality().get().flags());
            json.endObject();
        }
        timeOffsets(linux);
        json.endObject();
    }

    private void namespaces(Linux linux) {
        if (linux.namespaces().isEmpty()) return;
        out.beginList("namespaces");
        for (var namespace : linux.namespaces()) {
            json.beginObject();
            out.text("type", namespace.type());
            out.text("path", namespace.path());
            json.endObject();
        }
        json.endArray();
    }

    private void devices(Linux linux) {
        if (linux.devices().isEmpty()) return;
        out.beginList("devices");
        for (var device : linux.devices()) {
            json.beginObject();
            out.text("path", device.path());
            out.text("type", device.type());
            out.number("major", device.major());
            out.number("minor", device.minor());
            out.number("fileMode", device.fileMode());
            out.number("uid", device.uid());
            out.number("gid", device.gid());
            json.endObject();
        }
        json.endArray();
    }

    private void netDevices(Linux linux) {
        if (linux.netDevices().isEmpty()) return;
        out.begin("netDevices");
        for (var device : linux.netDevices().entrySet()) {
            out.begin(device.getKey());
            out.text("name", device.getValue().name());
            json.endObject();
        }
        json.endObject();
    }

    private void timeOffsets(Linux linux) {
        if (linux.timeOffsets().isEmpty()) return;
        out.begin("timeOffsets");
        for (var offset : linux.timeOffsets().entrySet()) {
            out.begin(offset.getKey());
            out.number("secs", offset.getValue().secs());
            out.number("nanosecs", offset.getValue().nanosecs());
            json.endObject();
        }
        json.endObject();
    }

    private void intelRdt(Linux.IntelRdt rdt) {
        out.begin("intelRdt");
        out.text("closID", rdt.closID());
        out.strings("schemata", rdt.schemata());
        out.text("l3CacheSchema", rdt.l3CacheSchema());
        out.text("memBwSchema", rdt.memBwSchema());
        out.flag("enableMonitoring", rdt.enableMonitoring());
        json.endObject();
    }

    private void seccomp(Seccomp seccomp) {
        out.begin("seccomp");
        out.text("defaultAction", seccomp.defaultAction());
        out.number("defaultErrnoRet", seccomp.defaultErrnoRet());
        out.strings("architectures", seccomp.architectures());
        if (seccomp.flags().isPresent()) out.allStrings("flags", seccomp.flags().get());
        out.text("listenerPath", seccomp.listenerPath());
        out.text("listenerMetadata", seccomp.listenerMetadata());
        if (!seccomp.syscalls().isEmpty()) {
            out.beginList("syscalls");
            for (var syscall : seccomp.syscalls()) syscall(syscall);
            json.endArray();
        }
        json.endObject();
    }

    private void syscall(Seccomp.Syscall syscall) {
        json.beginObject();
        out.allStrings("names", syscall.names());
        out.text("action", syscall.action());
        out.number("errnoRet", syscall.errnoRet());
        if (!syscall.args().isEmpty()) {
            out.beginList("args");
            for (var arg : syscall.args()) {
                json.beginObject();
                out.number("index", arg.index());
                out.unsigned("value", arg.value());
                if (arg.valueTwo() != 0) out.unsigned("valueTwo", arg.valueTwo());
                out.text("op", arg.op());
                json.endObject();
            }
            json.endArray();
        }
        json.endObject();
    }
}
