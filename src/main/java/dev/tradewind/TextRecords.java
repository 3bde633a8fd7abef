package dev.tradewind;

import dev.tradewind.account.TxtRecords;
import dev.tradewind.route.Dns;

import java.util.List;
import java.util.Locale;

/** TXT records for the control plane, by way of the resolver that routing uses. */
final class TextRecords {
    private static final int MAX_ALIASES = 8;

    private TextRecords() {}

    /** Asks for the TXT records of a name; follows aliases. */
    static TxtRecords.Answer lookup(Dns dns, String name) {
        String asked = name.toLowerCase(Locale.ROOT);
        for (int i = 0; i < MAX_ALIASES; i++) {
            switch (dns.ask(new Dns.Question(asked, Dns.Type.TXT))) {
                case Dns.Answer.Records records -> {
                    return new TxtRecords.Answer.Found(texts(records));
                }
                case Dns.Answer.Alias alias -> asked = alias.target();
                case Dns.Answer.NoSuchName none -> {
                    return new TxtRecords.Answer.None();
                }
                case Dns.Answer.NoData none -> {
                    return new TxtRecords.Answer.None();
                }
                case Dns.Answer.Failure failure -> {
                    return new TxtRecords.Answer.Failed(failure.reason());
                }
            }
        }
        return new TxtRecords.Answer.Failed("more than " + MAX_ALIASES + " aliases in a row");
    }

    private static List<String> texts(Dns.Answer.Records records) {
        return records.records().stream()
                .filter(Dns.Resource.Text.class::isInstance)
                .map(record -> ((Dns.Resource.Text) record).text())
                .toList();
    }
}
