package dev.tradewind.accept.submission;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Malformed SMTP dialogues: made from pieces of good ones, cut, doubled, reordered, with octets changed; and which replies are documented. */
public final class HostileDialogue {
    private static final Pattern REPLY =
            Pattern.compile("(\\d{3})[ -](?:(\\d\\.\\d{1,3}\\.\\d{1,3}) )?.*", Pattern.DOTALL);

    private HostileDialogue() {}

    private static final String[] PIECES = {
        "EHLO client.example\r\n",
        "EHLO client.example\r\n",
        "EHLO client.example\r\n",
        "HELO c\r\n",
        "MAIL FROM:<bounce@sender.example>\r\n",
        "MAIL FROM:<bounce@sender.example>\r\n",
        "MAIL FROM:<> SIZE=100 BODY=8BITMIME RET=HDRS ENVID=a+2B\r\n",
        "MAIL FROM:<ö@sender.example> SMTPUTF8\r\n",
        "RCPT TO:<a@b.example>\r\n",
        "RCPT TO:<a@b.example> NOTIFY=NEVER ORCPT=rfc822;a\r\n",
        "RCPT TO:<@x,@y:\"a b\"@b.example>\r\n",
        "DATA\r\n",
        "DATA\r\n",
        "DATA\r\nFrom: <news@sender.example>\r\n\r\nbody\r\n.\r\n",
        "DATA\r\nFrom: <news@sender.example>\r\n\r\nbody\r\n.\r\n",
        "MAIL FROM:<>\r\nRCPT TO:<a@b.example>\r\nDATA\r\nFrom: <news@sender.example>\r\n\r\n..\r\n.\r\n",
        "From: <news@sender.example>\r\nSubject: x\r\n\r\nbody\r\n.\r\n",
        "From: <news@sender.example>\r\nX-MSYS-API: {\"cc\":[\"c@d.example\"],\"tags\":[\"t\"]}\r\nTo: a@b.example\r\n\r\n..\r\n.\r\n",
        "From: <news@sender.example>\r\nX-MSYS-API: {\"cc\":[{]}\r\n =?utf-8?B?w7w=?=\r\n\r\n.\r\n",
        ".\r\n",
        "\r\n.\r\n",
        "\n.\n",
        "\r.\r",
        "\n.\r\n",
        "\r\n.\n",
        "BDAT 5\r\nFrom:",
        "BDAT 30 LAST\r\nFrom: <news@sender.example>\r\n\r\n",
        "BDAT 0 LAST\r\n",
        "BDAT 99999999999\r\n",
        "BDAT -1\r\n",
        "BDAT 70000 LAST\r\n",
        "RSET\r\n",
        "NOOP\r\n",
        "VRFY a\r\n",
        "EXPN a\r\n",
        "HELP\r\n",
        "QUIT\r\n",
        "STARTTLS\r\n",
        "AUTH PLAIN AHgAeQ==\r\n",
        "AUTH LOGIN\r\n",
        "AUTH PLAIN\r\n",
        "*\r\n",
        "AHgAeQ==\r\n",
        "GET / HTTP/1.1\r\n",
        "\0\0\r\n",
        "\u00ff\r\n",
        "\r\n"
    };

    /** Reply codes, with enhanced status codes, that docs/smtp.md names. */
    public static Set<String> documented(Path page) throws IOException {
        Set<String> replies = new HashSet<>();
        Matcher matcher =
                Pattern.compile("`(\\d{3})(?: (\\d\\.\\d{1,3}\\.\\d{1,3}))?`").matcher(Files.readString(page));
        while (matcher.find()) {
            replies.add(matcher.group(2) == null ? matcher.group(1) : matcher.group(1) + " " + matcher.group(2));
        }
        return replies;
    }

    /** A dialogue, the same for the same random numbers. */
    public static byte[] make(Random random) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int pieces = 1 + random.nextInt(14);
        boolean decent = random.nextInt(3) > 0;
        if (decent) {
            String start = "EHLO client.example\r\nMAIL FROM:<bounce@sender.example>\r\nRCPT TO:<a@b.example>\r\n";
            out.writeBytes(start.getBytes(StandardCharsets.UTF_8));
        }
        for (int i = 0; i < pieces; i++) {
            byte[] piece = PIECES[random.nextInt(PIECES.length)].getBytes(StandardCharsets.UTF_8);
            switch (random.nextInt(12)) {
                case 0 -> out.write(piece, 0, random.nextInt(piece.length + 1));
                case 1 -> {
                    byte[] changed = piece.clone();
                    changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
                    out.writeBytes(changed);
                }
                case 2 -> {
                    int times = random.nextInt(random.nextInt(20) == 0 ? 3000 : 5);
                    for (int n = 0; n < times; n++) {
                        out.writeBytes(piece);
                    }
                }
                case 3 -> {
                    byte[] noise = new byte[random.nextInt(random.nextInt(20) == 0 ? 100_000 : 40)];
                    random.nextBytes(noise);
                    out.writeBytes(noise);
                }
                default -> out.writeBytes(piece);
            }
        }
        return out.toByteArray();
    }

    /** What a reply line says: code and, if there is one, enhanced status code; the line itself if it is no reply. */
    public static String status(String line) {
        Matcher matcher = REPLY.matcher(line);
        if (!matcher.matches()) {
            return line;
        }
        return matcher.group(2) == null ? matcher.group(1) : matcher.group(1) + " " + matcher.group(2);
    }
}
