package dev.tradewind.accept.submission;

import dev.tradewind.account.Accounts;
import dev.tradewind.account.Tenant;
import dev.tradewind.mail.MessageDsn;
import dev.tradewind.mail.RecipientDsn;
import dev.tradewind.mail.mime.HeaderSection;
import dev.tradewind.smtp.transcript.TestCertificate;
import dev.tradewind.spool.ContentId;
import dev.tradewind.spool.Recipient;
import dev.tradewind.spool.SendOptions;
import dev.tradewind.spool.Spool;
import dev.tradewind.spool.Transmission;
import dev.tradewind.spool.WatchedSpool;
import org.junit.jupiter.api.Test;

import javax.net.ssl.SSLSocket;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

/** What a session makes of a message. */
class SubmissionTest {
    private static final String FROM = "From: <news@sender.example>\r\n";

    private static WatchedSpool.Committed submit(String message) throws Exception {
        try (SubmissionFixture fixture = SubmissionFixture.start(new SubmissionFixture.Options());
                SmtpTalk talk = SmtpTalk.over(fixture.connect())) {
            talk.expect("220");
            talk.say("EHLO client.example").expect("250");
            talk.say("MAIL FROM:<bounce@sender.example>").expect("250");
            talk.say("RCPT TO:<a@b.example>").expect("250");
            talk.say("DATA").expect("354");
            talk.send(message + ".\r\n").expect("250");
            return fixture.next();
        }
    }

    private static Optional<String> field(WatchedSpool.Committed committed, String name) {
        return HeaderSection.of(SubmissionFixture.message(committed))
                .first(name)
                .map(HeaderSection.Field::unfolded);
    }

    @Test
    void refusalByPolicyIsAnEventForEachRecipient() throws Exception {
        try (SubmissionFixture fixture = SubmissionFixture.start(new SubmissionFixture.Options());
                SmtpTalk talk = SmtpTalk.over(fixture.connect())) {
            talk.expect("220");
            talk.say("EHLO client.example").expect("250");
            talk.say("MAIL FROM:<bounce@sender.example>").expect("250");
            talk.say("RCPT TO:<A@b.example>").expect("250");
            talk.say("RCPT TO:<c@d.example>").expect("250");
            talk.say("DATA").expect("354");
            talk.send("From: News <News@Unknown.example>\r\nX-MSYS-API: {\"campaign_id\": \"c\", \"tags\": [\"t\"],"
                    + " \"metadata\": {\"k\": 1}, \"options\": {\"transactional\": true}}\r\n\r\nhi\r\n.\r\n");
            talk.expect("550");
            assertThat(fixture.spool.closedWithoutCommit)
                    .as("nothing was received")
                    .hasValue(0);
            assertThat(fixture.spool.happened)
                    .extracting(event -> event.type().wireName() + " " + event.recipient())
                    .containsExactly("policy_rejection a@b.example", "policy_rejection c@d.example");
            assertThat(new String(fixture.spool.happened.getFirst().json(), StandardCharsets.UTF_8))
                    .contains(
                            "\"reason\":\"550 5.7.1 Unconfigured Sending Domain <unknown.example>\"",
                            "\"bounce_class\":\"25\"",
                            "\"remote_addr\":\"127.0.0.1\"",
                            "\"raw_rcpt_to\":\"A@b.example\"",
                            "\"friendly_from\":\"News@unknown.example\"",
                            "\"sending_domain\":\"unknown.example\"",
                            "\"campaign_id\":\"c\"",
                            "\"rcpt_tags\":[\"t\"]",
                            "\"rcpt_meta\":{\"k\":1}",
                            "\"transactional\":\"1\"",
                            "\"recv_method\":\"esmtp\"");
        }
    }

