package dev.tradewind.mail.mime;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** Texts such as mail holds, the odd ones more often. */
public final class MailTexts {
    private MailTexts() {}

    /** Any characters, half surrogates and controls among them. */
    public static Arbitrary<String> hostile() {
        return Arbitraries.oneOf(
                Arbitraries.strings().all().ofMaxLength(120),
                pieces(
                                "\r",
                                "\n",
                                "\r\n ",
                                "\0",
                                "=?",
                                "?=",
                                "=?UTF-8?B?",
                                "\"",
                                "<",
                                ">",
                                "@",
                                ",",
                                ";",
                                ":",
                                "(",
                                ")",
                                "\\",
                                "a",
                                "é",
                                " ",
                                "\t",
                                "\ud83d",
                                ".",
                                "[",
                                "]",
                                "=?utf-8?Q?=C3=BC?=",
                                "\u0085")
                        .list()
                        .ofMaxSize(60)
                        .map(list -> String.join("", list)));
    }

    /** One line that a person might write: no controls, single blanks inside. */
    public static Arbitrary<String> line() {
        return pieces(
                        "Hello",
                        "world",
                        "Grüße",
                        "日本語の件名",
                        "مرحبا بالعالم",
                        "שלום",
                        "👩‍👩‍👧‍👦",
                        "🎉",
                        "e\u0301\u0302\u0303",
                        "a",
                        "x=y",
                        "_under_",
                        "50%",
                        "(round)",
                        "\"quoted\"",
                        "back\\slash",
                        "comma,",
                        "semi;",
                        "@at",
                        "<angle>",
                        "\ud835\udd4f",
                        "\uff21",
                        "…",
                        "-",
                        "?",
                        "Ünïcödé",
                        "naïve?=",
                        "ǆ",
                        "\u200fx\u200e")
                .list()
                .ofMinSize(1)
                .ofMaxSize(40)
                .map(list -> String.join(" ", list));
    }

    /** Lines of any length with all kinds of line ends; no other controls. */
    public static Arbitrary<String> body() {
        return Arbitraries.oneOf(
                pieces(
                                "\r\n",
                                "\n",
                                "\r",
                                " ",
                                "\t",
                                ".",
                                "..",
                                "From ",
                                "From the",
                                "=",
                                "=20",
                                "--",
                                "é",
                                "日本語",
                                "🎉",
                                "x",
                                "hello world",
                                "e\u0301",
                                "a line of some length that goes on",
                                "\r\n.\r\n",
                                "=_tw")
                        .list()
                        .ofMaxSize(120)
                        .map(list -> String.join("", list)),
                Arbitraries.integers().between(900, 5_000).map(n -> "x".repeat(n) + "\n" + "é".repeat(n / 9)),
                Arbitraries.integers().between(60, 90).map(n -> "y".repeat(n) + " \nz\t"));
    }

    private static Arbitrary<String> pieces(String... pieces) {
        return Arbitraries.of(pieces);
    }
}
