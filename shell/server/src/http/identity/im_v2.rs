//! `/im/v2/accounts` and `/im/v2/users` (nim §1.4).

use super::im_v1::gender;
use crate::fault::Fault;
use crate::http::field::Kind::{Flag, Number, Object, Text, Texts};
use crate::http::field::fields;
use crate::http::route::{Call, Route};
use crate::identity::im_account::{self, AccountChange, MutesChange, NewAccount, ProfileChange, Which};
use axum::http::Method;
use parlor_identity::identity::{Mutes, Profile};
use parlor_protocol::codes::Code;
use parlor_protocol::ids::{Accid, DeviceId};
use parlor_protocol::limits;
use parlor_store::rows::{AccountRow, SessionRow};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeSet;

/// The calls.
pub fn routes() -> Vec<Route> {
    const ACCOUNTS: &str = "/im/v2/accounts";
    const ACCOUNT: &str = "/im/v2/accounts/{account_id}";
    const USER: &str = "/im/v2/users/{account_id}";
    vec![
        Route::new(Method::POST, ACCOUNTS, "Create an IM account", create),
        Route::new(Method::GET, ACCOUNTS, "IM accounts by name", get_batch),
        Route::new(Method::GET, ACCOUNT, "One IM account", get),
        Route::new(Method::PATCH, ACCOUNT, "Change an IM account", patch),
        Route::new(
            Method::PATCH,
            "/im/v2/accounts/{account_id}/actions/disable",
            "Block or unblock an IM account",
            disable,
        ),
        Route::new(
            Method::PATCH,
            "/im/v2/accounts/{account_id}/actions/push_config",
            "Pushes while a desktop is online",
            push_config,
        ),
        Route::new(
            Method::PATCH,
            "/im/v2/accounts/{account_id}/actions/refresh_token",
            "Give an IM account a random token",
            refresh_token,
        ),
        Route::new(
            Method::POST,
            "/im/v2/accounts/{account_id}/actions/kick",
            "End sessions of an IM account",
            kick,
        ),
        Route::new(Method::PATCH, USER, "Change an IM account's profile", patch_user),
        Route::new(Method::GET, USER, "One profile", get_user),
        Route::new(Method::GET, "/im/v2/users", "Profiles by name", get_users),
        Route::new(
            Method::POST,
            "/im/v2/users/actions/online_status",
            "On which devices IM accounts are logged in",
            online_status,
        ),
    ]
}

fields! {
    /// What an account may do; absent stays.
    pub struct Configuration {
        /// It may log in.
        enabled: Option<bool> = Flag;
        /// No messages to one person.
        p2p_chat_banned: Option<bool> = Flag;
        /// No messages to teams.
        team_chat_banned: Option<bool> = Flag;
        /// No messages to chatrooms.
        chatroom_chat_banned: Option<bool> = Flag;
        /// No messages to QChat channels.
        qchat_chat_banned: Option<bool> = Flag;
        /// Pushes go to phones also while a desktop is online.
        push_enabled_when_desktop_online: Option<bool> = Flag;
    }
}

impl Configuration {
    fn mutes(&self) -> MutesChange {
        MutesChange {
            all: None,
            p2p: self.p2p_chat_banned,
            team: self.team_chat_banned,
            room: self.chatroom_chat_banned,
            qchat: self.qchat_chat_banned,
        }
    }
}

fields! {
    /// A profile; absent stays, empty empties.
    pub struct UserInformation {
        /// Display name.
        name: Option<String> = Text(limits::NAME);
        /// Avatar address.
        avatar: Option<String> = Text(limits::ICON);
        /// Signature line.
        sign: Option<String> = Text(limits::SIGN);
        /// E-mail address.
        email: Option<String> = Text(limits::EMAIL);
        /// Birthday.
        birthday: Option<String> = Text(limits::BIRTH);
        /// Phone number.
        mobile: Option<String> = Text(limits::MOBILE);
        /// 0 unknown, 1 male, 2 female.
        gender: Option<i64> = Number { min: limits::GENDER_MIN, max: limits::GENDER_MAX };
        /// The app's own text.
        extension: Option<String> = Text(limits::EX);
    }
}

