package dev.tradewind.operate.config;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration with which the program does not start. Holds everything that is wrong with it, not the first thing. */
public final class RefusedConfiguration extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    /** @param problems at least one */
    public RefusedConfiguration(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** What is wrong, in the order of the text. */
    public List<Problem> problems() {
        return problems;
    }
}
