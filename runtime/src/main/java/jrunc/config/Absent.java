package jrunc.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Turns absent into empty for the compact constructors, and keeps what is there unchangeable and in its written order. */
final class Absent {
    private Absent() {}

    static <T> List<T> toEmpty(List<T> list) {
        return list == null ? List.of() : List.copyOf(list);
    }

    static <V> Map<String, V> toEmpty(Map<String, V> map) {
        return map == null || map.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }
}
