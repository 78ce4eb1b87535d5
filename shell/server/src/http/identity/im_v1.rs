//! `/nimserver/user/*.action` (nim §1.2, §1.3).

use crate::fault::Fault;
use crate::http::field::Kind::{Flag, Number, Text, Texts};
use crate::http::field::fields;
use crate::http::route::{Call, Route};
use crate::identity::im_account::{self, AccountChange, MutesChange, NewAccount, ProfileChange};
use axum::http::Method;
use parlor_identity::identity::{Mutes, Profile};
use parlor_protocol::ids::Accid;
use parlor_protocol::limits;
use parlor_store::rows::{AccountRow, SessionRow};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// The calls.
pub fn routes() -> Vec<Route> {
    let post = Method::POST;
    vec![
        Route::new(post.clone(), "/nimserver/user/create.action", "Create an IM account", create),
        Route::new(post.clone(), "/nimserver/user/update.action", "Change an IM account's token", update),
        Route::new(
            post.clone(),
            "/nimserver/user/refreshToken.action",
            "Give an IM account a random token",
            refresh_token,
        ),
        Route::new(post.clone(), "/nimserver/user/block.action", "Block an IM account", block),
        Route::new(post.clone(), "/nimserver/user/unblock.action", "Unblock an IM account", unblock),
        Route::new(post.clone(), "/nimserver/user/mute.action", "Mute an IM account everywhere", mute),
        Route::new(
            post.clone(),
            "/nimserver/user/muteModule.action",
            "Mute an IM account by kind of chat",
            mute_module,
        ),
        Route::new(
            post.clone(),
            "/nimserver/user/setDonnop.action",
            "Pushes while a desktop is online",
            set_donnop,
        ),
        Route::new(post.clone(), "/nimserver/user/getUinfos.action", "Profiles of IM accounts", get_uinfos),
        Route::new(
            post.clone(),
            "/nimserver/user/updateUinfo.action",
            "Change an IM account's profile",
            update_uinfo,
        ),
        Route::new(
            post,
            "/nimserver/user/userOnlineStatus.action",
            "On which devices IM accounts are logged in",
            user_online_status,
        ),
    ]
}

/// An answer without payload.
#[derive(Serialize, JsonSchema)]
pub struct Done {}

/// An answer with an account in `info`.
#[derive(Serialize, JsonSchema)]
pub struct Made {
    info: MadeAccount,
}

/// The account that was made or has a new token.
#[derive(Serialize, JsonSchema)]
pub struct MadeAccount {
    /// Its name.
    accid: String,
    /// Its token.
    token: String,
    /// Its display name.
    name: String,
}

impl From<AccountRow> for Made {
    fn from(account: AccountRow) -> Self {
        let token = account.token.expose().to_owned();
        Self { info: MadeAccount { accid: account.accid.to_string(), token, name: account.profile.name } }
    }
}

fields! {
    /// A new account.
    pub struct Create {
        /// Its name; lower-cased.
        accid: Accid = Text(limits::ACCID);
        /// Its token; random when absent.
        token: Option<String> = Text(limits::IM_TOKEN);
        /// Display name.
        name: Option<String> = Text(limits::NAME);
        /// Avatar address.
        icon: Option<String> = Text(limits::ICON);
        /// Signature line.
        sign: Option<String> = Text(limits::SIGN);
        /// E-mail address.
        email: Option<String> = Text(limits::EMAIL);
        /// Birthday.
        birth: Option<String> = Text(limits::BIRTH);
        /// Phone number.
        mobile: Option<String> = Text(limits::MOBILE);
        /// 0 unknown, 1 male, 2 female.
        gender: Option<i64> = Number { min: limits::GENDER_MIN, max: limits::GENDER_MAX };
        /// The app's own text.
        ex: Option<String> = Text(limits::EX);
    }
}

/// A gender within its limits.
pub(super) fn gender(number: Option<i64>) -> Option<u8> {
    number.and_then(|number| u8::try_from(number).ok())
}

async fn create(call: Call, new: Create) -> Result<Made, Fault> {
    let mut profile = Profile::default();
    let texts = ProfileChange {
        name: new.name,
        icon: new.icon,
        sign: new.sign,
        email: new.email,
        birth: new.birth,
        mobile: new.mobile,
        gender: gender(new.gender),
        ex: new.ex,
    };
    texts.apply(&mut profile);
    let new = NewAccount { profile, ..NewAccount::named(new.accid, new.token) };
    im_account::create(&call.node, &call.act, &new).await.map(Made::from)
}

fields! {
    /// A new token.
    pub struct Update {
        /// The account.
        accid: Accid = Text(limits::ACCID);
        /// Its new token.
        token: String = Text(limits::IM_TOKEN);
    }
}

