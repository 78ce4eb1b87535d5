//! Room accounts: `/neroom/...` and their older twins under `/apps/...` (neroom-server §3).

use crate::fault::Fault;
use crate::http::field::Kind::{Flag, Text, Texts};
use crate::http::field::{Nothing, fields};
use crate::http::route::{Call, Route};
use crate::identity::room_account::{self, Bound, NewRoomAccount, OnExisting, RoomAccountChange};
use axum::http::Method;
use parlor_protocol::ids::{Accid, DeviceId, UserUuid};
use parlor_protocol::limits;
use schemars::JsonSchema;
use serde::Serialize;

/// The calls.
pub fn routes() -> Vec<Route> {
    vec![
        Route::new(Method::POST, "/neroom/v3/users", "Create a room account", create),
        Route::new(Method::PUT, "/apps/{appKey}/v1/users/{userUuid}", "Create a room account", create_old),
        Route::new(Method::PATCH, "/neroom/v3/users/{user_uuid}", "Change a room account", update),
        Route::new(
            Method::PUT,
            "/apps/{appKey}/v1/users/{userUuid}/update",
            "Change a room account's name and avatar",
            update_old,
        ),
        Route::new(Method::GET, "/neroom/v3/users/{user_uuid}", "One room account", get),
        Route::new(Method::GET, "/neroom/v3/users", "Room accounts by name", get_batch),
        Route::new(Method::POST, "/neroom/v4/rtc_uid", "A fresh rtcUid", rtc_uid),
        Route::new(Method::POST, "/apps/v1/getToken", "A room account's token", get_token),
        Route::new(Method::POST, "/apps/v1/refreshToken", "An access token with a lifetime", refresh_token),
    ]
}

fields! {
    /// A new room account.
    pub struct Create {
        /// Its name; lower-cased.
        user_uuid / "userUuid": UserUuid = Text(limits::USER_UUID);
        /// Its token; random when absent.
        user_token / "userToken": Option<String> = Text(limits::USER_TOKEN);
        /// Display name.
        user_name / "userName": Option<String> = Text(limits::USER_NAME);
        /// Avatar address.
        icon: Option<String> = Text(limits::ROOM_ICON);
        /// The IM account to bind; the user id when absent.
        im_accid / "imAccid": Option<Accid> = Text(limits::ACCID);
        /// The IM account's token. Without it an IM account is made.
        im_token / "imToken": Option<String> = Text(limits::IM_TOKEN);
        /// An existing account is an error, whatever update_on_conflict says.
        assert_not_exist / "assertNotExist": Option<bool> = Flag;
        /// An existing account is updated, and rebound when another valid pair is named.
        update_on_conflict / "updateOnConflict": Option<bool> = Flag;
    }
}

/// A room account and the IM account that it is bound to.
#[derive(Serialize, JsonSchema)]
pub struct Account {
    /// Its name.
    user_uuid: String,
    /// Its token.
    user_token: String,
    /// Display name.
    user_name: String,
    /// Avatar address.
    icon: String,
    /// The IM account's name.
    im_accid: String,
    /// The IM account's token.
    im_token: String,
    /// Its number in calls.
    rtc_uid: i64,
}

impl From<Bound> for Account {
    fn from(Bound { room, im }: Bound) -> Self {
        Self {
            user_uuid: room.user_uuid.to_string(),
            user_token: room.user_token.expose().to_owned(),
            user_name: room.user_name,
            icon: room.icon,
            im_accid: im.accid.to_string(),
            im_token: im.token.expose().to_owned(),
            rtc_uid: room.rtc_uid,
        }
    }
}

async fn make(call: &Call, new: Create) -> Result<Bound, Fault> {
    let updates = new.update_on_conflict == Some(true) && new.assert_not_exist != Some(true);
    let new = NewRoomAccount {
        user_uuid: new.user_uuid,
        user_token: new.user_token,
        user_name: new.user_name.filter(|name| !name.is_empty()),
        icon: new.icon.filter(|icon| !icon.is_empty()),
        im_accid: new.im_accid,
        im_token: new.im_token,
        existing: if updates { OnExisting::Update } else { OnExisting::Refuse },
    };
    room_account::create(&call.node, &call.act, &new).await
}

async fn create(call: Call, new: Create) -> Result<Account, Fault> {
    make(&call, new).await.map(Account::from)
}

/// The older answer.
#[derive(Serialize, JsonSchema)]
pub struct OldAccount {
    #[serde(flatten)]
    account: Account,
    /// The AppKey for IM.
    im_key: String,
    /// The AppKey for calls.
    rtc_key: String,
}

