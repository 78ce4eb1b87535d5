//! Credentials: fixed tokens, and dynamic ones that the app's server signs.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use sha1::{Digest, Sha1};
use subtle::ConstantTimeEq;

/// Why a credential was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It is not this account's, or not well formed.
    #[error("the token is incorrect")]
    Incorrect,
    /// It was right once, and its time is over.
    #[error("the token has expired")]
    Expired,
}

/// Compares two secrets without telling by the time taken how much of them agrees.
pub fn same_secret(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}

/// The JSON inside a dynamic token (nim.md 4.1): `curTime` in ms, `ttl` in seconds; both come as numbers or strings.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DynamicToken {
    signature: String,
    #[serde(deserialize_with = "number_or_string")]
    cur_time: i64,
    #[serde(deserialize_with = "number_or_string")]
    ttl: i64,
}

fn number_or_string<'de, D: serde::Deserializer<'de>>(from: D) -> Result<i64, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Number(i64),
        Text(String),
    }
    match Either::deserialize(from)? {
        Either::Number(n) => Ok(n),
        Either::Text(t) => t.parse().map_err(serde::de::Error::custom),
    }
}

/// How far in the future `curTime` may lie: the app server's clock may be ahead of ours.
const AHEAD_MS: i64 = 300_000;

/// Checks a dynamic token: base64 of JSON `{signature, curTime, ttl}` with
/// `signature = hex(sha1(app_key + account + curTime + ttl + app_secret))`. `account` is the accid for an IM login and
/// the userUuid for a room login. The signature is compared before the time is, so that only a token that was
/// really issued can be called expired.
pub fn check_dynamic(
    token: &str,
    app_key: &str,
    account: &str,
    app_secret: &str,
    now_ms: i64,
) -> Result<(), TokenError> {
    let json = STANDARD.decode(token.trim()).map_err(|_| TokenError::Incorrect)?;
    let token: DynamicToken = serde_json::from_slice(&json).map_err(|_| TokenError::Incorrect)?;
    let expected = dynamic_signature(app_key, account, token.cur_time, token.ttl, app_secret);
    if !same_secret(expected.as_bytes(), token.signature.to_ascii_lowercase().as_bytes()) {
        return Err(TokenError::Incorrect);
    }
    let until_ms = token.ttl.checked_mul(1000).and_then(|ttl_ms| token.cur_time.checked_add(ttl_ms));
    match until_ms {
        Some(until_ms) if token.ttl > 0 && token.cur_time <= now_ms.saturating_add(AHEAD_MS) => {
            if now_ms < until_ms { Ok(()) } else { Err(TokenError::Expired) }
        }
        _ => Err(TokenError::Incorrect),
    }
}

/// Makes a dynamic token, as an app's server does. `cur_time_ms` in ms, `ttl_s` in seconds.
pub fn make_dynamic(app_key: &str, account: &str, app_secret: &str, cur_time_ms: i64, ttl_s: i64) -> String {
    let signature = dynamic_signature(app_key, account, cur_time_ms, ttl_s, app_secret);
    STANDARD.encode(format!(r#"{{"signature":"{signature}","curTime":{cur_time_ms},"ttl":{ttl_s}}}"#))
}

fn dynamic_signature(app_key: &str, account: &str, cur_time: i64, ttl: i64, app_secret: &str) -> String {
    let mut sha1 = Sha1::new();
    for part in [app_key, account, &cur_time.to_string(), &ttl.to_string(), app_secret] {
        sha1.update(part.as_bytes());
    }
    hex::encode(sha1.finalize())
}

/// `CheckSum` of a signed server call: lower-case hex of SHA1(AppSecret + Nonce + CurTime).
pub fn check_sum(app_secret: &str, nonce: &str, cur_time: &str) -> String {
    let mut sha1 = Sha1::new();
    for part in [app_secret, nonce, cur_time] {
        sha1.update(part.as_bytes());
    }
    hex::encode(sha1.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_MS: i64 = 1_700_000_000_000;

    fn made(ttl_s: i64) -> String {
        make_dynamic("key", "alice", "secret", NOW_MS, ttl_s)
    }

    #[test]
    fn the_published_example_of_a_check_sum() {
        let nonce = "ABCDEFG1234567abcdefg7654321GFEDCBA";
        assert_eq!(
            check_sum("abcdefghigk", nonce, "1234567890123"),
            "0990f3d1615b5fa19fcbcea6b105270053fdf6a7"
        );
    }

    #[test]
    fn a_dynamic_token_lives_for_its_ttl() {
        let check = |at_ms| check_dynamic(&made(60), "key", "alice", "secret", at_ms);
        assert_eq!(check(NOW_MS), Ok(()));
        assert_eq!(check(NOW_MS + 59_999), Ok(()));
        assert_eq!(check(NOW_MS + 60_000), Err(TokenError::Expired));
        assert_eq!(check(NOW_MS - AHEAD_MS), Ok(()));
        assert_eq!(check(NOW_MS - AHEAD_MS - 1), Err(TokenError::Incorrect));
    }

    #[test]
    fn a_dynamic_token_is_one_accounts_and_one_apps() {
        for (key, account, secret) in
            [("yek", "alice", "secret"), ("key", "bob", "secret"), ("key", "alice", "s")]
        {
            assert_eq!(check_dynamic(&made(60), key, account, secret, NOW_MS), Err(TokenError::Incorrect));
        }
    }

    #[test]
    fn garbage_is_incorrect_not_a_panic() {
        for token in
            ["", "%%%", "e30=", "bnVsbA==", &STANDARD.encode(r#"{"signature":"","curTime":9e99,"ttl":1}"#)]
        {
            assert_eq!(check_dynamic(token, "key", "alice", "secret", NOW_MS), Err(TokenError::Incorrect));
        }
        let huge = make_dynamic("key", "alice", "secret", NOW_MS, i64::MAX);
        assert_eq!(check_dynamic(&huge, "key", "alice", "secret", NOW_MS), Err(TokenError::Incorrect));
    }

    #[test]
    fn times_may_come_as_strings() {
        let signature = dynamic_signature("key", "alice", NOW_MS, 60, "secret");
        let json = format!(r#"{{"signature":"{signature}","curTime":"{NOW_MS}","ttl":"60"}}"#);
        assert_eq!(check_dynamic(&STANDARD.encode(json), "key", "alice", "secret", NOW_MS), Ok(()));
    }
}
