package dev.tradewind.bench;

import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;

/**
 * A message as a newsletter is: text and HTML (multipart/alternative), about a dozen header fields, {@value #SIZE} octets. Every message
 * has its own recipient and number; the rest is the same, so that making one costs the generator a few octets written in place. One for
 * each connection.
 */
final class BenchMessage {
    /** The field that names the run and the number in it. */
    static final String ID_FIELD = "X-Bench-Id";

    static final int SIZE = 10_240;

    /** The domain of author and reverse-path. */
    static final String SENDER_DOMAIN = "bench.example";

    private static final String DIGITS = "00000000";
    private static final String BOUNDARY = "=_bench_boundary_1";

    private final byte[] octets;
    private final int[] numberPlaces;
    private final int[] domainPlaces;
    private final int domains;

    /**
     * Messages of a run.
     *
     * @param run     at most 8 digits
     * @param domains the recipients are spread over so many domains, 1 to 1000
     */
    BenchMessage(int run, int domains) {
        if (run < 0 || run > 99_999_999 || domains < 1 || domains > 1000) {
            throw new IllegalArgumentException("run " + run + ", " + domains + " domains");
        }
        this.domains = domains;
        // '#' and '%' stand for digits of the number and of the domain.
        String text = header(run) + body(run);
        numberPlaces = places(text, "########");
        domainPlaces = places(text, "%%%");
        octets = text.getBytes(StandardCharsets.US_ASCII);
        if (octets.length != SIZE) {
            throw new IllegalStateException("message of " + octets.length + " octets");
        }
    }

    private static String header(int run) {
        return "From: Bench Letters <letters@" + SENDER_DOMAIN + ">\r\n"
                + "To: Reader <reader########@d%%%.example>\r\n"
                + "Subject: What happened this week, number ########\r\n"
                + "Date: Tue, 24 Nov 2026 10:00:00 +0000\r\n"
                + "Message-ID: <" + digits(run) + ".########@" + SENDER_DOMAIN + ">\r\n"
                + ID_FIELD + ": " + digits(run) + "-########\r\n"
                + "Reply-To: <office@" + SENDER_DOMAIN + ">\r\n"
                + "List-Id: Letters <letters." + SENDER_DOMAIN + ">\r\n"
                + "List-Unsubscribe: <https://www." + SENDER_DOMAIN + "/leave/########>\r\n"
                + "Precedence: bulk\r\n"
                + "MIME-Version: 1.0\r\n"
                + "Content-Type: multipart/alternative;\r\n boundary=\"" + BOUNDARY + "\"\r\n"
                + "\r\n";
    }

    private static String body(int run) {
        StringBuilder body = new StringBuilder(SIZE);
        body.append("--").append(BOUNDARY).append("\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n");
        body.append("Dear reader ########,\r\n\r\n");
        for (int i = 0; i < 40; i++) {
            body.append(textLine(i)).append("\r\n");
        }
        body.append("\r\n--").append(BOUNDARY).append("\r\nContent-Type: text/html; charset=utf-8\r\n\r\n");
        body.append("<html><body><h1>Dear reader ########</h1>\r\n");
        String end = "</body></html>\r\n\r\n--" + BOUNDARY + "--\r\n";
        int room = SIZE - header(run).length() - end.length();
        for (int i = 0; body.length() + 130 < room; i++) {
            body.append("<p style=\"margin:0\">").append(textLine(i)).append("</p>\r\n");
        }
        String fill = "x".repeat(room - body.length() - "<!--  -->\r\n".length());
        body.append("<!-- ").append(fill).append(" -->\r\n");
        return body.append(end).toString();
    }

    /** A line of 60 to 76 octets; also what REST transmissions are made of. */
    static String textLine(int index) {
        String[] subjects = {"The harbour", "Our workshop", "A customer in Bergen", "The new catalogue", "Everyone"};
        String[] verbs = {"has changed its opening hours", "ordered thirty lamps", "will be closed on Monday"};
        String[] ends = {"; see page ", ", says number ", ", as we told in letter "};
        return subjects[index % 5] + " " + verbs[index % 3] + ends[index % 7 % 3] + (1000 + index * 7919 % 9000) + ".";
    }

    private static String digits(int number) {
        String text = Integer.toString(number);
        return DIGITS.substring(text.length()) + text;
    }

    private static int[] places(String text, String mark) {
        return IntStream.range(0, text.length())
                .filter(i -> text.startsWith(mark, i))
                .toArray();
    }

    /** The octets of a message, no line beginning with a dot; valid until the next call. */
    byte[] message(int number) {
        for (int place : numberPlaces) {
            write(octets, place, 8, number);
        }
        for (int place : domainPlaces) {
            write(octets, place, 3, number % domains);
        }
        return octets;
    }

    /** {@code reader00000042@d002.example}. */
    String recipient(int number) {
        return recipient(number, domains);
    }

    static String recipient(int number, int domains) {
        byte[] text = "reader00000000@d000.example".getBytes(StandardCharsets.US_ASCII);
        write(text, 6, 8, number);
        write(text, 16, 3, number % domains);
        return new String(text, StandardCharsets.US_ASCII);
    }

    private static void write(byte[] into, int place, int width, int number) {
        int rest = number;
        for (int i = place + width - 1; i >= place; i--) {
            into[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }
}
