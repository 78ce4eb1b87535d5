//! One list of properties that every store must have, run over every way to run one.
#![allow(clippy::unwrap_used, reason = "a test stops where it is surprised")]

mod callback;
mod chat;
mod file;
mod history;
mod room;

use parlor_identity::app::AppSettings;
use parlor_identity::identity::{Mutes, Profile};
use parlor_protocol::ids::{Accid, AppId, AppKey, DeviceId, Epoch, NodeId, SessionId, UserUuid};
use parlor_store::rows::{
    AccessTokenRow, AccountRow, AppRow, AuditRow, Ended, LinkTicketRow, LoginRow, RoomAccountRow,
    RoomSession, Secret, SessionRow,
};
use parlor_store::{
    BackupError, Batch, CommitError, Contended, Drive, Expect, Key, Keyring, Numbers, OnceKind, OpenError,
    ReadError, SCHEMA, Sequence, Store, StoreOptions, SweepLimits, Taken, Write,
};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const APP: AppId = AppId(1);
const NOW_MS: i64 = 1_700_000_000_000;
const DAY_MS: i64 = 86_400_000;

/// A folder with a store in it.
struct Home {
    folder: tempfile::TempDir,
    drive: Drive,
}

impl Home {
    fn new(drive: Drive) -> Self {
        Self { folder: tempfile::tempdir().unwrap(), drive }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("parlor.db")
    }

    fn keyring(&self) -> Keyring {
        Keyring::load_or_create(&self.folder.path().join("keys")).unwrap()
    }

    fn try_open_at(&self, path: PathBuf, keyring: Keyring) -> Result<Store, OpenError> {
        Store::open(StoreOptions { path, drive: self.drive, vfs: None, readers: 2, queue: 2_048, keyring })
    }

    fn open(&self) -> Store {
        self.try_open_at(self.path(), self.keyring()).unwrap()
    }

    /// Everything on disk, as a thief would find it.
    fn bytes(&self) -> Vec<u8> {
        let mut all = Vec::new();
        for entry in std::fs::read_dir(self.folder.path()).unwrap() {
            let path = entry.unwrap().path();
            if !path.ends_with("keys") {
                all.extend(std::fs::read(path).unwrap());
            }
        }
        all
    }
}

fn holds(haystack: &[u8], needle: &str) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle.as_bytes())
}

fn accid(name: &str) -> Accid {
    Accid::parse(name).unwrap()
}

fn user(name: &str) -> UserUuid {
    UserUuid::parse(name).unwrap()
}

fn device(name: &str) -> DeviceId {
    DeviceId::parse(name).unwrap()
}

fn node(name: &str) -> NodeId {
    NodeId(name.into())
}

fn app(app_id: u32, key: &str, name: &str) -> AppRow {
    AppRow {
        app_id: AppId(app_id),
        app_key: AppKey::parse(key).unwrap(),
        app_secret: Secret::new(format!("secret-of-{key}")),
        previous_secret: None,
        name: name.into(),
        settings: AppSettings::default(),
        created_at_ms: NOW_MS,
    }
}

fn account(name: &str) -> AccountRow {
    AccountRow {
        app_id: APP,
        accid: accid(name),
        token: Secret::new(format!("token-of-{name}")),
        profile: Profile { name: format!("Name of {name}"), ex: "{\"a\":1}".into(), ..Profile::default() },
        enabled: true,
        mutes: Mutes::default(),
        push_when_desktop_online: true,
        created_at_ms: NOW_MS,
        updated_at_ms: NOW_MS,
    }
}

fn room_account(name: &str, bound: &str) -> RoomAccountRow {
    RoomAccountRow {
        app_id: APP,
        user_uuid: user(name),
        user_token: Secret::new(format!("user-token-of-{name}")),
        accid: accid(bound),
        user_name: format!("Name of {name}"),
        icon: "https://example.org/i.png".into(),
        rtc_uid: 7,
        created_at_ms: NOW_MS,
        updated_at_ms: NOW_MS,
    }
}

fn session(number: u64, name: &str, on: &str, epoch: u64) -> SessionRow {
    SessionRow {
        app_id: APP,
        session_id: SessionId(number),
        accid: accid(name),
        device_id: device(on),
        client_type: 4,
        custom_client_type: 0,
        custom_tag: "tag".into(),
        os: "Linux".into(),
        epoch: Epoch(epoch),
        node: node("n1"),
        resume_key_hash: [7; 32],
        login_at_ms: NOW_MS,
        room: None,
        ended: None,
    }
}

fn ended(at_ms: i64) -> Option<Ended> {
    let (cause, description) = ("KickedByServer".into(), "bye".into());
    Some(Ended { cause, description, by_client_type: 2, by_custom_client_type: 9, at_ms })
}

fn audit(number: usize) -> AuditRow {
    AuditRow {
        at_ms: NOW_MS,
        actor: "cli".into(),
        act: "app.create".into(),
        subject: format!("app {number}"),
        detail: "{}".into(),
    }
}

fn put_session(row: SessionRow) -> Batch {
    Batch::new().write(Write::PutSession(row))
}

fn put_account(name: &str) -> Batch {
    Batch::new().write(Write::PutAccount(account(name)))
}

fn once(id: &str, now_ms: i64, answer: &str) -> Expect {
    Expect::Once {
        kind: OnceKind::RequestId,
        app_id: APP,
        id: id.as_bytes().to_vec(),
        expires_at_ms: now_ms + 600_000,
        now_ms,
        answer: answer.as_bytes().to_vec(),
    }
}

