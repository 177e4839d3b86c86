package jrunc.bench;

/**
 * What a number says.
 *
 * @param scenario  what was done
 * @param parameter how much of it, or of what; empty if there is only one
 */
record Metric(String scenario, String parameter, Unit unit) {
    /** What the numbers count. */
    enum Unit {
        MILLISECONDS("ms/op", "ms", "ss", false), MICROSECONDS("us/op", "µs", "avgt", false),
        NANOSECONDS("ns/op", "ns", "avgt", false), CONTAINERS_PER_SECOND("ops/s", "containers/s", "thrpt", true),
        KIB("KiB", "KiB", "ss", false);

        private final String jmh;
        private final String shown;
        private final String mode;
        private final boolean moreIsBetter;

        Unit(String jmh, String shown, String mode, boolean moreIsBetter) {
            this.jmh = jmh;
            this.shown = shown;
            this.mode = mode;
            this.moreIsBetter = moreIsBetter;
        }

        /** {@return what JMH would call it} */
        String jmh() {
            return jmh;
        }

        /** {@return what people call it} */
        String shown() {
            return shown;
        }

        /** {@return JMH's word for how it was measured} */
        String mode() {
            return mode;
        }

        /** {@return whether the larger number is the better one} */
        boolean moreIsBetter() {
            return moreIsBetter;
        }
    }

    Metric(String scenario, Unit unit) {
        this(scenario, "", unit);
    }

    /** {@return what the reports call it} */
    String title() {
        return parameter.isEmpty() ? scenario : scenario + ", " + parameter;
    }
}
