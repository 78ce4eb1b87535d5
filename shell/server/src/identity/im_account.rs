//! IM accounts: made, changed, blocked, kicked, looked at.

use crate::act::{Act, Decision};
use crate::fault::Fault;
use crate::link::{self, Ending};
use crate::node::Node;
use parlor_identity::identity::{Mutes, Profile};
use parlor_protocol::causes::Cause;
use parlor_protocol::codes::Code;
use parlor_protocol::ids::{Accid, AppId, DeviceId};
use parlor_store::rows::{AccountRow, LoginRow, Secret, SessionRow, Versioned};
use parlor_store::{Batch, Key, ReadError, View, Write};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// An account to be made.
#[derive(Clone)]
pub struct NewAccount {
    /// Its name.
    pub accid: Accid,
    /// Its token; a random one when absent.
    pub token: Option<String>,
    /// What it shows.
    pub profile: Profile,
    /// What it may not do.
    pub mutes: Mutes,
    /// False: it cannot log in yet.
    pub enabled: bool,
}

/// What is to change in an account; absent stays.
#[derive(Clone, Default)]
pub struct AccountChange {
    /// A new token. Room sessions rest on the old one and end.
    pub token: Option<String>,
    /// New texts of the profile.
    pub profile: ProfileChange,
    /// Blocked (false) or not.
    pub enabled: Option<bool>,
    /// What it may not do.
    pub mutes: MutesChange,
    /// Pushes go to phones also while a desktop is online.
    pub push_when_desktop_online: Option<bool>,
    /// End every session and tell it this text.
    pub kick: Option<String>,
}

/// New values of a profile; absent stays, empty empties.
#[derive(Clone, Default)]
pub struct ProfileChange {
    /// Display name.
    pub name: Option<String>,
    /// Avatar address.
    pub icon: Option<String>,
    /// Signature line.
    pub sign: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Birthday.
    pub birth: Option<String>,
    /// Phone number.
    pub mobile: Option<String>,
    /// 0 unknown, 1 male, 2 female.
    pub gender: Option<u8>,
    /// The app's own text.
    pub ex: Option<String>,
}

impl ProfileChange {
    /// Writes what is present.
    pub fn apply(self, profile: &mut Profile) {
        let texts = [
            (self.name, &mut profile.name),
            (self.icon, &mut profile.icon),
            (self.sign, &mut profile.sign),
            (self.email, &mut profile.email),
            (self.birth, &mut profile.birth),
            (self.mobile, &mut profile.mobile),
            (self.ex, &mut profile.ex),
        ];
        for (new, place) in texts {
            if let Some(new) = new {
                *place = new;
            }
        }
        profile.gender = self.gender.unwrap_or(profile.gender);
    }
}

/// New values of the mutes; absent stays.
#[derive(Clone, Copy, Debug, Default)]
pub struct MutesChange {
    /// No messages at all.
    pub all: Option<bool>,
    /// No messages to one person.
    pub p2p: Option<bool>,
    /// No messages to teams.
    pub team: Option<bool>,
    /// No messages to chatrooms.
    pub room: Option<bool>,
    /// No messages to QChat channels.
    pub qchat: Option<bool>,
}

impl MutesChange {
    /// Writes what is present.
    pub fn apply(self, mutes: &mut Mutes) {
        mutes.all = self.all.unwrap_or(mutes.all);
        mutes.p2p = self.p2p.unwrap_or(mutes.p2p);
        mutes.team = self.team.unwrap_or(mutes.team);
        mutes.room = self.room.unwrap_or(mutes.room);
        mutes.qchat = self.qchat.unwrap_or(mutes.qchat);
    }
}

impl NewAccount {
    /// An account with nothing but a name, and a token when one is given.
    pub fn named(accid: Accid, token: Option<String>) -> Self {
        Self { accid, token, profile: Profile::default(), mutes: Mutes::default(), enabled: true }
    }