async fn exists(store: &Store, name: &str) -> bool {
    let accid = accid(name);
    store.read(move |view| view.account(APP, &accid)).await.unwrap().is_some()
}

async fn rows_come_back_as_they_were(home: Home) {
    let store = home.open();
    let mut the_app = app(1, "key1", "First");
    the_app.previous_secret = Some((Secret::new("older"), NOW_MS + 5));
    the_app.settings.room_enabled = true;
    let mut the_account = account("alice");
    the_account.mutes = Mutes { p2p: true, qchat: true, ..Mutes::default() };
    the_account.enabled = false;
    let login = LoginRow {
        app_id: APP,
        accid: accid("alice"),
        last_epoch: Epoch(41),
        last_device: Some(device("D1")),
        last_desktop: Some(device("D2")),
        last_mobile: Some(device("D3")),
    };
    let mut the_session = session(9, "alice", "D1", 41);
    the_session.room = Some(RoomSession { user_uuid: user("u1"), login_at_ms: NOW_MS + 1 });
    the_session.ended = ended(NOW_MS + 2);
    let token = AccessTokenRow {
        app_id: APP,
        token_hash: [1; 32],
        user_uuid: user("u1"),
        device_id: Some(device("D1")),
        expires_at_ms: NOW_MS,
    };
    let ticket = LinkTicketRow {
        app_id: APP,
        ticket_hash: [2; 32],
        accid: accid("alice"),
        user_uuid: user("u1"),
        expires_at_ms: NOW_MS,
    };
    let batch = Batch::new()
        .write(Write::PutApp(the_app.clone()))
        .write(Write::PutAccount(the_account.clone()))
        .write(Write::PutLogin(login.clone()))
        .write(Write::PutRoomAccount(room_account("u1", "alice")))
        .write(Write::PutSession(the_session.clone()))
        .write(Write::PutAccessToken(token.clone()))
        .write(Write::PutLinkTicket(ticket.clone()))
        .write(Write::Audit(audit(1)));
    store.commit(batch).await.unwrap();
    store.close().await;
    let store = home.open();
    // Rows have no equality of their own because of their secrets; Debug shows everything else.
    let same =
        |a: &dyn std::fmt::Debug, b: &dyn std::fmt::Debug| assert_eq!(format!("{a:?}"), format!("{b:?}"));
    let found = store.read(|view| {
        Ok((
            view.app(APP)?,
            view.app_by_key(&AppKey::parse("key1").unwrap())?,
            view.app_by_name("First")?,
            view.apps()?,
        ))
    });
    let (by_id, by_key, by_name, all) = found.await.unwrap();
    for found in [by_id.unwrap(), by_key.unwrap(), by_name.unwrap(), all[0].clone()] {
        same(&found.row, &the_app);
        assert_eq!((found.version, found.row.app_secret.expose()), (1, "secret-of-key1"));
        assert_eq!(found.row.previous_secret.unwrap().0.expose(), "older");
    }
    let found = store.read(|view| view.accounts(APP, &[accid("nobody"), accid("alice")])).await.unwrap();
    same(&found[0].row, &the_account);
    assert_eq!((found.len(), found[0].row.token.expose()), (1, "token-of-alice"));
    let found = store.read(|view| view.login(APP, &accid("alice"))).await.unwrap().unwrap();
    assert_eq!(found.row, login);
    let found = store.read(|view| {
        Ok((
            view.room_account(APP, &user("u1"))?,
            view.room_account_by_accid(APP, &accid("alice"))?,
            view.room_accounts(APP, &[user("u1")])?,
        ))
    });
    let (by_uuid, by_accid, listed) = found.await.unwrap();
    for found in [by_uuid.unwrap(), by_accid.unwrap(), listed[0].clone()] {
        same(&found.row, &room_account("u1", "alice"));
        assert_eq!(found.row.user_token.expose(), "user-token-of-u1");
    }
    same(&store.read(|view| view.session(SessionId(9))).await.unwrap().unwrap().row, &the_session);
    same(&store.read(|view| view.access_token(APP, &[1; 32])).await.unwrap().unwrap(), &token);
    same(&store.read(|view| view.link_ticket(APP, &[2; 32])).await.unwrap().unwrap(), &ticket);
    assert_eq!(store.read(|view| view.audit(9)).await.unwrap(), [audit(1)]);
    store.close().await;
}

async fn a_batch_happens_as_a_whole(home: Home) {
    let store = home.open();
    store.commit(Batch::new().write(Write::PutRoomAccount(room_account("u1", "alice")))).await.unwrap();
    let batch = put_account("bob").write(Write::PutRoomAccount(room_account("u2", "alice")));
    assert_eq!(store.commit(batch).await, Err(CommitError::Taken(Taken::Binding)));
    assert!(!exists(&store, "bob").await);
    let batch = put_account("bob").write(Write::TakeLinkTicket(APP, [0; 32]));
    assert_eq!(store.commit(batch).await, Err(CommitError::Conflict(Contended::LinkTicket)));
    assert!(!exists(&store, "bob").await);
    // A batch that fails marks nothing as done.
    let failing =
        || put_account("bob").expect(once("r1", NOW_MS, "")).write(Write::TakeLinkTicket(APP, [0; 32]));
    assert_eq!(store.commit(failing()).await, Err(CommitError::Conflict(Contended::LinkTicket)));
    store.commit(put_account("bob").expect(once("r1", NOW_MS, ""))).await.unwrap();
}