impl From<UserInformation> for ProfileChange {
    fn from(user: UserInformation) -> Self {
        Self {
            name: user.name,
            icon: user.avatar,
            sign: user.sign,
            email: user.email,
            birth: user.birthday,
            mobile: user.mobile,
            gender: gender(user.gender),
            ex: user.extension,
        }
    }
}

/// What an account may do.
#[derive(Serialize, JsonSchema)]
pub struct AccountConfiguration {
    enabled: bool,
    p2p_chat_banned: bool,
    team_chat_banned: bool,
    chatroom_chat_banned: bool,
    qchat_chat_banned: bool,
    push_enabled_when_desktop_online: bool,
}

impl From<&AccountRow> for AccountConfiguration {
    fn from(row: &AccountRow) -> Self {
        let mutes = row.mutes;
        Self {
            enabled: row.enabled,
            p2p_chat_banned: mutes.all || mutes.p2p,
            team_chat_banned: mutes.all || mutes.team,
            chatroom_chat_banned: mutes.all || mutes.room,
            qchat_chat_banned: mutes.all || mutes.qchat,
            push_enabled_when_desktop_online: row.push_when_desktop_online,
        }
    }
}

/// An account.
#[derive(Serialize, JsonSchema)]
pub struct Account {
    account_id: String,
    configuration: AccountConfiguration,
}

impl From<&AccountRow> for Account {
    fn from(row: &AccountRow) -> Self {
        Self { account_id: row.accid.to_string(), configuration: row.into() }
    }
}

/// An account with its token.
#[derive(Serialize, JsonSchema)]
pub struct AccountWithToken {
    account_id: String,
    token: String,
    configuration: AccountConfiguration,
}

impl From<&AccountRow> for AccountWithToken {
    fn from(row: &AccountRow) -> Self {
        let token = row.token.expose().to_owned();
        Self { account_id: row.accid.to_string(), token, configuration: row.into() }
    }
}

/// A new account.
#[derive(Serialize, JsonSchema)]
pub struct Created {
    #[serde(flatten)]
    account: AccountWithToken,
    user_information: Profiled,
}

/// A profile.
#[derive(Serialize, JsonSchema)]
pub struct Profiled {
    name: String,
    avatar: String,
    sign: String,
    email: String,
    birthday: String,
    mobile: String,
    gender: u8,
    extension: String,
}

impl From<&Profile> for Profiled {
    fn from(profile: &Profile) -> Self {
        let profile = profile.clone();
        Self {
            name: profile.name,
            avatar: profile.icon,
            sign: profile.sign,
            email: profile.email,
            birthday: profile.birth,
            mobile: profile.mobile,
            gender: profile.gender,
            extension: profile.ex,
        }
    }
}

/// A profile and whose it is.
#[derive(Serialize, JsonSchema)]
pub struct User {
    account_id: String,
    #[serde(flatten)]
    profile: Profiled,
}

impl From<&AccountRow> for User {
    fn from(row: &AccountRow) -> Self {
        Self { account_id: row.accid.to_string(), profile: (&row.profile).into() }
    }
}

/// Each item of a batch, or why there is none.
#[derive(Serialize, JsonSchema)]
pub struct BatchAnswer<T> {
    success_list: Vec<T>,
    failed_list: Vec<Failed>,
}

/// An account that a batch has no answer for.
#[derive(Serialize, JsonSchema)]
pub struct Failed {
    account_id: String,
    error_code: i32,
    error_msg: String,
}

impl Failed {
    fn not_found(accid: &Accid) -> Self {
        let code = Code::AccountNotFound;
        let error_msg = code.developer().to_owned();
        Self { account_id: accid.to_string(), error_code: code.im_v2(), error_msg }
    }
}

