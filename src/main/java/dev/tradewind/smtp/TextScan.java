package dev.tradewind.smtp;

import java.util.Optional;

/**
 * The scanner of message text: walks over blocks of octets as they arrive and keeps its place between them. It serves DATA, where a
 * leading dot is special, and (by {@link #inspect}) text that came in counted octets, where it is not. Used by one thread.
 */
final class TextScan {
    /** Why the scanner stopped. */
    enum Stop {
        /** The block is used up. */
        NEEDS_MORE,
        /** A leading dot was left out: keep the block so far and go on. */
        DOT,
        FINAL_DOT,
        BARE_CR,
        BARE_LF
    }

    private enum Place {
        LINE_START,
        WITHIN,
        AFTER_CR,
        /** Behind a leading dot that is not yet known to be the final one. */
        AFTER_DOT,
        AFTER_DOT_CR
    }

    private Place place = Place.LINE_START;
    private int position;
    private int blockStart;
    private int blockEnd;
    private int signs;
    private int line = 1;
    private int nulLine;
    private int longest;
    private int longestIs;
    /** Octets of the line under way that lay in earlier blocks. */
    private int lineBefore;

    /** Index behind what the last call scanned. */
    int position() {
        return position;
    }

    /** Start of what the last call found to be text. */
    int blockStart() {
        return blockStart;
    }

    /** End of what the last call found to be text. */
    int blockEnd() {
        return blockEnd;
    }

    /** Number of the line under way, from 1. */
    int line() {
        return line;
    }

    TextFacts facts() {
        return new TextFacts(signs < 0, nulLine, longest, longestIs, place == Place.LINE_START);
    }

    /** Looks at text that is whole. */
    static TextInspection inspect(byte[] text, int length) {
        TextScan scan = new TextScan();
        int at = 0;
        while (at < length) {
            Stop stop = scan.scanLine(text, at, length);
            at = scan.position;
            if (stop == Stop.BARE_CR || stop == Stop.BARE_LF) {
                SmtpReader.Bare bare = stop == Stop.BARE_CR ? SmtpReader.Bare.CR : SmtpReader.Bare.LF;
                return new TextInspection(Optional.of(bare), scan.line, scan.facts());
            }
        }
        if (scan.place == Place.AFTER_CR) {
            return new TextInspection(Optional.of(SmtpReader.Bare.CR), scan.line, scan.facts());
        }
        boolean ended = scan.place == Place.LINE_START;
        scan.endLine(scan.lineBefore);
        TextFacts facts = scan.facts();
        return new TextInspection(
                Optional.empty(),
                0,
                new TextFacts(facts.eightBit(), facts.nulLine(), facts.longestLine(), facts.longestLineIs(), ended));
    }

    /** Scans {@code octets[start..end)} of a DATA stream until something stops it. */
    Stop next(byte[] octets, int start, int end) {
        blockStart = start;
        blockEnd = start;
        position = start;
        while (position < end) {
            switch (place) {
                case LINE_START -> {
                    if (octets[position] == '.') {
                        blockEnd = position;
                        position++;
                        place = Place.AFTER_DOT;
                        if (blockEnd > blockStart) {
                            return Stop.DOT;
                        }
                        continue;
                    }
                }
                case AFTER_DOT -> {
                    blockStart = position;
                    blockEnd = position;
                    if (octets[position] == '\r') {
                        position++;
                        place = Place.AFTER_DOT_CR;
                        continue;
                    }
                    place = Place.WITHIN;
                }
                case AFTER_DOT_CR -> {
                    if (octets[position] != '\n') {
                        return Stop.BARE_CR;
                    }
                    position++;
                    blockStart = position;
                    blockEnd = position;
                    place = Place.LINE_START;
                    return Stop.FINAL_DOT;
                }
                case WITHIN, AFTER_CR -> {}
            }
            Stop stop = scanLine(octets, position, end);
            blockEnd = position;
            if (stop == Stop.BARE_CR || stop == Stop.BARE_LF) {
                return stop;
            }
        }
        return Stop.NEEDS_MORE;
    }

    /** Scans to the end of the line or block. */
    private Stop scanLine(byte[] octets, int start, int end) {
        int i = start;
        if (place == Place.AFTER_CR) {
            if (i >= end) {
                return Stop.NEEDS_MORE;
            }
            if (octets[i] != '\n') {
                return Stop.BARE_CR;
            }
            position = i + 1;
            endLine(lineBefore);
            return Stop.NEEDS_MORE;
        }
        int bits = signs;
        while (i < end) {
            byte octet = octets[i];
            bits |= octet;
            if (octet > '\r' || octet < 0) {
                i++;
                continue;
            }
            if (octet == '\r') {
                int length = lineBefore + i - start;
                signs = bits;
                if (i + 1 >= end) {
                    position = i + 1;
                    lineBefore = length;
                    place = Place.AFTER_CR;
                    return Stop.NEEDS_MORE;
                }
                if (octets[i + 1] != '\n') {
                    position = i;
                    return Stop.BARE_CR;
                }
                position = i + 2;
                endLine(length);
                return Stop.NEEDS_MORE;
            }
            if (octet == '\n') {
                signs = bits;
                position = i;
                return Stop.BARE_LF;
            }
            if (octet == 0 && nulLine == 0) {
                nulLine = line;
            }
            i++;
        }
        signs = bits;
        lineBefore += i - start;
        position = i;
        place = Place.WITHIN;
        return Stop.NEEDS_MORE;
    }

    private void endLine(int length) {
        if (length > longest) {
            longest = length;
            longestIs = line;
        }
        line++;
        lineBefore = 0;
        place = Place.LINE_START;
    }
}