async fn versions_rise_and_guard(home: Home) {
    let store = home.open();
    let key = || Key::Account(APP, accid("alice"));
    let at = |version| put_account("alice").expect_version(key(), version);
    let conflict = Err(CommitError::Conflict(Contended::Row(key())));
    assert_eq!(store.commit(at(1)).await, conflict);
    for version in 0..3 {
        store.commit(at(version)).await.unwrap();
        assert_eq!(store.commit(at(version)).await, conflict);
        let found = store.read(|view| view.account(APP, &accid("alice"))).await.unwrap().unwrap();
        assert_eq!(found.version, version + 1);
    }
    let keys = [
        Key::App(APP),
        Key::Login(APP, accid("alice")),
        Key::RoomAccount(APP, user("alice")),
        Key::Session(SessionId(1)),
    ];
    for key in keys {
        store.commit(Batch::new().expect_version(key.clone(), 0)).await.unwrap();
        let refused = store.commit(Batch::new().expect_version(key.clone(), 1)).await;
        assert_eq!(refused, Err(CommitError::Conflict(Contended::Row(key))));
    }
}

async fn of_concurrent_batches_on_one_version_one_wins(home: Home) {
    let store = home.open();
    let tasks: Vec<_> = (0..64)
        .map(|_| {
            let store = store.clone();
            let batch = put_account("alice").expect_version(Key::Account(APP, accid("alice")), 0);
            tokio::spawn(async move { store.commit(batch).await })
        })
        .collect();
    let mut won = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(()) => won += 1,
            Err(e) => assert!(matches!(e, CommitError::Conflict(_)), "{e}"),
        }
    }
    assert_eq!(won, 1);
}

async fn a_session_acts_only_at_its_latest_epoch(home: Home) {
    let store = home.open();
    let fence = |epoch| Expect::Fence { session_id: SessionId(5), epoch: Epoch(epoch), room_since_ms: None };
    let act = |epoch| put_account("alice").expect(fence(epoch));
    assert_eq!(store.commit(act(1)).await, Err(CommitError::Fenced), "no such session");
    store.commit(put_session(session(5, "alice", "D1", 1))).await.unwrap();
    store.commit(act(1)).await.unwrap();
    store.commit(put_session(session(5, "alice", "D1", 2))).await.unwrap();
    assert_eq!(store.commit(act(1)).await, Err(CommitError::Fenced));
    assert_eq!(store.commit(act(3)).await, Err(CommitError::Fenced));
    store.commit(act(2)).await.unwrap();
    let over = SessionRow { ended: ended(NOW_MS), ..session(5, "alice", "D1", 2) };
    store.commit(put_session(over)).await.unwrap();
    assert_eq!(store.commit(act(2)).await, Err(CommitError::Fenced), "ended");
}

async fn a_room_session_acts_only_while_it_lasts(home: Home) {
    let store = home.open();
    let act = |room_since_ms| {
        let (session_id, epoch) = (SessionId(5), Epoch(1));
        put_account("alice").expect(Expect::Fence { session_id, epoch, room_since_ms })
    };
    let with_room = |room: Option<i64>| {
        let room = room.map(|login_at_ms| RoomSession { user_uuid: user("u1"), login_at_ms });
        put_session(SessionRow { room, ..session(5, "alice", "D1", 1) })
    };
    assert_eq!(store.commit(act(Some(7))).await, Err(CommitError::Fenced), "no such session");
    store.commit(with_room(None)).await.unwrap();
    assert_eq!(store.commit(act(Some(7))).await, Err(CommitError::RoomFenced), "no room session");
    store.commit(with_room(Some(7))).await.unwrap();
    store.commit(act(Some(7))).await.unwrap();
    store.commit(act(None)).await.unwrap();
    store.commit(with_room(Some(8))).await.unwrap();
    assert_eq!(store.commit(act(Some(7))).await, Err(CommitError::RoomFenced), "another room session");
    store.commit(act(Some(8))).await.unwrap();
    store.commit(with_room(None)).await.unwrap();
    assert_eq!(store.commit(act(Some(8))).await, Err(CommitError::RoomFenced), "over");
    store.commit(act(None)).await.unwrap();
}

async fn what_happens_once_is_answered_again_until_it_expires(home: Home) {
    let store = home.open();
    store.commit(Batch::new().expect(once("r1", NOW_MS, "the first answer"))).await.unwrap();
    let again = |now_ms| put_account("alice").expect(once("r1", now_ms, "another answer"));
    let first = Err(CommitError::Repeated { answer: b"the first answer".to_vec() });
    assert_eq!(store.commit(again(NOW_MS + 599_999)).await, first);
    store.close().await;
    let store = home.open();
    assert_eq!(store.commit(again(NOW_MS + 599_999)).await, first, "after a restart");
    assert!(!exists(&store, "alice").await);
    let elsewhere = |kind, app_id| Expect::Once {
        kind,
        app_id,
        id: b"r1".to_vec(),
        expires_at_ms: NOW_MS + 1,
        now_ms: NOW_MS,
        answer: Vec::new(),
    };
    for (kind, app_id) in [(OnceKind::OpId, APP), (OnceKind::Nonce, APP), (OnceKind::RequestId, AppId(2))] {
        store.commit(Batch::new().expect(elsewhere(kind, app_id))).await.unwrap();
        let repeat = store.commit(Batch::new().expect(elsewhere(kind, app_id))).await;
        assert_eq!(repeat, Err(CommitError::Repeated { answer: Vec::new() }));
    }
    store.commit(again(NOW_MS + 600_000)).await.unwrap();
    assert!(exists(&store, "alice").await);
    let second = Err(CommitError::Repeated { answer: b"another answer".to_vec() });
    assert_eq!(store.commit(again(NOW_MS + 600_001)).await, second);
}