fields! {
    /// A new account.
    pub struct Create {
        /// Its name; lower-cased.
        account_id: Accid = Text(limits::ACCID);
        /// Its token; random when absent.
        token: Option<String> = Text(limits::IM_TOKEN);
        /// What it may do.
        configuration: Option<Configuration> = Object(Configuration::FIELDS);
        /// Its profile.
        user_information: Option<UserInformation> = Object(UserInformation::FIELDS);
    }
}

async fn create(call: Call, new: Create) -> Result<Created, Fault> {
    let mut account = NewAccount::named(new.account_id, new.token);
    if let Some(user) = new.user_information {
        ProfileChange::from(user).apply(&mut account.profile);
    }
    if let Some(configuration) = new.configuration {
        let mut mutes = Mutes::default();
        configuration.mutes().apply(&mut mutes);
        account.mutes = mutes;
        account.enabled = configuration.enabled.unwrap_or(true);
    }
    let row = im_account::create(&call.node, &call.act, &account).await?;
    Ok(Created { account: (&row).into(), user_information: (&row.profile).into() })
}

fields! {
    /// The account.
    pub struct Named {
        /// The account.
        account_id: Accid = Text(limits::ACCID);
    }
}

async fn the_account(call: &Call, accid: &Accid) -> Result<AccountRow, Fault> {
    let found = im_account::find(&call.node, call.app.app_id, accid).await?;
    found.map(|account| account.row).ok_or_else(|| Fault::of(Code::AccountNotFound))
}

async fn get(call: Call, named: Named) -> Result<Account, Fault> {
    Ok((&the_account(&call, &named.account_id).await?).into())
}

fields! {
    /// Accounts by name.
    pub struct Batch {
        /// Their names.
        account_ids: Vec<Accid> = Texts { each: limits::ACCID, max: limits::IM_BATCH_MAX };
    }
}

async fn batch_of<T>(
    call: &Call,
    batch: &Batch,
    show: impl Fn(&AccountRow) -> T,
) -> Result<BatchAnswer<T>, Fault> {
    let found = im_account::find_all(&call.node, call.app.app_id, &batch.account_ids).await?;
    let missing = batch.account_ids.iter().filter(|accid| !found.contains_key(*accid));
    let failed_list = missing.map(Failed::not_found).collect();
    Ok(BatchAnswer { success_list: found.values().map(show).collect(), failed_list })
}

async fn get_batch(call: Call, batch: Batch) -> Result<BatchAnswer<Account>, Fault> {
    batch_of(&call, &batch, |row| row.into()).await
}

fields! {
    /// What is to change in an account; absent stays.
    pub struct Patch {
        /// The account.
        account_id: Accid = Text(limits::ACCID);
        /// Its new token.
        token: Option<String> = Text(limits::IM_TOKEN);
        /// What it may do.
        configuration: Option<Configuration> = Object(Configuration::FIELDS);
        /// End its sessions.
        need_kick: Option<bool> = Flag;
        /// What the kicked clients are told.
        kick_notify_extension: Option<String> = Text(limits::KICK_NOTIFY_EXT);
        /// Its profile.
        user_information: Option<UserInformation> = Object(UserInformation::FIELDS);
    }
}

async fn patch(call: Call, patch: Patch) -> Result<AccountWithToken, Fault> {
    let configuration = patch.configuration.as_ref();
    let change = AccountChange {
        token: patch.token,
        enabled: configuration.and_then(|c| c.enabled),
        mutes: configuration.map(Configuration::mutes).unwrap_or_default(),
        push_when_desktop_online: configuration.and_then(|c| c.push_enabled_when_desktop_online),
        profile: patch.user_information.map(ProfileChange::from).unwrap_or_default(),
        kick: (patch.need_kick == Some(true)).then(|| patch.kick_notify_extension.unwrap_or_default()),
    };
    let row = im_account::change(&call.node, &call.act, "account.update", &patch.account_id, &change).await?;
    Ok((&row).into())
}

