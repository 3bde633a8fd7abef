package dev.tradewind.compose.template;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.DecimalNode;
import tools.jackson.databind.node.IntNode;
import tools.jackson.databind.node.LongNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.StringNode;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/** A compiled expression. Evaluating one changes nothing but the budget of the message. */
sealed interface Expression {
    JsonNode evaluate(Rendering rendering) throws TemplateRenderException;

    /** A literal. */
    record Constant(JsonNode value) implements Expression {
        @Override
        public JsonNode evaluate(Rendering rendering) {
            return value;
        }
    }

    /** Where the first name of a path is looked up. */
    enum Root {
        /** The layers of the message's data. */
        DATA,
        ADDRESS,
        EMAIL,
        ENV_FROM,
        RETURN_PATH,
        LOOP_VAR,
        LOOP_INDEX,
        LOOP_VARS,
        /** The transmission's own substitution data, for dynamic content only. */
        TRANSMISSION;

        static Root of(String name) {
            return switch (name) {
                case "address" -> ADDRESS;
                case "email", "email_id" -> EMAIL;
                case "env_from" -> ENV_FROM;
                case "return_path" -> RETURN_PATH;
                case "loop_var" -> LOOP_VAR;
                case "loop_index" -> LOOP_INDEX;
                case "loop_vars" -> LOOP_VARS;
                default -> DATA;
            };
        }
    }

    /** One step of a path from a value into it. */
    sealed interface Step {
        /** What the step leads to; missing if it leads nowhere. */
        JsonNode from(JsonNode value, Rendering rendering) throws TemplateRenderException;

        /** The key that the step names; empty if it names none. */
        Optional<String> key(Rendering rendering) throws TemplateRenderException;

        /** {@code .name} or {@code ['name']}. */
        record Key(String name) implements Step {
            @Override
            public JsonNode from(JsonNode value, Rendering rendering) {
                return value.isObject() ? value.path(name) : MissingNode.getInstance();
            }

            @Override
            public Optional<String> key(Rendering rendering) {
                return Optional.of(name);
            }
        }

        /** {@code [expression]}: an element of an array, from 1, or a member of an object. */
        record Computed(Expression index) implements Step {
            @Override
            public JsonNode from(JsonNode value, Rendering rendering) throws TemplateRenderException {
                JsonNode at = index.evaluate(rendering);
                if (value.isArray()) return value.path(Values.index(at) - 1); // -1 is missing like any other
                if (!value.isObject()) return MissingNode.getInstance();
                Optional<String> key = Values.key(at);
                return key.isPresent() ? value.path(key.get()) : MissingNode.getInstance();
            }

            @Override
            public Optional<String> key(Rendering rendering) throws TemplateRenderException {
                return Values.key(index.evaluate(rendering));
            }
        }
    }

    /** {@code a.b['c'][d]}: a step from or to what is missing is missing. */
    record Path(Root root, String name, List<Step> steps) implements Expression {
        public Path {
            steps = List.copyOf(steps);
        }

        @Override
        public JsonNode evaluate(Rendering rendering) throws TemplateRenderException {
            int first = 0;
            JsonNode value;
            if (root == Root.LOOP_VARS && rendering.inLoop()) {
                if (steps.isEmpty()) return MissingNode.getInstance();
                Optional<String> loop = steps.getFirst().key(rendering);
                value = loop.isPresent() ? rendering.loopValue(loop.get()) : MissingNode.getInstance();
                first = 1;
            } else {
                value = rendering.root(root, name);
            }
            for (int i = first; i < steps.size(); i++) value = steps.get(i).from(value, rendering);
            return value;
        }

        /** The last name written in the path: what {@code loop_vars} calls the element of a loop over it. */
        String lastName() {
            for (int i = steps.size() - 1; i >= 0; i--) {
                if (steps.get(i) instanceof Step.Key(String key)) return key;
            }
            return name;
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder(name);
            for (Step step : steps) {
                switch (step) {
                    case Step.Key(String key) -> text.append('.').append(key);
                    case Step.Computed computed -> text.append("[…]");
                }
            }
            return text.toString();
        }
    }

    /** The first operand that is true, else the last: how defaults are written. */
    record Or(List<Expression> operands) implements Expression {
        public Or {
            operands = List.copyOf(operands);
        }

        @Override
        public JsonNode evaluate(Rendering rendering) throws TemplateRenderException {
            int last = operands.size() - 1;
            for (int i = 0; i < last; i++) {
                JsonNode value = operands.get(i).evaluate(rendering);
                if (Values.isTrue(value)) return value;
            }
            return operands.get(last).evaluate(rendering);
        }
    }

    /** The first operand that is not true, else the last. */
    record And(List<Expression> operands) implements Expression {
        public And {
            operands = List.copyOf(operands);
        }

