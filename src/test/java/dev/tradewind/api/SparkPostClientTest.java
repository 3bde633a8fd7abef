package dev.tradewind.api;

import com.sparkpost.Client;
import com.sparkpost.exception.SparkPostAuthorizationFailedException;
import com.sparkpost.exception.SparkPostErrorServerResponseException;
import com.sparkpost.model.AddressAttributes;
import com.sparkpost.model.AttachmentAttributes;
import com.sparkpost.model.OptionsAttributes;
import com.sparkpost.model.RecipientAttributes;
import com.sparkpost.model.TemplateContentAttributes;
import com.sparkpost.model.TransmissionWithRecipientArray;
import com.sparkpost.model.responses.Response;
import com.sparkpost.resources.ResourceSendingDomains;
import com.sparkpost.resources.ResourceTransmissions;
import com.sparkpost.transport.RestConnection;
import dev.tradewind.spool.WatchedSpool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The official Java client, unmodified, against the real server. */
class SparkPostClientTest {
    private ApiFixture api;
    private Client client;
    private RestConnection connection;

    @BeforeEach
    void start() throws Exception {
        api = new ApiFixture();
        client = new Client(api.key);
        client.setFromEmail("shop@example.com");
        connection = new RestConnection(client, api.server.url() + "/api/v1");
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void sendsWithAttachmentAndSubstitutionData() throws Exception {
        TransmissionWithRecipientArray transmission = new TransmissionWithRecipientArray();
        AddressAttributes address = new AddressAttributes("ann@example.net");
        address.setName("Ann");
        RecipientAttributes recipient = new RecipientAttributes();
        recipient.setAddress(address);
        recipient.setSubstitutionData(Map.of("name", "Ann"));
        recipient.setTags(List.of("vip"));
        transmission.setRecipientArray(List.of(recipient));
        transmission.setCampaignId("spring");
        transmission.setMetadata(Map.of("order", "17"));
        OptionsAttributes options = new OptionsAttributes();
        options.setOpenTracking(true);
        transmission.setOptions(options);
        TemplateContentAttributes content = new TemplateContentAttributes();
        content.setFrom(new AddressAttributes("shop@example.com", "Shop", null));
        content.setSubject("Hello {{name}}");
        content.setText("Hi {{name}}");
        content.setHtml("<p>Hi {{name}}</p>");
        AttachmentAttributes attachment = new AttachmentAttributes();
        attachment.setName("a.txt");
        attachment.setType("text/plain");
        attachment.setData("QUJD");
        content.setAttachments(List.of(attachment));
        transmission.setContentAttributes(content);

        Response response = ResourceTransmissions.create(connection, 0, transmission);

        assertThat(response.getResponseCode()).isEqualTo(200);
        assertThat(response.getRequestId()).isNotBlank();
        WatchedSpool.Committed committed = api.spool.last();
        assertThat(committed.transmission().campaignId()).isEqualTo("spring");
        assertThat(committed.transmission().options().openTracking()).isTrue();
        assertThat(committed.recipients().getFirst().tags()).containsExactly("vip");
        assertThat(ResourceTransmissions.list(connection, "spring", null).getResponseCode())
                .isEqualTo(200);
        assertThat(ResourceTransmissions.delete(
                                connection, committed.transmission().wireId())
                        .getResponseCode())
                .isEqualTo(204);
    }

    @Test
    void refusalsAreUnderstood() {
        TransmissionWithRecipientArray empty = new TransmissionWithRecipientArray();
        assertThatThrownBy(() -> ResourceTransmissions.create(connection, 0, empty))
                .isInstanceOf(SparkPostErrorServerResponseException.class);
        assertThatThrownBy(() -> ResourceTransmissions.create(
                        new RestConnection(new Client("wrong"), api.server.url() + "/api/v1"), 0, empty))
                .isInstanceOf(SparkPostAuthorizationFailedException.class);
    }

    @Test
    void sendingDomainsAreListedAndSeen() throws Exception {
        assertThat(ResourceSendingDomains.list(connection).getResponseCode()).isEqualTo(200);
        assertThat(ResourceSendingDomains.retrieve(connection, "example.com").getResponseCode())
                .isEqualTo(200);
    }
}