async fn create_old(call: Call, new: Create) -> Result<OldAccount, Fault> {
    let account = make(&call, new).await?.into();
    let app_key = call.app.app_key.to_string();
    Ok(OldAccount { account, im_key: app_key.clone(), rtc_key: app_key })
}

fields! {
    /// What is to change; absent or empty stays.
    pub struct Update {
        /// The account.
        user_uuid / "userUuid": UserUuid = Text(limits::USER_UUID);
        /// Display name.
        user_name / "userName": Option<String> = Text(limits::USER_NAME);
        /// Avatar address.
        icon: Option<String> = Text(limits::ROOM_ICON);
        /// Compared with the IM account's token, which is the only one kept.
        im_token / "imToken": Option<String> = Text(limits::IM_TOKEN);
        /// A new token; ends what rests on the old one.
        user_token / "userToken": Option<String> = Text(limits::USER_TOKEN);
    }
}

async fn update(call: Call, update: Update) -> Result<(), Fault> {
    let change = RoomAccountChange {
        user_token: update.user_token,
        user_name: update.user_name.filter(|name| !name.is_empty()),
        icon: update.icon.filter(|icon| !icon.is_empty()),
        im_token: update.im_token,
    };
    room_account::change(&call.node, &call.act, &update.user_uuid, &change).await.map(|_| ())
}

fields! {
    /// A new name and avatar; absent or empty stays.
    pub struct UpdateOld {
        /// The account.
        user_uuid / "userUuid": UserUuid = Text(limits::USER_UUID);
        /// Display name.
        user_name / "userName": Option<String> = Text(limits::USER_NAME);
        /// Avatar address.
        icon: Option<String> = Text(limits::ROOM_ICON);
    }
}

async fn update_old(call: Call, new: UpdateOld) -> Result<(), Fault> {
    let change = Update {
        user_uuid: new.user_uuid,
        user_name: new.user_name,
        icon: new.icon,
        im_token: None,
        user_token: None,
    };
    update(call, change).await
}

fields! {
    /// The account.
    pub struct Named {
        /// The account.
        user_uuid / "userUuid": UserUuid = Text(limits::USER_UUID);
    }
}

async fn the_account(call: &Call, user_uuid: UserUuid) -> Result<Bound, Fault> {
    let found = room_account::find_all(&call.node, call.app.app_id, &[user_uuid]).await?;
    found.into_iter().next().ok_or_else(room_account::not_found)
}

async fn get(call: Call, named: Named) -> Result<Account, Fault> {
    the_account(&call, named.user_uuid).await.map(Account::from)
}

fields! {
    /// Accounts by name.
    pub struct Batch {
        /// Their names, joined with commas; those that do not exist are left out.
        user_uuids / "userUuids": Vec<UserUuid> = Texts { each: limits::USER_UUID, max: limits::ROOM_BATCH_MAX };
    }
}

async fn get_batch(call: Call, batch: Batch) -> Result<Vec<Account>, Fault> {
    let found = room_account::find_all(&call.node, call.app.app_id, &batch.user_uuids).await?;
    Ok(found.into_iter().map(Account::from).collect())
}

/// A number for calls.
#[derive(Serialize, JsonSchema)]
pub struct RtcUid {
    uid: i64,
}

async fn rtc_uid(call: Call, _: Nothing) -> Result<RtcUid, Fault> {
    call.act.mark(&call.node).await?;
    Ok(RtcUid { uid: room_account::rtc_uid(&call.node).await? })
}

/// A room account's token.
#[derive(Serialize, JsonSchema)]
pub struct Token {
    user_uuid: String,
    user_token: String,
}

async fn get_token(call: Call, named: Named) -> Result<Token, Fault> {
    let room = the_account(&call, named.user_uuid).await?.room;
    Ok(Token { user_uuid: room.user_uuid.to_string(), user_token: room.user_token.expose().to_owned() })
}

fields! {
    /// Whose access token, and for which device.
    pub struct RefreshToken {
        /// The account.
        user_uuid / "userUuid": UserUuid = Text(limits::USER_UUID);
        /// The device that it is for; any when absent.
        device_id / "deviceId": Option<DeviceId> = Text(limits::DEVICE_ID);
    }
}

/// An access token.
#[derive(Serialize, JsonSchema)]
pub struct AccessToken {
    access_token: String,
}

async fn refresh_token(call: Call, of: RefreshToken) -> Result<AccessToken, Fault> {
    let ttl_s = call.node.config.http.access_token_ttl_s.into();
    let refreshed = room_account::refresh(&call.node, &call.act, &of.user_uuid, of.device_id.as_ref(), ttl_s);
    Ok(AccessToken { access_token: refreshed.await? })
}
