package dev.tradewind.console;

import dev.tradewind.mail.MessageOctets;
import dev.tradewind.sandbox.SandboxSamples;

import static dev.tradewind.sandbox.SandboxSamples.head;
import static dev.tradewind.sandbox.SandboxSamples.message;
import static dev.tradewind.sandbox.SandboxSamples.plain;
import static dev.tradewind.sandbox.SandboxSamples.rich;

/** An inbox as people have it, and one as attackers fill it. */
final class SampleMail {
    private static final String NEWSLETTER = """
            <!doctype html><html><head><style>body{margin:0;background:#eef4f7;font-family:Helvetica,Arial,sans-serif}
            .c{max-width:600px;margin:0 auto;background:#fff}.h{background:linear-gradient(120deg,#0b6a92,#18a0c9);padding:40px 32px;color:#fff}
            .b{padding:28px 32px;color:#223;line-height:1.6}.btn{display:inline-block;background:#0b6a92;color:#fff;padding:12px 26px;border-radius:8px;text-decoration:none;font-weight:bold}
            td.k{padding:14px;background:#f4f8fa;border-radius:8px;text-align:center}</style></head><body><div class=c>
            <div class=h><div style="font-size:13px;letter-spacing:2px">HARBOUR COFFEE</div><h1 style="margin:8px 0 4px;font-size:30px">The autumn roasts are in</h1>
            <div>Three new beans from small farms, roasted on Tuesday.</div></div>
            <div class=b><p>Hello Ann,</p><p>We spent September tasting, and these three won. Your 10 % as a regular is already in the basket.</p>
            <table width="100%" cellspacing=8><tr><td class=k><b>Sidama</b><br>peach, bergamot</td><td class=k><b>Huila</b><br>cocoa, plum</td><td class=k><b>Kivu</b><br>honey, fig</td></tr></table>
            <p style="text-align:center;margin:28px 0"><a class=btn href="https://harbour.example/autumn">See the roasts</a></p>
            <p style="color:#778;font-size:12px">Harbour Coffee, 12 Quay Street. <a href="https://news.example.com/u/1">Unsubscribe</a>
            <img src="https://pixel.example/open.gif" width=1 height=1></p></div></div></body></html>
            """;

    private SampleMail() {}

    static MessageOctets newsletter() {
        return rich(
                "Harbour Coffee <news@example.com>",
                "The autumn roasts are in ☕",
                "Hello Ann,\n\nThree new beans from small farms, roasted on Tuesday: https://harbour.example/autumn\n",
                NEWSLETTER,
                "Price list.pdf");
    }

    static MessageOctets inlineImage() {
        return rich(
                "Studio Nord <post@example.com>",
                "Your picture",
                "The picture is in the HTML.",
                "<p>Here it is: <img id=pic src=\"cid:logo@example.com\" width=40 height=40></p>",
                "contract.pdf");
    }

    static void everyday(ConsoleFixture console) {
        console.keep(plain("cron@example.com", "Backup finished", "All 14 databases are saved.\n"));
        console.keep(plain(
                "=?utf-8?q?J=C3=BCrgen_M=C3=BCller?= <jm@example.com>",
                "Re: Angebot für März – bitte prüfen",
                "Hallo Ann,\n\ndanke für die Unterlagen. Passt so.\n"));
        console.keep(inlineImage());
        console.keep(plain(
                "Ledger <billing@example.com>", "Receipt 2026-1187: €49.00", "Thank you. Paid with card 4242.\n"));
        console.keep(message(head("Acme Security <no-reply@example.com>", "Reset your password")
                + "Content-Type: text/html; charset=utf-8\n\n<h2>Reset your password</h2><p>The link works for 20 minutes.</p>"
                + "<p><a href=\"https://acme.example/reset?t=1\">Choose a new password</a></p>"));
        console.keep(plain(
                "Ελένη Γεωργίου <eleni@example.com>", "Πρόσκληση για δείπνο 🎉", "Σάββατο στις οκτώ, στο λιμάνι.\n"));
        console.keep(newsletter());
    }

    /** Everything that ran script somewhere once, in every field that is shown. */
    static final String PROBE =
            "<img src=x onerror=\"top.hacked=1;document.title='hacked'\"><script>top.hacked=1</script>";

    static MessageOctets hostile() {
        return SandboxSamples.rich(
                "\"" + PROBE.replace("\"", "'") + "\" <mallory@example.com>",
                PROBE,
                PROBE + "\nhttps://x.example/\"onmouseover=top.hacked=1\njavascript:top.hacked=1",
                """
                <html><head><meta http-equiv="refresh" content="0;url=/login"><base href="https://evil.example/">
                <script>top.hacked=1; parent.document.title='hacked'; document.documentElement.dataset.ran='1'</script></head>
                <body onload="document.documentElement.dataset.ran='1'"><p id=alive>still here</p>
                <img src=x onerror="document.documentElement.dataset.ran='1'"><svg onload="document.documentElement.dataset.ran='1'"></svg>
                <form id=f action="/api/v1/sandbox/messages" method=post><input name=a><button id=go>go</button></form>
                <iframe src="javascript:top.hacked=1"></iframe><object data="/"></object><embed src="/">
                <a id=js href="javascript:top.hacked=1">click</a><a id=out href="https://evil.example/" target=_top>out</a>
                <link rel=stylesheet href="https://evil.example/s.css"><img id=remote src="http://127.0.0.1:9/beacon.gif">
                <style>@import url(https://evil.example/x.css);</style></body></html>
                """,
                "'><img src=x onerror=top.hacked=1>.pdf");
    }
}
