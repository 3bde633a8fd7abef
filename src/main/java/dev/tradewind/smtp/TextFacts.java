package dev.tradewind.smtp;

/**
 * What message text is like, found while it is scanned.
 *
 * @param eightBit       whether it has an octet above 127
 * @param nulLine        number of the first line with a NUL, from 1; 0 if there is none
 * @param longestLine    octets of the longest line without CRLF
 * @param longestLineIs  number of that line, from 1
 * @param endsWithCrlf   whether the last line is ended
 */
public record TextFacts(boolean eightBit, int nulLine, int longestLine, int longestLineIs, boolean endsWithCrlf) {}
