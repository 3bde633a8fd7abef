package dev.tradewind.acceptance;

import dev.tradewind.mail.mime.ReadMail;
import org.apache.james.mime4j.stream.RawBody;
import org.apache.james.mime4j.stream.RawField;
import org.apache.james.mime4j.stream.RawFieldParser;
import org.apache.james.mime4j.util.MimeParameterMapping;

/** What the clients send, and how what arrives is read. */
final class Samples {
    private Samples() {}

    /** The octets that the scripts make too: every value, in no simple order. */
    static byte[] octets(int count) {
        byte[] octets = new byte[count];
        for (int i = 0; i < count; i++) {
            octets[i] = (byte) (i * 31 + (i >> 8));
        }
        return octets;
    }

    /** The file name of a part as mime4j reads it (RFC 2231). */
    static String fileName(ReadMail.Part part) {
        RawBody disposition = RawFieldParser.DEFAULT.parseRawBody(
                new RawField("Content-Disposition", part.rawField("Content-Disposition")));
        MimeParameterMapping parameters = new MimeParameterMapping();
        disposition.getParams().forEach(pair -> parameters.addParameter(pair.getName(), pair.getValue()));
        return parameters.get("filename");
    }

    /** The first leaf of a media type. */
    static ReadMail.Part leaf(ReadMail.Part mail, String type) {
        return mail.leaves().stream()
                .filter(part -> part.type().equals(type))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + type + " in " + mail.structure()));
    }
}
