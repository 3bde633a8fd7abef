package dev.tradewind.operate.config;

/** Where a value was written. */
public sealed interface Origin {
    /** In the configuration file; line and column count from 1. */
    record InFile(String file, int line, int column) implements Origin {
        @Override
        public String toString() {
            return file + ":" + line + ":" + column;
        }
    }

    /** In an environment variable. */
    record InEnvironment(String variable) implements Origin {
        @Override
        public String toString() {
            return "environment " + variable;
        }
    }

    /** In a {@code -c key=value} on the command line. */
    record OnCommandLine() implements Origin {
        @Override
        public String toString() {
            return "command line -c";
        }
    }

    /** The default of the key, or of the command that starts the program. */
    record Default() implements Origin {
        @Override
        public String toString() {
            return "default";
        }
    }
}
