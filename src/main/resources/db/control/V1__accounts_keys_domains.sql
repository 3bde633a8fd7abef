-- The subset that SQLite and PostgreSQL share: ids from the application, times as BIGINT microseconds since 1970, booleans as SMALLINT,
-- lists and objects as JSON text.

CREATE TABLE account (
    id           BIGINT PRIMARY KEY,
    company_name TEXT     NOT NULL,
    status       TEXT     NOT NULL,
    options      TEXT     NOT NULL,
    created_at   BIGINT   NOT NULL,
    updated_at   BIGINT   NOT NULL
);

CREATE TABLE api_key (
    id            TEXT PRIMARY KEY,
    account_id    BIGINT NOT NULL REFERENCES account (id),
    subaccount_id BIGINT NOT NULL,
    label         TEXT   NOT NULL,
    grants        TEXT   NOT NULL,
    valid_ips     TEXT   NOT NULL,
    short_key     TEXT   NOT NULL,
    key_hash      TEXT   NOT NULL UNIQUE, -- SHA-256 in hex: the key itself is random and long, so no salt is needed
    created_at    BIGINT NOT NULL
);

CREATE TABLE sending_domain (
    domain        TEXT PRIMARY KEY,
    account_id    BIGINT   NOT NULL REFERENCES account (id),
    subaccount_id BIGINT   NOT NULL,
    shared        SMALLINT NOT NULL,
    dkim_status   TEXT     NOT NULL,
    owned         SMALLINT NOT NULL,
    created_at    BIGINT   NOT NULL
);

CREATE TABLE dkim_key (
    domain         TEXT   NOT NULL REFERENCES sending_domain (domain) ON DELETE CASCADE,
    place          BIGINT NOT NULL,
    signing_domain TEXT   NOT NULL,
    selector       TEXT   NOT NULL,
    algorithm      TEXT   NOT NULL,
    public_key     TEXT   NOT NULL, -- base64
    private_key    TEXT   NOT NULL, -- sealed by the master key, base64
    PRIMARY KEY (domain, place),
    UNIQUE (signing_domain, selector)
);
