package jrunc.lifecycle;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jrunc.config.JsonWriter;
import jrunc.host.CgroupFiles;
import jrunc.host.CgroupProcesses;

/**
 * What a cgroup's files count, in the shape that runc's {@code events} has had since cgroup v1: times are nanoseconds, sizes bytes, and
 * swap counts memory, too. What has no number in cgroup v2 is 0 or left out, as runc does it there.
 */
final class Statistics {
    private static final long NANOSECONDS = 1000;
    private final CgroupFiles cgroup;
    private final JsonWriter json;

    private Statistics(CgroupFiles cgroup, JsonWriter json) {
        this.cgroup = cgroup;
        this.json = json;
    }

    /** Writes the statistics of the cgroup as the next value of {@code json}. */
    static void write(String cgroup, JsonWriter json) {
        new Statistics(new CgroupFiles(cgroup), json).all();
    }

    private void all() {
        json.beginObject();
        cpu();
        cpuset();
        memory();
        pids();
        blkio();
        hugetlb();
        json.key("intel_rdt").beginObject().endObject();
        json.key("network_interfaces").value((String) null);
        json.endObject();
    }

    private void cpu() {
        var stat = cgroup.named("cpu.stat");
        json.key("cpu").beginObject();
        json.key("usage").beginObject();
        unlessZero("total", stat.getOrDefault("usage_usec", 0L) * NANOSECONDS);
        json.key("kernel").unsigned(stat.getOrDefault("system_usec", 0L) * NANOSECONDS);
        json.key("user").unsigned(stat.getOrDefault("user_usec", 0L) * NANOSECONDS);
        json.endObject();
        json.key("throttling").beginObject();
        unlessZero("periods", stat.getOrDefault("nr_periods", 0L));
        unlessZero("throttledPeriods", stat.getOrDefault("nr_throttled", 0L));
        unlessZero("throttledTime", stat.getOrDefault("throttled_usec", 0L) * NANOSECONDS);
        json.endObject();
        pressure("cpu.pressure");
        json.endObject();
    }

    /** The lists are what the kernel goes by, which runc leaves out with cgroup v2; the flags are of v1. */
    private void cpuset() {
        json.key("cpuset").beginObject();
        list("cpus", "cpuset.cpus.effective");
        json.key("cpu_exclusive").value(0);
        list("mems", "cpuset.mems.effective");
        for (var flag : new String[] {"mem_hardwall", "mem_exclusive", "memory_migrate", "memory_spread_page", "memory_spread_slab",
                "memory_pressure", "sched_load_balance", "sched_relax_domain_level"}) json.key(flag).value(0);
        json.endObject();
    }

    private void list(String key, String file) {
        var numbers = numbers(cgroup.text(file).orElse("").strip());
        if (numbers.isEmpty()) return;
        json.key(key).beginArray();
        for (int number : numbers) json.value(number);
        json.endArray();
    }

    /** {@return each number of a list such as {@code 0-3,7}} */
    static List<Integer> numbers(String list) {
        List<Integer> numbers = new ArrayList<>();
        for (var range : list.split(",")) {
            if (range.isEmpty()) continue;
            int dash = range.indexOf('-');
            int first = Integer.parseInt(dash < 0 ? range : range.substring(0, dash));
            int last = Integer.parseInt(range.substring(dash + 1));
            for (int number = first; number <= last; number++) numbers.add(number);
        }
        return numbers;
    }

    private void memory() {
        var stat = cgroup.named("memory.stat");
        long usage = cgroup.number("memory.current").orElse(0L);
        long limit = cgroup.number("memory.max").orElse(0L);
        var swap = cgroup.number("memory.swap.current");
        long swapLimit = swap.isEmpty() ? 0 : cgroup.number("memory.swap.max").orElse(0L);
        boolean unlimited = limit == CgroupFiles.UNLIMITED || swapLimit == CgroupFiles.UNLIMITED;
        json.key("memory").beginObject();
        unlessZero("cache", stat.getOrDefault("file", 0L));
        entry("usage", limit, usage, cgroup.number("memory.peak").orElse(0L));
        entry("swap", unlimited ? CgroupFiles.UNLIMITED : limit + swapLimit, usage + swap.orElse(0L), 0);
        entry("kernel", 0, 0, 0);
        entry("kernelTCP", 0, 0, 0);
        if (!stat.isEmpty()) counts("raw", stat);
        pressure("memory.pressure");
        counts("event_count", cgroup.named("memory.events"));
        json.endObject();
    }

