INSERT INTO meta (name, value) VALUES ('stream_epoch', 1);

CREATE TABLE template (
    app_id        INTEGER NOT NULL,
    template_id   INTEGER NOT NULL,
    name          TEXT NOT NULL,
    body          TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    updated_at_ms INTEGER NOT NULL,
    version       INTEGER NOT NULL,
    PRIMARY KEY (app_id, template_id)
) STRICT, WITHOUT ROWID;

-- What hardly changes of a room. `swept` counts what is forgotten of it: 1 = its stream, 2 = its chat too.
CREATE TABLE room (
    archive_id    INTEGER PRIMARY KEY,
    app_id        INTEGER NOT NULL,
    room_uuid     TEXT NOT NULL,
    room_name     TEXT NOT NULL,
    template_id   INTEGER NOT NULL,
    template      TEXT NOT NULL,
    chat_room_id  INTEGER,
    password      BLOB,
    epoch         INTEGER NOT NULL,
    permanent     INTEGER NOT NULL,
    created_at_ms INTEGER NOT NULL,
    ended_at_ms   INTEGER,
    ended_reason  TEXT,
    swept         INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX room_live_uuid ON room (app_id, room_uuid) WHERE ended_at_ms IS NULL;
CREATE INDEX room_live_of_app ON room (app_id) WHERE ended_at_ms IS NULL;
CREATE INDEX room_live ON room (archive_id) WHERE ended_at_ms IS NULL;
CREATE INDEX room_ended ON room (swept, ended_at_ms) WHERE ended_at_ms IS NOT NULL;

-- What changes with everything that happens in a room. Without a node nobody holds the room.
CREATE TABLE room_head (
    archive_id INTEGER PRIMARY KEY,
    node       TEXT,
    fence      INTEGER NOT NULL,
    seq        INTEGER NOT NULL,
    chat_seq   INTEGER NOT NULL,
    uv         INTEGER NOT NULL,
    pv         INTEGER NOT NULL
) STRICT;
CREATE INDEX room_head_of_node ON room_head (node) WHERE node IS NOT NULL;

CREATE TABLE room_due (
    archive_id INTEGER PRIMARY KEY,
    due_at_ms  INTEGER NOT NULL
) STRICT;
CREATE INDEX room_due_time ON room_due (due_at_ms);

CREATE TABLE room_event (
    archive_id INTEGER NOT NULL,
    seq        INTEGER NOT NULL,
    body       BLOB NOT NULL,
    PRIMARY KEY (archive_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE room_record (
    archive_id INTEGER PRIMARY KEY,
    seq        INTEGER NOT NULL,
    body       BLOB NOT NULL
) STRICT;

CREATE TABLE room_endpoint (
    archive_id   INTEGER NOT NULL,
    rtc_uid      INTEGER NOT NULL,
    app_id       INTEGER NOT NULL,
    user_uuid    TEXT NOT NULL,
    accid        TEXT NOT NULL,
    session_id   INTEGER NOT NULL,
    device_id    TEXT NOT NULL,
    joined_at_ms INTEGER NOT NULL,
    PRIMARY KEY (archive_id, rtc_uid),
    UNIQUE (app_id, rtc_uid)
) STRICT, WITHOUT ROWID;
CREATE INDEX room_endpoint_of_user ON room_endpoint (app_id, user_uuid);
CREATE INDEX room_endpoint_of_session ON room_endpoint (session_id);

CREATE TABLE room_visit (
    archive_id  INTEGER NOT NULL,
    user_uuid   TEXT NOT NULL,
    first_at_ms INTEGER NOT NULL,
    PRIMARY KEY (archive_id, user_uuid)
) STRICT, WITHOUT ROWID;

CREATE TABLE message (
    conversation_id INTEGER NOT NULL,
    seq             INTEGER NOT NULL,
    at_ms           INTEGER NOT NULL,
    sender          TEXT NOT NULL,
    message_uuid    TEXT NOT NULL,
    receivers       TEXT,
    kind            INTEGER NOT NULL,
    body            BLOB NOT NULL,
    PRIMARY KEY (conversation_id, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX message_uuid ON message (conversation_id, message_uuid, sender);
CREATE INDEX message_time ON message (conversation_id, at_ms);

CREATE TABLE user_head (
    app_id    INTEGER NOT NULL,
    user_uuid TEXT NOT NULL,
    seq       INTEGER NOT NULL,
    PRIMARY KEY (app_id, user_uuid)
) STRICT, WITHOUT ROWID;

CREATE TABLE user_event (
    app_id    INTEGER NOT NULL,
    user_uuid TEXT NOT NULL,
    seq       INTEGER NOT NULL,
    at_ms     INTEGER NOT NULL,
    body      BLOB NOT NULL,
    PRIMARY KEY (app_id, user_uuid, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX user_event_time ON user_event (at_ms);

CREATE TABLE file (
    app_id        INTEGER NOT NULL,
    file_id       TEXT NOT NULL,
    owner         TEXT NOT NULL,
    name          TEXT NOT NULL,
    content_type  TEXT NOT NULL,
    size_bytes    INTEGER NOT NULL,
    md5           TEXT NOT NULL,
    state         INTEGER NOT NULL,
    created_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL,
    archive_id    INTEGER,
    PRIMARY KEY (app_id, file_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX file_expiry ON file (expires_at_ms);

-- `first`: nothing of its lane waits before it.
CREATE TABLE callback (
    callback_id   INTEGER PRIMARY KEY AUTOINCREMENT,
    app_id        INTEGER NOT NULL,
    lane          TEXT NOT NULL,
    event_type    TEXT NOT NULL,
    body          TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    attempts      INTEGER NOT NULL,
    next_at_ms    INTEGER NOT NULL,
    first         INTEGER NOT NULL
) STRICT;
CREATE INDEX callback_of_lane ON callback (app_id, lane);
CREATE INDEX callback_due ON callback (next_at_ms) WHERE first = 1;
