package dev.tradewind;

/** The program: one entry for every command. */
public final class Tradewind {
    private Tradewind() {}

    public static void main(String[] args) {
        System.out.println("tradewind");
    }
}
