package jrunc.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import jrunc.config.JsonTokens.Kind;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** jrunc's own tokenizer, held against Jackson's parser. */
class JsonTokensTest {
    private static final String PIECES = "{}[]:,\"\\/ \n\t-+.eE0123456789abfnrtu\u0001\u007fé\u20ac";
    private static final String[] WORDS = {"true", "false", "null", "\\u0041", "\\ud83d\\ude00", "\"a\"", "1.5e-3", "-0", "//", "'", "NaN"};

    @Property(tries = 1000)
    void both_read_the_same_tokens_from_a_damaged_config_or_both_refuse_it(@ForAll long seed) throws IOException {
        var random = new Random(seed);
        var text = damaged(Files.readString(Path.of("..", "spec-fixtures", "configs", "good", "everything.json")), random);
        assertEquals(byJackson(text), byJrunc(text), text);
    }

    @Property(tries = 3000)
    void both_read_the_same_tokens_from_small_texts_or_both_refuse_them(@ForAll long seed) {
        var random = new Random(seed);
        var text = new StringBuilder(random.nextBoolean() ? "{\"a\":" : "[");
        for (int i = random.nextInt(8); i > 0; i--) text.append(piece(random));
        text.append(random.nextBoolean() ? "}" : "]");
        assertEquals(byJackson(text.toString()), byJrunc(text.toString()), text.toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "[1,]           | expected a value, found \"]\" (line 1, column 4)",
        "{\"a\" 1}      | expected :, found \"1\" (line 1, column 6)",
        "{\"a\":1 \"b\"} | expected , or }, found \"\\\"\" (line 1, column 8)",
        "[01]           | a number with a leading zero (line 1, column 2)",
        "[1.]           | expected a digit, found \"]\" (line 1, column 4)",
        "[-]            | expected a digit, found \"]\" (line 1, column 3)",
        "[1x]           | expected , or ], found \"x\" (line 1, column 3)",
        "[truex]        | a word that is neither a string, a number, true, false nor null (line 1, column 2)",
        "[\"\\x\"]      | an escape that JSON does not have (line 1, column 4)",
        "[\"\\u12G4\"]  | an escape without four hexadecimal digits (line 1, column 7)",
        "[\"\\u12       | the text ends too early (line 1, column 7)",
        "[\"a           | the text ends too early (line 1, column 4)"})
    void what_is_no_json_is_refused_where_it_stands(String text, String message) {
        var refusal = assertThrows(InvalidConfigException.class, () -> read(text));
        assertEquals("invalid config.json: not JSON: " + message, refusal.getMessage());
    }

    @Test void a_token_knows_its_line() {
        var text = "{\n\n\"a\"\n:\n1\n}".toCharArray();
        var tokens = new JsonTokens(text, 0, text.length, 4);
        var lines = new ArrayList<Integer>();
        while (tokens.next() != Kind.END) lines.add(tokens.line());
        assertEquals(List.of(1, 3, 5, 6), lines);
    }

    private static String damaged(String text, Random random) {
        var damaged = new StringBuilder(text);
        for (int i = random.nextInt(3); i >= 0; i--) {
            int at = 1 + random.nextInt(Math.max(1, damaged.length() - 1));
            switch (random.nextInt(3)) {
                case 0 -> damaged.deleteCharAt(at);
                case 1 -> damaged.insert(at, piece(random));
                default -> damaged.setLength(at + 1);
            }
        }
        return damaged.toString();
    }

    private static String piece(Random random) {
        return random.nextInt(4) == 0 ? WORDS[random.nextInt(WORDS.length)] : String.valueOf(PIECES.charAt(random.nextInt(PIECES.length())));
    }

    private static List<String> byJrunc(String text) {
        try {
            return read(text);
        } catch (InvalidConfigException e) {
            return List.of("refused");
        }
    }

    private static List<String> read(String text) {
        var tokens = new JsonTokens(text.toCharArray(), 0, text.length(), 64);
        var read = new ArrayList<String>();
        int levels = 0;
        do {
            var kind = tokens.next();
            if (kind == Kind.OBJECT || kind == Kind.ARRAY) levels++;
            if (kind == Kind.END_OBJECT || kind == Kind.END_ARRAY) levels--;
            read.add(switch (kind) {
                case NAME, STRING, INTEGER, FRACTION, TRUE, FALSE, NULL -> kind + tokens.text();
                case OBJECT, END_OBJECT, ARRAY, END_ARRAY, END -> kind.toString();
            });
        } while (levels > 0);
        return read;
    }

    private static List<String> byJackson(String text) {
        var read = new ArrayList<String>();
        try (var parser = new JsonFactory().createParser(ObjectReadContext.empty(), text)) {
            int levels = 0;
            do {
                var token = parser.nextToken();
                if (token == null) return List.of("refused");
                if (token.isStructStart()) levels++;
                if (token.isStructEnd()) levels--;
                var kind = kind(token);
                read.add(token.isScalarValue() || token == JsonToken.PROPERTY_NAME ? kind + parser.getString() : kind.toString());
            } while (levels > 0);
            return read;
        } catch (JacksonException e) {
            return List.of("refused");
        }
    }

    private static Kind kind(JsonToken token) {
        return switch (token) {
            case START_OBJECT -> Kind.OBJECT;
            case END_OBJECT -> Kind.END_OBJECT;
            case START_ARRAY -> Kind.ARRAY;
            case END_ARRAY -> Kind.END_ARRAY;
            case PROPERTY_NAME -> Kind.NAME;
            case VALUE_STRING -> Kind.STRING;
            case VALUE_NUMBER_INT -> Kind.INTEGER;
            case VALUE_NUMBER_FLOAT -> Kind.FRACTION;
            case VALUE_TRUE -> Kind.TRUE;
            case VALUE_FALSE -> Kind.FALSE;
            case VALUE_NULL -> Kind.NULL;
            case NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT -> throw new IllegalStateException(token.toString());
        };
    }
}
