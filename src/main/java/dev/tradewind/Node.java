package dev.tradewind;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import dev.tradewind.accept.Intake;
import dev.tradewind.accept.SenderPolicy;
import dev.tradewind.accept.submission.SubmissionServer;
import dev.tradewind.accept.submission.SubmissionService;
import dev.tradewind.accept.submission.SubmissionSettings;
import dev.tradewind.account.ApiKeys;
import dev.tradewind.account.ControlUnavailable;
import dev.tradewind.account.Grant;
import dev.tradewind.account.Principal;
import dev.tradewind.account.Seal;
import dev.tradewind.account.SendingDomainStore;
import dev.tradewind.account.Subaccounts;
import dev.tradewind.account.Tenant;
import dev.tradewind.account.sql.ControlDatabase;
import dev.tradewind.account.sql.SqlAccounts;
import dev.tradewind.account.sql.SqlApiKeys;
import dev.tradewind.account.sql.SqlSendingDomains;
import dev.tradewind.api.Api;
import dev.tradewind.api.ApiSettings;
import dev.tradewind.api.Endpoint;
import dev.tradewind.api.HttpServer;
import dev.tradewind.api.OperateResource;
import dev.tradewind.api.Page;
import dev.tradewind.classify.Classifier;
import dev.tradewind.compose.Content;
import dev.tradewind.compose.ContentCodec;
import dev.tradewind.console.ConsolePages;
import dev.tradewind.console.OneTimeLinks;
import dev.tradewind.console.Sessions;
import dev.tradewind.deliver.DeliverSettings;
import dev.tradewind.deliver.Dialer;
import dev.tradewind.deliver.RetrySchedule;
import dev.tradewind.deliver.RetrySettings;
import dev.tradewind.deliver.SmtpDialer;
import dev.tradewind.engine.ContentMaker;
import dev.tradewind.engine.DeliveryPolicies;
import dev.tradewind.engine.Engine;
import dev.tradewind.engine.EngineControl;
import dev.tradewind.event.EventLog;
import dev.tradewind.event.EventLogSettings;
import dev.tradewind.event.EventSearch;
import dev.tradewind.lane.LaneLimits;
import dev.tradewind.mail.Domain;
import dev.tradewind.mail.Mailbox;
import dev.tradewind.operate.Backup;
import dev.tradewind.operate.ComplianceSettings;
import dev.tradewind.operate.DataDirectory;
import dev.tradewind.operate.Health;
import dev.tradewind.operate.Instance;
import dev.tradewind.operate.Lifecycle;
import dev.tradewind.operate.NodeSettings;
import dev.tradewind.operate.TlsSettings;
import dev.tradewind.operate.config.Configuration;
import dev.tradewind.operate.metrics.MetricName;
import dev.tradewind.operate.metrics.Metrics;
import dev.tradewind.operate.tls.TlsIdentity;
import dev.tradewind.route.CachedDns;
import dev.tradewind.route.Dns;
import dev.tradewind.route.DnsJava;
import dev.tradewind.route.DnsSettings;
import dev.tradewind.route.MxRouter;
import dev.tradewind.route.RouteSettings;
import dev.tradewind.route.Router;
import dev.tradewind.sandbox.OwnDkimKeys;
import dev.tradewind.sandbox.SandboxDialer;
import dev.tradewind.sandbox.SandboxInbox;
import dev.tradewind.sandbox.SandboxResource;
import dev.tradewind.sandbox.SandboxRouter;
import dev.tradewind.sandbox.SandboxSettings;
import dev.tradewind.shaping.Profiles;
import dev.tradewind.shaping.ShapingSettings;
import dev.tradewind.sign.DkimSigner;
import dev.tradewind.sign.Signers;
import dev.tradewind.spool.DiskProbe;
import dev.tradewind.spool.RocksSpool;
import dev.tradewind.spool.RocksSpoolSettings;
import dev.tradewind.spool.SendOptions;
import dev.tradewind.spool.Spool;
import io.micrometer.core.instrument.Counter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.Security;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * One node with every part of the path wired together. This is the only class that knows them all; it decides nothing but who is given
 * what, and in which order things start and stop.
 */