    @Test
    void transmissionSaysAllThatTheSessionSaid() throws Exception {
        try (SubmissionFixture fixture = SubmissionFixture.start(new SubmissionFixture.Options());
                SmtpTalk talk = SmtpTalk.over(fixture.connect())) {
            talk.expect("220");
            talk.say("EHLO client.example").expect("250");
            talk.say("MAIL FROM:<bounce@sender.example> RET=FULL ENVID=q+2B1").expect("250");
            talk.say("RCPT TO:<a@b.example> NOTIFY=FAILURE,DELAY ORCPT=rfc822;o@b.example")
                    .expect("250");
            talk.say("RCPT TO:<c@d.example> NOTIFY=NEVER").expect("250");
            talk.say("DATA").expect("354");
            talk.send(
                    FROM + "X-MSYS-API: {\"campaign_id\":\"c\",\"metadata\":{\"k\":\"\\u00fc\"},\"tags\":[\"t\"],"
                            + "\r\n\t\"options\":{\"open_tracking\":true,\"transactional\":true,\"ip_pool\":\"Fast\"}}\r\n\r\nhi\r\n.\r\n");
            String queued = talk.expect("250");
            WatchedSpool.Committed committed = fixture.next();
            Transmission transmission = committed.transmission();
            assertThat(queued).isEqualTo("250 2.0.0 OK: queued as " + transmission.wireId());
            assertThat(transmission.tenant()).isEqualTo(Tenant.MAIN);
            assertThat(transmission.method()).isEqualTo(Transmission.Method.SMTP);
            assertThat(transmission.accepted()).isEqualTo(SubmissionFixture.NOW);
            assertThat(transmission.content()).isEqualTo(ContentId.of(1, committed.content()));
            assertThat(transmission.contentOctets()).isEqualTo(committed.content().length);
            assertThat(transmission.recipients()).isEqualTo(2);
            assertThat(transmission.returnPath().address()).isEqualTo("bounce@sender.example");
            assertThat(transmission.campaignId()).isEqualTo("c");
            assertThat(new String(transmission.metadata(), StandardCharsets.UTF_8))
                    .isEqualTo("{\"k\":\"ü\"}");
            assertThat(transmission.options().openTracking()).isTrue();
            assertThat(transmission.options().initialOpen()).isTrue();
            assertThat(transmission.options().clickTracking()).isFalse();
            assertThat(transmission.options().transactional()).isTrue();
            assertThat(transmission.options().performSubstitutions()).isFalse();
            assertThat(transmission.options().ipPool()).contains("fast");
            assertThat(transmission.dsn())
                    .isEqualTo(new MessageDsn(Optional.of(MessageDsn.Ret.FULL), Optional.of("q+1")));
            assertThat(transmission.returnDsn()).isTrue();
            assertThat(transmission.remoteAddress()).isEqualTo("127.0.0.1");
            assertThat(transmission.keyId()).isEmpty();
            assertThat(committed.recipients())
                    .extracting(Recipient::dsn)
                    .containsExactly(
                            new RecipientDsn(
                                    Set.of(RecipientDsn.Notify.FAILURE, RecipientDsn.Notify.DELAY),
                                    Optional.of("rfc822;o@b.example")),
                            new RecipientDsn(Set.of(RecipientDsn.Notify.NEVER), Optional.empty()));
            assertThat(committed.recipients()).extracting(Recipient::tags).containsOnly(List.of("t"));
            assertThat(field(committed, "X-MSYS-API")).isEmpty();
        }
    }