    private void counts(String key, java.util.Map<String, Long> counts) {
        json.key(key).beginObject();
        for (var count : counts.entrySet()) json.key(count.getKey()).unsigned(count.getValue());
        json.endObject();
    }

    private void entry(String key, long limit, long usage, long peak) {
        json.key(key).beginObject();
        json.key("limit").unsigned(limit);
        unlessZero("usage", usage);
        unlessZero("max", peak);
        json.key("failcnt").value(0);
        json.endObject();
    }

    /** Without the controller the processes are counted. */
    private void pids() {
        var current = cgroup.number("pids.current");
        long limit = cgroup.number("pids.max").orElse(0L);
        json.key("pids").beginObject();
        unlessZero("current", current.isPresent() ? current.get() : CgroupProcesses.pids(cgroup.directory()).size());
        unlessZero("limit", limit == CgroupFiles.UNLIMITED ? 0 : limit);
        json.endObject();
    }

    /** One line of io.stat: {@code 8:0 rbytes=1 wbytes=2 rios=3 wios=4 ...}. */
    private void blkio() {
        var devices = cgroup.lines("io.stat");
        json.key("blkio").beginObject();
        table("ioServiceBytesRecursive", devices, "rbytes=", "wbytes=");
        table("ioServicedRecursive", devices, "rios=", "wios=");
        pressure("io.pressure");
        json.endObject();
    }

    private void table(String key, List<String> devices, String read, String write) {
        boolean some = false;
        for (var device : devices) some |= device.contains(read);
        if (!some) return;
        json.key(key).beginArray();
        for (var device : devices) {
            operation(device, "Read", read);
            operation(device, "Write", write);
        }
        json.endArray();
    }

    private void operation(String device, String operation, String item) {
        int colon = device.indexOf(':');
        int space = device.indexOf(' ');
        int at = device.indexOf(' ' + item);
        if (at < 0 || colon < 0 || colon > space) return;
        int end = device.indexOf(' ', at + 1);
        json.beginObject();
        unlessZero("major", Long.parseLong(device.substring(0, colon)));
        unlessZero("minor", Long.parseLong(device.substring(colon + 1, space)));
        json.key("op").value(operation);
        unlessZero("value", Long.parseUnsignedLong(device.substring(at + 1 + item.length(), end < 0 ? device.length() : end)));
        json.endObject();
    }

    private void hugetlb() {
        json.key("hugetlb").beginObject();
        for (var size : cgroup.hugepageSizes()) {
            String reserved = "hugetlb." + size + ".rsvd"; // since Linux 5.7 what is reserved counts, whether it is used or not
            String prefix = cgroup.text(reserved + ".current").isPresent() ? reserved : "hugetlb." + size;
            json.key(size).beginObject();
            unlessZero("usage", cgroup.number(prefix + ".current").orElse(0L));
            json.key("failcnt").unsigned(cgroup.named(prefix + ".events").getOrDefault("max", cgroup.named("hugetlb." + size + ".events").getOrDefault("max", 0L)));
            json.endObject();
        }
        json.endObject();
    }

    /** @see <a href="https://docs.kernel.org/accounting/psi.html">PSI: {@code some avg10=0.00 avg60=0.00 avg300=0.00 total=0}</a> */
    private void pressure(String file) {
        var lines = cgroup.lines(file);
        if (lines.isEmpty()) return;
        json.key("psi").beginObject();
        for (var kind : new String[] {"some", "full"}) {
            var line = "";
            for (var each : lines) line = each.startsWith(kind + " ") ? each : line;
            json.key(kind).beginObject();
            for (var item : new String[] {"avg10", "avg60", "avg300", "total"}) json.key(item).decimal(shortened(valueOf(item, line).orElse("0")));
            json.endObject();
        }
        json.endObject();
    }

    private static Optional<String> valueOf(String item, String line) {
        int at = line.indexOf(' ' + item + '=');
        if (at < 0) return Optional.empty();
        int end = line.indexOf(' ', at + 1);
        return Optional.of(line.substring(at + item.length() + 2, end < 0 ? line.length() : end));
    }

    /** {@return the number as Go writes it, without zeros at the end of its fraction} */
    private static String shortened(String number) {
        if (number.indexOf('.') < 0) return number;
        int end = number.length();
        while (number.charAt(end - 1) == '0') end--;
        return number.substring(0, number.charAt(end - 1) == '.' ? end - 1 : end);
    }

    private void unlessZero(String key, long value) {
        if (value != 0) json.key(key).unsigned(value);
    }
}
