package dev.tradewind.acceptance;

import com.sparkpost.Client;
import com.sparkpost.exception.SparkPostAuthorizationFailedException;
import com.sparkpost.exception.SparkPostErrorServerResponseException;
import com.sparkpost.exception.SparkPostException;
import com.sparkpost.model.AddressAttributes;
import com.sparkpost.model.AttachmentAttributes;
import com.sparkpost.model.InlineImageAttributes;
import com.sparkpost.model.OptionsAttributes;
import com.sparkpost.model.RecipientAttributes;
import com.sparkpost.model.TemplateContentAttributes;
import com.sparkpost.model.TransmissionWithRecipientArray;
import com.sparkpost.model.responses.Response;
import com.sparkpost.resources.ResourceTransmissions;
import com.sparkpost.transport.RestConnection;
import dev.tradewind.fixture.ReceivingHost.Received;
import dev.tradewind.fixture.TradewindProcess;
import dev.tradewind.mail.mime.ReadMail;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The official Java client {@code com.sparkpost:sparkpost-lib}, unmodified. */
class SparkPostLibTest {
    @TempDir
    Path directory = Path.of("");

    @Test
    void mailSentThroughItArrivesAsWritten() throws Exception {
        try (Instance instance = Instance.start(directory)) {
            Client client = new Client(TradewindProcess.KEY);
            client.setBaseUrl(instance.tradewind().http() + "/api/v1");
            client.setFromEmail("shop@news.example");
            RestConnection connection = new RestConnection(client, client.getBaseUrl());

            Response response = ResourceTransmissions.create(connection, 0, transmission());

            assertThat(response.getResponseCode()).isEqualTo(200);
            assertThat(response.getResponseBody()).contains("\"total_accepted_recipients\":4");
            arrived(instance.host().await("ada@one.example"), "Ada", "\"Ada Lovelace\" <ada@one.example>");
            arrived(instance.host().await("bob@one.example"), "Bøb", "bob@one.example");
            arrived(instance.host().await("carol@two.example"), "nobody", "\"Ada Lovelace\" <ada@one.example>");
            arrived(instance.host().await("dan@two.example"), "nobody", "\"Ada Lovelace\" <ada@one.example>");
            JsonNode injection = instance.api().awaitEvent("ada@one.example", "injection");
            assertThat(injection.path("campaign_id").stringValue()).isEqualTo("spring");
            assertThat(injection.at("/rcpt_meta/order").stringValue()).isEqualTo("A-17");
            assertThat(injection.at("/rcpt_tags/0").stringValue()).isEqualTo("vip");

            client.sendMessage("shop@news.example", "eve@one.example", "In short", "Hi", "<p>Hi</p>");
            assertThat(ReadMail.read(instance.host().await("eve@one.example").octets())
                            .field("Subject"))
                    .isEqualTo("In short");
            assertThat(ResourceTransmissions.list(connection, "spring", null).getResponseCode())
                    .isEqualTo(200);
            refusals(instance, connection);
        }
    }

    private static void refusals(Instance instance, RestConnection connection) throws SparkPostException {
        TransmissionWithRecipientArray empty = new TransmissionWithRecipientArray();
        assertThatThrownBy(() -> ResourceTransmissions.create(connection, 0, empty))
                .isInstanceOfSatisfying(
                        SparkPostErrorServerResponseException.class,
                        refused -> assertThat(refused.getResponseCode()).isEqualTo(422));
        RestConnection stranger =
                new RestConnection(new Client("wrong"), instance.tradewind().http() + "/api/v1");
        assertThatThrownBy(() -> ResourceTransmissions.create(stranger, 0, empty))
                .isInstanceOf(SparkPostAuthorizationFailedException.class);
    }

    private static TransmissionWithRecipientArray transmission() {
        TransmissionWithRecipientArray transmission = new TransmissionWithRecipientArray();
        RecipientAttributes ada = recipient(new AddressAttributes("ada@one.example", "Ada Lovelace", null));
        ada.setSubstitutionData(Map.of("name", "Ada"));
        ada.setTags(List.of("vip"));
        RecipientAttributes bob = recipient(new AddressAttributes("bob@one.example"));
        bob.setSubstitutionData(Map.of("name", "Bøb"));
        String to = "\"Ada Lovelace\" <ada@one.example>";
        transmission.setRecipientArray(List.of(
                ada,
                bob,
                recipient(new AddressAttributes("carol@two.example", null, to)),
                recipient(new AddressAttributes("dan@two.example", null, to))));
        transmission.setCampaignId("spring");
        transmission.setMetadata(Map.of("order", "A-17"));
        transmission.setSubstitutionData(Map.of("name", "nobody"));
        OptionsAttributes options = new OptionsAttributes();
        options.setOpenTracking(false);
        options.setClickTracking(false);
        transmission.setOptions(options);
        TemplateContentAttributes content = new TemplateContentAttributes();
        content.setFrom(new AddressAttributes("shop@news.example", "The Shop – Łódź", null));
        content.setSubject("Für {{name}}: 你好 ✓");
        content.setText("Grüße, {{name}}!\n.\n");
        content.setHtml("<p>Grüße, {{name}}!</p><img src=\"cid:logo.png\">");
        content.setHeaders(Map.of("CC", "Carol <carol@two.example>", "X-Order", "{{name}}-7"));
        AttachmentAttributes attachment = new AttachmentAttributes();
        attachment.setName("Überblick 你.bin");
        attachment.setType("application/octet-stream");
        attachment.setData(Base64.getEncoder().encodeToString(Samples.octets(100_000)));
        content.setAttachments(List.of(attachment));
        InlineImageAttributes image = new InlineImageAttributes();
        image.setName("logo.png");
        image.setType("image/png");
        image.setData(Base64.getEncoder().encodeToString(Samples.octets(300)));
        content.setInlineImages(List.of(image));
        transmission.setContentAttributes(content);
        return transmission;
    }

    private static RecipientAttributes recipient(AddressAttributes address) {
        RecipientAttributes recipient = new RecipientAttributes();
        recipient.setAddress(address);
        return recipient;
    }

    private static void arrived(Received received, String name, String to) {
        ReadMail.Part mail = ReadMail.read(received.octets());
        assertThat(mail.field("From")).isEqualTo("The Shop – Łódź <shop@news.example>");
        assertThat(mail.field("To")).isEqualTo(to);
        assertThat(mail.field("CC")).isEqualTo("Carol <carol@two.example>");
        assertThat(mail.field("Subject")).isEqualTo("Für " + name + ": 你好 ✓");
        assertThat(mail.field("X-Order")).isEqualTo(name + "-7");
        assertThat(Samples.leaf(mail, "text/plain").text()).isEqualTo("Grüße, " + name + "!\r\n.\r\n");
        assertThat(Samples.leaf(mail, "text/html").text())
                .isEqualTo("<p>Grüße, " + name + "!</p><img src=\"cid:logo.png\">");
        assertThat(Samples.leaf(mail, "image/png").content()).isEqualTo(Samples.octets(300));
        ReadMail.Part attached = Samples.leaf(mail, "application/octet-stream");
        assertThat(attached.content()).isEqualTo(Samples.octets(100_000));
        assertThat(Samples.fileName(attached)).isEqualTo("Überblick 你.bin");
    }
}