    /// The row, with a random token where none was given.
    pub fn row(&self, node: &Node, act: &Act) -> AccountRow {
        AccountRow {
            app_id: act.app_id,
            accid: self.accid.clone(),
            token: Secret::new(self.token.clone().unwrap_or_else(|| node.random.token())),
            profile: self.profile.clone(),
            enabled: self.enabled,
            mutes: self.mutes,
            push_when_desktop_online: true,
            created_at_ms: act.now_ms,
            updated_at_ms: act.now_ms,
        }
    }
}

/// Makes an account; one of that name answers "already register".
pub async fn create(node: &Node, act: &Act, new: &NewAccount) -> Result<AccountRow, Fault> {
    act.perform(node, || plan_create(node, act, new)).await
}

async fn plan_create(node: &Node, act: &Act, new: &NewAccount) -> Result<Decision<AccountRow>, Fault> {
    if find(node, act.app_id, &new.accid).await?.is_some() {
        return Err(Fault::of(Code::AccountExists));
    }
    let row = new.row(node, act);
    let batch = act
        .batch()
        .expect_version(Key::Account(act.app_id, row.accid.clone()), 0)
        .write(Write::PutAccount(row.clone()))
        .write(act.audit("account.create", row.accid.as_str(), &json!({"enabled": row.enabled})));
    Ok(Decision { batch, events: Vec::new(), answer: row })
}

/// Changes an account, and ends what may no longer go on, in one commit. `name` is the act's name in the audit.
pub async fn change(
    node: &Node,
    act: &Act,
    name: &str,
    accid: &Accid,
    change: &AccountChange,
) -> Result<AccountRow, Fault> {
    act.perform(node, || plan_change(node, act, name, accid, change)).await
}

async fn plan_change(
    node: &Node,
    act: &Act,
    name: &str,
    accid: &Accid,
    change: &AccountChange,
) -> Result<Decision<AccountRow>, Fault> {
    let found = Found::read(node, act.app_id, accid).await?;
    let mut row = found.account.row.clone();
    let token_changes = change.token.as_ref().is_some_and(|token| token != row.token.expose());
    change.clone().apply(&mut row);
    row.updated_at_ms = act.now_ms;
    let batch = found.expect(act.batch()).write(Write::PutAccount(row.clone())).write(act.audit(
        name,
        accid.as_str(),
        &change.detail(),
    ));
    let batch = match token_changes {
        true => batch.write(Write::DropLinkTickets(row.app_id, row.accid.clone())),
        false => batch,
    };
    let cause = if row.enabled { Cause::KickedByServer } else { Cause::Blocked };
    let (batch, events) = match &change.kick {
        Some(text) => {
            link::end_sessions(batch, &found.sessions, &Ending::of(cause).described(text), act.now_ms)
        }
        None if token_changes => link::end_rooms(batch, &found.sessions, Cause::ImTokenChanged),
        None => (batch, Vec::new()),
    };
    Ok(Decision { batch, events, answer: row })
}

impl AccountChange {
    fn apply(self, row: &mut AccountRow) {
        if let Some(token) = self.token {
            row.token = Secret::new(token);
        }
        self.profile.apply(&mut row.profile);
        self.mutes.apply(&mut row.mutes);
        row.enabled = self.enabled.unwrap_or(row.enabled);
        row.push_when_desktop_online = self.push_when_desktop_online.unwrap_or(row.push_when_desktop_online);
    }

    /// What changes, for the audit: names of fields, no secrets.
    fn detail(&self) -> Value {
        json!({
            "token": self.token.is_some(),
            "enabled": self.enabled,
            "muted": self.mutes.all,
            "kick": self.kick.is_some(),
        })
    }
}

/// Which sessions a kick ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// All of them.
    All,
    /// Those of these devices.
    Only(BTreeSet<DeviceId>),
    /// Those of all other devices.
    AllBut(BTreeSet<DeviceId>),
}

impl Which {
    fn holds(&self, device_id: &DeviceId) -> bool {
        match self {
            Self::All => true,
            Self::Only(devices) => devices.contains(device_id),
            Self::AllBut(devices) => !devices.contains(device_id),
        }
    }
}

