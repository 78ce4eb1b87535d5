//! Room accounts and their binding: one room account, one IM account, unique in both directions.

use super::im_account::{Found, NewAccount};
use crate::act::{Act, Decision};
use crate::fault::Fault;
use crate::link;
use crate::node::Node;
use parlor_identity::token::same_secret;
use parlor_protocol::causes::Cause;
use parlor_protocol::codes::Code;
use parlor_protocol::ids::{Accid, AppId, DeviceId, UserUuid};
use parlor_store::rows::{AccessTokenRow, AccountRow, RoomAccountRow, Secret, Versioned};
use parlor_store::{Batch, Key, Write};
use serde_json::json;

/// A room account with the IM account that it is bound to: answers read the IM token there.
#[derive(Clone, Debug)]
pub struct Bound {
    /// The room account.
    pub room: RoomAccountRow,
    /// Its IM account.
    pub im: AccountRow,
}

/// What a create call says.
#[derive(Clone)]
pub struct NewRoomAccount {
    /// Its name.
    pub user_uuid: UserUuid,
    /// Its token; a random one when absent.
    pub user_token: Option<String>,
    /// Display name.
    pub user_name: Option<String>,
    /// Avatar address.
    pub icon: Option<String>,
    /// The IM account to bind; the user id when absent.
    pub im_accid: Option<Accid>,
    /// The IM account's token, which proves the right to bind it; without it an IM account is made.
    pub im_token: Option<String>,
    /// What an existing account of that name means.
    pub existing: OnExisting,
}

/// What an existing account of that name means for a create call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnExisting {
    /// 409.
    Refuse,
    /// It is updated, and rebound when the call names another valid pair.
    Update,
}

/// What is to change in a room account; absent stays.
#[derive(Clone, Default)]
pub struct RoomAccountChange {
    /// A new token: room sessions and access tokens that rest on the old one end.
    pub user_token: Option<String>,
    /// Display name.
    pub user_name: Option<String>,
    /// Avatar address.
    pub icon: Option<String>,
    /// Compared with the IM account's token; never stored.
    pub im_token: Option<String>,
}

/// Makes a room account, and the IM account when none is named, in one commit.
pub async fn create(node: &Node, act: &Act, new: &NewRoomAccount) -> Result<Bound, Fault> {
    act.perform(node, || plan_create(node, act, new)).await
}

/// What one read finds about a create call. One, so that its parts belong to one moment.
struct Known {
    /// The room account of that name, and the IM account that it is bound to.
    existing: Option<(Versioned<RoomAccountRow>, Found)>,
    /// The IM account that the call names.
    wanted: Option<Versioned<AccountRow>>,
    /// That IM account is bound already.
    wanted_is_bound: bool,
}

async fn plan_create(node: &Node, act: &Act, new: &NewRoomAccount) -> Result<Decision<Bound>, Fault> {
    let (app_id, user_uuid, accid) = (act.app_id, new.user_uuid.clone(), wanted_accid(new)?);
    let known = node.store.read(move |view| {
        let existing = match view.room_account(app_id, &user_uuid)? {
            Some(room) => Found::look(view, app_id, &room.row.accid)?.map(|found| (room, found)),
            None => None,
        };
        let wanted = view.account(app_id, &accid)?;
        let wanted_is_bound = view.room_account_by_accid(app_id, &accid)?.is_some();
        Ok(Known { existing, wanted, wanted_is_bound })
    });
    let mut known = known.await?;
    match known.existing.take() {
        None => make(node, act, new, known).await,
        Some(_) if new.existing == OnExisting::Refuse => Err(Fault::of(Code::RoomAccountExists)),
        Some((existing, bound)) => remake(node, act, new, existing, bound, known),
    }
}

async fn make(node: &Node, act: &Act, new: &NewRoomAccount, known: Known) -> Result<Decision<Bound>, Fault> {
    let (im, batch) = partner(node, act, new, known, act.batch())?;
    let room = RoomAccountRow {
        app_id: act.app_id,
        user_uuid: new.user_uuid.clone(),
        user_token: Secret::new(new.user_token.clone().unwrap_or_else(|| node.random.token())),
        accid: im.accid.clone(),
        user_name: new.user_name.clone().unwrap_or_default(),
        icon: new.icon.clone().unwrap_or_default(),
        rtc_uid: rtc_uid(node).await?,
        created_at_ms: act.now_ms,
        updated_at_ms: act.now_ms,
    };
    let batch = batch
        .expect_version(Key::RoomAccount(act.app_id, room.user_uuid.clone()), 0)
        .write(Write::PutRoomAccount(room.clone()))
        .write(act.audit("room_account.create", room.user_uuid.as_str(), &json!({"accid": room.accid})));
    Ok(Decision { batch, events: Vec::new(), answer: Bound { room, im } })
}

