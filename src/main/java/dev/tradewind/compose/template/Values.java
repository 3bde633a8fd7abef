package dev.tradewind.compose.template;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.BooleanNode;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Optional;

/**
 * What a value of the language is and how it prints. Values are JSON nodes, so data is used as it is; nil is a null or a
 * missing node.
 */
final class Values {
    /** Arithmetic beyond 64-bit integers: 34 significant digits, so that 1e999999999 + 1 costs nothing. */
    static final MathContext DECIMAL = MathContext.DECIMAL128;

    /** A double has at most 17 significant digits: what has more, and a fraction, came out of a division. */
    private static final int EXACT_DIGITS = 17;

    private static final MathContext SHOWN = new MathContext(14, RoundingMode.HALF_EVEN);
    /** Numbers with more digits before or zeros behind the decimal point than this print with an exponent. */
    private static final int PLAIN_EXPONENT = 40;

    private static final int LONGEST_NUMERIC_STRING = 40;

    private Values() {}

    static boolean isNil(JsonNode value) {
        return switch (value.getNodeType()) {
            case NULL, MISSING, BINARY, POJO -> true;
            case STRING, NUMBER, BOOLEAN, ARRAY, OBJECT -> false;
        };
    }

    /** Only false and nil are false; 0 and the empty string are true. */
    static boolean isTrue(JsonNode value) {
        return switch (value.getNodeType()) {
            case NULL, MISSING, BINARY, POJO -> false;
            case BOOLEAN -> value.booleanValue();
            case STRING, NUMBER, ARRAY, OBJECT -> true;
        };
    }

    static JsonNode of(boolean value) {
        return BooleanNode.valueOf(value);
    }

    /** What the value is, with its article, for error messages. */
    static String describe(JsonNode value) {
        return switch (value.getNodeType()) {
            case NULL, MISSING, BINARY, POJO -> "missing or null";
            case STRING -> "a string";
            case NUMBER -> "a number";
            case BOOLEAN -> "a boolean";
            case ARRAY -> "an array";
            case OBJECT -> "an object";
        };
    }

    static void print(JsonNode value, Escaping escaping, StringBuilder out) {
        switch (value.getNodeType()) {
            case STRING -> escaping.append(value.stringValue(), out);
            case NUMBER -> printNumber(value, escaping, out);
            case BOOLEAN -> out.append(value.booleanValue());
            case ARRAY, OBJECT -> escaping.append(value.toString(), out);
            case NULL, MISSING, BINARY, POJO -> {}
        }
    }

    /** The value as {@link #print} shows it, unescaped. */
    static String text(JsonNode value) {
        if (value.isString()) return value.stringValue();
        StringBuilder text = new StringBuilder();
        print(value, Escaping.NONE, text);
        return text.toString();
    }

    /**
     * The key that a value stands for in an object: a string itself, a number as it prints. Empty for all else, and for
     * numbers of more than {@value #PLAIN_EXPONENT} digits, which are slow to print and no key of anyone.
     */
    static Optional<String> key(JsonNode value) {
        if (value.isString()) return Optional.of(value.stringValue());
        if (!value.isNumber()) return Optional.empty();
        boolean isShort = switch (value.numberType()) {
            case INT, LONG, FLOAT, DOUBLE -> true;
            case BIG_INTEGER -> value.bigIntegerValue().bitLength() <= 128;
            case BIG_DECIMAL -> value.decimalValue().precision() <= PLAIN_EXPONENT;
        };
        return isShort ? Optional.of(text(value)) : Optional.empty();
    }

    private static void printNumber(JsonNode value, Escaping escaping, StringBuilder out) {
        switch (value.numberType()) {
            case INT, LONG -> out.append(value.longValue());
            case BIG_INTEGER -> out.append(value.bigIntegerValue());
            case FLOAT, DOUBLE -> {
                double number = value.doubleValue();
                if (number == Math.rint(number) && Math.abs(number) < 1e15) out.append((long) number);
                else if (Double.isNaN(number)) out.append("nan");
                else if (Double.isInfinite(number)) out.append(number > 0 ? "inf" : "-inf");
                else printDecimal(BigDecimal.valueOf(number), escaping, out);
            }
            case BIG_DECIMAL -> printDecimal(value.decimalValue(), escaping, out);
        }
    }

    private static void printDecimal(BigDecimal number, Escaping escaping, StringBuilder out) {
        BigDecimal shown = number.stripTrailingZeros();
        if (shown.scale() > 0 && shown.precision() > EXACT_DIGITS)
            shown = shown.round(SHOWN).stripTrailingZeros();
        long exponent = (long) shown.precision() - shown.scale() - 1;
        if (Math.abs(exponent) < PLAIN_EXPONENT) out.append(shown.toPlainString());
        else escaping.append(shown.toString(), out); // the only form with a character that a URL must encode: +
    }

    /** Whether the value is an integer that a long holds, not a string that looks like one. */
    static boolean isLong(JsonNode value) {
        if (!value.isNumber()) return false;
        return switch (value.numberType()) {
            case INT, LONG -> true;
            case BIG_INTEGER, FLOAT, DOUBLE, BIG_DECIMAL -> false;
        };
    }

    /**
     * The index that a value stands for in an array.
     *
     * @return from 1; 0 if the value is not a positive integer within the range of int
     */
    static int index(JsonNode value) {
        if (!value.isNumber()) return 0;
        return switch (value.numberType()) {
            case INT, LONG -> {
                long index = value.longValue();
                yield index > 0 && index <= Integer.MAX_VALUE ? (int) index : 0;
            }
            case BIG_INTEGER, FLOAT, DOUBLE, BIG_DECIMAL -> {
                double index = value.doubleValue();
                yield index >= 1 && index <= Integer.MAX_VALUE && index == Math.rint(index) ? (int) index : 0;
            }
        };
    }

    /** The value as a number: a finite number, or a string that is written like one ({@code "12.50"}, not {@code "12 EUR"}). */
    static Optional<BigDecimal> number(JsonNode value) {
        if (value.isString()) return parse(value.stringValue());
        if (!value.isNumber()) return Optional.empty();
        return switch (value.numberType()) {
            case INT, LONG -> Optional.of(BigDecimal.valueOf(value.longValue()));
            case BIG_INTEGER -> Optional.of(new BigDecimal(value.bigIntegerValue()));
            case FLOAT, DOUBLE -> {
                double number = value.doubleValue();
                yield Double.isFinite(number) ? Optional.of(BigDecimal.valueOf(number)) : Optional.empty();
            }
            case BIG_DECIMAL -> Optional.of(value.decimalValue());
        };
    }

    private static Optional<BigDecimal> parse(String text) {
        if (text.length() > LONGEST_NUMERIC_STRING) return Optional.empty();
        String number = text.strip();
        int at = 0;
        if (at < number.length() && (number.charAt(at) == '-' || number.charAt(at) == '+')) at++;
        int whole = digits(number, at);
        int end = whole;
        int fraction = 0;
        if (end < number.length() && number.charAt(end) == '.') {
            end = digits(number, end + 1);
            fraction = end - whole - 1;
        }
        if (whole - at + fraction == 0 || end != number.length()) return Optional.empty();
        return Optional.of(new BigDecimal(number));
    }

    private static int digits(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') at++;
        return at;
    }
}