/// Ends sessions of an account and answers the ones that were.
pub async fn kick(
    node: &Node,
    act: &Act,
    accid: &Accid,
    which: &Which,
    text: &str,
) -> Result<Vec<SessionRow>, Fault> {
    act.perform(node, || plan_kick(node, act, accid, which, text)).await
}

async fn plan_kick(
    node: &Node,
    act: &Act,
    accid: &Accid,
    which: &Which,
    text: &str,
) -> Result<Decision<Vec<SessionRow>>, Fault> {
    let mut found = Found::read(node, act.app_id, accid).await?;
    let batch = found.expect(act.batch());
    found.sessions.retain(|session| which.holds(&session.row.device_id));
    let detail = json!({"sessions": found.sessions.len()});
    let batch = batch.write(act.audit("account.kick", accid.as_str(), &detail));
    let ending = Ending::of(Cause::KickedByServer).described(text);
    let (batch, events) = link::end_sessions(batch, &found.sessions, &ending, act.now_ms);
    let answer = found.sessions.into_iter().map(|session| session.row).collect();
    Ok(Decision { batch, events, answer })
}

/// An account with all that a change of it depends on.
pub(super) struct Found {
    pub(super) account: Versioned<AccountRow>,
    login: Option<Versioned<LoginRow>>,
    pub(super) sessions: Vec<Versioned<SessionRow>>,
}

impl Found {
    async fn read(node: &Node, app_id: AppId, accid: &Accid) -> Result<Self, Fault> {
        let accid = accid.clone();
        let found = node.store.read(move |view| Self::look(view, app_id, &accid)).await?;
        found.ok_or_else(|| Fault::of(Code::AccountNotFound))
    }

    /// The same as part of a larger read.
    pub(super) fn look(view: &View<'_>, app_id: AppId, accid: &Accid) -> Result<Option<Self>, ReadError> {
        let Some(account) = view.account(app_id, accid)? else { return Ok(None) };
        let (login, sessions) = (view.login(app_id, accid)?, view.live_sessions(app_id, accid)?);
        Ok(Some(Self { account, login, sessions }))
    }

    /// Relies on the account as it was read, and on nobody having logged in since, to IM or to a room.
    pub(super) fn expect(&self, batch: Batch) -> Batch {
        let AccountRow { app_id, accid, .. } = &self.account.row;
        let login_version = self.login.as_ref().map_or(0, |login| login.version);
        let batch = batch
            .expect_version(Key::Account(*app_id, accid.clone()), self.account.version)
            .expect_version(Key::Login(*app_id, accid.clone()), login_version);
        let sessions =
            self.sessions.iter().map(|session| (Key::Session(session.row.session_id), session.version));
        sessions.fold(batch, |batch, (key, version)| batch.expect_version(key, version))
    }
}

/// The account of that name.
pub async fn find(node: &Node, app_id: AppId, accid: &Accid) -> Result<Option<Versioned<AccountRow>>, Fault> {
    let accid = accid.clone();
    Ok(node.store.read(move |view| view.account(app_id, &accid)).await?)
}

/// Those accounts of the list that exist, by name.
pub async fn find_all(
    node: &Node,
    app_id: AppId,
    accids: &[Accid],
) -> Result<BTreeMap<Accid, AccountRow>, Fault> {
    let accids = accids.to_vec();
    let found = node.store.read(move |view| view.accounts(app_id, &accids)).await?;
    Ok(found.into_iter().map(|account| (account.row.accid.clone(), account.row)).collect())
}

/// The sessions of those accounts of the list that exist. A session that waits for a resume counts: its client
/// has not gone until the wait is over.
pub async fn sessions(
    node: &Node,
    app_id: AppId,
    accids: &[Accid],
) -> Result<BTreeMap<Accid, Vec<SessionRow>>, Fault> {
    let accids = accids.to_vec();
    let found = node
        .store
        .read(move |view| {
            let mut found = BTreeMap::new();
            for account in view.accounts(app_id, &accids)? {
                let sessions = view.live_sessions(app_id, &account.row.accid)?;
                found.insert(account.row.accid, sessions.into_iter().map(|session| session.row).collect());
            }
            Ok(found)
        })
        .await?;
    Ok(found)
}
