package dev.tradewind.api;

import io.helidon.http.Headers;
import io.helidon.http.encoding.ContentDecoder;
import io.helidon.http.encoding.ContentEncoder;
import io.helidon.http.encoding.ContentEncodingContext;
import io.helidon.http.encoding.ContentEncodingContextConfig;

/**
 * Leaves bodies as they are: what is done about Content-Encoding and Accept-Encoding is {@link HttpServer}'s to say. Without this Helidon
 * would answer an encoded body itself, with 400 instead of 415.
 */
final class RawContent implements ContentEncodingContext {
    private final ContentEncodingContextConfig config = ContentEncodingContextConfig.builder()
            .contentEncodingsDiscoverServices(false)
            .buildPrototype();

    @Override
    public boolean contentEncodingEnabled() {
        return false;
    }

    @Override
    public boolean contentDecodingEnabled() {
        return true;
    }

    @Override
    public boolean contentEncodingSupported(String name) {
        return false;
    }

    @Override
    public boolean contentDecodingSupported(String name) {
        return true;
    }

    @Override
    public ContentEncoder encoder(String name) {
        return ContentEncoder.NO_OP;
    }

    @Override
    public ContentDecoder decoder(String name) {
        return ContentDecoder.NO_OP;
    }

    @Override
    public ContentEncoder encoder(Headers headers) {
        return ContentEncoder.NO_OP;
    }

    @Override
    public ContentEncodingContextConfig prototype() {
        return config;
    }
}
