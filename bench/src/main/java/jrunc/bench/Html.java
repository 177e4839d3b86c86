package jrunc.bench;

import java.util.List;

/** What the page's text and its drawings have in common. */
final class Html {
    private static final List<String> COLOURED = List.of(Field.PLAIN, Field.SERVED, Field.COMPILED, Field.FLOOR, Field.RUNC, Field.CRUN, Field.NEWER_CRUN,
            Field.JAVA, Field.NOTHING);

    /** The look: no font and no script from elsewhere, light or dark as the reader's machine is. */
    static final String STYLE = """
            :root { color-scheme: light dark; --ink: #1c2127; --soft: #5d6773; --line: #e3e7eb; --paper: #ffffff; --card: #f6f8fa; --good: #1a7f37; --bad: #c0392b;
              --c0: #1f6fd6; --c1: #00897b; --c2: #7a4fd0; --c3: #6c7580; --c4: #c77400; --c5: #c73a3a; --c6: #b03a86; --c7: #5f7d14; --c8: #8a7a66; --c9: #444; }
            @media (prefers-color-scheme: dark) { :root { --ink: #e4e8ec; --soft: #98a3af; --line: #2c333b; --paper: #14181d; --card: #1b2027; --good: #4cc26a; --bad: #ff7b6b;
              --c0: #5aa2ff; --c1: #2fc4b2; --c2: #b08cff; --c3: #a3adb8; --c4: #f0a63a; --c5: #ff7a7a; --c6: #f07fc4; --c7: #a9cf4a; --c8: #c4b299; --c9: #ccc; } }
            body { margin: 0 auto; max-width: 1120px; padding: 2rem 1.25rem 4rem; background: var(--paper); color: var(--ink);
              font: 15px/1.55 system-ui, -apple-system, "Segoe UI", sans-serif; }
            h1 { font-size: 1.7rem; margin: 0 0 .3rem; } h2 { font-size: 1.25rem; margin: 2.6rem 0 .6rem; } h3 { font-size: 1rem; margin: 1.8rem 0 .3rem; }
            p, li { color: var(--soft); max-width: 75ch; } figure { margin: 0; padding: .8rem 1rem; background: var(--card); border-radius: 8px; }
            svg { width: 100%; height: auto; display: block; }
            svg text { font: 13px system-ui, sans-serif; fill: var(--ink); } svg .tick { fill: var(--soft); text-anchor: middle; font-size: 12px; }
            svg .unit { fill: var(--soft); font-size: 12px; } svg .number { font-variant-numeric: tabular-nums; }
            svg .grid { stroke: var(--line); } svg g circle { fill: var(--c); opacity: .5; } svg g path { fill: var(--c); opacity: .35; }
            svg g .median { stroke: var(--c); stroke-width: 2.2; } svg g .name { fill: var(--c); font-weight: 600; }
            svg g polyline { fill: none; stroke: var(--c); stroke-width: 2.2; }
            .c0 { --c: var(--c0); } .c1 { --c: var(--c1); } .c2 { --c: var(--c2); } .c3 { --c: var(--c3); } .c4 { --c: var(--c4); }
            .c5 { --c: var(--c5); } .c6 { --c: var(--c6); } .c7 { --c: var(--c7); } .c8 { --c: var(--c8); } .c9 { --c: var(--c9); }
            .scroll { overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 14px; }
            th, td { padding: .28rem .5rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
            th:first-child, td:first-child { text-align: left; white-space: normal; min-width: 11rem; } thead th { color: var(--c, var(--soft)); font-weight: 600; } td small { color: var(--soft); }
            .reached { color: var(--good); } .missed { color: var(--bad); }
            """;

    private Html() {}

    /** {@return the class that gives a contender its colour, the same in all drawings} */
    static String colour(String contender) {
        int place = COLOURED.indexOf(contender);
        return "c" + (place < 0 ? COLOURED.size() : place);
    }

    /** {@return text as it must be written between tags and in attributes} */
    static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }
}
