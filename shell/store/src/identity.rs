//! IM accounts, room accounts and the tokens made for them.

use crate::apply::{Change, Put};
use crate::rows::{AccessTokenRow, AccountRow, RoomAccountRow, Versioned};
use crate::seal::Place;
use crate::view::{Read, View, json, parsed, parsed_option};
use parlor_identity::identity::Mutes;
use parlor_protocol::ids::{Accid, AppId, UserUuid};
use rusqlite::{Row, params};

macro_rules! select_account {
    ($rest:literal) => {
        concat!(
            "SELECT app_id, accid, token, profile, enabled, mutes, push_when_desktop_online, created_at_ms, ",
            "updated_at_ms, version FROM account ",
            $rest
        )
    };
}

macro_rules! select_room_account {
    ($rest:literal) => {
        concat!(
            "SELECT app_id, user_uuid, user_token, accid, user_name, icon, rtc_uid, created_at_ms, ",
            "updated_at_ms, version FROM room_account ",
            $rest
        )
    };
}

const TOKEN: (&str, &str) = ("account", "token");
const USER_TOKEN: (&str, &str) = ("room_account", "user_token");

fn place(column: (&str, &str), app_id: AppId, name: &str) -> Place {
    Place::new(column.0, column.1).number(app_id.0.into()).text(name)
}

fn account_row(view: &View<'_>, row: &Row<'_>) -> Read<Versioned<AccountRow>> {
    let app_id = AppId(row.get(0)?);
    let accid: Accid = parsed(row, 1)?;
    let sealed: Vec<u8> = row.get(2)?;
    Ok(Versioned {
        row: AccountRow {
            app_id,
            token: view.open(TOKEN, &place(TOKEN, app_id, accid.as_str()), &sealed)?,
            accid,
            profile: json(row, 3)?,
            enabled: row.get(4)?,
            mutes: mutes_of(row.get(5)?),
            push_when_desktop_online: row.get(6)?,
            created_at_ms: row.get(7)?,
            updated_at_ms: row.get(8)?,
        },
        version: row.get(9)?,
    })
}

fn room_account_row(view: &View<'_>, row: &Row<'_>) -> Read<Versioned<RoomAccountRow>> {
    let app_id = AppId(row.get(0)?);
    let user_uuid: UserUuid = parsed(row, 1)?;
    let sealed: Vec<u8> = row.get(2)?;
    Ok(Versioned {
        row: RoomAccountRow {
            app_id,
            user_token: view.open(USER_TOKEN, &place(USER_TOKEN, app_id, user_uuid.as_str()), &sealed)?,
            user_uuid,
            accid: parsed(row, 3)?,
            user_name: row.get(4)?,
            icon: row.get(5)?,
            rtc_uid: row.get(6)?,
            created_at_ms: row.get(7)?,
            updated_at_ms: row.get(8)?,
        },
        version: row.get(9)?,
    })
}

fn access_token_row(_: &View<'_>, row: &Row<'_>) -> Read<AccessTokenRow> {
    Ok(AccessTokenRow {
        app_id: AppId(row.get(0)?),
        token_hash: row.get(1)?,
        user_uuid: parsed(row, 2)?,
        device_id: parsed_option(row, 3)?,
        expires_at_ms: row.get(4)?,
    })
}

const ALL: i64 = 1;
const P2P: i64 = 2;
const TEAM: i64 = 4;
const ROOM: i64 = 8;
const QCHAT: i64 = 16;

fn mutes_of(bits: i64) -> Mutes {
    let is = |bit| bits & bit != 0;
    Mutes { all: is(ALL), p2p: is(P2P), team: is(TEAM), room: is(ROOM), qchat: is(QCHAT) }
}

fn bits_of(mutes: Mutes) -> i64 {
    let Mutes { all, p2p, team, room, qchat } = mutes;
    [(all, ALL), (p2p, P2P), (team, TEAM), (room, ROOM), (qchat, QCHAT)]
        .into_iter()
        .filter_map(|(is, bit)| is.then_some(bit))
        .sum()
}

