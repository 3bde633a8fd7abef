package dev.tradewind.classify;

/**
 * A reply as it was heard, that a rule is held to.
 *
 * @param phase what it answered
 * @param line  in one line, {@code 550 5.1.1 no such user}
 */
public record ReplySample(Phase phase, String line) {
    /**
     * Reads a sample; a phase may stand before the reply, else it answered the end of data.
     *
     * @throws IllegalArgumentException if it is in our own words or has no reply code
     */
    public static ReplySample parse(String written) {
        Phase phase = Phase.END_OF_DATA;
        String reply = written.strip();
        int space = reply.indexOf(' ');
        for (Phase one : Phase.values()) {
            if (space > 0 && one.name().equals(reply.substring(0, space))) {
                phase = one;
                reply = reply.substring(space + 1).strip();
                break;
            }
        }
        if (NormalReply.isOurs(reply)) {
            throw new IllegalArgumentException("a sample in our own words; rules are about what hosts say");
        }
        ReplySample sample = new ReplySample(phase, reply);
        if (NormalReply.ofLine(reply).filter(said -> said.code() != 0).isEmpty()) {
            throw new IllegalArgumentException("'" + written + "' is no reply such as 550 5.1.1 no such user");
        }
        return sample;
    }

    /** In the form in which rules see it. */
    public NormalReply reply() {
        return NormalReply.ofLine(line)
                .map(said -> said.answering(phase))
                .orElseThrow(() -> new IllegalStateException("a sample in our own words: " + line));
    }

    @Override
    public String toString() {
        return phase == Phase.END_OF_DATA ? line : phase + " " + line;
    }
}
