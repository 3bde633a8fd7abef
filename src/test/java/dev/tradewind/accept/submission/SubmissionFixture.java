package dev.tradewind.accept.submission;

import dev.tradewind.accept.Intake;
import dev.tradewind.accept.SenderPolicy;
import dev.tradewind.account.Accounts;
import dev.tradewind.account.Authenticator;
import dev.tradewind.account.Grant;
import dev.tradewind.account.MemoryAccounts;
import dev.tradewind.account.Principal;
import dev.tradewind.account.SendingDomains;
import dev.tradewind.account.Tenant;
import dev.tradewind.mail.Domain;
import dev.tradewind.mail.MessageOctets;
import dev.tradewind.settings.ByteSize;
import dev.tradewind.settings.Cidr;
import dev.tradewind.settings.ListenAddress;
import dev.tradewind.smtp.transcript.TestCertificate;
import dev.tradewind.spool.WatchedSpool;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A submission server on loopback in front of a spool that collects. */
final class SubmissionFixture implements AutoCloseable {
    static final Instant NOW = Instant.parse("2026-11-24T20:00:00Z");
    static final Domain HOST = new Domain("mx.tradewind.example");

    final WatchedSpool spool = new WatchedSpool(() -> NOW);
    final Intake intake = new Intake(spool, () -> NOW, (transmission, content) -> {});
    final MemoryAccounts accounts = new MemoryAccounts(() -> NOW);
    final SubmissionServer server;
    private final boolean sandboxEnabled;
    final List<String> keysShown = new CopyOnWriteArrayList<>();

    private SubmissionFixture(SubmissionSettings settings, boolean sandboxEnabled) throws IOException {
        this.sandboxEnabled = sandboxEnabled;
        server = new SubmissionServer(HOST, settings, service(settings), TestCertificate.context(), System::nanoTime);
    }

    static SubmissionFixture start(Options options) throws IOException {
        return new SubmissionFixture(options.settings(), options.sandbox);
    }

    SubmissionService service(SubmissionSettings settings) {
        return new SubmissionService(new SubmissionService.Needs(
                HOST,
                intake,
                this::authenticate,
                tenant -> tenant.subaccount() == 0 || tenant.subaccount() == 7,
                new SenderPolicy(new Domains(), true),
                accounts,
                (message, smtpUtf8) -> message.octets(),
                Set.of("default", "fast")::contains,
                sandboxEnabled,
                settings.trusted()));
    }

    private Authenticator.Result authenticate(String key, InetAddress client) {
        keysShown.add(key);
        return switch (key) {
            case "good-key" ->
                new Authenticator.Result.Authenticated(
                        new Principal("k1", "test", Tenant.MAIN, Set.of(Grant.SMTP_INJECT)));
            case "sub-key" ->
                new Authenticator.Result.Authenticated(
                        new Principal("k2", "sub", new Tenant(1, 5), Set.of(Grant.SMTP_INJECT)));
            case "rest-key" ->
                new Authenticator.Result.Authenticated(
                        new Principal("k3", "rest", Tenant.MAIN, Set.of(Grant.TRANSMISSIONS_MODIFY)));
            case "far-key" -> new Authenticator.Result.WrongAddress("k4");
            default -> new Authenticator.Result.Unknown();
        };
    }

    private static final class Domains implements SendingDomains {
        @Override
        public Optional<SendingDomain> find(Tenant tenant, Domain domain) {
            return switch (domain.name()) {
                case "sender.example", "xn--bcher-kva.example" ->
                    Optional.of(new SendingDomain(domain, true, List.of()));
                case "unverified.example" -> Optional.of(new SendingDomain(domain, false, List.of()));
                default -> Optional.empty();
            };
        }

        @Override
        public Optional<byte[]> privateKey(KeyName name) {
            return Optional.empty();
        }
    }

    /** Changes the defaults of the main account. */
    void account(UnaryOperator<Accounts.AccountOptions> change) {
        accounts.update(
                1,
                account -> new Accounts.Account(
                        account.id(),
                        account.companyName(),
                        account.status(),
                        account.created(),
                        account.updated(),
                        change.apply(account.options())));
    }

    /** Suspends the main account, or lets it send again. */
    void status(Accounts.Status status) {
        accounts.update(
                1,
                account -> new Accounts.Account(
                        account.id(),
                        account.companyName(),
                        status,
                        account.created(),
                        account.updated(),
                        account.options()));
    }

    Socket connect() throws IOException {
        Socket socket =
                new Socket(server.address().getAddress(), server.address().getPort());
        socket.setSoTimeout(20_000);
        socket.setTcpNoDelay(true);
        return socket;
    }

    WatchedSpool.Committed next() throws InterruptedException {
        WatchedSpool.Committed committed = spool.committed.poll(10, TimeUnit.SECONDS);
        if (committed == null) {
            throw new AssertionError("nothing was committed");
        }
        return committed;
    }

    static String text(WatchedSpool.Committed committed) {
        return new String(committed.content(), StandardCharsets.UTF_8);
    }

    static MessageOctets message(WatchedSpool.Committed committed) {
        return MessageOctets.of(committed.content());
    }

    @Override
    public void close() {
        server.close();
    }

    /** Settings of a test, small on purpose. */
    static final class Options {
        int port;
        boolean trusted = true;
        boolean tlsListener;
        boolean sandbox;
        boolean accept8bit = true;
        int maxLine = 65_536;
        String maxSize = "64KiB";
        int maxRecipients = 100;
        int maxConnections = 50;
        int maxNetworkConnections = 50;
        int maxMessages = 100;
        int maxBadCommands = 20;
        int maxIdleCommands = 100;
        Duration idle = Duration.ofSeconds(20);
        Duration session = Duration.ofSeconds(60);
        String buffer = "16MiB";
        Duration bufferWait = Duration.ofSeconds(5);

        /** From the lines of a transcript, {@code name value}. */
        static Options of(List<String> lines) {
            Options options = new Options();
            for (String line : lines) {
                String[] words = line.split(" ");
                String value = words.length > 1 ? words[1] : "";
                switch (words[0]) {
                    case "untrusted" -> options.trusted = false;
                    case "refuse_8bit" -> options.accept8bit = false;
                    case "max_line" -> options.maxLine = Integer.parseInt(value);
                    case "max_message_size" -> options.maxSize = value;
                    case "max_recipients" -> options.maxRecipients = Integer.parseInt(value);
                    case "max_messages" -> options.maxMessages = Integer.parseInt(value);
                    case "max_bad_commands" -> options.maxBadCommands = Integer.parseInt(value);
                    case "max_idle_commands" -> options.maxIdleCommands = Integer.parseInt(value);
                    case "idle_ms" -> options.idle = Duration.ofMillis(Integer.parseInt(value));
                    case "session_ms" -> options.session = Duration.ofMillis(Integer.parseInt(value));
                    default -> throw new IllegalArgumentException("no such option: " + line);
                }
            }
            return options;
        }

        SubmissionSettings settings() {
            return new SubmissionSettings(
                    new ListenAddress("127.0.0.1", port),
                    tlsListener ? Optional.of(ListenAddress.parse("127.0.0.1:0")) : Optional.empty(),
                    trusted ? List.of(Cidr.parse("127.0.0.0/8")) : List.of(),
                    ByteSize.parse(maxSize),
                    maxLine,
                    accept8bit,
                    maxRecipients,
                    maxConnections,
                    maxNetworkConnections,
                    maxMessages,
                    maxBadCommands,
                    maxIdleCommands,
                    3,
                    idle,
                    session,
                    ByteSize.parse(buffer),
                    bufferWait);
        }
    }
}