impl View<'_> {
    /// An IM account.
    pub fn account(&self, app_id: AppId, accid: &Accid) -> Read<Option<Versioned<AccountRow>>> {
        let sql = select_account!("WHERE app_id = ?1 AND accid = ?2");
        self.one(sql, params![app_id.0, accid.as_str()], account_row)
    }

    /// Those of the named IM accounts that exist, in the order of the names.
    pub fn accounts(&self, app_id: AppId, accids: &[Accid]) -> Read<Vec<Versioned<AccountRow>>> {
        accids.iter().filter_map(|accid| self.account(app_id, accid).transpose()).collect()
    }

    /// A page of an app's IM accounts, ordered by name: at most `limit` after the given one.
    pub fn accounts_after(
        &self,
        app_id: AppId,
        after: Option<&Accid>,
        limit: usize,
    ) -> Read<Vec<Versioned<AccountRow>>> {
        let sql = select_account!("WHERE app_id = ?1 AND accid > ?2 ORDER BY accid LIMIT ?3");
        self.many(sql, params![app_id.0, after.map_or("", Accid::as_str), limit], account_row)
    }

    /// A room account.
    pub fn room_account(
        &self,
        app_id: AppId,
        user_uuid: &UserUuid,
    ) -> Read<Option<Versioned<RoomAccountRow>>> {
        let sql = select_room_account!("WHERE app_id = ?1 AND user_uuid = ?2");
        self.one(sql, params![app_id.0, user_uuid.as_str()], room_account_row)
    }

    /// Those of the named room accounts that exist, in the order of the names.
    pub fn room_accounts(
        &self,
        app_id: AppId,
        user_uuids: &[UserUuid],
    ) -> Read<Vec<Versioned<RoomAccountRow>>> {
        user_uuids.iter().filter_map(|user_uuid| self.room_account(app_id, user_uuid).transpose()).collect()
    }

    /// The room account bound to an IM account.
    pub fn room_account_by_accid(
        &self,
        app_id: AppId,
        accid: &Accid,
    ) -> Read<Option<Versioned<RoomAccountRow>>> {
        let sql = select_room_account!("WHERE app_id = ?1 AND accid = ?2");
        self.one(sql, params![app_id.0, accid.as_str()], room_account_row)
    }

    /// An access token by its SHA-256; the caller checks its expiry.
    pub fn access_token(&self, app_id: AppId, token_hash: &[u8; 32]) -> Read<Option<AccessTokenRow>> {
        let sql = "SELECT app_id, token_hash, user_uuid, device_id, expires_at_ms FROM access_token
             WHERE app_id = ?1 AND token_hash = ?2";
        self.one(sql, params![app_id.0, token_hash], access_token_row)
    }
}

impl Change<'_> {
    pub(crate) fn put_account(&self, account: &AccountRow) -> Put {
        let place = place(TOKEN, account.app_id, account.accid.as_str());
        self.run(
            "INSERT INTO account (app_id, accid, token, profile, enabled, mutes, push_when_desktop_online,
                 created_at_ms, updated_at_ms, version) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 1)
             ON CONFLICT (app_id, accid) DO UPDATE SET token = ?3, profile = ?4, enabled = ?5, mutes = ?6,
                 push_when_desktop_online = ?7, created_at_ms = ?8, updated_at_ms = ?9, version = version + 1",
            params![
                account.app_id.0,
                account.accid.as_str(),
                self.seal(&place, account.token.expose().as_bytes()),
                self.json(&account.profile)?,
                account.enabled,
                bits_of(account.mutes),
                account.push_when_desktop_online,
                account.created_at_ms,
                account.updated_at_ms,
            ],
        )
    }

    pub(crate) fn put_room_account(&self, account: &RoomAccountRow) -> Put {
        let place = place(USER_TOKEN, account.app_id, account.user_uuid.as_str());
        self.run(
            "INSERT INTO room_account (app_id, user_uuid, user_token, accid, user_name, icon, rtc_uid,
                 created_at_ms, updated_at_ms, version) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 1)
             ON CONFLICT (app_id, user_uuid) DO UPDATE SET user_token = ?3, accid = ?4, user_name = ?5, icon = ?6,
                 rtc_uid = ?7, created_at_ms = ?8, updated_at_ms = ?9, version = version + 1",
            params![
                account.app_id.0,
                account.user_uuid.as_str(),
                self.seal(&place, account.user_token.expose().as_bytes()),
                account.accid.as_str(),
                account.user_name,
                account.icon,
                account.rtc_uid,
                account.created_at_ms,
                account.updated_at_ms,
            ],
        )
    }

    pub(crate) fn put_access_token(&self, token: &AccessTokenRow) -> Put {
        self.run(
            "INSERT OR REPLACE INTO access_token (app_id, token_hash, user_uuid, device_id, expires_at_ms)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                token.app_id.0,
                token.token_hash,
                token.user_uuid.as_str(),
                token.device_id.as_ref().map(|d| d.as_str()),
                token.expires_at_ms,
            ],
        )
    }

    pub(crate) fn drop_access_tokens(&self, app_id: AppId, user_uuid: &UserUuid) -> Put {
        self.run(
            "DELETE FROM access_token WHERE app_id = ?1 AND user_uuid = ?2",
            params![app_id.0, user_uuid.as_str()],
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mute_keeps_its_own_bit() {
        for bits in 0..32 {
            assert_eq!(bits_of(mutes_of(bits)), bits);
        }
    }
}