    @Test
    void traceFieldIsOnTopAndNamesNoKey() throws Exception {
        SubmissionFixture.Options options = new SubmissionFixture.Options();
        options.trusted = false;
        options.tlsListener = true;
        try (SubmissionFixture fixture = SubmissionFixture.start(options);
                SSLSocket socket = (SSLSocket) TestCertificate.context()
                        .getSocketFactory()
                        .createSocket(
                                "127.0.0.1",
                                fixture.server.tlsAddress().orElseThrow().getPort());
                SmtpTalk talk = SmtpTalk.over(socket)) {
            fixture.account(old -> new Accounts.AccountOptions(false, true, false, true, true, true));
            talk.expect("220");
            talk.say("EHLO client.example").expect("250");
            talk.say("AUTH PLAIN " + SmtpTalk.plain("SMTP_Injection:X-MSYS-SUBACCOUNT=7", "good-key"))
                    .expect("235");
            talk.say("MAIL FROM:<bounce@sender.example>").expect("250");
            talk.say("RCPT TO:<a@b.example>").expect("250");
            talk.say("DATA").expect("354");
            talk.send(FROM + "\r\nhi\r\n.\r\n").expect("250");
            WatchedSpool.Committed committed = fixture.next();
            assertThat(SubmissionFixture.text(committed))
                    .startsWith("Received: from client.example ([127.0.0.1])\r\n"
                            + "\tby mx.tradewind.example (Tradewind) with ESMTPSA\r\n\tid "
                            + committed.transmission().wireId() + "\r\n\t(TLSv1.3 TLS_");
            assertThat(SubmissionFixture.text(committed))
                    .doesNotContain("good-key")
                    .doesNotContain("k1")
                    .contains(";\r\n\tTue, 24 Nov 2026 20:00:00 +0000\r\n" + FROM);
            assertThat(committed.transmission().keyId()).isEqualTo("k1");
            assertThat(committed.transmission().tenant()).isEqualTo(new Tenant(1, 7));
            assertThat(committed.transmission().returnDsn())
                    .as("by account setting")
                    .isTrue();
            assertThat(fixture.keysShown).containsExactly("good-key");
        }
    }

    @Test
    void missingFieldsAreAddedAndHiddenOnesRemoved() throws Exception {
        WatchedSpool.Committed committed = submit("Return-Path: <x@y.example>\r\n" + FROM
                + "Bcc: secret@b.example,\r\n other@b.example\r\nTo: a@b.example\r\n\r\nhi\r\n");
        String text = SubmissionFixture.text(committed);
        assertThat(text.substring(text.indexOf(FROM)))
                .isEqualTo(FROM + "To: a@b.example\r\nDate: Tue, 24 Nov 2026 20:00:00 +0000\r\n"
                        + "Message-ID: <" + committed.transmission().wireId()
                        + "@mx.tradewind.example>\r\n\r\nhi\r\n");
    }

    @Test
    void presentFieldsStayAsTheyAre() throws Exception {
        String message = "DKIM-Signature: v=1; a=x\r\n" + FROM
                + "Date:  Mon,  1 Jan 2024 00:00:00 GMT\r\nMessage-Id: <own@sender.example>\r\n\r\n..hi\r\n";
        String text = SubmissionFixture.text(submit(message));
        assertThat(text.substring(text.indexOf("DKIM-"))).isEqualTo(message.replace("..hi", ".hi"));
    }

    @Test
    void copiesOfTheApiFieldAreShownInCc() throws Exception {
        WatchedSpool.Committed committed = submit(
                FROM
                        + "To: a@b.example\r\nCc: Dee <D@e.example>\r\n"
                        + "X-MSYS-API: {\"cc\": [\"d@e.example\", {\"email\": \"f@g.example\", \"name\": \"\\u00c4\"}], \"bcc\": [\"h@i.example\"]}\r\n\r\nhi\r\n");
        assertThat(HeaderSection.of(SubmissionFixture.message(committed))
                        .first("Cc")
                        .orElseThrow()
                        .decoded())
                .isEqualTo("\"Dee\" <D@e.example>, \u00c4 <f@g.example>");
        assertThat(SubmissionFixture.text(committed)).doesNotContain("h@i.example");
        assertThat(committed.recipients())
                .extracting(r -> r.path().address() + " " + r.kind())
                .containsExactly("a@b.example TO", "d@e.example CC", "f@g.example CC", "h@i.example BCC");
    }

    @Test
    void longBodyLineIsEncodedAnewUnlessSigned() throws Exception {
        String line = "x".repeat(2000);
        String text = SubmissionFixture.text(
                submit(FROM + "X-MSYS-API: {\"tags\": [\"" + "y".repeat(90) + "\"]}\r\n\r\n" + line + "\r\n"));
        assertThat(text).contains("Content-Transfer-Encoding: quoted-printable\r\n");
        assertThat(text.lines().mapToInt(String::length).max().orElseThrow()).isLessThan(999);
        try (SubmissionFixture fixture = SubmissionFixture.start(new SubmissionFixture.Options());
                SmtpTalk talk = SmtpTalk.over(fixture.connect())) {
            talk.expect("220");
            talk.say("EHLO client.example").expect("250");
            talk.say("MAIL FROM:<bounce@sender.example>").expect("250");
            talk.say("RCPT TO:<a@b.example>").expect("250");
            talk.say("DATA").expect("354");
            talk.send("DKIM-Signature: v=1\r\n" + FROM + "\r\n" + line + "\r\n.\r\n")
                    .expect("554 5.6.3 Line 4 of the message has 2000");
            assertThat(fixture.spool.committed).isEmpty();
        }
    }

