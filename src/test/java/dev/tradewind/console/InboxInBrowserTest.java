package dev.tradewind.console;

import dev.tradewind.account.TenantScope;
import dev.tradewind.sandbox.SandboxInbox;
import dev.tradewind.sandbox.SandboxSamples;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Cookie;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.Keys;
import org.openqa.selenium.NoSuchElementException;
import org.openqa.selenium.NoSuchFrameException;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

import static org.assertj.core.api.Assertions.assertThat;

/** The pages in Chromium. Screenshots go to the directory named by the system property {@code tradewind.screens}, if it is set. */
@Tag("needs-chromium")
class InboxInBrowserTest {
    private static ChromeDriver browser;

    private ConsoleFixture console;
    private Patience wait;

    @BeforeAll
    static void open() {
        ChromeOptions options = new ChromeOptions();
        options.setBinary("/usr/bin/chromium");
        options.addArguments(
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--lang=en-GB",
                "--window-size=1440,900");
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(new File("/usr/bin/chromedriver"))
                .usingAnyFreePort()
                .build();
        browser = new ChromeDriver(service, options);
    }

    @AfterAll
    static void quit() {
        browser.quit();
    }

    @BeforeEach
    void start(@TempDir Path directory) throws IOException {
        console = new ConsoleFixture(directory);
        wait = new Patience();
        browser.manage().window().setSize(new Dimension(1440, 900));
        scheme("light");
        browser.manage().deleteAllCookies();
    }

    @AfterEach
    void stop() {
        browser.get("about:blank");
        console.close();
    }

    /** Asks again until the page has come so far; a page that is just being rebuilt counts as not yet. */
    private static final class Patience {
        <T> T until(Function<ChromeDriver, T> question) {
            long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            RuntimeException last = new IllegalStateException("not within 20 s");
            while (System.nanoTime() < end) {
                try {
                    T answer = question.apply(browser);
                    if (!Boolean.FALSE.equals(answer)) {
                        return answer;
                    }
                } catch (NoSuchElementException | NoSuchFrameException | StaleElementReferenceException e) {
                    last = e;
                }
                LockSupport.parkNanos(30_000_000);
            }
            throw last;
        }
    }

    // ---- hands and eyes

    private void enter() {
        browser.get(console.url("/login"));
        String[] cookie = console.signIn().split("=", 2);
        browser.manage().addCookie(new Cookie(cookie[0], cookie[1]));
        browser.get(console.url("/"));
        wait.until(b -> !text("#count").startsWith("Loading"));
    }

    private WebElement one(String css) {
        return wait.until(b -> b.findElement(By.cssSelector(css)));
    }

    private String text(String css) {
        return wait.until(
                b -> Objects.requireNonNull(b.findElement(By.cssSelector(css)).getDomProperty("textContent")));
    }

    private List<WebElement> all(String css) {
        return browser.findElements(By.cssSelector(css));
    }

    private void press(CharSequence... keys) {
        browser.switchTo().activeElement().sendKeys(keys);
    }

    private void openTab(String id) {
        one("#tab-" + id).click();
        wait.until(b -> text("[role=tab][aria-selected=true]").startsWith(label(id)));
    }

    private static String label(String id) {
        return id.equals("checks")
                ? "DKIM"
                : id.equals("html") ? "HTML" : id.substring(0, 1).toUpperCase() + id.substring(1);
    }

    private Object script(String code) {
        return Objects.requireNonNullElse(((JavascriptExecutor) browser).executeScript(code), "null");
    }

    private void scheme(String name) {
        browser.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", name))));
    }

    private void screen(String name) throws Exception {
        String directory = System.getProperty("tradewind.screens", "");
        if (!directory.isEmpty()) {
            Files.write(Path.of(directory, name + ".png"), browser.getScreenshotAs(OutputType.BYTES));
        }
    }

    private void assertNothingRan() {
        assertThat(script("return String(window.hacked)")).isEqualTo("undefined");
        assertThat(browser.getTitle()).endsWith("Sandbox inbox – Tradewind");
    }

    // ---- behaviour

