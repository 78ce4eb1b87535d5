CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sequence (
    name TEXT PRIMARY KEY,
    next INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE app (
    app_id                   INTEGER PRIMARY KEY,
    app_key                  TEXT NOT NULL UNIQUE,
    name                     TEXT NOT NULL UNIQUE,
    app_secret               BLOB NOT NULL,
    previous_secret          BLOB,
    previous_secret_until_ms INTEGER,
    settings                 TEXT NOT NULL,
    created_at_ms            INTEGER NOT NULL,
    version                  INTEGER NOT NULL
) STRICT;

CREATE TABLE account (
    app_id                   INTEGER NOT NULL,
    accid                    TEXT NOT NULL,
    token                    BLOB NOT NULL,
    profile                  TEXT NOT NULL,
    enabled                  INTEGER NOT NULL,
    mutes                    INTEGER NOT NULL,
    push_when_desktop_online INTEGER NOT NULL,
    created_at_ms            INTEGER NOT NULL,
    updated_at_ms            INTEGER NOT NULL,
    version                  INTEGER NOT NULL,
    PRIMARY KEY (app_id, accid)
) STRICT, WITHOUT ROWID;

CREATE TABLE login (
    app_id      INTEGER NOT NULL,
    accid       TEXT NOT NULL,
    last_epoch  INTEGER NOT NULL,
    last_device  TEXT,
    last_desktop TEXT,
    last_mobile  TEXT,
    version     INTEGER NOT NULL,
    PRIMARY KEY (app_id, accid)
) STRICT, WITHOUT ROWID;

CREATE TABLE room_account (
    app_id        INTEGER NOT NULL,
    user_uuid     TEXT NOT NULL,
    user_token    BLOB NOT NULL,
    accid         TEXT NOT NULL,
    user_name     TEXT NOT NULL,
    icon          TEXT NOT NULL,
    rtc_uid       INTEGER NOT NULL,
    created_at_ms INTEGER NOT NULL,
    updated_at_ms INTEGER NOT NULL,
    version       INTEGER NOT NULL,
    PRIMARY KEY (app_id, user_uuid),
    UNIQUE (app_id, accid)
) STRICT, WITHOUT ROWID;

CREATE TABLE access_token (
    app_id        INTEGER NOT NULL,
    token_hash    BLOB NOT NULL,
    user_uuid     TEXT NOT NULL,
    device_id     TEXT,
    expires_at_ms INTEGER NOT NULL,
    PRIMARY KEY (app_id, token_hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX access_token_of_user ON access_token (app_id, user_uuid);
CREATE INDEX access_token_expiry ON access_token (expires_at_ms);

CREATE TABLE session (
    session_id            INTEGER PRIMARY KEY,
    app_id                INTEGER NOT NULL,
    accid                 TEXT NOT NULL,
    device_id             TEXT NOT NULL,
    client_type           INTEGER NOT NULL,
    custom_client_type    INTEGER NOT NULL,
    custom_tag            TEXT NOT NULL,
    os                    TEXT NOT NULL,
    epoch                 INTEGER NOT NULL,
    node                  TEXT NOT NULL,
    resume_key_hash       BLOB NOT NULL,
    login_at_ms           INTEGER NOT NULL,
    room_user_uuid        TEXT,
    room_login_at_ms      INTEGER,
    ended_cause           TEXT,
    ended_description     TEXT,
    ended_by_client_type  INTEGER,
    ended_by_custom_type  INTEGER,
    ended_at_ms           INTEGER,
    version               INTEGER NOT NULL
) STRICT;
CREATE INDEX session_live_of_account ON session (app_id, accid) WHERE ended_at_ms IS NULL;
CREATE INDEX session_live_of_node ON session (node) WHERE ended_at_ms IS NULL;
CREATE INDEX session_of_device ON session (app_id, accid, device_id, epoch);
CREATE INDEX session_tombstone ON session (ended_at_ms) WHERE ended_at_ms IS NOT NULL;

CREATE TABLE link_ticket (
    app_id        INTEGER NOT NULL,
    ticket_hash   BLOB NOT NULL,
    accid         TEXT NOT NULL,
    user_uuid     TEXT NOT NULL,
    expires_at_ms INTEGER NOT NULL,
    PRIMARY KEY (app_id, ticket_hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX link_ticket_expiry ON link_ticket (expires_at_ms);

CREATE TABLE once (
    app_id        INTEGER NOT NULL,
    kind          INTEGER NOT NULL,
    id            BLOB NOT NULL,
    expires_at_ms INTEGER NOT NULL,
    answer        BLOB,
    PRIMARY KEY (app_id, kind, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX once_expiry ON once (expires_at_ms);

CREATE TABLE audit (
    audit_id INTEGER PRIMARY KEY,
    at_ms    INTEGER NOT NULL,
    actor    TEXT NOT NULL,
    act      TEXT NOT NULL,
    subject  TEXT NOT NULL,
    detail   TEXT NOT NULL
) STRICT;
