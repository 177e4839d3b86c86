package jrunc.plan;

import static jrunc.tape.Operand.imm;
import static jrunc.tape.Operand.length;
import static jrunc.tape.Operand.text;

import java.util.Map;
import java.util.TreeMap;
import jrunc.config.JsonWriter;
import jrunc.tape.Operand;
import jrunc.tape.Recorder;

/**
 * What a hook reads on its stdin: <a href="https://github.com/opencontainers/runtime-spec/blob/v1.3.0/runtime.md#state">runtime.md,
 * State</a>, on one line and with the members in runc's order.
 */
record HookState(String ociVersion, String id, String bundle, Map<String, String> annotations) {

    /** The bytes for a cell to write. */
    record Json(Operand address, Operand length) {}

    static HookState of(ContainerRecord record) {
        return new HookState(record.ociVersion(), record.id(), record.bundle(), record.annotations());
    }

    /** {@return the state of a container without a process} */
    Json withoutProcess(String status) {
        String json = before(status) + after();
        return new Json(text(json), length(json));
    }

    /** {@return the state with a pid that may be known only when the tape plays; unused places of the number are blanks} */
    Json withProcess(String status, Operand pid, Recorder t) {
        String before = before(status) + ",\"pid\":";
        String after = after();
        if (pid instanceof Operand.Imm number) {
            String json = before + number.value() + after;
            return new Json(text(json), length(json));
        }
        long length = length(before).value() + Recorder.DIGITS + length(after).value();
        return new Json(t.template(' ', before, pid, after).address(), imm(length));
    }

    /** {@return the members before the pid, without a closing brace} */
    String before(String status) {
        String json = new JsonWriter("").beginObject().key("ociVersion").value(ociVersion).key("id").value(id).key("status").value(status)
                .endObject().toString();
        return json.substring(0, json.length() - 1);
    }

    /** {@return the members after the pid, from the comma before them} */
    String after() {
        var json = new JsonWriter("").beginObject().key("bundle").value(bundle);
        if (!annotations.isEmpty()) {
            json.key("annotations").beginObject();
            for (var annotation : new TreeMap<>(annotations).entrySet()) json.key(annotation.getKey()).value(annotation.getValue());
            json.endObject();
        }
        return "," + json.endObject().toString().substring(1);
    }
}