async fn update(call: Call, update: Update) -> Result<Done, Fault> {
    let change = AccountChange { token: Some(update.token), ..AccountChange::default() };
    im_account::change(&call.node, &call.act, "account.update_token", &update.accid, &change).await?;
    Ok(Done {})
}

fields! {
    /// The account.
    pub struct Named {
        /// The account.
        accid: Accid = Text(limits::ACCID);
    }
}

async fn refresh_token(call: Call, named: Named) -> Result<Made, Fault> {
    let change = AccountChange { token: Some(call.node.random.token()), ..AccountChange::default() };
    im_account::change(&call.node, &call.act, "account.refresh_token", &named.accid, &change)
        .await
        .map(Made::from)
}

fields! {
    /// Whom to block, and whether to end the sessions.
    pub struct Block {
        /// The account.
        accid: Accid = Text(limits::ACCID);
        /// End its sessions too.
        need_kick / "needkick": Option<bool> = Flag;
        /// What the kicked clients are told.
        kick_notify_ext / "kickNotifyExt": Option<String> = Text(limits::KICK_NOTIFY_EXT);
        /// Forget where to push to.
        need_unbind_push_token / "needUnbindPushToken": Option<bool> = Flag;
    }
}

async fn block(call: Call, block: Block) -> Result<Done, Fault> {
    let kick = (block.need_kick == Some(true)).then(|| block.kick_notify_ext.unwrap_or_default());
    let change = AccountChange { enabled: Some(false), kick, ..AccountChange::default() };
    im_account::change(&call.node, &call.act, "account.block", &block.accid, &change).await?;
    Ok(Done {})
}

async fn unblock(call: Call, named: Named) -> Result<Done, Fault> {
    let change = AccountChange { enabled: Some(true), ..AccountChange::default() };
    im_account::change(&call.node, &call.act, "account.unblock", &named.accid, &change).await?;
    Ok(Done {})
}

fields! {
    /// Whom to mute.
    pub struct Mute {
        /// The account.
        accid: Accid = Text(limits::ACCID);
        /// Muted or not.
        mute: bool = Flag;
    }
}

async fn mute(call: Call, mute: Mute) -> Result<Done, Fault> {
    let mutes = MutesChange { all: Some(mute.mute), ..MutesChange::default() };
    let change = AccountChange { mutes, ..AccountChange::default() };
    im_account::change(&call.node, &call.act, "account.mute", &mute.accid, &change).await?;
    Ok(Done {})
}

fields! {
    /// Whom to mute where; absent stays.
    pub struct MuteModule {
        /// The account.
        accid: Accid = Text(limits::ACCID);
        /// Messages to one person.
        mute_p2p / "muteP2P": Option<bool> = Flag;
        /// Messages to teams.
        mute_team / "muteTeam": Option<bool> = Flag;
        /// Messages to chatrooms.
        mute_room / "muteRoom": Option<bool> = Flag;
        /// Messages to QChat channels.
        mute_qchat / "muteQChat": Option<bool> = Flag;
    }
}

/// What an account may not do.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Muted {
    #[serde(rename = "muteP2P")]
    mute_p2p: bool,
    mute_team: bool,
    mute_room: bool,
    #[serde(rename = "muteQChat")]
    mute_qchat: bool,
}

impl From<Mutes> for Muted {
    fn from(mutes: Mutes) -> Self {
        Self { mute_p2p: mutes.p2p, mute_team: mutes.team, mute_room: mutes.room, mute_qchat: mutes.qchat }
    }
}

/// The mutes after the change.
#[derive(Serialize, JsonSchema)]
pub struct MutedAnswer {
    data: Muted,
}

async fn mute_module(call: Call, mute: MuteModule) -> Result<MutedAnswer, Fault> {
    let mutes = MutesChange {
        all: None,
        p2p: mute.mute_p2p,
        team: mute.mute_team,
        room: mute.mute_room,
        qchat: mute.mute_qchat,
    };
    let change = AccountChange { mutes, ..AccountChange::default() };
    let row = im_account::change(&call.node, &call.act, "account.mute", &mute.accid, &change).await?;
    Ok(MutedAnswer { data: row.mutes.into() })
}

fields! {
    /// Whether phones are left alone.
    pub struct SetDonnop {
        /// The account.
        accid: Accid = Text(limits::ACCID);
        /// True: phones get no pushes while a desktop is online.
        donnop_open / "donnopOpen": bool = Flag;
    }
}

async fn set_donnop(call: Call, set: SetDonnop) -> Result<Done, Fault> {
    let change =
        AccountChange { push_when_desktop_online: Some(!set.donnop_open), ..AccountChange::default() };
    im_account::change(&call.node, &call.act, "account.push_config", &set.accid, &change).await?;
    Ok(Done {})
}

