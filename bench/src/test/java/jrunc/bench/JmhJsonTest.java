package jrunc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.json.JsonFactory;

class JmhJsonTest {
    private final List<Map<String, Object>> all = all(Sample.results());

    @Test
    void there_is_an_object_for_each_metric_and_contender() {
        assertEquals(6 * 4 + 1, all.size());
        assertEquals("jrunc.bench.run.jrunc", all.getFirst().get("benchmark"));
        assertEquals("jrunc.bench.createStartDelete.jruncServed", all.get(5).get("benchmark"));
        assertEquals("jrunc.bench.aTrap.jruncInAJVM", all.getLast().get("benchmark"));
    }

    @Test
    void each_has_what_jmhs_visualizers_read() {
        for (var one : all) {
            for (var name : List.of("benchmark", "mode", "warmupTime", "measurementTime")) assertTrue(one.get(name) instanceof String, name);
            for (var name : List.of("threads", "forks", "warmupIterations", "warmupBatchSize", "measurementIterations", "measurementBatchSize")) {
                assertTrue(one.get(name) instanceof Number, name);
            }
            assertEquals(Map.of(), one.get("secondaryMetrics"));
            assertEquals(List.of("score", "scoreError", "scoreConfidence", "scorePercentiles", "scoreUnit", "rawData"), List.copyOf(metric(one).keySet()));
        }
    }

    @Test
    void the_score_lies_in_the_middle_of_its_confidence_and_all_samples_are_there() {
        var score = metric(all.getFirst());
        var confidence = (List<?>) score.get("scoreConfidence");
        double mean = (Double) score.get("score");
        assertEquals(mean, ((Double) confidence.get(0) + (Double) confidence.get(1)) / 2, 1e-9);
        assertEquals(20, ((List<?>) ((List<?>) score.get("rawData")).getFirst()).size());
        var percentiles = (Map<?, ?>) score.get("scorePercentiles");
        assertEquals(List.of("0.0", "50.0", "90.0", "95.0", "99.0", "99.9", "99.99", "99.999", "99.9999", "100.0"), List.copyOf(percentiles.keySet()));
        assertEquals(Sample.results().of(Sample.RUN, Field.PLAIN).orElseThrow().median(), percentiles.get("50.0"));
    }

    @Test
    void a_parameter_is_a_param_and_forks_are_rows() {
        assertNull(all.getFirst().get("params"));
        assertEquals(Map.of("of", "50"), all.get(8).get("params"));
        assertEquals("thrpt", all.get(8).get("mode"));
        assertEquals(List.of(List.of(300.0, 301.0), List.of(305.0)), metric(all.getLast()).get("rawData"));
        assertEquals(2, all.getLast().get("forks"));
    }

    @Test
    void an_error_that_nobody_knows_is_a_word_for_json_has_no_number_for_it() {
        var results = new Results();
        results.add(Sample.RUN, "jrunc", 1);
        assertEquals("NaN", metric(all(results).getFirst()).get("scoreError"));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> metric(Map<String, Object> one) {
        return (Map<String, Object>) one.get("primaryMetric");
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> all(Results results) {
        try (var parser = new JsonFactory().createParser(tools.jackson.core.ObjectReadContext.empty(), JmhJson.of(results))) {
            parser.nextToken();
            var value = value(parser);
            assertNull(parser.nextToken(), "nothing follows");
            return (List<Map<String, Object>>) value;
        }
    }

    private static Object value(JsonParser parser) {
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                var object = new LinkedHashMap<String, Object>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    var name = parser.currentName();
                    parser.nextToken();
                    object.put(name, value(parser));
                }
                yield object;
            }
            case START_ARRAY -> {
                var array = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) array.add(value(parser));
                yield array;
            }
            case VALUE_NUMBER_INT -> parser.getIntValue();
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_STRING -> parser.getString();
            default -> throw new IllegalStateException("not expected: " + parser.currentToken());
        };
    }
}
