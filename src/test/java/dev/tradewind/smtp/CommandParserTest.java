package dev.tradewind.smtp;

import dev.tradewind.mail.Domain;
import dev.tradewind.mail.ForwardPath;
import dev.tradewind.mail.MessageDsn;
import dev.tradewind.mail.RecipientDsn;
import dev.tradewind.mail.ReversePath;
import dev.tradewind.mail.SmtpReply;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

class CommandParserTest {
    private final CommandParser parser = new CommandParser(new Domain("mx.example"));

    private SmtpCommand parse(String line) {
        return parser.parse(line.getBytes(StandardCharsets.UTF_8));
    }

    @Property(tries = 3000)
    void anyOctetsGiveACommandOrARefusal(@ForAll byte[] line) {
        assertThat(parser.parse(line)).isNotNull();
    }

    @Provide
    Arbitrary<String> nearly() {
        Arbitrary<String> words = Arbitraries.of(
                "MAIL FROM:",
                "RCPT TO:",
                "<",
                ">",
                "@",
                "a",
                "b.example",
                "\"",
                "\\",
                " ",
                "SIZE=",
                "9",
                "BODY=8BITMIME",
                "SMTPUTF8",
                "RET=FULL",
                "ENVID=",
                "+2B",
                "+",
                "ORCPT=",
                "rfc822;",
                "utf-8;",
                "\\x{F6}",
                "NOTIFY=",
                "NEVER",
                "FAILURE",
                ",",
                "ö",
                "=",
                "AUTH=",
                "<>",
                "BDAT ",
                "LAST",
                "EHLO ",
                "AUTH PLAIN ",
                ":",
                "@c.example,",
                ";");
        return words.list().ofMaxSize(14).map(list -> String.join("", list));
    }

    @Property(tries = 20_000)
    void nearlyCommandsGiveACommandOrARefusalWithAStatus(@ForAll("nearly") String line) {
        if (parse(line) instanceof SmtpCommand.Refused(SmtpReply reply, boolean unsynced)) {
            assertThat(reply.isPermanent()).isTrue();
            assertThat(reply.enhanced()).isPresent();
        }
    }

    @Provide
    Arbitrary<SmtpCommand.Mail> mails() {
        Arbitrary<ReversePath> paths = Arbitraries.of(
                        "", "a@b.example", "\"q u > @\\\"o\"@b.example", "ö@xn--bcher-kva.example")
                .map(ReversePath::parse);
        Arbitrary<Optional<String>> envids = Arbitraries.strings()
                .withCharRange(' ', '~')
                .ofMinLength(1)
                .ofMaxLength(100)
                .optional();
        Arbitrary<OptionalLong> sizes =
                Arbitraries.longs().between(0, 999_999_999_999L).map(OptionalLong::of);
        Arbitrary<Optional<MessageDsn.Ret>> rets =
                Arbitraries.of(MessageDsn.Ret.values()).optional();
        return Combinators.combine(paths, envids, sizes, rets, Arbitraries.of(true, false), Arbitraries.of(true, false))
                .as((path, envid, size, ret, eightBit, utf8) -> new SmtpCommand.Mail(
                        path,
                        new MailParameters(
                                size,
                                eightBit,
                                utf8 || path.address().startsWith("ö"),
                                new MessageDsn(ret, envid),
                                Optional.empty())));
    }

    @Property
    void mailSurvivesItsOwnText(@ForAll("mails") SmtpCommand.Mail mail) {
        MailParameters parameters = mail.parameters();
        StringBuilder line =
                new StringBuilder("mail from:").append(mail.reversePath().inBrackets());
        parameters.size().ifPresent(size -> line.append(" SIZE=").append(size));
        line.append(parameters.eightBit() ? " body=8bitmime" : " BODY=7BIT");
        line.append(parameters.smtpUtf8() ? " SMTPUTF8" : "");
        parameters.dsn().ret().ifPresent(ret -> line.append(" RET=").append(ret));
        parameters.dsn().envid().ifPresent(id -> line.append(" ENVID=").append(Xtext.encode(id)));
        assertThat(parse(line.toString())).isEqualTo(mail);
    }

    @Property
    void xtextSurvives(@ForAll("printable") String text) {
        assertThat(Xtext.decode(Xtext.encode(text))).isEqualTo(text);
    }

    @Provide
    Arbitrary<String> printable() {
        return Arbitraries.strings().withCharRange(' ', '~').ofMaxLength(80);
    }

    @Property
    void unicodeXtextSurvives(@ForAll("unicode") String text) {
        assertThat(Xtext.encodeUnicode(text)).isASCII();
        assertThat(Xtext.decodeUnicode(Xtext.encodeUnicode(text))).isEqualTo(text);
    }

    @Provide
    Arbitrary<String> unicode() {
        return Arbitraries.strings()
                .withChars("aö+=\\ €\ud83d\ude00".replace("\ud83d\ude00", ""))
                .ofMaxLength(40)
                .map(text -> text + "\ud83d\ude00");
    }

    @Test
    void recipientHasItsDsnParameters() {
        assertThat(parse("RCPT TO:<a@b.example> NOTIFY=success,DELAY ORCPT=utf-8;\\x{F6}@b.example"))
                .isEqualTo(new SmtpCommand.Rcpt(
                        ForwardPath.parse("a@b.example"),
                        new RecipientDsn(
                                Set.of(RecipientDsn.Notify.SUCCESS, RecipientDsn.Notify.DELAY),
                                Optional.of("utf-8;ö@b.example")),
                        false));
    }

    @Test
    void chunkWithoutReadableSizeLosesTheWay() {
        for (String line : new String[] {"BDAT", "BDAT x", "BDAT -1", "BDAT 1 FIRST", "BDAT 9999999999999999999"}) {
            assertThat(parse(line))
                    .isInstanceOfSatisfying(
                            SmtpCommand.Refused.class,
                            refused -> assertThat(refused.unsynced()).isTrue());
        }
        assertThat(parse("bdat 12 last")).isEqualTo(new SmtpCommand.Bdat(12, true));
    }

    @Test
    void secretsAreNotShown() {
        assertThat(parse("AUTH PLAIN c2VjcmV0").toString()).doesNotContain("c2VjcmV0");
    }

    @Test
    void replyIsOnePlainLineWhateverIsInIt() throws Exception {
        StringBuilder wire = new StringBuilder();
        ReplyWriter writer = new ReplyWriter(
                (from, offset, length) -> wire.append(new String(from, offset, length, StandardCharsets.ISO_8859_1)));
        writer.write(SmtpReply.of(550, "5.1.1 a\r\n250 ö", "x".repeat(600)));
        writer.flush();
        assertThat(wire.toString()).isEqualTo("550-5.1.1 a??250 ?\r\n550 " + "x".repeat(506) + "\r\n");
    }
}
