package dev.tradewind.api;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** All endpoints and pages, and which of them a request is for. Immutable. */
final class RoutingTable {
    /** What a path and method lead to. */
    sealed interface Match {
        /** An endpoint of the API. */
        record ToEndpoint(Endpoint endpoint, Map<String, String> parameters) implements Match {}

        /** A page. */
        record ToPage(Page page) implements Match {}

        /** The path is there, the method is not. */
        record WrongMethod(String allow) implements Match {}

        /** Nothing there. */
        record Nothing() implements Match {}
    }

    private record Templated(String[] segments, Endpoint endpoint) {}

    private final List<Endpoint> endpoints;
    private final Map<String, List<Endpoint>> exact = new HashMap<>();
    private final List<Templated> templated = new ArrayList<>();
    private final Map<String, List<Page>> pages = new HashMap<>();
    private final List<Page> trees = new ArrayList<>();

    /** @throws IllegalArgumentException if two things claim the same method of the same path */
    RoutingTable(List<Endpoint> endpoints, List<Page> pages) {
        this.endpoints = List.copyOf(endpoints);
        for (Endpoint endpoint : endpoints) {
            if (endpoint.path().indexOf('{') < 0) {
                List<Endpoint> same = exact.computeIfAbsent(endpoint.path(), p -> new ArrayList<>());
                if (same.stream().anyMatch(e -> e.method().equals(endpoint.method()))) {
                    throw new IllegalArgumentException("two endpoints at " + endpoint.method() + " " + endpoint.path());
                }
                same.add(endpoint);
            } else {
                templated.add(new Templated(endpoint.path().split("/", -1), endpoint));
            }
        }
        for (Page page : pages) {
            if (page.isTree()) {
                trees.add(page);
            } else {
                this.pages.computeIfAbsent(page.path(), p -> new ArrayList<>()).add(page);
            }
        }
    }

    /** All endpoints, in the order of the documentation. */
    List<Endpoint> endpoints() {
        return endpoints;
    }

    /**
     * Finds what serves a request; HEAD is served as GET.
     *
     * @param rawPath path as it came, still encoded; trailing slashes do not count
     * @throws Refusal 400 if an escape in the path is broken
     */
    Match find(String method, String rawPath) throws Refusal {
        String wanted = method.equals("HEAD") ? "GET" : method;
        String path = withoutTrailingSlashes(rawPath);
        TreeSet<String> allowed = new TreeSet<>();
        for (Endpoint endpoint : exact.getOrDefault(path, List.of())) {
            if (endpoint.method().equals(wanted)) {
                return new Match.ToEndpoint(endpoint, Map.of());
            }
            allow(allowed, endpoint.method());
        }
        if (allowed.isEmpty() && !templated.isEmpty()) {
            String[] segments = path.split("/", -1);
            for (Templated candidate : templated) {
                Optional<Map<String, String>> parameters = match(candidate.segments(), segments);
                if (parameters.isPresent()) {
                    if (candidate.endpoint().method().equals(wanted)) {
                        return new Match.ToEndpoint(candidate.endpoint(), parameters.get());
                    }
                    allow(allowed, candidate.endpoint().method());
                }
            }
        }
        for (Page page : pages.getOrDefault(path, List.of())) {
            if (page.method().equals(wanted)) {
                return new Match.ToPage(page);
            }
            allow(allowed, page.method());
        }
        for (Page page : trees) {
            if (path.startsWith(page.root()) || (path + "/").equals(page.root())) {
                if (page.method().equals(wanted)) {
                    return new Match.ToPage(page);
                }
                allow(allowed, page.method());
            }
        }
        return allowed.isEmpty()
                ? new Match.Nothing()
                : new Match.WrongMethod(String.join(", ", allowed) + ", OPTIONS");
    }

    static String withoutTrailingSlashes(String path) {
        int end = path.length();
        while (end > 1 && path.charAt(end - 1) == '/') {
            end--;
        }
        return end == path.length() ? path : path.substring(0, end);
    }

    private static void allow(Set<String> allowed, String method) {
        allowed.add(method);
        if (method.equals("GET")) {
            allowed.add("HEAD");
        }
    }

    private static Optional<Map<String, String>> match(String[] template, String[] segments) throws Refusal {
        if (template.length != segments.length) {
            return Optional.empty();
        }
        for (int i = 0; i < template.length; i++) {
            boolean parameter = template[i].startsWith("{");
            if (parameter ? segments[i].isEmpty() : !template[i].equals(segments[i])) {
                return Optional.empty();
            }
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        for (int i = 0; i < template.length; i++) {
            if (template[i].startsWith("{")) {
                parameters.put(template[i].substring(1, template[i].length() - 1), Query.decode(segments[i], false));
            }
        }
        return Optional.of(parameters);
    }
}
