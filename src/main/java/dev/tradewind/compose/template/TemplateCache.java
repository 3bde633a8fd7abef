package dev.tradewind.compose.template;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The compiled dynamic content and snippets of one transmission, by source: what several messages include is compiled once.
 * Sources that are refused are kept too, so that a fault is not found anew for each recipient.
 *
 * <p>Bounded: when it would hold more than its limit it forgets everything and starts over. A transmission's dynamic content
 * is at most as large as its substitution data, so that this happens only with very many snippets. Safe for many threads;
 * reading takes no lock.
 */
public final class TemplateCache {
    /** 8 MB of compiled templates, as {@link Template#retainedOctets()} estimates them. */
    public static final long STANDARD_OCTETS = 8L * 1024 * 1024;

    private record Key(Template.Kind kind, TemplatePart part, String source) {}

    /** A template, or why there is none. */
    private record Entry(
            @Nullable Template template, @Nullable TemplateSyntaxException refusal) {}

    private final ConcurrentHashMap<Key, Entry> entries = new ConcurrentHashMap<>();
    private final AtomicLong octets = new AtomicLong();
    private final long limit;

    public TemplateCache() {
        this(STANDARD_OCTETS);
    }

    /** @param limitOctets estimate of the memory that entries may hold */
    public TemplateCache(long limitOctets) {
        this.limit = limitOctets;
    }

    /** How many templates it holds now. */
    public int size() {
        return entries.size();
    }

    Template get(Template.Kind kind, String source, TemplatePart part) throws TemplateSyntaxException {
        Key key = new Key(kind, part, source);
        Entry entry = entries.get(key);
        if (entry == null) {
            entry = compile(key);
            keep(key, entry);
        }
        if (entry.template != null) return entry.template;
        if (entry.refusal != null) throw entry.refusal;
        throw new IllegalStateException("an entry with neither a template nor a refusal");
    }

    private static Entry compile(Key key) {
        try {
            return new Entry(Template.compile(key.source, key.part, key.kind), null);
        } catch (TemplateSyntaxException e) {
            return new Entry(null, e);
        }
    }

    private void keep(Key key, Entry entry) {
        long cost = 256L + 2L * key.source.length();
        if (entry.template != null) cost += entry.template.retainedOctets();
        if (cost > limit) return;
        if (octets.addAndGet(cost) > limit) {
            entries.clear();
            octets.set(cost);
        }
        if (entries.putIfAbsent(key, entry) != null) octets.addAndGet(-cost);
    }
}