final class Node implements Instance {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);
    private static final Duration SWEEP_EVERY = Duration.ofMinutes(5);
    private static final Duration PROFILES_EVERY = Duration.ofSeconds(5);
    private static final int ROUTES_CACHED = 100_000;

    private final Lifecycle lifecycle = new Lifecycle();
    private final InstantSource clock = InstantSource.system();
    private final SecureRandom random = new SecureRandom();
    private volatile boolean stopping;
    /** Of the API, once there is one. */
    private volatile AutoCloseable listener = () -> {};

    @Override
    public Running start(Configuration settings, DataDirectory data, String adminKey) throws IOException {
        try {
            return begin(settings, data, adminKey);
        } catch (IOException | RuntimeException e) {
            stopQuietly();
            throw e;
        } catch (ControlUnavailable e) {
            stopQuietly();
            throw new IOException(e.getMessage(), e);
        }
    }

    private void stopQuietly() {
        try {
            lifecycle.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Running begin(Configuration settings, DataDirectory data, String adminKey)
            throws IOException, ControlUnavailable {
        installNativeCrypto();
        Files.createDirectories(data.spool());
        String hostname = settings.get(NodeSettings.class).nodeName();
        Metrics metrics = new Metrics();
        lifecycle.started("metrics", Duration.ofSeconds(1), metrics::close);
        TlsIdentity identity = TlsIdentity.open(settings.get(TlsSettings.class), data, hostname, clock);
        lifecycle.started("tls", Duration.ofSeconds(1), identity::close);

        Control control = openControl(data, adminKey);
        RocksSpool spool = RocksSpool.open(
                data.spool(),
                settings.get(RocksSpoolSettings.class),
                clock,
                System::nanoTime,
                RandomGenerator.getDefault(),
                DiskProbe.of(data.spool()));
        lifecycle.started("spool", Duration.ofSeconds(60), spool::close);

        ReloadingProfiles profiles = ReloadingProfiles.open(
                Profiles.shipped(), settings.get(ShapingSettings.class).profiles());
        reloadInBackground(profiles, metrics);

        boolean requireVerified = settings.get(ComplianceSettings.class).requireVerifiedDomain();
        SenderPolicy senders = new SenderPolicy(control.domains(), requireVerified);
        ExecutorService lookups = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("lookup").factory());
        lifecycle.started("lookups", Duration.ofSeconds(2), lookups::shutdownNow);
        Dns dns = new CachedDns(
                new DnsJava(settings.get(DnsSettings.class)), settings.get(DnsSettings.class), clock, lookups);
        boolean sandboxed = settings.get(SandboxSettings.class).enabled();
        Files.createDirectories(data.sandbox());
        SandboxInbox inbox =
                SandboxInbox.open(data.sandbox().resolve("sandbox.db"), settings.get(SandboxSettings.class), clock);
        lifecycle.started("sandbox", Duration.ofSeconds(5), inbox::close);
        Router router = new SandboxRouter(() -> sandboxed, router(settings, dns, hostname, lookups));
        SmtpDialer world = new SmtpDialer(settings.get(DeliverSettings.class), System::nanoTime);
        lifecycle.started("dialer", Duration.ofSeconds(5), world::close);
        Dialer dialer = new SandboxDialer(inbox, world);
        Optional<Path> eventLog = settings.get(EventLogSettings.class).file();
        if (eventLog.isPresent()) {
            EventLog log =
                    new EventLog(spool.events(), eventLog.get(), settings.get(EventLogSettings.class), clock).start();
            lifecycle.started("event log", Duration.ofSeconds(10), log::close);
        }

        EngineHolder holder = new EngineHolder();
        EngineMeters meters = new EngineMeters(metrics);
        Intake intake = new Intake(spool, clock, (transmission, content) -> {
            holder.engine().committed(transmission, content);
            meters.accepted(transmission);
        });
        Engine engine = new Engine(new Engine.Parts(
                spool,
                intake,
                new ContentMaker(spool, senders, hostname),
                router,
                dialer,
                new Dialer.Source("default", "", hostname),
                control.domains(),
                new DkimSigner(Signers.best()),
                new DeliveryPolicies(
                        Classifier.shipped(), new RetrySchedule(settings.get(RetrySettings.class)), new SecureRandom()),
                settings.get(LaneLimits.class),
                meters,
                clock));
        holder.set(engine);
        // Behind the engine, so that health and metrics can be seen while it finishes what is in flight.
        lifecycle.started("api", Duration.ofSeconds(10), () -> listener.close());
        lifecycle.started("engine", Duration.ofSeconds(40), () -> engine.drain(Duration.ofSeconds(30)));
        engine.start(); // before any mail can come in, so that what an earlier run left is told from what is new
        sweepInBackground(spool);
        lifecycle.started("front door", Duration.ofSeconds(1), intake::drain);

        SubmissionServer submission = new SubmissionServer(
                Domain.parse(hostname),
                settings.get(SubmissionSettings.class),
                new SubmissionService(new SubmissionService.Needs(
                        Domain.parse(hostname),
                        intake,
                        control.keys(),
                        Subaccounts.NONE,
                        senders,
                        control.accounts(),
                        (message, smtpUtf8) -> ContentCodec.encode(new Content.Uploaded(message)),
                        Node::poolExists,
                        sandboxed,
                        settings.get(SubmissionSettings.class).trusted())),
                identity.context(),
                System::nanoTime);
        lifecycle.started("submission", Duration.ofSeconds(20), () -> submission.drain(Duration.ofSeconds(15)));

        Health health = health(spool);
        Api.Ports ports = new Api.Ports(
                intake,
                spool,
                new EngineControl(spool, engine),
                senders,
                control.accounts(),
                control.keys(),
                control.domains(),
                name -> TextRecords.lookup(dns, name),
                new EventSearch(spool.events())::search,
                Probing.of(health, metrics),
                new Mailbox("bounces", Domain.parse(hostname)),
                Node::poolExists,
                sandboxed,
                random,
                clock);
        String sender = exampleSender(control, hostname, sandboxed);
        boolean secure = settings.get(ApiSettings.class).tls();
        Sessions sessions = new Sessions(control.keys(), random, clock, secure);
        OneTimeLinks links = new OneTimeLinks(random, clock);
        List<Endpoint> endpoints = new ArrayList<>(Api.endpoints(ports));
        endpoints.addAll(new SandboxResource(inbox, OwnDkimKeys.of(control.domains()), ports.dns(), clock).endpoints());
        endpoints.addAll(
                new OperateResource(directory -> backup(data, control.database(), spool, directory)).endpoints());
        List<Page> pages = new ArrayList<>(Api.pages());
        pages.addAll(new ConsolePages(sessions, links, sender, sandboxed).pages());
        HttpServer http = new HttpServer(
                settings.get(ApiSettings.class),
                endpoints,
                pages,
                control.keys(),
                sessions,
                Subaccounts.NONE,
                secure ? Optional.of(identity.context()) : Optional.empty(),
                clock);
        listener = http;
        lifecycle.started("api's front door", Duration.ofSeconds(1), () -> {
            stopping = true;
            http.drain();
        });
        EngineMeters.measure(metrics, spool, engine, submission);
        Principal admin = new Principal("admin", "one-time link", Tenant.MAIN, EnumSet.allOf(Grant.class));
        URI signIn = URI.create(links.mint(http.url(), admin));
        return new Running(URI.create(http.url()), Optional.of(submission.address()), sender, signIn, sandboxed);
    }

    /** The control plane. */
    private record Control(
            SqlAccounts accounts, SqlApiKeys keys, SqlSendingDomains domains, ControlDatabase database) {}

    private Control openControl(DataDirectory data, String adminKey) throws IOException, ControlUnavailable {
        Files.createDirectories(data.control());
        ControlDatabase database = ControlDatabase.open(data.control().resolve("control.db"));
        lifecycle.started("control plane", Duration.ofSeconds(5), database::close);
        SqlAccounts accounts = new SqlAccounts(database, clock);
        SqlApiKeys keys = new SqlApiKeys(database, clock, random);
        keys.ensure(new ApiKeys.NewKey(Tenant.MAIN, "admin", EnumSet.allOf(Grant.class), List.of()), adminKey);
        SqlSendingDomains domains = new SqlSendingDomains(database, new Seal(data.masterKey(), random), clock);
        return new Control(accounts, keys, domains, database);
    }

    private static boolean poolExists(String name) {
        return name.equals(SendOptions.DEFAULT_POOL);
    }

    private Router router(Configuration settings, Dns dns, String hostname, Executor lookups) throws IOException {
        Set<InetAddress> own = new HashSet<>();
        for (NetworkInterface network : NetworkInterface.networkInterfaces().toList()) {
            network.inetAddresses()
                    .filter(address -> !address.isLoopbackAddress())
                    .forEach(own::add);
        }
        return new MxRouter(
                dns,
                settings.get(RouteSettings.class),
                Set.of(hostname),
                own,
                new SecureRandom(),
                clock,
                ROUTES_CACHED,
                lookups);
    }

    private void sweepInBackground(Spool spool) {
        var sweeper = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("sweep").daemon().factory());
        var _ = sweeper.scheduleWithFixedDelay(
                () -> {
                    try {
                        spool.sweep(clock.instant());
                    } catch (RuntimeException e) {
                        LOG.error("sweep failed", e);
                    }
                },
                SWEEP_EVERY.toSeconds(),
                SWEEP_EVERY.toSeconds(),
                TimeUnit.SECONDS);
        lifecycle.started("sweeper", Duration.ofSeconds(5), sweeper::shutdownNow);
    }

    /** Looks at the file of profiles every few seconds. */
    private void reloadInBackground(ReloadingProfiles profiles, Metrics metrics) {
        Counter read = metrics.counter(MetricName.PROFILE_RELOADS, "read");
        Counter refused = metrics.counter(MetricName.PROFILE_RELOADS, "refused");
        metrics.gauge(MetricName.PROFILES_REFUSED, () -> profiles.isRefused() ? 1 : 0);
        var reloader = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("profiles").daemon().factory());
        var _ = reloader.scheduleWithFixedDelay(
                () -> {
                    try {
                        switch (profiles.poll()) {
                            case READ -> read.increment();
                            case REFUSED -> refused.increment();
                            case UNCHANGED -> {}
                        }
                    } catch (RuntimeException e) {
                        LOG.error("the profiles could not be looked at", e);
                    }
                },
                PROFILES_EVERY.toSeconds(),
                PROFILES_EVERY.toSeconds(),
                TimeUnit.SECONDS);
        lifecycle.started("profiles", Duration.ofSeconds(2), reloader::shutdownNow);
    }

    private Health health(Spool spool) {
        Health health = new Health();
        health.addReady(
                "running",
                () -> stopping
                        ? new Health.Status.Bad("shutting down: send traffic to another node")
                        : new Health.Status.Good());
        health.addReady("spool", () -> switch (spool.state()) {
            case OPEN -> new Health.Status.Good();
            case LOW_ON_DISK -> new Health.Status.Bad("little disk space is left: no new mail is taken");
            case BROKEN -> new Health.Status.Bad("the store cannot write; it is tried again by itself");
            case CLOSED -> new Health.Status.Bad("the store is closed");
        });
        return health;
    }

    /**
     * Whoever tries the product out has a sending domain at once: this host's name, or a domain that is nobody's (RFC 2606) where the host
     * has no full name. Only where no mail leaves: its key is in nobody's DNS, so the world would see a signature that cannot be verified.
     */
    private String exampleSender(Control control, String hostname, boolean sandboxed) throws ControlUnavailable {
        Domain domain = Domain.parse(hostname.indexOf('.') > 0 ? hostname : "tradewind.test");
        if (sandboxed && control.domains().find(Tenant.MAIN, domain).isEmpty()) {
            SendingDomainStore.Creation made = control.domains()
                    .create(new SendingDomainStore.NewDomain(
                            Tenant.MAIN, domain, true, List.of(FirstKey.of(domain, clock.instant(), random))));
            if (made instanceof SendingDomainStore.Creation.Created) {
                control.domains().declareOwned(domain);
            }
        }
        return "hello@" + domain.name();
    }

    /** A consistent copy of everything, online. */
    private OperateResource.Backups.Made backup(
            DataDirectory data, ControlDatabase control, Spool spool, Path directory)
            throws IOException, ControlUnavailable {
        Backup.begin(data, directory);
        Files.createDirectories(directory.resolve("control"));
        control.backup(directory.resolve("control").resolve("control.db"));
        spool.backup(directory.resolve("spool"));
        Backup.Contents made = Backup.seal(directory, clock.instant());
        return new OperateResource.Backups.Made(made.files(), made.octets());
    }

    private static void installNativeCrypto() {
        try {
            AmazonCorrettoCryptoProvider.install();
            AmazonCorrettoCryptoProvider.INSTANCE.assertHealthy();
        } catch (RuntimeException | LinkageError e) {
            Security.removeProvider(AmazonCorrettoCryptoProvider.PROVIDER_NAME);
            LOG.warn("no native cryptography: TLS and signatures cost more without it", e);
        }
    }

    /** The engine is made after the way in, which it also uses. */
    private static final class EngineHolder {
        private volatile @org.jspecify.annotations.Nullable Engine engine;

        void set(Engine made) {
            engine = made;
        }

        Engine engine() {
            Engine made = engine;
            if (made == null) {
                throw new IllegalStateException("mail came in before the engine was made");
            }
            return made;
        }
    }

    @Override
    public void restoreStores(Path directory) throws IOException {
        Path spool = directory.resolve("spool");
        Path backup = directory.resolve("spool.backup");
        Files.move(spool, backup);
        RocksSpool.restore(backup, spool);
        try (Stream<Path> files = Files.walk(backup)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Override
    public void drain() throws InterruptedException {
        lifecycle.stop();
    }

    @Override
    public void awaitStop() throws InterruptedException {
        lifecycle.awaitStop();
    }
}
