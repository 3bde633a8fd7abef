package dev.tradewind.compose.template;

/**
 * What rendering one message may take, all its parts together unless said otherwise.
 *
 * @param outputCharacters rendered text, in UTF-16 units
 * @param loopIterations   passes through the bodies of {@code each}
 * @param steps            tags, operands and operators evaluated; 64 characters of a string compared or joined; 4 digits of
 *     numbers that are not integers of 64 bits and are calculated with; a character of what else is joined
 * @param inclusionDepth   dynamic content and snippets within each other
 * @param snippetCalls     {@code render_snippet} calls made in one part
 */
public record RenderLimits(int outputCharacters, int loopIterations, long steps, int inclusionDepth, int snippetCalls) {
    /** 20 MB of text, 1,000,000 passes, 20,000,000 steps, 8 inclusions deep, 5 snippets a part. */
    public static final RenderLimits STANDARD = new RenderLimits(20 * 1024 * 1024, 1_000_000, 20_000_000, 8, 5);

    public RenderLimits {
        if (outputCharacters < 0 || loopIterations < 0 || steps < 0 || inclusionDepth < 0 || snippetCalls < 0) {
            throw new IllegalArgumentException("a limit of rendering is negative");
        }
    }
}
