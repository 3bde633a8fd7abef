package dev.tradewind.route;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The DNS as a map: names that nothing was said about do not exist. */
final class FakeDns implements Dns {
    private final Map<Question, Answer> answers = new HashMap<>();
    private final Map<Question, Integer> asked = new HashMap<>();
    Duration ttl = Duration.ofMinutes(5);

    FakeDns mx(String name, Object... preferencesAndHosts) {
        List<Resource> records = new ArrayList<>();
        for (int i = 0; i < preferencesAndHosts.length; i += 2) {
            records.add(new Resource.Mx((int) preferencesAndHosts[i], (String) preferencesAndHosts[i + 1]));
        }
        return say(name, Type.MX, new Answer.Records(records, ttl, false));
    }

    FakeDns address(String name, String... addresses) {
        List<Resource> four = new ArrayList<>();
        List<Resource> six = new ArrayList<>();
        for (String address : addresses) {
            (address.indexOf(':') < 0 ? four : six).add(new Resource.Address(InetAddress.ofLiteral(address)));
        }
        Answer none = new Answer.NoData(ttl);
        say(name, Type.A, four.isEmpty() ? none : new Answer.Records(four, ttl, false));
        say(name, Type.AAAA, six.isEmpty() ? none : new Answer.Records(six, ttl, false));
        answers.putIfAbsent(new Question(name, Type.MX), none);
        return this;
    }

    FakeDns alias(String name, String target) {
        for (Type type : Type.values()) {
            say(name, type, new Answer.Alias(target, ttl));
        }
        return this;
    }

    FakeDns fails(String name) {
        for (Type type : Type.values()) {
            say(name, type, new Answer.Failure("SERVFAIL for " + name, Duration.ofSeconds(10)));
        }
        return this;
    }

    FakeDns say(String name, Type type, Answer answer) {
        answers.put(new Question(name, type), answer);
        return this;
    }

    int asked(String name, Type type) {
        return asked.getOrDefault(new Question(name, type), 0);
    }

    @Override
    public synchronized Answer ask(Question question) {
        asked.merge(question, 1, Integer::sum);
        return answers.getOrDefault(question, new Answer.NoSuchName(ttl));
    }
}