async fn names_and_bindings_are_unique(home: Home) {
    let store = home.open();
    let put = |row| Batch::new().write(Write::PutApp(row));
    store.commit(put(app(1, "key1", "First"))).await.unwrap();
    assert_eq!(store.commit(put(app(2, "key1", "Second"))).await, Err(CommitError::Taken(Taken::AppKey)));
    assert_eq!(store.commit(put(app(2, "key2", "First"))).await, Err(CommitError::Taken(Taken::AppName)));
    store.commit(put(app(2, "key2", "Second"))).await.unwrap();
    let put = |row| Batch::new().write(Write::PutRoomAccount(row));
    store.commit(put(room_account("u1", "alice"))).await.unwrap();
    store.commit(put(room_account("u1", "bob"))).await.unwrap();
    store.commit(put(room_account("u2", "alice"))).await.unwrap();
    assert_eq!(store.commit(put(room_account("u1", "alice"))).await, Err(CommitError::Taken(Taken::Binding)));
    // The same names in another app are other accounts.
    store.commit(put(RoomAccountRow { app_id: AppId(2), ..room_account("u1", "alice") })).await.unwrap();
}

async fn a_ticket_works_once_and_tokens_can_be_dropped(home: Home) {
    let store = home.open();
    let ticket = LinkTicketRow {
        app_id: APP,
        ticket_hash: [2; 32],
        accid: accid("alice"),
        user_uuid: user("u1"),
        expires_at_ms: NOW_MS,
    };
    store.commit(Batch::new().write(Write::PutLinkTicket(ticket))).await.unwrap();
    let take = |app_id| Batch::new().write(Write::TakeLinkTicket(app_id, [2; 32]));
    let gone = Err(CommitError::Conflict(Contended::LinkTicket));
    assert_eq!(store.commit(take(AppId(2))).await, gone, "another app's");
    store.commit(take(APP)).await.unwrap();
    assert_eq!(store.commit(take(APP)).await, gone);
    let token = |n, name| {
        let (token_hash, user_uuid) = ([n; 32], user(name));
        Write::PutAccessToken(AccessTokenRow {
            app_id: APP,
            token_hash,
            user_uuid,
            device_id: None,
            expires_at_ms: NOW_MS,
        })
    };
    store
        .commit(Batch::new().write(token(1, "u1")).write(token(2, "u1")).write(token(3, "u2")))
        .await
        .unwrap();
    store.commit(Batch::new().write(Write::DropAccessTokens(APP, user("u1")))).await.unwrap();
    let left = store.read(|view| {
        (1..4).map(|n| Ok(view.access_token(APP, &[n; 32])?.is_some())).collect::<Result<Vec<_>, ReadError>>()
    });
    assert_eq!(left.await.unwrap(), [false, false, true]);
}

async fn sessions_are_found_by_account_device_node_and_app(home: Home) {
    let store = home.open();
    let rows = [
        session(1, "alice", "D1", 1),
        SessionRow { ended: ended(NOW_MS), ..session(2, "alice", "D1", 3) },
        SessionRow { node: node("n2"), ..session(3, "alice", "D2", 2) },
        session(4, "bob", "D1", 1),
        SessionRow { app_id: AppId(2), ..session(5, "alice", "D1", 9) },
    ];
    for row in rows {
        store.commit(put_session(row)).await.unwrap();
    }
    let found = store.read(|view| {
        let numbers = |rows: Vec<parlor_store::rows::Versioned<SessionRow>>| -> Vec<u64> {
            rows.iter().map(|s| s.row.session_id.0).collect()
        };
        let alice = accid("alice");
        let first = numbers(view.live_sessions_of_app(APP, None, 2)?);
        let rest = numbers(view.live_sessions_of_app(APP, Some((&alice, SessionId(3))), 2)?);
        let last = |name: &str| view.last_session_of_device(APP, &alice, &device(name));
        Ok((
            numbers(view.live_sessions(APP, &alice)?),
            [
                numbers(view.live_sessions_of_node(&node("n1"), SessionId(0), 2)?),
                numbers(view.live_sessions_of_node(&node("n1"), SessionId(4), 2)?),
            ],
            [first, rest],
            [last("D1")?, last("D2")?, last("D3")?].map(|found| found.map(|s| s.row.session_id.0)),
        ))
    });
    let (of_account, of_node, of_app, of_device) = found.await.unwrap();
    assert_eq!(of_account, [1, 3]);
    assert_eq!(of_node, [vec![1, 4], vec![5]]);
    assert_eq!(of_app, [vec![1, 3], vec![4]]);
    assert_eq!(of_device, [Some(2), Some(3), None]);
}

