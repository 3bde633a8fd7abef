package dev.tradewind.event;

import dev.tradewind.account.Tenant;
import dev.tradewind.account.TenantScope;
import dev.tradewind.mail.MessageId;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;

import static org.assertj.core.api.Assertions.assertThat;

class EventSearchTest {
    private static final Instant NOON = Happened.NOON;
    private static final TenantScope ALL = TenantScope.whole(1);

    private final Happened happened = new Happened();

    private static MessageId message(long transmission, int place) {
        return MessageId.of(transmission, place, 7);
    }

    private EventPage.Found find(
            TenantScope scope, Map<EventFilter, List<String>> filters, int perPage, Optional<String> cursor) {
        EventPage page = new EventSearch(happened.stream())
                .search(new EventQuery(
                        scope, NOON.minusSeconds(3600), NOON.plusSeconds(3600), filters, perPage, cursor));
        assertThat(page).isInstanceOf(EventPage.Found.class);
        return (EventPage.Found) page;
    }

    private static List<String> ids(EventPage.Found page) {
        return page.events().stream()
                .map(json -> new String(json, StandardCharsets.UTF_8))
                .map(json -> json.substring(13, json.indexOf('"', 13)))
                .toList();
    }

    private List<String> ids(EventFilter filter, String... values) {
        return ids(find(ALL, Map.of(filter, List.of(values)), 1_000, Optional.empty()));
    }

    @Test
    void everyFilterFindsItsEventsAndNoOthers() {
        happened.add(EventType.INJECTION, message(1, 0), "a@example.com", NOON);
        happened.add(
                Tenant.MAIN,
                EventType.BOUNCE,
                message(1, 0),
                "a@example.com",
                NOON,
                "\"bounce_class\":\"10\",\"reason\":\"550 5.1.1 no such user\",\"campaign_id\":\"blackfriday-x\","
                        + "\"template_id\":\"welcome_mail\",\"ip_pool\":\"default\",\"sending_ip\":\"192.0.2.1\","
                        + "\"friendly_from\":\"News <News@Mail.Example.org>\",\"subject\":\"Big SALE today\"");
        happened.add(
                new Tenant(1, 5),
                EventType.DELIVERY,
                message(2, 0),
                "b@sub.example.net",
                NOON,
                "\"sending_domain\":\"shop.example\",\"friendly_from\":\"x@example.org\",\"subject\":\"friday\"");

        assertThat(ids(EventFilter.EVENTS, "bounce", "delivery")).containsExactly("e2", "e1");
        assertThat(ids(EventFilter.RECIPIENTS, "A@example.com")).containsExactly("e1", "e0");
        assertThat(ids(EventFilter.RECIPIENT_DOMAINS, "example.net")).containsExactly("e2");
        assertThat(ids(EventFilter.RECIPIENT_DOMAINS, "xample.net")).isEmpty();
        assertThat(ids(EventFilter.FROM_ADDRESSES, "news@mail.example.org")).containsExactly("e1");
        assertThat(ids(EventFilter.SENDING_DOMAINS, "mail.example.org")).containsExactly("e1");
        assertThat(ids(EventFilter.SENDING_DOMAINS, "shop")).containsExactly("e2");
        assertThat(ids(EventFilter.SUBJECTS, "sale today")).containsExactly("e1");
        assertThat(ids(EventFilter.SUBJECTS, "today sale")).isEmpty();
        assertThat(ids(EventFilter.SUBJECTS, "wrong"))
                .as("only outermost fields")
                .isEmpty();
        assertThat(ids(EventFilter.BOUNCE_CLASSES, "10", "30")).containsExactly("e1");
        assertThat(ids(EventFilter.REASONS, "such user")).containsExactly("e1");
        assertThat(ids(EventFilter.CAMPAIGNS, "blackfriday")).containsExactly("e1");
        assertThat(ids(EventFilter.CAMPAIGNS, "friday")).isEmpty();
        assertThat(ids(EventFilter.TEMPLATES, "mail")).containsExactly("e1");
        assertThat(ids(EventFilter.IP_POOLS, "default")).containsExactly("e1");
        assertThat(ids(EventFilter.SENDING_IPS, "192.0.2.1")).containsExactly("e1");
        assertThat(ids(EventFilter.SUBACCOUNTS, "5")).containsExactly("e2");
        assertThat(ids(EventFilter.SUBACCOUNTS, "0")).containsExactly("e1", "e0");
        assertThat(ids(
                        EventFilter.MESSAGES,
                        message(1, 0).toString(),
                        message(2, 0).toString()))
                .containsExactly("e2", "e1", "e0");
        assertThat(ids(EventFilter.TRANSMISSIONS, "2", "77")).containsExactly("e2");
        assertThat(ids(EventFilter.EVENT_IDS, "e0")).containsExactly("e0");
        assertThat(ids(find(
                        ALL,
                        Map.of(EventFilter.TRANSMISSIONS, List.of("1"), EventFilter.EVENTS, List.of("injection")),
                        10,
                        Optional.empty())))
                .containsExactly("e0");
    }