    @Test
    void signsInWithAKeyAndTeachesTheFirstMail() throws Exception {
        browser.get(console.url("/"));
        screen("login");
        one("#key").sendKeys(console.key.secret(), Keys.ENTER);
        assertThat(text(".lesson h1")).isEqualTo("Send your first mail");
        assertThat(text(".snippet pre"))
                .contains("curl " + console.url("") + "/api/v1/transmissions", "hello@example.com");
        screen("empty");
        one("#send-sample").click();
        wait.until(b -> all(".item").size() == 1);
        assertThat(console.submitted).singleElement().asString().contains("you@example.com");
        assertThat(text(".item .subject")).isEqualTo("Hello from Tradewind 👋");
    }

    @Test
    void listsOpensAndShowsEveryTab() throws Exception {
        SampleMail.everyday(console);
        enter();
        assertThat(all(".item")).hasSize(7);
        assertThat(all(".item.unread")).hasSize(7);
        assertThat(text(".item .from")).isEqualTo("Harbour Coffee");
        assertThat(all(".item .from").get(5).getText()).isEqualTo("Jürgen Müller");
        screen("choose");
        one(".item").click();
        assertThat(text(".head h1")).isEqualTo("The autumn roasts are in ☕");
        assertThat(text(".chip.good")).isEqualTo("signed by example.com");
        assertThat(all(".item.unread")).hasSize(6);
        browser.switchTo().frame(one("iframe"));
        assertThat(text("h1")).isEqualTo("The autumn roasts are in");
        assertThat(one("a.btn").getDomAttribute("rel")).isEqualTo("noopener noreferrer");
        browser.switchTo().defaultContent();
        assertThat(text(".blocked")).contains("1 remote");
        screen("sandbox-inbox");
        all(".segments button").get(2).click();
        wait.until(b -> one("iframe").getSize().getWidth() < 400);
        screen("phone-width");
        openTab("text");
        assertThat(one("pre.text a").getDomAttribute("href")).isEqualTo("https://harbour.example/autumn");
        openTab("checks");
        assertThat(text(".checks"))
                .contains(
                        "DKIM: passes",
                        "key is one of this server",
                        "One-click unsubscribe",
                        "SPF and DMARC: not checked here");
        screen("checks");
        openTab("attachments");
        assertThat(text(".files")).contains("Price list.pdf", "application/pdf");
        openTab("events");
        wait.until(b -> all(".timeline > li").size() == 2);
        assertThat(all(".timeline strong")).extracting(WebElement::getText).containsExactly("Generated", "Delivered");
        screen("events");
        openTab("headers");
        assertThat(text(".headers")).contains("DKIM-Signature", "List-Unsubscribe-Post");
        openTab("source");
        wait.until(b -> text("pre.source").startsWith("DKIM-Signature: v=1;"));
        assertThat(refusals()).isEmpty();
    }

    private List<String> refusals() {
        return browser.manage().logs().get("browser").getAll().stream()
                .map(LogEntry::getMessage)
                .filter(line -> line.contains("SEVERE") || line.contains("Content Security Policy"))
                .toList();
    }

    @Test
    void showsImagesOfTheMessage() {
        console.keep(SampleMail.inlineImage());
        enter();
        one(".item").click();
        // The frame may be replaced once while the page settles: it is looked up anew each time.
        wait.until(b -> {
            browser.switchTo().defaultContent();
            browser.switchTo().frame(one("iframe"));
            return Integer.parseInt(Objects.requireNonNull(one("#pic").getDomProperty("naturalWidth"))) == 1;
        });
        browser.switchTo().defaultContent();
    }

    @Test
    void newMailAppearsByItselfAndIsAnnounced() {
        SampleMail.everyday(console);
        enter();
        console.keep(SandboxSamples.plain("Late <late@example.com>", "Just now", "x"));
        wait.until(b -> text(".item .subject").equals("Just now"));
        assertThat(text("#news")).isEqualTo("New mail from Late: Just now");
        assertThat(browser.getTitle()).startsWith("(8)");
    }