async fn a_thousand_batches_at_once(home: Home) {
    let store = home.open();
    let tasks: Vec<_> = (0..1_000)
        .map(|n| {
            let store = store.clone();
            // Every tenth is refused, alone.
            let version = u64::from(n % 10 == 0);
            let name = format!("a{n}");
            tokio::spawn(async move {
                let batch = put_account(&name).expect_version(Key::Account(APP, accid(&name)), version);
                let outcome = store.commit(batch).await;
                // What is acknowledged is seen by every read from now on.
                assert_eq!(exists(&store, &name).await, outcome.is_ok());
                outcome
            })
        })
        .collect();
    let mut happened = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(()) => happened += 1,
            Err(e) => assert!(matches!(e, CommitError::Conflict(_)), "{e}"),
        }
    }
    assert_eq!(happened, 900);
    let stats = store.stats();
    assert_eq!((stats.commits, stats.refused, stats.busy), (900, 100, 0));
    assert_eq!(stats.commit_time.iter().sum::<u64>(), stats.groups);
    if home.drive == Drive::Threads {
        assert!(stats.groups < 500, "{} groups for 1000 batches", stats.groups);
    }
}

async fn a_read_sees_one_moment(home: Home) {
    let store = home.open();
    let writer = {
        let store = store.clone();
        tokio::spawn(async move {
            for epoch in 1..200 {
                let login = |name| {
                    let (last_epoch, last_device) = (Epoch(epoch), None);
                    Write::PutLogin(LoginRow {
                        app_id: APP,
                        accid: accid(name),
                        last_epoch,
                        last_device,
                        last_desktop: None,
                        last_mobile: None,
                    })
                };
                store.commit(Batch::new().write(login("a")).write(login("b"))).await.unwrap();
            }
        })
    };
    while !writer.is_finished() {
        let (a, b) = store
            .read(|view| {
                let epoch = |name| view.login(APP, &accid(name)).map(|found| found.map(|l| l.row.last_epoch));
                Ok((epoch("a")?, epoch("b")?))
            })
            .await
            .unwrap();
        assert_eq!(a, b);
        tokio::task::yield_now().await;
    }
    writer.await.unwrap();
}

async fn numbers_are_given_once(home: Home) {
    let mut given = BTreeSet::new();
    for _ in 0..3 {
        let store = home.open();
        let numbers = Arc::new(Numbers::new(store.clone(), Sequence::Session, 10));
        let tasks: Vec<_> = (0..25)
            .map(|_| {
                let numbers = numbers.clone();
                tokio::spawn(async move { numbers.next().await.unwrap() })
            })
            .collect();
        for task in tasks {
            let number = task.await.unwrap();
            assert!(number > 0 && given.insert(number), "{number} twice");
        }
        let range = store.take_numbers(Sequence::Session, 1_000).await.unwrap();
        assert_eq!(range.end - range.start, 1_000);
        assert!(range.into_iter().all(|number| given.insert(number)));
        store.close().await;
    }
    let store = home.open();
    assert_eq!(store.take_numbers(Sequence::App, 1).await.unwrap(), 1..2, "sequences are apart");
    let all = store.take_numbers(Sequence::App, 1 << 53).await;
    assert_eq!(all, Err(CommitError::Refused), "never 2^53 or above");
    assert_eq!(store.take_numbers(Sequence::App, 1).await.unwrap(), 2..3);
}

async fn secrets_are_sealed_on_disk(home: Home) {
    let store = home.open();
    let mut the_app = app(1, "key1", "First");
    the_app.previous_secret = Some((Secret::new("previous-secret"), NOW_MS));
    let batch = put_account("alice")
        .write(Write::PutApp(the_app))
        .write(Write::PutRoomAccount(room_account("u1", "alice")))
        .write(Write::PutRoom(room::room(room::ROOM, "r")))
        .expect(once("r1", NOW_MS, "answer-with-a-token"));
    store.commit(batch).await.unwrap();
    let plain = [
        "secret-of-key1",
        "previous-secret",
        "token-of-alice",
        "user-token-of-u1",
        "answer-with-a-token",
        "password-of-r",
    ];
    let check = |when: &str| {
        let bytes = home.bytes();
        assert!(holds(&bytes, "Name of alice"), "the search finds what is not sealed ({when})");
        for secret in plain {
            assert!(!holds(&bytes, secret), "{secret} is readable ({when})");
        }
    };
    check("in the log");
    #[cfg(unix)]
    for entry in std::fs::read_dir(home.folder.path()).unwrap() {
        use std::os::unix::fs::PermissionsExt;
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{:?} is for its owner alone", entry.file_name());
    }
    store.close().await;
    check("in the file");
    let rows = format!("{:?} {:?}", account("alice"), app(1, "key1", "First"));
    assert!(!rows.contains("token-of") && !rows.contains("secret-of"), "{rows}");
}

async fn a_closed_store_says_so(home: Home) {
    let store = home.open();
    store.commit(put_account("alice")).await.unwrap();
    let clone = store.clone();
    store.close().await;
    clone.close().await;
    assert_eq!(clone.commit(put_account("bob")).await, Err(CommitError::Closed));
    let read = clone.read(|view| view.apps()).await;
    assert!(matches!(read, Err(parlor_store::ReadError::Closed)), "{read:?}");
}

async fn a_newer_schema_is_refused_with_both_numbers(home: Home) {
    home.open().close().await;
    let conn = rusqlite::Connection::open(home.path()).unwrap();
    conn.execute("INSERT INTO migration (number, name) VALUES (?1, 'from the future')", [SCHEMA + 7])
        .unwrap();
    drop(conn);
    let error = home.try_open_at(home.path(), home.keyring()).err().unwrap();
    assert!(
        matches!(error, OpenError::Newer { found, known } if (found, known) == (SCHEMA + 7, SCHEMA)),
        "{error}"
    );
    let text = error.to_string();
    assert!(text.contains(&(SCHEMA + 7).to_string()) && text.contains(&SCHEMA.to_string()), "{text}");
    let foreign = home.folder.path().join("foreign.db");
    rusqlite::Connection::open(&foreign).unwrap().execute_batch("CREATE TABLE t (a)").unwrap();
    let error = home.try_open_at(foreign, home.keyring()).err().unwrap();
    assert!(matches!(error, OpenError::Foreign), "{error}");
}

