package dev.tradewind.classify;

import dev.tradewind.mail.EnhancedStatus;

/**
 * A pattern of enhanced status codes, written {@code 5.1.1}, {@code x.7.26}, {@code 4.4.*}, {@code 5.7.500-699}: each part a number, a range
 * (both ends included), or any.
 */
public record StatusPattern(Part statusClass, Part subject, Part detail) {
    private static final int MOST = 999;

    /** Numbers from and to, inclusive. */
    public record Part(int from, int to) {
        static final Part ANY = new Part(0, MOST);

        static Part parse(String written, String whole) {
            if (written.equals("x") || written.equals("*")) {
                return ANY;
            }
            int hyphen = written.indexOf('-');
            int from = number(hyphen < 0 ? written : written.substring(0, hyphen), whole);
            int to = hyphen < 0 ? from : number(written.substring(hyphen + 1), whole);
            if (from > to) {
                throw new IllegalArgumentException("'" + whole + "' has a range that ends before it begins");
            }
            return new Part(from, to);
        }

        private static int number(String digits, String whole) {
            boolean good =
                    !digits.isEmpty() && digits.length() <= 3 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
            if (!good) {
                throw new IllegalArgumentException(
                        "'" + whole + "' is not a pattern of status codes such as 5.1.1, x.7.26, 4.4.* or 5.7.500-699");
            }
            return Integer.parseInt(digits);
        }

        boolean has(int number) {
            return from <= number && number <= to;
        }

        @Override
        public String toString() {
            return equals(ANY) ? "*" : from == to ? Integer.toString(from) : from + "-" + to;
        }
    }

    /**
     * Reads a pattern.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static StatusPattern parse(String written) {
        String[] parts = written.split("\\.", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("'" + written + "' has not three parts with dots between");
        }
        return new StatusPattern(
                Part.parse(parts[0], written), Part.parse(parts[1], written), Part.parse(parts[2], written));
    }

    /** Whether a status is one of them. */
    public boolean matches(EnhancedStatus status) {
        return statusClass.has(status.statusClass()) && subject.has(status.subject()) && detail.has(status.detail());
    }

    @Override
    public String toString() {
        return (statusClass.equals(Part.ANY) ? "x" : statusClass.toString()) + "." + subject + "." + detail;
    }
}
