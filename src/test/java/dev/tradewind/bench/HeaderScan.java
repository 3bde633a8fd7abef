package dev.tradewind.bench;

import java.nio.charset.StandardCharsets;

/** Reads of a header section only what the sink wants to know: the id of the message, and whether it is signed. Fed in pieces. */
final class HeaderScan {
    private static final byte[] ID = (BenchMessage.ID_FIELD + ": ").getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SIGNATURE = "DKIM-Signature:".getBytes(StandardCharsets.US_ASCII);

    /** The beginning of the line; a field of interest is not longer. */
    private final byte[] line = new byte[64];

    private int length;
    private boolean done;
    private boolean signed;
    private int run;
    private int number;

    void reset() {
        length = 0;
        done = false;
        signed = false;
        run = -1;
        number = -1;
    }

    /** Whether the header section has ended; more need not be fed. */
    boolean isDone() {
        return done;
    }

    boolean isSigned() {
        return signed;
    }

    /** The run the message is of; -1 if it does not say. */
    int run() {
        return run;
    }

    /** Its number in the run; -1 if it does not say. */
    int number() {
        return number;
    }

    void feed(byte[] octets, int from, int to) {
        for (int i = from; i < to && !done; i++) {
            byte octet = octets[i];
            if (octet == '\n') {
                endLine();
            } else if (octet != '\r') {
                if (length < line.length) {
                    line[length] = octet;
                }
                length++;
            }
        }
    }

    private void endLine() {
        if (length == 0) {
            done = true;
        } else if (startsWith(ID)) {
            readId(Math.min(length, line.length));
        } else if (startsWith(SIGNATURE)) {
            signed = true;
        }
        length = 0;
    }

    // RUN-NUMBER, both decimal.
    private void readId(int end) {
        int value = 0;
        for (int i = ID.length; i < end; i++) {
            if (line[i] == '-') {
                run = value;
                value = 0;
            } else if (line[i] >= '0' && line[i] <= '9') {
                value = value * 10 + line[i] - '0';
            } else {
                run = -1;
                return;
            }
        }
        number = value;
    }

    private boolean startsWith(byte[] name) {
        if (length < name.length) {
            return false;
        }
        for (int i = 0; i < name.length; i++) {
            if ((line[i] | 0x20) != (name[i] | 0x20)) {
                return false;
            }
        }
        return true;
    }
}