async fn a_sweep_forgets_what_has_expired(home: Home) {
    let store = home.open();
    for n in 0..1_200 {
        let mut batch = Batch::new().expect(once(&format!("r{n}"), NOW_MS, "")).write(Write::Audit(audit(n)));
        if n < 3 {
            let (token_hash, expires_at_ms) = ([n as u8; 32], NOW_MS + n as i64);
            let (accid, user_uuid) = (accid("alice"), user("u1"));
            batch = batch
                .write(Write::PutLinkTicket(LinkTicketRow {
                    app_id: APP,
                    ticket_hash: token_hash,
                    accid,
                    user_uuid: user_uuid.clone(),
                    expires_at_ms,
                }))
                .write(Write::PutAccessToken(AccessTokenRow {
                    app_id: APP,
                    token_hash,
                    user_uuid,
                    device_id: None,
                    expires_at_ms,
                }))
                .write(Write::PutSession(SessionRow {
                    ended: (n > 0).then(|| ended(NOW_MS + n as i64).unwrap()),
                    ..session(n as u64 + 1, "alice", "D1", 1)
                }));
        }
        store.commit(batch).await.unwrap();
    }
    let keep = SweepLimits { tombstones_ms: 0, audit_rows: 100, ..SweepLimits::default() };
    let swept = store.sweep(NOW_MS + 1, keep).await.unwrap();
    let counts = (swept.marks, swept.tickets, swept.tokens, swept.tombstones, swept.audit);
    assert_eq!(counts, (0, 2, 2, 0, 1_100), "tombstones stay for a day whatever the limit says");
    let swept = store.sweep(NOW_MS + DAY_MS + 2, keep).await.unwrap();
    let counts = (swept.marks, swept.tickets, swept.tokens, swept.tombstones, swept.audit);
    assert_eq!(counts, (1_200, 1, 1, 1, 0));
    let left = store.read(|view| {
        let sessions = [1, 2, 3].map(|n| view.session(SessionId(n)).map(|s| s.is_some()));
        let [live, first, second] = sessions;
        Ok(([live?, first?, second?], view.audit(1_000)?))
    });
    let (sessions, acts) = left.await.unwrap();
    assert_eq!(sessions, [true, false, true], "live ones are never swept");
    assert_eq!((acts.len(), acts[0].subject.as_str()), (100, "app 1199"));
}

async fn secrets_move_under_a_new_key(home: Home) {
    let keyring = home.keyring();
    let store = home.try_open_at(home.path(), keyring.clone()).unwrap();
    store.commit(Batch::new().write(Write::PutApp(app(1, "key1", "First")))).await.unwrap();
    for n in 0..600 {
        store.commit(put_account(&format!("a{n}"))).await.unwrap();
    }
    let batch = Batch::new().write(Write::PutRoomAccount(room_account("u1", "alice"))).expect(once(
        "r1",
        NOW_MS,
        "first answer",
    ));
    store.commit(batch).await.unwrap();
    assert_eq!(store.reseal().await.unwrap(), 0, "nothing to do yet");
    keyring.rotate().unwrap();
    store.commit(put_account("new")).await.unwrap();
    assert_eq!(store.reseal().await.unwrap(), 603);
    assert_eq!(store.reseal().await.unwrap(), 0);
    store.close().await;
    // Only the newest key is left.
    let path = home.folder.path().join("keys");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.lines().last().unwrap()).unwrap();
    let store = home.open();
    let found = store.read(|view| Ok((view.app(APP)?, view.account(APP, &accid("a599"))?))).await.unwrap();
    assert_eq!(found.0.unwrap().row.app_secret.expose(), "secret-of-key1");
    let account = found.1.unwrap();
    assert_eq!((account.row.token.expose(), account.version), ("token-of-a599", 1));
    let repeat = store.commit(Batch::new().expect(once("r1", NOW_MS, ""))).await;
    assert_eq!(repeat, Err(CommitError::Repeated { answer: b"first answer".to_vec() }));
}

async fn a_panic_in_a_read_is_that_readers_alone(home: Home) {
    let store = home.open();
    for _ in 0..4 {
        let read = store.read(|_| -> Result<(), ReadError> { panic!("on purpose") }).await;
        assert!(matches!(read, Err(ReadError::Panicked)), "{read:?}");
    }
    store.commit(put_account("alice")).await.unwrap();
    assert!(exists(&store, "alice").await);
}

async fn a_panic_in_the_writer_ends_writing(home: Home) {
    let armed = Arc::new(AtomicBool::new(false));
    let trap = armed.clone();
    let fill = move |bytes: &mut [u8]| {
        assert!(!trap.load(Ordering::SeqCst), "on purpose");
        bytes.fill(7);
    };
    let keyring = Keyring::in_memory([1; 32], Arc::new(fill));
    let store = home.try_open_at(home.path(), keyring.clone()).unwrap();
    store.commit(put_account("alice")).await.unwrap();
    armed.store(true, Ordering::SeqCst);
    // The session is written, then sealing the account's token panics.
    let batch = put_session(session(1, "alice", "D1", 1)).write(Write::PutAccount(account("bob")));
    assert_eq!(store.commit(batch).await, Err(CommitError::ReadOnly));
    armed.store(false, Ordering::SeqCst);
    assert_eq!(store.commit(put_account("carol")).await, Err(CommitError::ReadOnly));
    assert!(store.stats().read_only);
    for _ in 0..2 {
        assert!(exists(&store, "alice").await && !exists(&store, "bob").await);
        assert!(store.read(|view| view.session(SessionId(1))).await.unwrap().is_none());
    }
    store.close().await;
    let store = home.try_open_at(home.path(), keyring).unwrap();
    assert!(store.read(|view| view.session(SessionId(1))).await.unwrap().is_none());
    store.commit(put_account("carol")).await.unwrap();
}

