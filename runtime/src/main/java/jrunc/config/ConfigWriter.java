package jrunc.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Writes a config as config.json, in the order in which {@code runc spec} does; what is absent is not written, so that
 * {@link ConfigParser} reads an equal one back.
 */
public final class ConfigWriter {
    private final JsonWriter json;

    private ConfigWriter(JsonWriter json) {
        this.json = json;
    }

    /** Writes {@code config} as the next value of {@code json}. */
    public static void write(Config config, JsonWriter json) {
        new ConfigWriter(json).config(config);
    }

    /** Writes {@code process} as the next value of {@code json}. */
    public static void write(Process process, JsonWriter json) {
        new ProcessWriter(new ConfigWriter(json)).process(process);
    }

    /** Writes {@code resources} as the next value of {@code json}. */
    public static void write(Resources resources, JsonWriter json) {
        new ResourcesWriter(new ConfigWriter(json)).resources(resources);
    }

    private void config(Config config) {
        json.beginObject();
        text("ociVersion", config.ociVersion());
        if (config.process() != Process.ABSENT) {
            json.key("process");
            new ProcessWriter(this).process(config.process());
        }
        begin("root");
        text("path", config.root().path());
        flag("readonly", config.root().readonly());
        json.endObject();
        text("hostname", config.hostname());
        text("domainname", config.domainname());
        if (!config.mounts().isEmpty()) {
            beginList("mounts");
            for (var mount : config.mounts()) mount(mount);
            json.endArray();
        }
        if (!config.hooks().equals(Hooks.NONE)) hooks(config.hooks());
        map("annotations", config.annotations());
        if (!config.linux().equals(Linux.NONE)) {
            json.key("linux");
            new LinuxWriter(this).linux(config.linux());
        }
        json.endObject();
    }

    private void mount(Mount mount) {
        json.beginObject();
        text("destination", mount.destination());
        text("type", mount.type());
        text("source", mount.source());
        strings("options", mount.options());
        mappings("uidMappings", mount.uidMappings());
        mappings("gidMappings", mount.gidMappings());
        json.endObject();
    }

    private void hooks(Hooks hooks) {
        begin("hooks");
        hooks("prestart", hooks.prestart());
        hooks("createRuntime", hooks.createRuntime());
        hooks("createContainer", hooks.createContainer());
        hooks("startContainer", hooks.startContainer());
        hooks("poststart", hooks.poststart());
        hooks("poststop", hooks.poststop());
        json.endObject();
    }

    private void hooks(String name, List<Hooks.Hook> hooks) {
        if (hooks.isEmpty()) return;
        beginList(name);
        for (var hook : hooks) {
            json.beginObject();
            text("path", hook.path());
            strings("args", hook.args());
            strings("env", hook.env());
            number("timeout", hook.timeout());
            json.endObject();
        }
        json.endArray();
    }

    JsonWriter json() {
        return json;
    }

    void begin(String name) {
        json.key(name).beginObject();
    }

    void beginList(String name) {
        json.key(name).beginArray();
    }

    void text(String name, String value) {
        json.key(name).value(value);
    }

    void text(String name, Optional<String> value) {
        if (value.isPresent()) text(name, value.get());
    }

    void number(String name, long value) {
        json.key(name).value(value);
    }

    void number(String name, OptionalLong value) {
        if (value.isPresent()) number(name, value.getAsLong());
    }

    void unsigned(String name, long value) {
        json.key(name).unsigned(value);
    }

    void unsigned(String name, OptionalLong value) {
        if (value.isPresent()) unsigned(name, value.getAsLong());
    }

    void flag(String name, boolean value) {
        if (value) json.key(name).value(true);
    }

    void strings(String name, List<String> values) {
        if (!values.isEmpty()) allStrings(name, values);
    }

    /** Writes the list also if it is empty. */
    void allStrings(String name, List<String> values) {
        beginList(name);
        for (var value : values) json.value(value);
        json.endArray();
    }

    void map(String name, Map<String, String> values) {
        if (values.isEmpty()) return;
        begin(name);
        for (var entry : values.entrySet()) text(entry.getKey(), entry.getValue());
        json.endObject();
    }

    void mappings(String name, List<IdMapping> mappings) {
        if (mappings.isEmpty()) return;
        beginList(name);
        for (var mapping : mappings) {
            json.beginObject();
            number("containerID", mapping.containerID());
            number("hostID", mapping.hostID());
            number("size", mapping.size());
            json.endObject();
        }
        json.endArray();
    }
}
