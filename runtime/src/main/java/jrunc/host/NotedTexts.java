package jrunc.host;

import java.util.LinkedHashMap;
import java.util.Map;

/** Remembers what was read, so that it can be seen later whether it is the same. */
public final class NotedTexts implements Texts {
    private final Texts texts;
    private final Map<String, String> noted = new LinkedHashMap<>();

    public NotedTexts(Texts texts) {
        this.texts = texts;
    }

    @Override
    public String of(String file) {
        String text = texts.of(file);
        noted.put(file, text);
        return text;
    }

    /** {@return each file that was read, and what it said} */
    public Map<String, String> noted() {
        return noted;
    }
}
