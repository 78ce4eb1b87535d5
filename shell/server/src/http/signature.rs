//! The signature of a server call: `CheckSum = hex(SHA1(AppSecret + Nonce + CurTime))` (neroom-server §1, nim §1.1).

use crate::fault::Fault;
use axum::http::HeaderMap;
use parlor_identity::token::{check_sum, same_secret};
use parlor_protocol::codes::Code;
use parlor_protocol::ids::AppKey;
use parlor_protocol::limits;
use parlor_store::rows::AppRow;

/// The four headers, well formed but not yet proven.
#[derive(Clone, Debug)]
pub struct Signature {
    /// Who says they sign.
    pub app_key: AppKey,
    /// A text chosen by the caller.
    pub nonce: String,
    /// Seconds since 1970, as written.
    pub cur_time: String,
    check_sum: String,
}

impl Signature {
    /// Reads the headers; their names match without regard to case.
    pub fn read(headers: &HeaderMap) -> Result<Self, Fault> {
        let app_key = header(headers, "AppKey")?;
        let nonce = header(headers, "Nonce")?;
        let cur_time = header(headers, "CurTime")?;
        let check_sum = header(headers, "CheckSum")?;
        limits::NONCE.check("Nonce", &nonce).map_err(|e| malformed("Nonce", e.to_string()))?;
        limits::CUR_TIME.check("CurTime", &cur_time).map_err(|e| malformed("CurTime", e.to_string()))?;
        let app_key = AppKey::parse(&app_key).map_err(|_| Fault::of(Code::AppUnknown))?;
        Ok(Self { app_key, nonce, cur_time, check_sum })
    }

    /// Proves that the holder of the app's secret made it, now.
    pub fn check(&self, app: &AppRow, now_ms: i64) -> Result<(), Fault> {
        let cur_time_s: i64 = self
            .cur_time
            .parse()
            .map_err(|_| malformed("CurTime", "CurTime must be seconds since 1970".into()))?;
        if cur_time_s.abs_diff(now_ms.div_euclid(1000)) > limits::CLOCK_SKEW_S.unsigned_abs() {
            return Err(Fault::of(Code::ClockSkew));
        }
        let signed_with = |secret: &str| {
            same_secret(check_sum(secret, &self.nonce, &self.cur_time).as_bytes(), self.check_sum.as_bytes())
        };
        let current = signed_with(app.app_secret.expose());
        let previous = app
            .previous_secret
            .as_ref()
            .is_some_and(|(old, until_ms)| now_ms < *until_ms && signed_with(old.expose()));
        if current || previous { Ok(()) } else { Err(Fault::of(Code::CheckSumWrong)) }
    }

    /// What must not come twice, where an app asks for that: the text that is signed. A pair with its border moved, as
    /// `("n0", "17")` and `("n", "017")`, has the same signature and is the same pair.
    pub fn once_id(&self) -> Vec<u8> {
        [self.nonce.as_bytes(), self.cur_time.as_bytes()].concat()
    }
}

fn header(headers: &HeaderMap, name: &'static str) -> Result<String, Fault> {
    let value = headers.get(name).ok_or_else(|| malformed(name, format!("the header {name} is missing")))?;
    let value = value.to_str().map_err(|_| malformed(name, format!("the header {name} must be ASCII")))?;
    if value.is_empty() {
        return Err(malformed(name, format!("the header {name} is empty")));
    }
    Ok(value.to_owned())
}

fn malformed(name: &'static str, message: String) -> Fault {
    Fault::field(Code::SignatureHeaderMissing, name, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use parlor_identity::app::AppSettings;
    use parlor_protocol::ids::AppId;
    use parlor_store::rows::Secret;

    const NOW_MS: i64 = 1_700_000_000_000;

    fn app(previous: Option<(&str, i64)>) -> AppRow {
        AppRow {
            app_id: AppId(1),
            app_key: AppKey::parse("key").unwrap(),
            app_secret: Secret::new("secret"),
            previous_secret: previous.map(|(secret, until_ms)| (Secret::new(secret), until_ms)),
            name: "app".into(),
            settings: AppSettings::default(),
            created_at_ms: 0,
        }
    }

    fn headers(secret: &str, cur_time_s: i64) -> HeaderMap {
        let cur_time = cur_time_s.to_string();
        let pairs = [
            ("appkey", "key".to_owned()),
            ("NONCE", "n".to_owned()),
            ("CurTime", cur_time.clone()),
            ("checksum", check_sum(secret, "n", &cur_time)),
        ];
        pairs.into_iter().map(|(k, v)| (k.parse().unwrap(), v.parse().unwrap())).collect()
    }

    fn outcome(headers: &HeaderMap, app: &AppRow) -> Result<(), Code> {
        Signature::read(headers).and_then(|s| s.check(app, NOW_MS)).map_err(|fault| fault.code)
    }

    #[test]
    fn a_signature_holds_for_five_minutes_either_way() {
        let now_s = NOW_MS / 1000;
        for (at_s, expected) in [
            (now_s, Ok(())),
            (now_s - 300, Ok(())),
            (now_s + 300, Ok(())),
            (now_s - 301, Err(Code::ClockSkew)),
            (now_s + 301, Err(Code::ClockSkew)),
            (i64::MAX, Err(Code::ClockSkew)),
        ] {
            assert_eq!(outcome(&headers("secret", at_s), &app(None)), expected, "{at_s}");
        }
    }

    #[test]
    fn the_previous_secret_holds_until_its_time() {
        let headers = headers("old", NOW_MS / 1000);
        assert_eq!(outcome(&headers, &app(None)), Err(Code::CheckSumWrong));
        assert_eq!(outcome(&headers, &app(Some(("old", NOW_MS + 1)))), Ok(()));
        assert_eq!(outcome(&headers, &app(Some(("old", NOW_MS)))), Err(Code::CheckSumWrong));
    }

    #[test]
    fn each_missing_or_malformed_header_is_named() {
        for name in ["AppKey", "Nonce", "CurTime", "CheckSum"] {
            let mut headers = headers("secret", NOW_MS / 1000);
            headers.remove(name);
            let fault = Signature::read(&headers).unwrap_err();
            assert_eq!((fault.code, fault.field), (Code::SignatureHeaderMissing, Some(name)));
        }
        let mut long = headers("secret", NOW_MS / 1000);
        long.insert("Nonce", "n".repeat(129).parse().unwrap());
        assert_eq!(Signature::read(&long).unwrap_err().field, Some("Nonce"));
        let mut words = headers("secret", NOW_MS / 1000);
        words.insert("CurTime", "soon".parse().unwrap());
        assert_eq!(outcome(&words, &app(None)), Err(Code::SignatureHeaderMissing));
    }
}
