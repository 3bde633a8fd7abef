package dev.tradewind.acceptance;

import dev.tradewind.fixture.ApiClient;
import dev.tradewind.fixture.ReceivingHost;
import dev.tradewind.fixture.TestDns;
import dev.tradewind.fixture.TradewindProcess;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The program with the world around it: a DNS that sends all mail to one host, that host, and a user of the API.
 *
 * @param host at 127.0.0.1 and the port to which all mail goes
 */
record Instance(TestDns dns, ReceivingHost host, TradewindProcess tradewind, ApiClient api) implements AutoCloseable {
    /** Starts one with settings {@code key=value} beside those that say where mail goes. */
    static Instance start(Path directory, String... settings) throws IOException {
        ReceivingHost host = ReceivingHost.start();
        TestDns dns = TestDns.allMailToLoopback();
        List<String> all = new ArrayList<>(List.of("dns.servers=" + dns.address(), "delivery.port=" + host.port()));
        all.addAll(List.of(settings));
        TradewindProcess tradewind = TradewindProcess.start(directory, all.toArray(String[]::new));
        return new Instance(dns, host, tradewind, new ApiClient(tradewind.http()));
    }

    @Override
    public void close() throws IOException {
        api.close();
        tradewind.close();
        dns.close();
        host.close();
    }
}
