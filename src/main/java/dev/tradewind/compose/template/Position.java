package dev.tradewind.compose.template;

/**
 * A place in a template's source.
 *
 * @param line   from 1; a line ends with LF
 * @param column from 1, in Unicode code points
 */
record Position(int line, int column) {
    static final Position START = new Position(1, 1);

    @Override
    public String toString() {
        return "line " + line + ", column " + column;
    }
}