    @Test
    void nobodySeesWhatIsAnothersTenant() {
        happened.add(EventType.DELIVERY, message(1, 0), "a@example.com", NOON);
        happened.add(new Tenant(1, 5), EventType.DELIVERY, message(2, 0), "a@example.com", NOON, "");
        happened.add(new Tenant(2, 0), EventType.DELIVERY, message(3, 0), "a@example.com", NOON, "");
        Map<EventFilter, List<String>> byIndex = Map.of(EventFilter.RECIPIENTS, List.of("a@example.com"));
        assertThat(ids(find(ALL, byIndex, 10, Optional.empty()))).containsExactly("e1", "e0");
        assertThat(ids(find(TenantScope.only(new Tenant(1, 5)), byIndex, 10, Optional.empty())))
                .containsExactly("e1");
        assertThat(ids(find(TenantScope.whole(2), Map.of(), 10, Optional.empty())))
                .containsExactly("e2");
        assertThat(ids(find(
                        TenantScope.only(new Tenant(1, 5)),
                        Map.of(EventFilter.SUBACCOUNTS, List.of("0")),
                        10,
                        Optional.empty())))
                .isEmpty();
        assertThat(ids(find(
                        TenantScope.whole(2), Map.of(EventFilter.TRANSMISSIONS, List.of("1")), 10, Optional.empty())))
                .isEmpty();
    }

    @Test
    void timeIsFromInclusiveToExclusive() {
        for (int i = 0; i < 10; i++) {
            happened.add(EventType.DELAY, message(1, 0), "a@example.com", NOON.plusSeconds(i));
        }
        EventPage page = new EventSearch(happened.stream())
                .search(new EventQuery(ALL, NOON.plusSeconds(3), NOON.plusSeconds(6), Map.of(), 10, Optional.empty()));
        assertThat(ids((EventPage.Found) page)).containsExactly("e5", "e4", "e3");
    }

    @Test
    void pagesAreWholeThoughEventsKeepComing() {
        for (int i = 0; i < 25; i++) {
            happened.add(EventType.DELAY, message(i % 3 + 1, 0), "a@example.com", NOON);
        }
        for (Map<EventFilter, List<String>> filters : List.<Map<EventFilter, List<String>>>of(
                Map.of(), Map.of(EventFilter.TRANSMISSIONS, List.of("1", "2", "3")))) {
            List<String> all = new ArrayList<>();
            Optional<String> cursor = Optional.empty();
            int pages = 0;
            long total = -1;
            do {
                EventPage.Found page = find(ALL, filters, 10, cursor);
                total = total < 0 ? page.totalCount() : total;
                assertThat(page.totalCount()).isEqualTo(total);
                assertThat(page.totalIsExact()).isTrue();
                all.addAll(ids(page));
                cursor = page.next();
                happened.add(EventType.DELAY, message(1, 0), "a@example.com", NOON);
                pages++;
            } while (cursor.isPresent());
            assertThat(pages).isEqualTo((int) (total + 9) / 10);
            assertThat(all).hasSize((int) total).doesNotHaveDuplicates();
        }
    }

    @Test
    void valueThatNothingHasDoesNotHideWhatTheOthersFind() {
        MessageId message = message(5, 0);
        happened.add(EventType.DELIVERY, message, "a@example.com", NOON);
        assertThat(ids(EventFilter.EVENTS, "delivery", "open", "click")).containsExactly("e0");
        assertThat(ids(EventFilter.MESSAGES, message.toString(), "000443ee14578172be22", "x".repeat(32)))
                .containsExactly("e0");
        assertThat(ids(EventFilter.TRANSMISSIONS, "5", "x", "-5", "9".repeat(19)))
                .containsExactly("e0");
        assertThat(ids(EventFilter.SUBACCOUNTS, "0", "none", "2147483648")).containsExactly("e0");
    }