/// A create call on an existing account: updates it, and rebinds it when another valid pair is named.
fn remake(
    node: &Node,
    act: &Act,
    new: &NewRoomAccount,
    existing: Versioned<RoomAccountRow>,
    bound: Found,
    known: Known,
) -> Result<Decision<Bound>, Fault> {
    let names_pair = new.im_accid.is_some() || new.im_token.is_some();
    let rebinds = names_pair && wanted_accid(new)? != existing.row.accid;
    let mut batch = bound.expect(act.batch());
    let im = if rebinds {
        let (im, with_partner) = partner(node, act, new, known, batch)?;
        batch = with_partner;
        im
    } else {
        check_im_token(&bound.account.row, new.im_token.as_deref())?;
        bound.account.row.clone()
    };
    let change = RoomAccountChange {
        user_token: new.user_token.clone(),
        user_name: new.user_name.clone(),
        icon: new.icon.clone(),
        im_token: None,
    };
    let changed = change.plan(act, existing, batch);
    let room = RoomAccountRow { accid: im.accid.clone(), ..changed.room };
    let batch = changed.batch.write(Write::PutRoomAccount(room.clone())).write(act.audit(
        "room_account.update",
        room.user_uuid.as_str(),
        &json!({"accid": room.accid}),
    ));
    let cause = if rebinds { Some(Cause::Rebound) } else { changed.cause };
    let (batch, events) = end_rooms(batch, &bound, cause);
    Ok(Decision { batch, events, answer: Bound { room, im } })
}

/// The IM account that a new binding names: an existing one whose token is proven, or a fresh one.
fn partner(
    node: &Node,
    act: &Act,
    new: &NewRoomAccount,
    known: Known,
    batch: Batch,
) -> Result<(AccountRow, Batch), Fault> {
    let accid = wanted_accid(new)?;
    let key = Key::Account(act.app_id, accid.clone());
    match (known.wanted, &new.im_token) {
        (Some(account), Some(_)) => {
            check_im_token(&account.row, new.im_token.as_deref())?;
            match known.wanted_is_bound {
                true => Err(Fault::of(Code::BindingTaken)),
                false => Ok((account.row, batch.expect_version(key, account.version))),
            }
        }
        (Some(_), None) => Err(Fault::of(Code::ImUserExists)),
        (None, Some(_)) => Err(Fault::of(Code::ImUserNotFound)),
        (None, None) => {
            let row = NewAccount::named(accid, None).row(node, act);
            let audit = act.audit("account.create", row.accid.as_str(), &json!({"for": new.user_uuid}));
            let batch = batch.expect_version(key, 0).write(Write::PutAccount(row.clone())).write(audit);
            Ok((row, batch))
        }
    }
}

fn wanted_accid(new: &NewRoomAccount) -> Result<Accid, Fault> {
    match &new.im_accid {
        Some(accid) => Ok(accid.clone()),
        None => Ok(Accid::parse_field("user_uuid", new.user_uuid.as_str())?),
    }
}

fn check_im_token(account: &AccountRow, im_token: Option<&str>) -> Result<(), Fault> {
    match im_token {
        Some(token) if !same_secret(token.as_bytes(), account.token.expose().as_bytes()) => {
            Err(Fault::of(Code::ImUserTokenBad))
        }
        _ => Ok(()),
    }
}

/// A changed row, not yet written, and why its room sessions end, if they do.
struct Changed {
    room: RoomAccountRow,
    batch: Batch,
    cause: Option<Cause>,
}

impl RoomAccountChange {
    fn plan(&self, act: &Act, existing: Versioned<RoomAccountRow>, batch: Batch) -> Changed {
        let Versioned { row: mut room, version } = existing;
        let mut batch = batch.expect_version(Key::RoomAccount(room.app_id, room.user_uuid.clone()), version);
        let mut cause = None;
        if let Some(token) = self.user_token.as_ref().filter(|token| *token != room.user_token.expose()) {
            room.user_token = Secret::new(token.as_str());
            batch = batch.write(Write::DropAccessTokens(room.app_id, room.user_uuid.clone()));
            batch = batch.write(Write::DropLinkTickets(room.app_id, room.accid.clone()));
            cause = Some(Cause::RoomTokenChanged);
        }
        room.user_name = self.user_name.clone().unwrap_or(room.user_name);
        room.icon = self.icon.clone().unwrap_or(room.icon);
        room.updated_at_ms = act.now_ms;
        Changed { room, batch, cause }
    }
}

