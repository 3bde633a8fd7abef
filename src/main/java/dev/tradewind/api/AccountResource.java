package dev.tradewind.api;

import dev.tradewind.account.Accounts;
import dev.tradewind.account.ControlUnavailable;
import dev.tradewind.account.Grant;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** {@code /api/v1/account} (API facts §2.21): the fields that mean something here. */
final class AccountResource {
    private static final String PATH = "/api/v1/account";
    private static final String TAG = "Account";

    private final Accounts accounts;

    AccountResource(Accounts accounts) {
        this.accounts = accounts;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.of("GET", PATH)
                        .grant(Grant.ACCOUNT_VIEW)
                        .doc(TAG, "Look at the account", "The account of the key, with the defaults of its mail.")
                        .answers(200, "AccountOne", "The account.")
                        .by(call -> Answer.results(
                                describe(accounts.account(call.tenant().account())))),
                Endpoint.of("PUT", PATH)
                        .grant(Grant.ACCOUNT_MANAGE)
                        .doc(
                                TAG,
                                "Change the account",
                                "What the body does not name stays. Unknown fields are ignored.")
                        .body("AccountRequest", true)
                        .answers(200, "MessageResult", "Changed.")
                        .by(this::update));
    }

    private Answer update(Call call) throws Refusal, IOException, ControlUnavailable {
        Fields fields = new Fields(Json.readObject(call.body()), "");
        Optional<String> company = fields.string("company_name", 1024);
        Optional<Fields> options = fields.object("options");
        Optional<Boolean> smtpTracking = option(options, "smtp_tracking_default");
        Optional<Boolean> restTracking = option(options, "rest_tracking_default");
        Optional<Boolean> transactional = option(options, "transactional_default");
        Optional<Boolean> initialOpen = option(options, "initial_open_pixel_tracking");
        Optional<Boolean> clicks = option(options, "click_tracking");
        Optional<Boolean> returnDsn = option(options, "return_dsn");
        accounts.update(
                call.tenant().account(),
                account -> new Accounts.Account(
                        account.id(),
                        company.orElse(account.companyName()),
                        account.status(),
                        account.created(),
                        account.updated(),
                        new Accounts.AccountOptions(
                                smtpTracking.orElse(account.options().smtpTrackingDefault()),
                                restTracking.orElse(account.options().restTrackingDefault()),
                                transactional.orElse(account.options().transactionalDefault()),
                                initialOpen.orElse(account.options().initialOpenPixelTracking()),
                                clicks.orElse(account.options().clickTracking()),
                                returnDsn.orElse(account.options().returnDsn()))));
        return Answer.results(Json.object().put("message", "Account has been updated"));
    }

    private static Optional<Boolean> option(Optional<Fields> options, String name) throws Refusal {
        return options.isEmpty() ? Optional.empty() : options.get().bool(name);
    }

    private static ObjectNode describe(Accounts.Account account) {
        ObjectNode node = Json.object()
                .put("customer_id", account.id())
                .put("company_name", account.companyName())
                .put("status", account.status().wireName())
                .put("created", account.created().toString())
                .put("updated", account.updated().toString());
        node.putObject("options")
                .put("smtp_tracking_default", account.options().smtpTrackingDefault())
                .put("rest_tracking_default", account.options().restTrackingDefault())
                .put("transactional_default", account.options().transactionalDefault())
                .put("initial_open_pixel_tracking", account.options().initialOpenPixelTracking())
                .put("click_tracking", account.options().clickTracking())
                .put("return_dsn", account.options().returnDsn());
        return node;
    }
}
