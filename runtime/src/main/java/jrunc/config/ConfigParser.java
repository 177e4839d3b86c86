package jrunc.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads config.json strictly: UTF-8 without a byte order mark, no key twice in an object that the spec describes, nothing
 * after its end, integers written as integers and in the range of their type, no U+0000 in any string, at most
 * {@value #MAX_BYTES} bytes and {@value JsonReader#MAX_DEPTH} levels. Properties that the spec does not know are stepped over,
 * as it demands; so are {@code windows}, {@code solaris}, {@code vm}, {@code zos} and {@code freebsd}, which speak of other
 * platforms. Keys are compared exactly, so {@code "Process"} is unknown.
 *
 * <p>What the values mean is not looked at here but in {@link Validation}.
 */
public final class ConfigParser {
    /** How long a config.json may be, in bytes: a caller needs to read no more than one byte beyond. */
    public static final int MAX_BYTES = JsonText.MAX_BYTES;

    static final long UINT16_MAX = 0xFFFF;
    static final long INT32_MAX = Integer.MAX_VALUE;
    static final long INT32_MIN = Integer.MIN_VALUE;
    static final long UINT32_MAX = 0xFFFF_FFFFL;
    /** The highest id; 4294967295 is -1 to the kernel: "leave it as it is". */
    static final long ID_MAX = UINT32_MAX - 1;

    private ConfigParser() {}

    /**
     * {@return the config that {@code utf8} holds}
     *
     * @throws InvalidConfigException with all wrong types and missing properties, or with the one reason why it is no JSON
     */
    public static Config parse(byte[] utf8) {
        var json = new JsonReader(utf8);
        var config = config(json);
        json.finish();
        return config;
    }

    /** {@return the places of all properties that have no effect, for the spec does not know them or they are for another platform} */
    public static List<String> withoutEffect(byte[] utf8) {
        var json = new JsonReader(utf8);
        config(json);
        return json.passedOver();
    }

    /** {@return the {@code process} object alone, as {@code exec --process} takes it} */
    public static Process parseProcess(byte[] utf8) {
        var json = new JsonReader(utf8);
        var process = ProcessParser.process(json);
        json.finish();
        return process;
    }

    /** {@return the {@code resources} object alone, as {@code update --resources} takes it} */
    public static Resources parseResources(byte[] utf8) {
        var json = new JsonReader(utf8);
        var resources = ResourcesParser.resources(json);
        json.finish();
        return resources;
    }

    private static Config config(JsonReader json) {
        String ociVersion = null;
        Config.Root root = null;
        List<Mount> mounts = null;
        Process process = null;
        String hostname = null;
        String domainname = null;
        Hooks hooks = null;
        Map<String, String> annotations = null;
        Linux linux = null;
        json.object();
        for (String key; (key = json.nextKey()) != null;) {
            switch (key) {
                case "ociVersion" -> ociVersion = json.string();
                case "root" -> root = root(json);
                case "mounts" -> mounts = mounts(json);
                case "process" -> process = ProcessParser.process(json);
                case "hostname" -> hostname = json.string();
                case "domainname" -> domainname = json.string();
                case "hooks" -> hooks = hooks(json);
                case "annotations" -> annotations = json.stringMap();
                case "linux" -> linux = LinuxParser.linux(json);
                default -> json.passOver();
            }
        }
        json.require(ociVersion, "ociVersion");
        json.require(root, "root");
        return new Config(ociVersion, root, mounts, process == null ? Process.ABSENT : process, text(hostname), text(domainname), hooks, annotations, linux);
    }

    private static Config.Root root(JsonReader json) {
        String path = null;
        boolean readonly = false;
        if (!json.object()) return null;
        for (String key; (key = json.nextKey()) != null;) {
            switch (key) {
                case "path" -> path = json.string();
                case "readonly" -> readonly = json.bool();
                default -> json.passOver();
            }
        }
        json.require(path, "path");
        return new Config.Root(path, readonly);
    }

    private static List<Mount> mounts(JsonReader json) {
        List<Mount> mounts = new ArrayList<>();
        if (json.array()) {
            while (json.nextElement()) mounts.add(mount(json));
        }
        return mounts;
    }

    private static Mount mount(JsonReader json) {
        String destination = null;
        String type = null;
        String source = null;
        List<String> options = null;
        List<IdMapping> uidMappings = null;
        List<IdMapping> gidMappings = null;
        if (json.object()) {
            for (String key; (key = json.nextKey()) != null;) {
                switch (key) {
                    case "destination" -> destination = json.string();
                    case "type" -> type = json.string();
                    case "source" -> source = json.string();
                    case "options" -> options = json.strings();
                    case "uidMappings" -> uidMappings = mappings(json);
                    case "gidMappings" -> gidMappings = mappings(json);
                    default -> json.passOver();
                }
            }
            json.require(destination, "destination");
        }
        return new Mount(destination, text(type), text(source), options, uidMappings, gidMappings);
    }

    static List<IdMapping> mappings(JsonReader json) {
        List<IdMapping> mappings = new ArrayList<>();
        if (json.array()) {
            while (json.nextElement()) mappings.add(mapping(json));
        }
        return mappings;
    }

    private static IdMapping mapping(JsonReader json) {
        Long containerID = null;
        Long hostID = null;
        Long size = null;
        if (json.object()) {
            for (String key; (key = json.nextKey()) != null;) {
                switch (key) {
                    case "containerID" -> containerID = json.integer(0, UINT32_MAX);
                    case "hostID" -> hostID = json.integer(0, UINT32_MAX);
                    case "size" -> size = json.integer(0, UINT32_MAX);
                    default -> json.passOver();
                }
            }
            json.require(containerID, "containerID");
            json.require(hostID, "hostID");
            json.require(size, "size");
        }
        return new IdMapping(orZero(containerID), orZero(hostID), orZero(size));
    }

    private static Hooks hooks(JsonReader json) {
        List<Hooks.Hook> prestart = null;
        List<Hooks.Hook> createRuntime = null;
        List<Hooks.Hook> createContainer = null;
        List<Hooks.Hook> startContainer = null;
        List<Hooks.Hook> poststart = null;
        List<Hooks.Hook> poststop = null;
        if (!json.object()) return null;
        for (String key; (key = json.nextKey()) != null;) {
            switch (key) {
                case "prestart" -> prestart = hookList(json);
                case "createRuntime" -> createRuntime = hookList(json);
                case "createContainer" -> createContainer = hookList(json);
                case "startContainer" -> startContainer = hookList(json);
                case "poststart" -> poststart = hookList(json);
                case "poststop" -> poststop = hookList(json);
                default -> json.passOver();
            }
        }
        return new Hooks(prestart, createRuntime, createContainer, startContainer, poststart, poststop);
    }

    private static List<Hooks.Hook> hookList(JsonReader json) {
        List<Hooks.Hook> hooks = new ArrayList<>();
        if (json.array()) {
            while (json.nextElement()) hooks.add(hook(json));
        }
        return hooks;
    }

    private static Hooks.Hook hook(JsonReader json) {
        String path = null;
        List<String> args = null;
        List<String> env = null;
        Long timeout = null;
        if (json.object()) {
            for (String key; (key = json.nextKey()) != null;) {
                switch (key) {
                    case "path" -> path = json.string();
                    case "args" -> args = json.strings();
                    case "env" -> env = json.strings();
                    case "timeout" -> timeout = json.integer(INT32_MIN, INT32_MAX);
                    default -> json.passOver();
                }
            }
            json.require(path, "path");
        }
        return new Hooks.Hook(path, args, env, number(timeout));
    }

    /** An empty string where a string is optional means absent. */
    static Optional<String> text(String text) {
        return text == null || text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    static OptionalLong number(Long number) {
        return number == null ? OptionalLong.empty() : OptionalLong.of(number);
    }

    static long orZero(Long number) {
        return number == null ? 0 : number;
    }
}