fields! {
    /// Whether an account may log in.
    pub struct Disable {
        /// The account.
        account_id: Accid = Text(limits::ACCID);
        /// False blocks it; the call's name notwithstanding, true unblocks it.
        enabled: bool = Flag;
        /// End its sessions.
        need_kick: Option<bool> = Flag;
        /// What the kicked clients are told.
        kick_notify_extension: Option<String> = Text(limits::KICK_NOTIFY_EXT);
    }
}

async fn disable(call: Call, disable: Disable) -> Result<Account, Fault> {
    let kick = (disable.need_kick == Some(true)).then(|| disable.kick_notify_extension.unwrap_or_default());
    let change = AccountChange { enabled: Some(disable.enabled), kick, ..AccountChange::default() };
    let name = if disable.enabled { "account.unblock" } else { "account.block" };
    Ok((&im_account::change(&call.node, &call.act, name, &disable.account_id, &change).await?).into())
}

fields! {
    /// Whether phones are left alone.
    pub struct PushConfig {
        /// The account.
        account_id: Accid = Text(limits::ACCID);
        /// Pushes go to phones also while a desktop is online.
        push_enabled_when_desktop_online: bool = Flag;
    }
}

async fn push_config(call: Call, push: PushConfig) -> Result<Account, Fault> {
    let change = AccountChange {
        push_when_desktop_online: Some(push.push_enabled_when_desktop_online),
        ..AccountChange::default()
    };
    let changed =
        im_account::change(&call.node, &call.act, "account.push_config", &push.account_id, &change).await?;
    Ok((&changed).into())
}

async fn refresh_token(call: Call, named: Named) -> Result<AccountWithToken, Fault> {
    let change = AccountChange { token: Some(call.node.random.token()), ..AccountChange::default() };
    let name = "account.refresh_token";
    Ok((&im_account::change(&call.node, &call.act, name, &named.account_id, &change).await?).into())
}

fields! {
    /// Which sessions to end.
    pub struct Kick {
        /// The account.
        account_id: Accid = Text(limits::ACCID);
        /// 1 those of all devices, 2 of the listed ones, 3 of all but the listed ones.
        kind as "type": i64 = Number { min: 1, max: 3 };
        /// The devices.
        device_id_list: Option<Vec<DeviceId>> = Texts { each: limits::DEVICE_ID, max: limits::KICK_DEVICES_MAX };
        /// What the kicked clients are told.
        kick_notify_extension: Option<String> = Text(limits::KICK_NOTIFY_EXT);
    }
}

/// Sessions that were ended, and devices that had none.
#[derive(Serialize, JsonSchema)]
pub struct KickAnswer {
    success_list: Vec<KickedSession>,
    failed_list: Vec<NotKicked>,
}

/// A session that was ended.
#[derive(Serialize, JsonSchema)]
pub struct KickedSession {
    device_id: String,
    /// NIMClientType.
    client_type: i32,
    /// The session's own id.
    consid: String,
    /// Milliseconds since 1970.
    login_time: i64,
}

impl From<&SessionRow> for KickedSession {
    fn from(session: &SessionRow) -> Self {
        Self {
            device_id: session.device_id.to_string(),
            client_type: session.client_type,
            consid: session.session_id.to_string(),
            login_time: session.login_at_ms,
        }
    }
}

/// A listed device without a session.
#[derive(Serialize, JsonSchema)]
pub struct NotKicked {
    device_id: String,
    error_code: i32,
    error_msg: String,
}