    /** As REST has it: what is not obeyed is not accepted. */
    @Test
    void optionsThatAreNotObeyedAreRefused() throws Exception {
        try (SubmissionFixture fixture = SubmissionFixture.start(new SubmissionFixture.Options());
                SmtpTalk talk = SmtpTalk.over(fixture.connect())) {
            talk.expect("220");
            talk.say("EHLO client.example").expect("250");
            assertThat(offer(talk, "{\"options\": {\"sandbox\": true}}"))
                    .isEqualTo(
                            "550 5.6.0 X-MSYS-API: options.sandbox needs the setting sandbox.enabled of this server");
            assertThat(offer(talk, "{\"options\": {\"dkim_key\": \"second\"}}"))
                    .startsWith("550 5.6.0 X-MSYS-API: options.dkim_key:");
            assertThat(offer(talk, "{\"options\": {\"ip_pool\": \"Slow\"}}"))
                    .isEqualTo("550 5.6.0 X-MSYS-API: options.ip_pool: there is no pool 'slow'");
            assertThat(offer(talk, "{\"options\": {\"inline_css\": true}}"))
                    .startsWith("550 5.6.0 X-MSYS-API: options.inline_css is not available yet");
            assertThat(fixture.spool.committed).isEmpty();
            String asIs =
                    "{\"options\": {\"sandbox\": false, \"dkim_key\": \"default\", \"ip_pool\": \"DEFAULT\", \"inline_css\": false}}";
            assertThat(offer(talk, asIs)).startsWith("250 2.0.0");
        }
        SubmissionFixture.Options sandboxed = new SubmissionFixture.Options();
        sandboxed.sandbox = true;
        try (SubmissionFixture fixture = SubmissionFixture.start(sandboxed);
                SmtpTalk talk = SmtpTalk.over(fixture.connect())) {
            talk.expect("220");
            talk.say("EHLO client.example").expect("250");
            assertThat(offer(talk, "{\"options\": {\"sandbox\": true}}")).startsWith("250 2.0.0");
            assertThat(fixture.next().transmission().options().sandbox()).isTrue();
        }
    }

    @Test
    void tagsBeyondTheTenthAreIgnored() throws Exception {
        WatchedSpool.Committed committed = submit(
                FROM
                        + "X-MSYS-API: {\"tags\": [\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\",\"10\",\"11\"]}\r\n\r\nhi\r\n");
        assertThat(committed.recipients().getFirst().tags())
                .containsExactly("1", "2", "3", "4", "5", "6", "7", "8", "9", "10");
    }

    @Test
    void halfOfASurrogatePairIsNoText() throws Exception {
        try (SubmissionFixture fixture = SubmissionFixture.start(new SubmissionFixture.Options());
                SmtpTalk talk = SmtpTalk.over(fixture.connect())) {
            talk.expect("220");
            talk.say("EHLO client.example").expect("250");
            for (String half : List.of(
                    "{\"campaign_id\": \"\\ud83d\"}",
                    "{\"tags\": [\"a\\ude00\"]}",
                    "{\"metadata\": {\"k\": \"\\ud83dx\"}}")) {
                assertThat(offer(talk, half)).as(half).startsWith("550 5.6.0").contains("half of a surrogate pair");
            }
            assertThat(offer(talk, "{\"campaign_id\": \"\\ud83d\\ude00\"}")).startsWith("250");
            assertThat(fixture.next().transmission().campaignId()).isEqualTo("\ud83d\ude00");
        }
    }

