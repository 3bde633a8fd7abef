package dev.tradewind.classify;

import java.util.List;
import java.util.Set;

/**
 * One rule of {@code bounce-rules.txt}, whose head describes the language.
 *
 * @param name      unique
 * @param result    what it decides
 * @param providers sites at which it holds, by the names of their profiles; empty: everywhere
 * @param pattern   replies it decides
 * @param samples   replies it must decide, for the tests
 */
record BounceRule(
        String name, Classification result, Set<String> providers, ReplyPattern pattern, List<ReplySample> samples) {
    BounceRule {
        providers = Set.copyOf(providers);
        samples = List.copyOf(samples);
    }

    /** What reading a file of rules gives. */
    sealed interface Reading {
        /** Rules, in their order. */
        record Rules(List<BounceRule> rules) implements Reading {
            public Rules {
                rules = List.copyOf(rules);
            }
        }

        /** Everything that is wrong. */
        record Refused(List<Wrong> wrong) implements Reading {
            public Refused {
                wrong = List.copyOf(wrong);
            }
        }
    }

    /** One thing that is wrong with a file of rules; lines count from 1. */
    record Wrong(int line, String message) {
        @Override
        public String toString() {
            return "line " + line + ": " + message;
        }
    }
}
