package dev.tradewind.mail.mime;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/** Dates of header fields (RFC 5322 §3.3), always in UTC: {@code Tue, 24 Nov 2026 20:15:27 +0000}. */
public final class HeaderDate {
    private static final String DAYS = "MonTueWedThuFriSatSun";
    private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

    private HeaderDate() {}

    /** The date of an instant, whole seconds. */
    public static String format(Instant instant) {
        LocalDateTime at = LocalDateTime.ofEpochSecond(instant.getEpochSecond(), 0, ZoneOffset.UTC);
        int day = (at.getDayOfWeek().getValue() - 1) * 3;
        int month = (at.getMonthValue() - 1) * 3;
        StringBuilder out = new StringBuilder(31).append(DAYS, day, day + 3).append(", ");
        out.append(at.getDayOfMonth())
                .append(' ')
                .append(MONTHS, month, month + 3)
                .append(' ');
        out.append(at.getYear()).append(' ');
        twoDigits(out, at.getHour()).append(':');
        twoDigits(out, at.getMinute()).append(':');
        return twoDigits(out, at.getSecond()).append(" +0000").toString();
    }

    private static StringBuilder twoDigits(StringBuilder out, int number) {
        return out.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
    }
}
