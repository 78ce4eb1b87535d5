//! Addresses that nobody else can make: `/files/APP/FILE?until=MS&sign=HEX`.

use crate::fault::Fault;
use hmac::digest::KeyInit;
use hmac::{Hmac, Mac};
use parlor_protocol::codes::Code;
use parlor_protocol::ids::AppId;
use sha2::Sha256;

/// What an address may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// To bring the content, once.
    Put,
    /// To fetch it.
    Get,
}

/// An address as somebody shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The app.
    pub app_id: AppId,
    /// The file.
    pub file_id: String,
    /// Good until then, in ms since 1970.
    pub until_ms: i64,
    /// Lower-case hex of HMAC-SHA256.
    pub sign: String,
}

impl Address {
    /// Reads the parts of an address; `None` if they have not its form.
    pub fn read(app: &str, file: &str, query: &str) -> Option<Address> {
        let is_file_id =
            file.len() == 32 && file.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        let value = |wanted: &str| {
            query
                .split('&')
                .find_map(|pair| pair.split_once('=').filter(|(name, _)| *name == wanted))
                .map(|p| p.1)
        };
        Some(Address {
            app_id: AppId(app.parse().ok()?),
            file_id: is_file_id.then(|| file.to_owned())?,
            until_ms: value("until")?.parse().ok()?,
            sign: value("sign")?.to_owned(),
        })
    }
}

/// An address signed with the newest key.
pub(super) fn sign(keys: &[[u8; 32]], what: Use, app_id: AppId, file_id: &str, until_ms: i64) -> String {
    let sign = keys.first().map(|key| mac(key, what, app_id, file_id, until_ms).finalize().into_bytes());
    format!("/files/{}/{file_id}?until={until_ms}&sign={}", app_id.0, hex::encode(sign.unwrap_or_default()))
}

/// Any of the keys may have signed it.
pub(super) fn check(keys: &[[u8; 32]], what: Use, address: &Address, now_ms: i64) -> Result<(), Fault> {
    let Address { app_id, file_id, until_ms, sign } = address;
    let shown = hex::decode(sign).unwrap_or_default();
    // Compared in constant time.
    let is_ours =
        keys.iter().any(|key| mac(key, what, *app_id, file_id, *until_ms).verify_slice(&shown).is_ok());
    if is_ours && now_ms <= *until_ms { Ok(()) } else { Err(Fault::of(Code::FileAddressExpired)) }
}

fn mac(key: &[u8; 32], what: Use, app_id: AppId, file_id: &str, until_ms: i64) -> Hmac<Sha256> {
    let word = match what {
        Use::Put => "put",
        Use::Get => "get",
    };
    // HMAC itself pads keys to its block with zeros.
    let mut block = [0; 64];
    block[..key.len()].copy_from_slice(key);
    let mac = <Hmac<Sha256> as KeyInit>::new(&block.into());
    mac.chain_update(format!("{word}|{}|{file_id}|{until_ms}", app_id.0))
}