async fn kick(call: Call, kick: Kick) -> Result<KickAnswer, Fault> {
    let listed: BTreeSet<DeviceId> = kick.device_id_list.unwrap_or_default().into_iter().collect();
    if kick.kind != 1 && listed.is_empty() {
        let message = "device_id_list is required with type 2 and 3";
        return Err(Fault::field(Code::InvalidParameter, "device_id_list", message));
    }
    let which = match kick.kind {
        1 => Which::All,
        2 => Which::Only(listed.clone()),
        _ => Which::AllBut(listed.clone()),
    };
    let text = kick.kick_notify_extension.unwrap_or_default();
    let kicked = im_account::kick(&call.node, &call.act, &kick.account_id, &which, &text).await?;
    let had_one: BTreeSet<&DeviceId> = kicked.iter().map(|session| &session.device_id).collect();
    let missed = listed.iter().filter(|device_id| kick.kind == 2 && !had_one.contains(device_id));
    let failed_list = missed
        .map(|device_id| NotKicked {
            device_id: device_id.to_string(),
            error_code: Code::NotFound.im_v2(),
            error_msg: "the device has no session".to_owned(),
        })
        .collect();
    Ok(KickAnswer { success_list: kicked.iter().map(Into::into).collect(), failed_list })
}

fields! {
    /// New texts of a profile; absent stays, empty empties.
    pub struct PatchUser {
        /// The account.
        account_id: Accid = Text(limits::ACCID);
        /// Display name.
        name: Option<String> = Text(limits::NAME);
        /// Avatar address.
        avatar: Option<String> = Text(limits::ICON);
        /// Signature line.
        sign: Option<String> = Text(limits::SIGN);
        /// E-mail address.
        email: Option<String> = Text(limits::EMAIL);
        /// Birthday.
        birthday: Option<String> = Text(limits::BIRTH);
        /// Phone number.
        mobile: Option<String> = Text(limits::MOBILE);
        /// 0 unknown, 1 male, 2 female.
        gender: Option<i64> = Number { min: limits::GENDER_MIN, max: limits::GENDER_MAX };
        /// The app's own text.
        extension: Option<String> = Text(limits::EX);
    }
}

async fn patch_user(call: Call, patch: PatchUser) -> Result<User, Fault> {
    let profile = ProfileChange {
        name: patch.name,
        icon: patch.avatar,
        sign: patch.sign,
        email: patch.email,
        birth: patch.birthday,
        mobile: patch.mobile,
        gender: gender(patch.gender),
        ex: patch.extension,
    };
    let change = AccountChange { profile, ..AccountChange::default() };
    let name = "account.update_profile";
    Ok((&im_account::change(&call.node, &call.act, name, &patch.account_id, &change).await?).into())
}

async fn get_user(call: Call, named: Named) -> Result<User, Fault> {
    Ok((&the_account(&call, &named.account_id).await?).into())
}

async fn get_users(call: Call, batch: Batch) -> Result<BatchAnswer<User>, Fault> {
    batch_of(&call, &batch, |row| row.into()).await
}

/// Where an account is logged in.
#[derive(Serialize, JsonSchema)]
pub struct OnlineStatus {
    account_id: String,
    online_status: Vec<OnlineSession>,
}

/// A session.
#[derive(Serialize, JsonSchema)]
pub struct OnlineSession {
    /// NIMClientType.
    client_type: i32,
    /// Milliseconds since 1970.
    login_time: i64,
}

async fn online_status(call: Call, batch: Batch) -> Result<BatchAnswer<OnlineStatus>, Fault> {
    let found = im_account::sessions(&call.node, call.app.app_id, &batch.account_ids).await?;
    let missing = batch.account_ids.iter().filter(|accid| !found.contains_key(*accid));
    let failed_list = missing.map(Failed::not_found).collect();
    let show = |session: SessionRow| OnlineSession {
        client_type: session.client_type,
        login_time: session.login_at_ms,
    };
    let success_list = found
        .into_iter()
        .map(|(accid, sessions)| OnlineStatus {
            account_id: accid.to_string(),
            online_status: sessions.into_iter().map(show).collect(),
        })
        .collect();
    Ok(BatchAnswer { success_list, failed_list })
}
