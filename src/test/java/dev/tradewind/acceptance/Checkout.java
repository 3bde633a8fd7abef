package dev.tradewind.acceptance;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.StringJoiner;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** A directory in which the launcher finds what it looks for in a checkout, and a program made of the classes that the tests run with. */
final class Checkout {
    private final Path root;

    private Checkout(Path root) {
        this.root = root;
    }

    /** Nothing is built in it yet. */
    static Checkout fresh(Path root) throws IOException {
        Path here = Path.of("").toAbsolutePath();
        Files.createDirectories(root.resolve("target"));
        Files.copy(here.resolve("tradewind"), root.resolve("tradewind"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.copy(here.resolve("pom.xml"), root.resolve("pom.xml"));
        Files.createDirectories(root.resolve("src").resolve("main"));
        return new Checkout(root);
    }

    /** As the launcher leaves it behind a build. */
    static Checkout built(Path root) throws IOException {
        Checkout made = fresh(root);
        writeProgram(root.resolve("target").resolve("tradewind-test.jar"));
        Files.createFile(root.resolve("target").resolve(".built"));
        return made;
    }

    /** The program as {@code java -jar} takes it, made of the classes that the tests run with. */
    static void writeProgram(Path jar) throws IOException {
        StringJoiner classes = new StringJoiner(" ");
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        for (String entry : path.split(File.pathSeparator, -1)) {
            classes.add(Path.of(entry).toUri().toString());
        }
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, "dev.tradewind.Tradewind");
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, classes.toString());
        new JarOutputStream(Files.newOutputStream(jar), manifest).close();
    }

    Path launcher() {
        return root.resolve("tradewind");
    }

    Path root() {
        return root;
    }
}
