package jrunc.config;

import java.util.List;

/** Writes the {@code linux.resources} object. */
final class ResourcesWriter {
    private final ConfigWriter out;
    private final JsonWriter json;

    ResourcesWriter(ConfigWriter out) {
        this.out = out;
        this.json = out.json();
    }

    void resources(Resources resources) {
        json.beginObject();
        devices(resources.devices());
        if (!resources.memory().equals(Resources.Memory.NONE)) memory(resources.memory());
        if (!resources.cpu().equals(Resources.Cpu.NONE)) cpu(resources.cpu());
        if (resources.pidsLimit().isPresent()) {
            out.begin("pids");
            out.number("limit", resources.pidsLimit());
            json.endObject();
        }
        if (!resources.blockIO().equals(Resources.BlockIo.NONE)) blockIO(resources.blockIO());
        hugepageLimits(resources.hugepageLimits());
        if (!resources.network().equals(Resources.Network.NONE)) network(resources.network());
        rdma(resources);
        out.map("unified", resources.unified());
        json.endObject();
    }

    private void devices(List<Resources.DeviceRule> devices) {
        if (devices.isEmpty()) return;
        out.beginList("devices");
        for (var device : devices) {
            json.beginObject();
            json.key("allow").value(device.allow());
            out.text("type", device.type());
            out.number("major", device.major());
            out.number("minor", device.minor());
            out.text("access", device.access());
            json.endObject();
        }
        json.endArray();
    }

    private void memory(Resources.Memory memory) {
        out.begin("memory");
        out.number("limit", memory.limit());
        out.number("reservation", memory.reservation());
        out.number("swap", memory.swap());
        out.number("kernel", memory.kernel());
        out.number("kernelTCP", memory.kernelTCP());
        out.number("swappiness", memory.swappiness());
        out.flag("disableOOMKiller", memory.disableOOMKiller());
        if (memory.useHierarchy().isPresent()) json.key("useHierarchy").value(memory.useHierarchy().get().booleanValue());
        out.flag("checkBeforeUpdate", memory.checkBeforeUpdate());
        json.endObject();
    }

    private void cpu(Resources.Cpu cpu) {
        out.begin("cpu");
        out.unsigned("shares", cpu.shares());
        out.number("quota", cpu.quota());
        out.unsigned("burst", cpu.burst());
        out.unsigned("period", cpu.period());
        out.number("realtimeRuntime", cpu.realtimeRuntime());
        out.unsigned("realtimePeriod", cpu.realtimePeriod());
        out.text("cpus", cpu.cpus());
        out.text("mems", cpu.mems());
        out.number("idle", cpu.idle());
        json.endObject();
    }

    private void blockIO(Resources.BlockIo blockIO) {
        out.begin("blockIO");
        out.number("weight", blockIO.weight());
        out.number("leafWeight", blockIO.leafWeight());
        if (!blockIO.weightDevice().isEmpty()) {
            out.beginList("weightDevice");
            for (var device : blockIO.weightDevice()) {
                json.beginObject();
                out.number("major", device.major());
                out.number("minor", device.minor());
                out.number("weight", device.weight());
                out.number("leafWeight", device.leafWeight());
                json.endObject();
            }
            json.endArray();
        }
        throttles("throttleReadBpsDevice", blockIO.throttleReadBpsDevice());
        throttles("throttleWriteBpsDevice", blockIO.throttleWriteBpsDevice());
        throttles("throttleReadIOPSDevice", blockIO.throttleReadIOPSDevice());
        throttles("throttleWriteIOPSDevice", blockIO.throttleWriteIOPSDevice());
        json.endObject();
    }

    private void throttles(String name, List<Resources.ThrottleDevice> devices) {
        if (devices.isEmpty()) return;
        out.beginList(name);
        for (var device : devices) {
            json.beginObject();
            out.number("major", device.major());
            out.number("minor", device.minor());
            out.unsigned("rate", device.rate());
            json.endObject();
        }
        json.endArray();
    }

    private void hugepageLimits(List<Resources.HugepageLimit> limits) {
        if (limits.isEmpty()) return;
        out.beginList("hugepageLimits");
        for (var limit : limits) {
            json.beginObject();
            out.text("pageSize", limit.pageSize());
            out.unsigned("limit", limit.limit());
            json.endObject();
        }
        json.endArray();
    }

    private void network(Resources.Network network) {
        out.begin("network");
        out.number("classID", network.classID());
        if (!network.priorities().isEmpty()) {
            out.beginList("priorities");
            for (var priority : network.priorities()) {
                json.beginObject();
                out.text("name", priority.name());
                out.number("priority", priority.priority());
                json.endObject();
            }
            json.endArray();
        }
        json.endObject();
    }

    private void rdma(Resources resources) {
        if (resources.rdma().isEmpty()) return;
        out.begin("rdma");
        for (var limit : resources.rdma().entrySet()) {
            out.begin(limit.getKey());
            out.number("hcaHandles", limit.getValue().hcaHandles());
            out.number("hcaObjects", limit.getValue().hcaObjects());
            json.endObject();
        }
        json.endObject();
    }
}