        @Override
        public JsonNode evaluate(Rendering rendering) throws TemplateRenderException {
            int last = operands.size() - 1;
            for (int i = 0; i < last; i++) {
                JsonNode value = operands.get(i).evaluate(rendering);
                if (!Values.isTrue(value)) return value;
            }
            return operands.get(last).evaluate(rendering);
        }
    }

    /** {@code not x}. */
    record Not(Expression operand) implements Expression {
        @Override
        public JsonNode evaluate(Rendering rendering) throws TemplateRenderException {
            return Values.of(!Values.isTrue(operand.evaluate(rendering)));
        }
    }

    /** {@code empty(x)}: true of what is missing, null, or has no elements, members or characters. */
    record Empty(Expression operand) implements Expression {
        @Override
        public JsonNode evaluate(Rendering rendering) throws TemplateRenderException {
            JsonNode value = operand.evaluate(rendering);
            boolean empty = Values.isNil(value)
                    || (value.isContainer() && value.isEmpty())
                    || (value.isString() && value.stringValue().isEmpty());
            return Values.of(empty);
        }
    }

    /** {@code #x}: elements of an array, members of an object, characters of a string; 0 of what is missing. */
    record Length(Expression operand, Position at) implements Expression {
        @Override
        public JsonNode evaluate(Rendering rendering) throws TemplateRenderException {
            JsonNode value = operand.evaluate(rendering);
            if (Values.isNil(value)) return IntNode.valueOf(0);
            if (value.isContainer()) return IntNode.valueOf(value.size());
            if (!value.isString()) {
                throw rendering.failure(at, "# gives the length of an array, but this is " + Values.describe(value));
            }
            String text = value.stringValue();
            rendering.spendCharacters(text.length(), at);
            return IntNode.valueOf(text.codePointCount(0, text.length()));
        }
    }

    /** {@code a .. b}: the texts of the operands joined; what is missing is empty. */
    record Concatenation(List<Expression> operands, Position at) implements Expression {
        /** The longest string that joining may make, in characters; printing has its own, larger limit. */
        static final int LONGEST = 1024 * 1024;

        public Concatenation {
            operands = List.copyOf(operands);
        }

        @Override
        public JsonNode evaluate(Rendering rendering) throws TemplateRenderException {
            StringBuilder joined = new StringBuilder();
            for (Expression operand : operands) {
                int before = joined.length();
                JsonNode value = operand.evaluate(rendering);
                Values.print(value, Escaping.NONE, joined);
                if (joined.length() > LONGEST) {
                    throw rendering.failure(at, ".. made a string longer than " + LONGEST + " characters, the limit");
                }
                // Printing a number or a structure takes longer than copying a string.
                if (!value.isString()) rendering.spendCharacters((joined.length() - before) << 6, at);
            }
            rendering.spendCharacters(joined.length(), at);
            return StringNode.valueOf(joined.toString());
        }
    }

    /** {@code -x}. */
    record Negation(Expression operand, Position at) implements Expression {
        @Override
        public JsonNode evaluate(Rendering rendering) throws TemplateRenderException {
            return Arithmetic.apply('-', LongNode.valueOf(0), operand.evaluate(rendering), rendering, at);
        }
    }

    /** {@code + - * /} on numbers, and on strings that are written like numbers. */
    record Arithmetic(char operator, Expression left, Expression right, Position at) implements Expression {
        @Override
        public JsonNode evaluate(Rendering rendering) throws TemplateRenderException {
            return apply(operator, left.evaluate(rendering), right.evaluate(rendering), rendering, at);
        }

        static JsonNode apply(char operator, JsonNode left, JsonNode right, Rendering rendering, Position at)
                throws TemplateRenderException {
            if (operator != '/' && Values.isLong(left) && Values.isLong(right)) {
                long a = left.longValue();
                long b = right.longValue();
                switch (operator) {
                    case '+' -> {
                        long sum = a + b;
                        if (((a ^ sum) & (b ^ sum)) >= 0) return LongNode.valueOf(sum);
                    }
                    case '-' -> {
                        long difference = a - b;
                        if (((a ^ b) & (a ^ difference)) >= 0) return LongNode.valueOf(difference);
                    }
                    default -> {
                        long product = a * b;
                        if (Math.multiplyHigh(a, b) == product >> 63) return LongNode.valueOf(product);
                    }
                }
            }
            return decimal(
                    operator,
                    operand(left, operator, rendering, at),
                    operand(right, operator, rendering, at),
                    rendering,
                    at);
        }

        private static BigDecimal operand(JsonNode value, char operator, Rendering rendering, Position at)
                throws TemplateRenderException {
            Optional<BigDecimal> number = Values.number(value);
            if (number.isPresent()) return number.get();
            throw rendering.failure(
                    at,
                    operator + " needs two numbers, but one operand is " + Values.describe(value)
                            + (Values.isNil(value) ? "; give it a default: (x or 0)" : ""));
        }