async fn a_copy_is_one_moment_and_comes_back_as_a_new_history(home: Home) {
    let store = home.open();
    let batch = put_account("alice")
        .write(Write::PutRoomAccount(room_account("u1", "alice")))
        .write(Write::PutSession(session(1, "alice", "D1", 1)))
        .write(Write::PutSession(SessionRow { ended: ended(NOW_MS), ..session(2, "alice", "D2", 2) }));
    store.commit(batch).await.unwrap();
    let taken = store.take_numbers(Sequence::RtcUid, 10).await.unwrap();
    let copy = home.folder.path().join("copy.db");
    store.backup(&copy).await.unwrap();
    assert!(matches!(store.backup(&copy).await, Err(BackupError::Exists(_))));
    store.commit(put_account("later")).await.unwrap();
    let given_later = store.take_numbers(Sequence::RtcUid, 10).await.unwrap();
    let generation = store.read(|view| view.generation()).await.unwrap();
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
    store.close().await;

    let end = Ended { cause: "Restored".into(), ..ended(NOW_MS + 9).unwrap() };
    let error = Store::restore(&copy, &home.path(), &home.keyring(), &end).unwrap_err();
    assert!(matches!(error, BackupError::Exists(_)), "{error}");
    let to = home.folder.path().join("restored.db");
    Store::restore(&copy, &to, &home.keyring(), &end).unwrap();
    let store = home.try_open_at(to, home.keyring()).unwrap();
    assert!(exists(&store, "alice").await && !exists(&store, "later").await);
    assert_ne!(store.read(|view| view.generation()).await.unwrap(), generation);
    let fresh = store.take_numbers(Sequence::RtcUid, 1).await.unwrap();
    assert!(fresh.start >= given_later.end && fresh.start > taken.end);
    let found =
        store.read(|view| Ok([view.session(SessionId(1))?, view.session(SessionId(2))?])).await.unwrap();
    let [live, over] = found.map(|found| found.unwrap());
    assert_eq!((live.row.ended, live.version), (Some(end), 2));
    assert_eq!((over.row.ended, over.version), (ended(NOW_MS), 1));
    store.close().await;
}

async fn a_copy_that_is_no_good_is_refused(home: Home) {
    let store = home.open();
    for n in 0..200 {
        store.commit(put_account(&format!("a{n}"))).await.unwrap();
    }
    let copy = home.folder.path().join("copy.db");
    store.backup(&copy).await.unwrap();
    store.close().await;
    let to = home.folder.path().join("restored.db");
    let restore = |from: &std::path::Path, keyring: &Keyring| {
        let error = Store::restore(from, &to, keyring, &ended(NOW_MS).unwrap()).unwrap_err();
        let left: Vec<_> =
            std::fs::read_dir(home.folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert!(!left.iter().any(|name| name.to_string_lossy().contains("restored")), "{left:?}");
        error
    };
    let other_keys = Keyring::load_or_create(&home.folder.path().join("other keys")).unwrap();
    let error = restore(&copy, &other_keys);
    assert!(matches!(&error, BackupError::Damaged(problem) if problem.contains("account.token")), "{error}");
    let mut bytes = std::fs::read(&copy).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 4_096].fill(0x5a);
    std::fs::write(&copy, &bytes).unwrap();
    restore(&copy, &home.keyring());
    std::fs::write(&copy, b"not a database").unwrap();
    restore(&copy, &home.keyring());
    std::fs::write(&copy, b"").unwrap();
    restore(&copy, &home.keyring());
}

async fn a_check_finds_what_does_not_fit(home: Home) {
    let store = home.open();
    store
        .commit(put_account("alice").write(Write::PutRoomAccount(room_account("u1", "nobody"))))
        .await
        .unwrap();
    let problems = store.check().await.unwrap();
    assert_eq!(problems, ["room account u1 of app 1 is bound to an IM account that does not exist"]);
    store.close().await;
    let other = Keyring::load_or_create(&home.folder.path().join("other keys")).unwrap();
    let store = home.try_open_at(home.path(), other).unwrap();
    let problems = store.check().await.unwrap();
    assert_eq!(problems.len(), 3, "{problems:?}");
    assert!(store.read(|view| view.account(APP, &accid("alice"))).await.is_err());
}

