package dev.tradewind;

import dev.tradewind.accept.submission.SubmissionSettings;
import dev.tradewind.api.ApiSettings;
import dev.tradewind.deliver.DeliverSettings;
import dev.tradewind.deliver.RetrySettings;
import dev.tradewind.event.EventLogSettings;
import dev.tradewind.lane.LaneLimits;
import dev.tradewind.operate.AdminSettings;
import dev.tradewind.operate.ComplianceSettings;
import dev.tradewind.operate.LogSettings;
import dev.tradewind.operate.NodeSettings;
import dev.tradewind.operate.StorageSettings;
import dev.tradewind.operate.TlsSettings;
import dev.tradewind.operate.command.Program;
import dev.tradewind.operate.command.ProgramParts;
import dev.tradewind.route.DnsSettings;
import dev.tradewind.route.RouteSettings;
import dev.tradewind.sandbox.SandboxSettings;
import dev.tradewind.shaping.ShapingSettings;
import dev.tradewind.spool.RocksSpoolSettings;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The program: one entry for every command. */
public final class Tradewind {
    /** Every settings record; each part obeys its own. */
    public static final List<Class<? extends Record>> SETTINGS = List.of(
            NodeSettings.class,
            AdminSettings.class,
            TlsSettings.class,
            ComplianceSettings.class,
            SandboxSettings.class,
            EventLogSettings.class,
            StorageSettings.class,
            LogSettings.class,
            ApiSettings.class,
            SubmissionSettings.class,
            RocksSpoolSettings.class,
            DnsSettings.class,
            RouteSettings.class,
            DeliverSettings.class,
            RetrySettings.class,
            LaneLimits.class,
            ShapingSettings.class);

    private Tradewind() {}

    /** What the commands are made of. */
    static ProgramParts parts() {
        return ProgramParts.of(SETTINGS, Node::new).checkingFiles(ReloadingProfiles::problems);
    }

    public static void main(String[] args) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(Program.run(parts(), out, err, args));
    }
}