        private static JsonNode decimal(
                char operator, BigDecimal left, BigDecimal right, Rendering rendering, Position at)
                throws TemplateRenderException {
            if (operator == '/' && right.signum() == 0) throw rendering.failure(at, "division by zero");
            rendering.spendDigits(left, right, at);
            try {
                return DecimalNode.valueOf(
                        switch (operator) {
                            case '+' -> left.add(right, Values.DECIMAL);
                            case '-' -> left.subtract(right, Values.DECIMAL);
                            case '*' -> left.multiply(right, Values.DECIMAL);
                            default -> left.divide(right, Values.DECIMAL);
                        });
            } catch (ArithmeticException exponentOutOfRange) {
                throw rendering.failure(at, "the result of " + operator + " is too large or too small for a number");
            }
        }
    }

    /** {@code == != < > <= >=}. */
    record Comparison(Operator operator, Expression left, Expression right, Position at) implements Expression {
        enum Operator {
            EQUAL("=="),
            UNEQUAL("!="),
            LESS("<"),
            GREATER(">"),
            LESS_OR_EQUAL("<="),
            GREATER_OR_EQUAL(">=");

            final String sign;

            Operator(String sign) {
                this.sign = sign;
            }

            boolean holds(int order) {
                return switch (this) {
                    case EQUAL -> order == 0;
                    case UNEQUAL -> order != 0;
                    case LESS -> order < 0;
                    case GREATER -> order > 0;
                    case LESS_OR_EQUAL -> order <= 0;
                    case GREATER_OR_EQUAL -> order >= 0;
                };
            }
        }

        @Override
        public JsonNode evaluate(Rendering rendering) throws TemplateRenderException {
            JsonNode a = left.evaluate(rendering);
            JsonNode b = right.evaluate(rendering);
            return switch (operator) {
                case EQUAL -> Values.of(areEqual(a, b, rendering));
                case UNEQUAL -> Values.of(!areEqual(a, b, rendering));
                case LESS, GREATER, LESS_OR_EQUAL, GREATER_OR_EQUAL -> ordered(a, b, rendering);
            };
        }

        /** As in Lua: without conversion, so 5 is not "5"; containers are equal only if they are the same one. */
        @SuppressWarnings("ReferenceEquality") // what is meant: comparing deep structures is unbounded work
        private boolean areEqual(JsonNode a, JsonNode b, Rendering rendering) throws TemplateRenderException {
            if (Values.isNil(a) || Values.isNil(b)) return Values.isNil(a) && Values.isNil(b);
            if (a.isString() && b.isString()) {
                String text = a.stringValue();
                rendering.spendCharacters(
                        Math.min(text.length(), b.stringValue().length()), at);
                return text.equals(b.stringValue());
            }
            if (a.isNumber() && b.isNumber()) return areEqualNumbers(a, b, rendering);
            if (a.isBoolean() && b.isBoolean()) return a.booleanValue() == b.booleanValue();
            return a == b;
        }

        /** What is missing is neither less nor greater than anything: false, and no failure of the message. */
        private JsonNode ordered(JsonNode a, JsonNode b, Rendering rendering) throws TemplateRenderException {
            if (Values.isNil(a) || Values.isNil(b)) return Values.of(false);
            if (a.isString() && b.isString()) {
                rendering.spendCharacters(
                        Math.min(a.stringValue().length(), b.stringValue().length()), at);
                return Values.of(operator.holds(a.stringValue().compareTo(b.stringValue())));
            }
            if ((a.isNumber() || a.isString()) && (b.isNumber() || b.isString())) {
                if (Values.isLong(a) && Values.isLong(b)) {
                    return Values.of(operator.holds(Long.compare(a.longValue(), b.longValue())));
                }
                Optional<BigDecimal> x = Values.number(a);
                Optional<BigDecimal> y = Values.number(b);
                if (x.isPresent() && y.isPresent()) {
                    rendering.spendDigits(x.get(), y.get(), at);
                    return Values.of(operator.holds(x.get().compareTo(y.get())));
                }
                if (a.isNumber() && b.isNumber()) {
                    return Values.of(operator.holds(Double.compare(a.doubleValue(), b.doubleValue()))); // an infinity
                }
            }
            throw rendering.failure(
                    at,
                    operator.sign + " compares two numbers or two strings, not " + Values.describe(a) + " with "
                            + Values.describe(b));
        }

        private boolean areEqualNumbers(JsonNode a, JsonNode b, Rendering rendering) throws TemplateRenderException {
            if (Values.isLong(a) && Values.isLong(b)) return a.longValue() == b.longValue();
            Optional<BigDecimal> x = Values.number(a);
            Optional<BigDecimal> y = Values.number(b);
            if (x.isEmpty() || y.isEmpty()) return a.doubleValue() == b.doubleValue();
            rendering.spendDigits(x.get(), y.get(), at);
            return x.get().compareTo(y.get()) == 0;
        }
    }
}