async fn a_copy_made_under_load_has_whole_batches_only(home: Home) {
    let store = home.open();
    let pair = |n: usize| put_account(&format!("a{n}")).write(Write::PutAccount(account(&format!("b{n}"))));
    for n in 0..50 {
        store.commit(pair(n)).await.unwrap();
    }
    let load = tokio::spawn({
        let store = store.clone();
        async move {
            for n in 50..250 {
                store.commit(pair(n)).await.unwrap();
                tokio::task::yield_now().await;
            }
        }
    });
    let copy = home.folder.path().join("copy.db");
    store.backup(&copy).await.unwrap();
    load.await.unwrap();
    store.close().await;
    let to = home.folder.path().join("restored.db");
    Store::restore(&copy, &to, &home.keyring(), &ended(NOW_MS).unwrap()).unwrap();
    let store = home.try_open_at(to, home.keyring()).unwrap();
    for n in 0..250 {
        let both = (exists(&store, &format!("a{n}")).await, exists(&store, &format!("b{n}")).await);
        assert!(both == (true, true) || (n >= 50 && both == (false, false)), "{n}: {both:?}");
    }
}

async fn a_file_that_is_no_database_is_named(home: Home) {
    std::fs::write(home.path(), [0x5a; 8_192]).unwrap();
    let error = home.try_open_at(home.path(), home.keyring()).err().unwrap();
    assert!(matches!(&error, OpenError::Damaged { path, .. } if *path == home.path()), "{error}");
    assert!(error.to_string().contains("bring back a backup"), "{error}");
    assert_eq!(std::fs::read(home.path()).unwrap(), [0x5a; 8_192], "what is left of it is kept");
}

async fn a_check_names_every_damage_it_meets(home: Home) {
    let store = home.open();
    for n in 0..200 {
        store.commit(put_account(&format!("a{n}"))).await.unwrap();
    }
    store.close().await;
    let mut bytes = std::fs::read(home.path()).unwrap();
    // The latest pages: they hold accounts, and nothing that opening reads.
    let accounts = bytes.len() - 2 * 4_096;
    bytes[accounts..].fill(0x5a);
    std::fs::write(home.path(), &bytes).unwrap();
    let problems = home.open().check().await.unwrap();
    assert!(problems.iter().any(|line| line.starts_with("account.token: ")), "{problems:?}");
}

macro_rules! conformance {
    ($($property:ident)*) => {
        mod threads { $(conformance!(@one $property, parlor_store::Drive::Threads);)* }
        mod inline { $(conformance!(@one $property, parlor_store::Drive::Inline);)* }
    };
    (@one $property:ident, $drive:expr) => {
        #[tokio::test]
        async fn $property() {
            super::$property(super::Home::new($drive)).await;
        }
    };
}

use callback::{a_copy_brought_back_gives_no_callback_id_again, callbacks_leave_each_lane_in_order};
use chat::{
    a_chat_keeps_its_latest_messages, a_user_stream_keeps_its_latest_events,
    history_goes_by_time_kind_and_reader, messages_stand_densely_and_once,
    user_events_get_their_place_in_the_commit,
};
use file::files_are_kept_until_they_are_dropped;
use history::{
    a_copy_brought_back_goes_on_under_other_epochs, a_file_of_the_first_schema_is_brought_up_to_date,
};
use room::{
    a_check_finds_a_torn_stream, a_record_stands_for_the_events_before_it,
    a_room_has_one_owner_and_one_next_event, a_room_uuid_is_one_live_rooms,
    an_ended_room_is_forgotten_bit_by_bit, batches_in_turn_are_each_all_or_nothing, devices_come_and_go,
    devices_without_a_live_session_are_found, live_rooms_are_listed_and_counted,
    of_many_who_append_at_once_one_does, rooms_come_back_as_they_were, templates_are_kept_per_app,
};

conformance! {
    rows_come_back_as_they_were
    a_batch_happens_as_a_whole
    versions_rise_and_guard
    of_concurrent_batches_on_one_version_one_wins
    a_session_acts_only_at_its_latest_epoch
    a_room_session_acts_only_while_it_lasts
    what_happens_once_is_answered_again_until_it_expires
    names_and_bindings_are_unique
    a_ticket_works_once_and_tokens_can_be_dropped
    sessions_are_found_by_account_device_node_and_app
    a_thousand_batches_at_once
    a_read_sees_one_moment
    numbers_are_given_once
    secrets_are_sealed_on_disk
    a_closed_store_says_so
    a_newer_schema_is_refused_with_both_numbers
    a_sweep_forgets_what_has_expired
    secrets_move_under_a_new_key
    a_panic_in_a_read_is_that_readers_alone
    a_panic_in_the_writer_ends_writing
    a_copy_is_one_moment_and_comes_back_as_a_new_history
    a_copy_that_is_no_good_is_refused
    a_check_finds_what_does_not_fit
    a_copy_made_under_load_has_whole_batches_only
    a_file_that_is_no_database_is_named
    a_check_names_every_damage_it_meets
    templates_are_kept_per_app
    rooms_come_back_as_they_were
    a_room_uuid_is_one_live_rooms
    a_room_has_one_owner_and_one_next_event
    of_many_who_append_at_once_one_does
    batches_in_turn_are_each_all_or_nothing
    a_record_stands_for_the_events_before_it
    devices_come_and_go
    devices_without_a_live_session_are_found
    live_rooms_are_listed_and_counted
    a_file_of_the_first_schema_is_brought_up_to_date
    a_copy_brought_back_goes_on_under_other_epochs
    messages_stand_densely_and_once
    a_chat_keeps_its_latest_messages
    history_goes_by_time_kind_and_reader
    user_events_get_their_place_in_the_commit
    a_user_stream_keeps_its_latest_events
    callbacks_leave_each_lane_in_order
    a_copy_brought_back_gives_no_callback_id_again
    files_are_kept_until_they_are_dropped
    an_ended_room_is_forgotten_bit_by_bit
    a_check_finds_a_torn_stream
}