    @Test
    void countThatWasGivenUpSaysSo() {
        for (int i = 0; i < 100_300; i++) {
            happened.add(EventType.DELIVERY, message(5, 0), "a@example.com", NOON);
        }
        EventPage.Found page = find(ALL, Map.of(), 10, Optional.empty());
        assertThat(page.totalIsExact()).isFalse();
        assertThat(page.totalCount()).isBetween(100_000L, 100_299L);
    }

    @Test
    void onlyValuesThatNothingHasFindNothing() {
        happened.add(EventType.DELIVERY, message(5, 0), "a@example.com", NOON);
        for (Map.Entry<EventFilter, String> nobodys : Map.of(
                        EventFilter.EVENTS, "open",
                        EventFilter.MESSAGES, "x",
                        EventFilter.TRANSMISSIONS, "+5",
                        EventFilter.SUBACCOUNTS, "none",
                        EventFilter.MAILBOX_PROVIDERS, "example",
                        EventFilter.AB_TESTS, "a")
                .entrySet()) {
            assertThat(ids(nobodys.getKey(), nobodys.getValue()))
                    .as(nobodys.toString())
                    .isEmpty();
        }
    }

    @Test
    void primaryAloneDoesNotSeeItsSubaccounts() {
        happened.add(EventType.DELIVERY, message(1, 0), "a@example.com", NOON);
        happened.add(new Tenant(1, 5), EventType.DELIVERY, message(2, 0), "a@example.com", NOON, "");
        assertThat(ids(find(TenantScope.only(Tenant.MAIN), Map.of(), 10, Optional.empty())))
                .containsExactly("e0");
    }

    @Test
    void cursorIsGoodForItsOwnSearchOnly() {
        for (int i = 0; i < 5; i++) {
            happened.add(EventType.DELAY, message(1, 0), "a@example.com", NOON);
        }
        String cursor = find(ALL, Map.of(), 2, Optional.empty()).next().orElseThrow();
        EventSearch search = new EventSearch(happened.stream());
        for (EventQuery other : List.of(
                new EventQuery(TenantScope.whole(2), NOON, NOON.plusSeconds(1), Map.of(), 2, Optional.of(cursor)),
                new EventQuery(
                        ALL,
                        NOON,
                        NOON.plusSeconds(1),
                        Map.of(EventFilter.EVENTS, List.of("delay")),
                        2,
                        Optional.of(cursor)))) {
            assertThat(search.search(other)).isInstanceOf(EventPage.BadCursor.class);
        }
    }

    @Property(tries = 500)
    void anyTextIsACursorOrRefused(@ForAll String text) {
        assertThat(new EventSearch(happened.stream())
                        .search(new EventQuery(ALL, NOON, NOON.plusSeconds(1), Map.of(), 2, Optional.of(text))))
                .isInstanceOf(EventPage.BadCursor.class);
    }

    @Property(tries = 30)
    void pagesTogetherAreWhatAPlainScanFinds(@ForAll long seed) {
        Happened some = new Happened();
        Random random = new Random(seed);
        TreeSet<Integer> expected = new TreeSet<>();
        for (int i = 0; i < 200; i++) {
            int transmission = 1 + random.nextInt(4);
            boolean bounce = random.nextBoolean();
            some.add(
                    bounce ? EventType.BOUNCE : EventType.DELIVERY,
                    message(transmission, 0),
                    "a@example.com",
                    NOON.plusSeconds(i));
            if (bounce && transmission != 2 && transmission != 4) {
                expected.add(i);
            }
        }
        List<Integer> found = new ArrayList<>();
        Optional<String> cursor = Optional.empty();
        do {
            EventPage.Found page = (EventPage.Found) new EventSearch(some.stream())
                    .search(new EventQuery(
                            ALL,
                            NOON.minusSeconds(1),
                            NOON.plusSeconds(1_000),
                            Map.of(
                                    EventFilter.TRANSMISSIONS,
                                    List.of("3", "1", "1"),
                                    EventFilter.EVENTS,
                                    List.of("bounce")),
                            1 + random.nextInt(20),
                            cursor));
            assertThat(page.totalCount()).isEqualTo(expected.size());
            ids(page).forEach(id -> found.add(Integer.parseInt(id.substring(1))));
            cursor = page.next();
        } while (cursor.isPresent());
        assertThat(found).containsExactlyElementsOf(expected.descendingSet());
    }
}
