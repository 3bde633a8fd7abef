package dev.tradewind.shaping;

/** Which addresses of a host are used, and which come first. */
public enum IpVersions {
    IPV4_FIRST,
    IPV6_FIRST,
    IPV4_ONLY,
    IPV6_ONLY
}