fn end_rooms(batch: Batch, bound: &Found, cause: Option<Cause>) -> (Batch, Vec<parlor_bus::Event>) {
    match cause {
        Some(cause) => link::end_rooms(batch, &bound.sessions, cause),
        None => (batch, Vec::new()),
    }
}

/// Changes a room account; its room sessions end with their token, in the same commit.
pub async fn change(
    node: &Node,
    act: &Act,
    user_uuid: &UserUuid,
    change: &RoomAccountChange,
) -> Result<Bound, Fault> {
    act.perform(node, || plan_change(node, act, user_uuid, change)).await
}

async fn plan_change(
    node: &Node,
    act: &Act,
    user_uuid: &UserUuid,
    change: &RoomAccountChange,
) -> Result<Decision<Bound>, Fault> {
    let (app_id, named) = (act.app_id, user_uuid.clone());
    let known = node.store.read(move |view| {
        let Some(room) = view.room_account(app_id, &named)? else { return Ok(None) };
        Ok(Found::look(view, app_id, &room.row.accid)?.map(|bound| (room, bound)))
    });
    let (existing, bound) = known.await?.ok_or_else(not_found)?;
    check_im_token(&bound.account.row, change.im_token.as_deref())?;
    let Changed { room, batch, cause } = change.plan(act, existing, bound.expect(act.batch()));
    let detail = json!({"user_token": cause.is_some()});
    let batch = batch.write(Write::PutRoomAccount(room.clone())).write(act.audit(
        "room_account.update",
        room.user_uuid.as_str(),
        &detail,
    ));
    let (batch, events) = end_rooms(batch, &bound, cause);
    Ok(Decision { batch, events, answer: Bound { room, im: bound.account.row } })
}

/// Makes an access token that logs the room account in for `ttl_s` seconds.
pub async fn refresh(
    node: &Node,
    act: &Act,
    user_uuid: &UserUuid,
    device_id: Option<&DeviceId>,
    ttl_s: i64,
) -> Result<String, Fault> {
    act.perform(node, || plan_refresh(node, act, user_uuid, device_id, ttl_s)).await
}

async fn plan_refresh(
    node: &Node,
    act: &Act,
    user_uuid: &UserUuid,
    device_id: Option<&DeviceId>,
    ttl_s: i64,
) -> Result<Decision<String>, Fault> {
    let existing = find(node, act.app_id, user_uuid).await?.ok_or_else(not_found)?;
    let token = node.random.token();
    let row = AccessTokenRow {
        app_id: act.app_id,
        token_hash: crate::random::hash(token.as_bytes()),
        user_uuid: user_uuid.clone(),
        device_id: device_id.cloned(),
        expires_at_ms: act.now_ms.saturating_add(ttl_s.saturating_mul(1000)),
    };
    let batch = act
        .batch()
        .expect_version(Key::RoomAccount(act.app_id, user_uuid.clone()), existing.version)
        .write(Write::PutAccessToken(row))
        .write(act.audit("room_account.refresh_token", user_uuid.as_str(), &json!({})));
    Ok(Decision { batch, events: Vec::new(), answer: token })
}

/// A fresh rtcUid.
pub async fn rtc_uid(node: &Node) -> Result<i64, Fault> {
    let number = node.rtc_numbers.next().await?;
    i64::try_from(number).map_err(|_| Fault::of(Code::ServerError))
}

/// The room account of that name.
pub async fn find(
    node: &Node,
    app_id: AppId,
    user_uuid: &UserUuid,
) -> Result<Option<Versioned<RoomAccountRow>>, Fault> {
    let user_uuid = user_uuid.clone();
    Ok(node.store.read(move |view| view.room_account(app_id, &user_uuid)).await?)
}

/// Those of the list that exist, in its order, each with its IM account.
pub async fn find_all(node: &Node, app_id: AppId, user_uuids: &[UserUuid]) -> Result<Vec<Bound>, Fault> {
    let user_uuids = user_uuids.to_vec();
    let found = node
        .store
        .read(move |view| {
            let mut found = Vec::new();
            for user_uuid in &user_uuids {
                let Some(room) = view.room_account(app_id, user_uuid)? else { continue };
                let Some(im) = view.account(app_id, &room.row.accid)? else { continue };
                found.push(Bound { room: room.row, im: im.row });
            }
            Ok(found)
        })
        .await?;
    Ok(found)
}

/// The answer to a name that nobody has.
pub fn not_found() -> Fault {
    Fault::of(Code::RoomAccountNotFound)
}