    @Test
    void suspendedAccountSendsNothing() throws Exception {
        try (SubmissionFixture fixture = SubmissionFixture.start(new SubmissionFixture.Options());
                SmtpTalk talk = SmtpTalk.over(fixture.connect())) {
            talk.expect("220");
            talk.say("EHLO client.example").expect("250");
            fixture.status(Accounts.Status.SUSPENDED);
            talk.say("MAIL FROM:<bounce@sender.example>").expect("550 5.7.1 The account is suspended");
            fixture.status(Accounts.Status.TERMINATED);
            talk.say("MAIL FROM:<bounce@sender.example>").expect("550 5.7.1 The account is terminated");
            fixture.status(Accounts.Status.ACTIVE);
            talk.say("MAIL FROM:<bounce@sender.example>").expect("250");
        }
    }

    @Test
    void accountSaysWhatAMessageLeavesOpen() throws Exception {
        try (SubmissionFixture fixture = SubmissionFixture.start(new SubmissionFixture.Options());
                SmtpTalk talk = SmtpTalk.over(fixture.connect())) {
            talk.expect("220");
            talk.say("EHLO client.example").expect("250");
            fixture.account(options -> new Accounts.AccountOptions(true, false, true, false, true, false));
            assertThat(offer(talk, "{}")).startsWith("250");
            SendOptions byDefault = fixture.next().transmission().options();
            assertThat(byDefault.openTracking()).isTrue();
            assertThat(byDefault.clickTracking()).isTrue();
            assertThat(byDefault.initialOpen()).isFalse();
            assertThat(byDefault.transactional()).isTrue();
            assertThat(offer(talk, "{\"options\": {\"open_tracking\": false, \"transactional\": false}}"))
                    .startsWith("250");
            SendOptions said = fixture.next().transmission().options();
            assertThat(said.openTracking()).isFalse();
            assertThat(said.clickTracking()).isTrue();
            assertThat(said.transactional()).isFalse();
        }
    }

    private static String offer(SmtpTalk talk, String api) throws IOException {
        talk.say("MAIL FROM:<bounce@sender.example>").expect("250");
        talk.say("RCPT TO:<a@b.example>").expect("250");
        talk.say("DATA").expect("354");
        return talk.send(FROM + "X-MSYS-API: " + api + "\r\n\r\nhi\r\n.\r\n").expect("");
    }

    @Test
    void apiFieldMayBeEncodedWords() throws Exception {
        WatchedSpool.Committed committed = submit(FROM
                + "X-MSYS-API: =?utf-8?Q?{=22campaign=5Fid=22:?=\r\n =?utf-8?Q?=22fr=C3=BChling=22}?=\r\n\r\nhi\r\n");
        assertThat(committed.transmission().campaignId()).isEqualTo("frühling");
    }

    @Test
    void nothingIsAnsweredYesThatIsNotDurable() throws IOException {
        try (SubmissionFixture fixture = SubmissionFixture.start(new SubmissionFixture.Options());
                SmtpTalk talk = SmtpTalk.over(fixture.connect())) {
            talk.expect("220");
            talk.say("EHLO client.example").expect("250");
            fixture.spool.failing = true;
            sendOne(talk, "452 4.3.1");
            fixture.spool.failing = false;
            fixture.spool.broken = true;
            sendOne(talk, "451 4.3.0");
            fixture.spool.broken = false;
            fixture.spool.state(Spool.State.LOW_ON_DISK);
            talk.say("MAIL FROM:<bounce@sender.example>").expect("452 4.3.1");
            fixture.spool.state(Spool.State.OPEN);
            sendOne(talk, "250 2.0.0");
            assertThat(fixture.spool.committed).hasSize(1);
            assertThat(fixture.spool.open).hasValue(0);
        }
    }

    private static void sendOne(SmtpTalk talk, String reply) throws IOException {
        talk.say("MAIL FROM:<bounce@sender.example>").expect("250");
        talk.say("RCPT TO:<a@b.example>").expect("250");
        talk.say("DATA").expect("354");
        talk.send(FROM + "\r\nhi\r\n.\r\n").expect(reply);
    }
}