fields! {
    /// Whose profiles.
    pub struct GetUinfos {
        /// The accounts; those that do not exist are left out.
        accids: Vec<Accid> = Texts { each: limits::ACCID, max: limits::IM_BATCH_MAX };
        /// Show the mutes too.
        mute_status / "muteStatus": Option<bool> = Flag;
    }
}

/// Profiles.
#[derive(Serialize, JsonSchema)]
pub struct Uinfos {
    uinfos: Vec<Uinfo>,
}

/// One profile. Empty texts are left out.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Uinfo {
    accid: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    icon: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    sign: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    email: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    birth: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    mobile: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    ex: String,
    gender: u8,
    /// Not blocked.
    valid: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    mute: Option<bool>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    muted: Option<Muted>,
}

impl Uinfo {
    fn of(row: &AccountRow, with_mutes: bool) -> Self {
        let profile = row.profile.clone();
        Self {
            accid: row.accid.to_string(),
            name: profile.name,
            icon: profile.icon,
            sign: profile.sign,
            email: profile.email,
            birth: profile.birth,
            mobile: profile.mobile,
            ex: profile.ex,
            gender: profile.gender,
            valid: row.enabled,
            mute: with_mutes.then_some(row.mutes.all),
            muted: with_mutes.then(|| row.mutes.into()),
        }
    }
}

async fn get_uinfos(call: Call, get: GetUinfos) -> Result<Uinfos, Fault> {
    let found = im_account::find_all(&call.node, call.app.app_id, &get.accids).await?;
    Ok(Uinfos { uinfos: found.values().map(|row| Uinfo::of(row, get.mute_status == Some(true))).collect() })
}

fields! {
    /// New texts of a profile; absent stays, empty empties.
    pub struct UpdateUinfo {
        /// The account.
        accid: Accid = Text(limits::ACCID);
        /// Display name.
        name: Option<String> = Text(limits::NAME);
        /// Avatar address.
        icon: Option<String> = Text(limits::ICON);
        /// Signature line.
        sign: Option<String> = Text(limits::SIGN);
        /// E-mail address.
        email: Option<String> = Text(limits::EMAIL);
        /// Birthday.
        birth: Option<String> = Text(limits::BIRTH);
        /// Phone number.
        mobile: Option<String> = Text(limits::MOBILE);
        /// 0 unknown, 1 male, 2 female.
        gender: Option<i64> = Number { min: limits::GENDER_MIN, max: limits::GENDER_MAX };
        /// The app's own text.
        ex: Option<String> = Text(limits::EX);
    }
}

async fn update_uinfo(call: Call, update: UpdateUinfo) -> Result<Done, Fault> {
    let profile = ProfileChange {
        name: update.name,
        icon: update.icon,
        sign: update.sign,
        email: update.email,
        birth: update.birth,
        mobile: update.mobile,
        gender: gender(update.gender),
        ex: update.ex,
    };
    let change = AccountChange { profile, ..AccountChange::default() };
    im_account::change(&call.node, &call.act, "account.update_profile", &update.accid, &change).await?;
    Ok(Done {})
}

fields! {
    /// Whose devices.
    pub struct UserOnlineStatus {
        /// The accounts.
        accids: Vec<Accid> = Texts { each: limits::ACCID, max: limits::IM_BATCH_MAX };
    }
}

/// Who is logged in where.
#[derive(Serialize, JsonSchema)]
pub struct OnlineAnswer {
    data: Online,
}

/// Accounts that do not exist, and the sessions of those that are logged in.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Online {
    invalid_accids: Vec<String>,
    /// By accid; accounts that are not logged in are left out.
    status: BTreeMap<String, Vec<OnlineSession>>,
}

/// A session.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OnlineSession {
    /// NIMClientType.
    client_type: i32,
    /// Milliseconds since 1970.
    login_time: i64,
}

impl From<&SessionRow> for OnlineSession {
    fn from(session: &SessionRow) -> Self {
        Self { client_type: session.client_type, login_time: session.login_at_ms }
    }
}

async fn user_online_status(call: Call, of: UserOnlineStatus) -> Result<OnlineAnswer, Fault> {
    let found = im_account::sessions(&call.node, call.app.app_id, &of.accids).await?;
    let invalid = of.accids.iter().filter(|accid| !found.contains_key(*accid));
    let invalid_accids = invalid.map(Accid::to_string).collect();
    let logged_in = found.into_iter().filter(|(_, sessions)| !sessions.is_empty());
    let status =
        logged_in.map(|(accid, sessions)| (accid.to_string(), sessions.iter().map(Into::into).collect()));
    Ok(OnlineAnswer { data: Online { invalid_accids, status: status.collect() } })
}