    @Test
    void searchesAndDeletes() throws Exception {
        SampleMail.everyday(console);
        enter();
        press("/");
        press("receipt");
        wait.until(b -> all(".item").size() == 1);
        assertThat(text("#count")).startsWith("1 found");
        press(Keys.ENTER);
        wait.until(b -> text(".head h1").startsWith("Receipt 2026-1187"));
        press("d");
        wait.until(b -> all(".item").isEmpty());
        press("/");
        press(Keys.ESCAPE);
        wait.until(b -> all(".item").size() == 6);
        assertThat(console.inbox
                        .list(SandboxInbox.Wanted.newest(TenantScope.whole(1), 10))
                        .total())
                .isEqualTo(6);
        one("#delete-all").click();
        one("dialog[open] button[value=delete]").click();
        wait.until(b -> !all(".lesson").isEmpty());
        assertThat(console.inbox
                        .list(SandboxInbox.Wanted.newest(TenantScope.whole(1), 10))
                        .total())
                .isZero();
    }

    @Test
    void worksByKeyboard() {
        SampleMail.everyday(console);
        enter();
        press("j");
        wait.until(b -> text(".head h1").startsWith("The autumn"));
        press(Keys.ARROW_DOWN);
        wait.until(b -> text(".head h1").startsWith("Πρόσκληση"));
        press("k");
        wait.until(b -> text(".head h1").startsWith("The autumn"));
        press("2");
        assertThat(text("[role=tab][aria-selected=true]")).isEqualTo("Text");
        press(Keys.ENTER);
        assertThat(browser.switchTo().activeElement().getDomAttribute("role")).isEqualTo("tab");
        press(Keys.ESCAPE);
        wait.until(b -> !all(".nothing").isEmpty());
        press("?");
        assertThat(one("dialog[open]").getText()).contains("Keyboard");
    }

    @Test
    void noScriptOfAMessageRuns() throws Exception {
        console.keep(SampleMail.hostile());
        enter();
        one(".item").click();
        assertThat(text(".head h1")).startsWith("<img src=x onerror");
        browser.switchTo().frame(one("iframe"));
        assertThat(text("#alive")).isEqualTo("still here");
        assertThat(one("html").getDomAttribute("data-ran")).isNull();
        assertThat(all("base, script, meta[http-equiv]")).isEmpty();
        one("#js").click();
        one("#go").click();
        assertThat(text("#alive")).isEqualTo("still here");
        browser.switchTo().defaultContent();
        screen("hostile");
        for (String tab : List.of("text", "checks", "attachments", "headers", "source")) {
            openTab(tab);
        }
        assertThat(all(".panel img[onerror], .panel script")).isEmpty();
        openTab("checks");
        assertThat(text(".checks")).contains("no mail client runs them");
        assertNothingRan();
    }

    @Test
    void remoteImagesLoadOnlyWhenAsked() {
        console.keep(SampleMail.newsletter());
        enter();
        one(".item").click();
        assertThat(one("iframe").getDomAttribute("src")).doesNotContain("remote");
        one("#load-remote").click();
        wait.until(b ->
                Objects.requireNonNull(one("iframe").getDomAttribute("src")).endsWith("remote=true"));
        assertThat(all(".blocked")).isEmpty();
    }

    @Test
    void fitsAPhoneAndTheDark() throws Exception {
        SampleMail.everyday(console);
        scheme("dark");
        enter();
        one(".item").click();
        one(".head h1");
        browser.switchTo().frame(one("iframe"));
        one("h1");
        browser.switchTo().defaultContent();
        screen("sandbox-inbox-dark");
        openTab("checks");
        screen("checks-dark");
        scheme("light");
        browser.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", 390, "height", 844, "deviceScaleFactor", 2, "mobile", true));
        try {
            enter();
            screen("sandbox-inbox-phone");
            assertThat(script("return document.documentElement.scrollWidth <= innerWidth"))
                    .isEqualTo(true);
            one(".item").click();
            one(".head h1");
            assertThat(one(".list").isDisplayed()).isFalse();
            assertThat(script("return document.documentElement.scrollWidth <= innerWidth"))
                    .isEqualTo(true);
            browser.switchTo().frame(one("iframe"));
            one("h1");
            browser.switchTo().defaultContent();
            screen("phone-message");
            one(".back").click();
            wait.until(b -> one(".list").isDisplayed());
        } finally {
            browser.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
        }
    }
}
