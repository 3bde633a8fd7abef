package dev.tradewind.account.sql;

import dev.tradewind.account.Accounts;
import dev.tradewind.account.ApiKeys;
import dev.tradewind.account.Authenticator;
import dev.tradewind.account.DkimKeyPair;
import dev.tradewind.account.DkimPublicKey;
import dev.tradewind.account.Grant;
import dev.tradewind.account.Seal;
import dev.tradewind.account.SendingDomainStore;
import dev.tradewind.account.SendingDomains;
import dev.tradewind.account.Tenant;
import dev.tradewind.account.TenantScope;
import dev.tradewind.mail.Domain;
import dev.tradewind.settings.Cidr;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ControlPlaneTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-24T20:00:00.123456Z"));
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final TenantScope MAIN = TenantScope.whole(1);
    private static final byte[] PRIVATE = "this stands for a PKCS#8 key".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path directory;

    private final byte[] masterKey = new byte[Seal.KEY_OCTETS];
    private ControlDatabase database;

    @BeforeEach
    void open() {
        RANDOM.nextBytes(masterKey);
        database = ControlDatabase.open(directory.resolve("control.db"));
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void reopen() {
        database.close();
        database = ControlDatabase.open(directory.resolve("control.db"));
    }

    private SqlApiKeys keys() throws Exception {
        new SqlAccounts(database, CLOCK); // makes the main account
        return new SqlApiKeys(database, CLOCK, RANDOM);
    }

    private SqlSendingDomains domains() throws Exception {
        new SqlAccounts(database, CLOCK);
        return new SqlSendingDomains(database, new Seal(masterKey, RANDOM), CLOCK);
    }

    private static DkimKeyPair pair(String domain, String selector) {
        return new DkimKeyPair(
                new DkimPublicKey(new Domain(domain), selector, DkimPublicKey.Algorithm.RSA, new byte[] {1, 2, 3}),
                PRIVATE);
    }

    private void assertNoFileContains(String secret) throws Exception {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                        .doesNotContain(secret);
            }
        }
    }

    @Test
    void mainAccountIsThereAndKeepsChangesAcrossARestart() throws Exception {
        SqlAccounts accounts = new SqlAccounts(database, CLOCK);
        assertThat(accounts.account(1).options()).isEqualTo(Accounts.AccountOptions.DEFAULT);
        accounts.update(
                1,
                account -> new Accounts.Account(
                        1,
                        "Ünï Ltd",
                        account.status(),
                        account.created(),
                        account.updated(),
                        new Accounts.AccountOptions(true, false, true, false, false, true)));
        reopen();
        Accounts.Account again = new SqlAccounts(database, CLOCK).account(1);
        assertThat(again.companyName()).isEqualTo("Ünï Ltd");
        assertThat(again.options()).isEqualTo(new Accounts.AccountOptions(true, false, true, false, false, true));
    }

    @Test
    void keyAuthenticatesAfterARestartAndOnlyItsHashIsInTheFile() throws Exception {
        ApiKeys.Created created = keys().create(new ApiKeys.NewKey(
                Tenant.MAIN, "ci", Set.of(Grant.TRANSMISSIONS_MODIFY, Grant.SMTP_INJECT), List.of()));
        assertThat(created.secret()).matches("[0-9a-f]{40}");
        assertThat(created.toString()).doesNotContain(created.secret());
        reopen();
        SqlApiKeys again = keys();
        assertThat(again.authenticate(created.secret(), LOOPBACK))
                .isInstanceOfSatisfying(Authenticator.Result.Authenticated.class, result -> {
                    assertThat(result.principal().keyId())
                            .isEqualTo(created.key().id());
                    assertThat(result.principal().may(Grant.SMTP_INJECT)).isTrue();
                    assertThat(result.principal().may(Grant.TRANSMISSIONS_VIEW)).isTrue();
                    assertThat(result.principal().may(Grant.METRICS_VIEW)).isFalse();
                });
        database.close();
        assertNoFileContains(created.secret());
    }

    @Test
    void keyIsRefusedFromOtherNetworksAndAfterItsDeletion() throws Exception {
        SqlApiKeys keys = keys();
        ApiKeys.Created created = keys.create(new ApiKeys.NewKey(
                Tenant.MAIN, "office", Set.of(Grant.METRICS_VIEW), List.of(Cidr.parse("192.0.2.0/24"))));
        assertThat(keys.authenticate(created.secret(), LOOPBACK)).isInstanceOf(Authenticator.Result.WrongAddress.class);
        assertThat(keys.authenticate(created.secret(), InetAddress.ofLiteral("192.0.2.77")))
                .isInstanceOf(Authenticator.Result.Authenticated.class);
        assertThat(keys.delete(TenantScope.only(new Tenant(1, 5)), created.key().id()))
                .isFalse();
        assertThat(keys.delete(MAIN, created.key().id())).isTrue();
        assertThat(keys.authenticate(created.secret(), InetAddress.ofLiteral("192.0.2.77")))
                .isInstanceOf(Authenticator.Result.Unknown.class);
        assertThat(keys.list(MAIN)).isEmpty();
    }

    @Test
    void operatorsKeyIsMadeOnceAndFollowsItsGrants() throws Exception {
        SqlApiKeys keys = keys();
        String secret = "operator-chosen-key-of-some-length";
        ApiKeys.ApiKey first =
                keys.ensure(new ApiKeys.NewKey(Tenant.MAIN, "admin", Set.of(Grant.METRICS_VIEW), List.of()), secret);
        assertThat(keys.ensure(new ApiKeys.NewKey(Tenant.MAIN, "admin", Set.of(Grant.METRICS_VIEW), List.of()), secret))
                .isEqualTo(first);
        keys.ensure(new ApiKeys.NewKey(Tenant.MAIN, "admin", Set.of(Grant.values()), List.of()), secret);
        assertThat(keys.list(MAIN)).hasSize(1);
        assertThat(keys.list(MAIN).getFirst().grants()).contains(Grant.OPERATE);
        assertThatThrownBy(() -> keys.ensure(
                        new ApiKeys.NewKey(Tenant.MAIN, "admin", Set.of(Grant.METRICS_VIEW), List.of()), "short"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anotherOperatorsKeyTakesThePlaceOfTheOldAndOfNoOther() throws Exception {
        ApiKeys.NewKey admin = new ApiKeys.NewKey(Tenant.MAIN, "admin", Set.of(Grant.values()), List.of());
        SqlApiKeys keys = keys();
        ApiKeys.Created colleague = keys.create(admin); // looks the same and is somebody else's
        String first = "first-key-of-the-operator";
        String second = "second-key-of-the-operator";
        keys.ensure(admin, first);
        keys.ensure(admin, second);
        assertThat(keys.authenticate(first, LOOPBACK)).isInstanceOf(Authenticator.Result.Unknown.class);
        assertThat(keys.authenticate(second, LOOPBACK)).isInstanceOf(Authenticator.Result.Authenticated.class);
        reopen();
        SqlApiKeys again = keys();
        assertThat(again.authenticate(first, LOOPBACK)).isInstanceOf(Authenticator.Result.Unknown.class);
        again.ensure(admin, first);
        assertThat(again.authenticate(second, LOOPBACK)).isInstanceOf(Authenticator.Result.Unknown.class);
        assertThat(again.authenticate(first, LOOPBACK)).isInstanceOf(Authenticator.Result.Authenticated.class);
        assertThat(again.authenticate(colleague.secret(), LOOPBACK))
                .isInstanceOf(Authenticator.Result.Authenticated.class);
        assertThat(again.list(MAIN)).hasSize(2);
    }

    @Test
    void domainSignsWithItsKeyAfterARestartAndTheKeyIsNotReadableInTheFile() throws Exception {
        SqlSendingDomains domains = domains();
        Domain domain = new Domain("mail.example.com");
        assertThat(domains.create(new SendingDomainStore.NewDomain(
                        Tenant.MAIN, domain, false, List.of(pair("mail.example.com", "tw1")))))
                .isInstanceOf(SendingDomainStore.Creation.Created.class);
        assertThat(domains.find(Tenant.MAIN, domain).orElseThrow().verified()).isFalse();
        domains.update(
                MAIN,
                domain,
                new SendingDomainStore.Change(
                        Optional.empty(), Optional.empty(), Optional.of(SendingDomainStore.Status.VALID)));
        reopen();
        SendingDomains again = domains();
        SendingDomains.SendingDomain found = again.find(Tenant.MAIN, domain).orElseThrow();
        assertThat(found.verified()).isTrue();
        assertThat(found.keys()).containsExactly(new SendingDomains.KeyName(domain, "tw1"));
        assertThat(again.privateKey(found.keys().getFirst()))
                .hasValueSatisfying(key -> assertThat(key).isEqualTo(PRIVATE));
        database.close();
        assertNoFileContains("stands for a PKCS#8");
    }

    @Test
    void domainBelongsToOneAccountAndSubaccountsSeeItOnlyWhenShared() throws Exception {
        SqlSendingDomains domains = domains();
        Domain domain = new Domain("example.com");
        Tenant child = new Tenant(1, 7);
        domains.create(new SendingDomainStore.NewDomain(Tenant.MAIN, domain, false, List.of()));
        assertThat(domains.create(new SendingDomainStore.NewDomain(child, domain, false, List.of())))
                .isEqualTo(new SendingDomainStore.Creation.Exists(Tenant.MAIN));
        assertThat(domains.create(new SendingDomainStore.NewDomain(
                        new Tenant(2, 0), new Domain("sub.example.com"), false, List.of())))
                .isInstanceOf(SendingDomainStore.Creation.Foreign.class);
        assertThat(domains.find(child, domain)).isEmpty();
        domains.update(
                MAIN, domain, new SendingDomainStore.Change(Optional.of(true), Optional.empty(), Optional.empty()));
        assertThat(domains.find(child, domain)).isPresent();
        assertThat(domains.delete(MAIN, domain)).isTrue();
        assertThat(domains.find(Tenant.MAIN, domain)).isEmpty();
    }

    @Test
    void replacedKeysAreGone() throws Exception {
        SqlSendingDomains domains = domains();
        Domain domain = new Domain("example.com");
        domains.create(new SendingDomainStore.NewDomain(Tenant.MAIN, domain, false, List.of(pair("example.com", "a"))));
        domains.update(
                MAIN,
                domain,
                new SendingDomainStore.Change(
                        Optional.empty(), Optional.of(List.of(pair("example.com", "b"))), Optional.empty()));
        assertThat(domains.privateKey(new SendingDomains.KeyName(domain, "a"))).isEmpty();
        assertThat(domains.privateKey(new SendingDomains.KeyName(domain, "b"))).isPresent();
    }

    @Test
    void sealedSecretOpensOnlyWithItsKeyAndUnderItsName() {
        Seal seal = new Seal(masterKey, RANDOM);
        String sealed = seal.seal("dkim:a", PRIVATE);
        assertThat(seal.open("dkim:a", sealed)).isEqualTo(PRIVATE);
        assertThatThrownBy(() -> seal.open("dkim:b", sealed)).isInstanceOf(IllegalStateException.class);
        byte[] other = masterKey.clone();
        other[0] ^= 1;
        assertThatThrownBy(() -> new Seal(other, RANDOM).open("dkim:a", sealed))
                .isInstanceOf(IllegalStateException.class);
    }
}
