package dev.tradewind.api;

/**
 * A page, asset or probe on the listener of the API that is not part of the API: other packages (console, sandbox, metrics) register
 * theirs. No key is asked for; what a page shows it guards itself. Only GET and HEAD unless a method is named.
 *
 * @param method  HTTP method
 * @param path    exact path without trailing slash, or with {@code /*} at its end for everything below
 * @param handler serves it; {@link Call#path} says which
 */
public record Page(String method, String path, Handler handler) {
    /** A page to look at. */
    public static Page get(String path, Handler handler) {
        return new Page("GET", path, handler);
    }

    boolean isTree() {
        return path.endsWith("/*");
    }

    /** The path above the tree, with its slash. */
    String root() {
        return path.substring(0, path.length() - 1);
    }
}
