//! Is this login who it says: static, dynamic and callback tokens, one-time tickets; and how many may try.

use crate::callback::{LoginQuestion, Verdict};
use crate::conn::Origin;
use crate::fault::Fault;
use crate::hub::AccountKey;
use crate::node::Node;
use crate::random::hash;
use parlor_identity::app::OnFailure;
use parlor_identity::rate::Bucket;
use parlor_identity::token::{TokenError, check_dynamic, same_secret};
use parlor_protocol::ids::{Accid, DeviceId};
use parlor_protocol::{Code, v1};
use parlor_store::rows::{AccountRow, AppRow, LinkTicketRow};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// How many logins this node admits: in all, and wrong ones per account and address.
pub struct Admissions {
    all: Mutex<Bucket>,
    failed: Mutex<HashMap<Attempt, Bucket>>,
    failed_per_minute: u32,
}

/// An account as tried from one address: a stranger's failures do not lock its owner out.
type Attempt = (AccountKey, IpAddr);

/// Attempts whose failures are remembered at once; beyond it, those that have rested are forgotten, and under a
/// flood all of them: memory stays bounded.
const FAILED_REMEMBERED: usize = 10_000;

impl Admissions {
    /// From the configuration.
    pub fn new(config: &crate::config::LinkConfig, now_ms: i64) -> Self {
        let rate = config.logins_per_s;
        let mut all = Bucket::full(rate, 1000, rate);
        all.take(now_ms);
        Self {
            all: Mutex::new(all),
            failed: Mutex::default(),
            failed_per_minute: config.failed_logins_per_minute,
        }
    }

    /// Lets one login or resume in, or says how long to wait; `spread` draws below its argument.
    pub fn enter(&self, now_ms: i64, spread: impl Fn(u64) -> u64) -> Result<(), Fault> {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        if all.take(now_ms) {
            return Ok(());
        }
        let jitter_ms = u32::try_from(spread(2_000)).unwrap_or(0);
        Err(Fault::of(Code::AdmissionDelayed).after(all.wait_ms() + 200 + jitter_ms))
    }

    /// Refuses an account that has failed too often lately.
    fn check(&self, attempt: &Attempt, now_ms: i64) -> Result<(), Fault> {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        match failed.get(attempt) {
            Some(bucket) if !bucket.ready(now_ms) => {
                Err(Fault::of(Code::TooManyLogins).after(60_000 / self.failed_per_minute.max(1)))
            }
            _ => Ok(()),
        }
    }

    /// Remembers a wrong credential.
    fn failed(&self, attempt: &Attempt, now_ms: i64) {
        if self.failed_per_minute == 0 {
            return;
        }
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        if failed.len() >= FAILED_REMEMBERED {
            failed.retain(|_, bucket| !bucket.rested(now_ms));
            if failed.len() >= FAILED_REMEMBERED {
                failed.clear();
            }
        }
        let rate = self.failed_per_minute;
        failed.entry(attempt.clone()).or_insert_with(|| Bucket::full(rate, 60_000, rate)).take(now_ms);
    }
}

/// What a login proved.
pub(super) struct Proof {
    /// The ticket that it used up.
    pub(super) ticket: Option<LinkTicketRow>,
}

/// What the store knows about who logs in.
pub(super) struct Candidate<'a> {
    pub(super) app: &'a AppRow,
    pub(super) account: Option<&'a AccountRow>,
    pub(super) ticket: Option<&'a LinkTicketRow>,
}

/// Checks the credential of `login` for `accid`. A wrong one counts against the account.
pub(super) async fn check(
    node: &Node,
    origin: &Origin,
    login: &v1::Login,
    accid: &Accid,
    candidate: Candidate<'_>,
) -> Result<Proof, Fault> {
    let now_ms = node.clock.now_ms();
    let attempt = ((candidate.app.app_id, accid.clone()), origin.peer.ip());
    node.admissions.check(&attempt, now_ms)?;
    let outcome = check_kind(login, accid, &candidate, now_ms);
    if let Err(fault) = &outcome
        && matches!(fault.code, Code::ImTokenIncorrect | Code::LinkTicketInvalid)
    {
        node.admissions.failed(&attempt, now_ms);
    }
    let proof = outcome?;
    if candidate.account.is_some_and(|a| !a.enabled) {
        return Err(Fault::of(Code::AccountDisabled));
    }
    ask_app(node, origin, login, accid, candidate.app, now_ms).await?;
    Ok(proof)
}

fn check_kind(
    login: &v1::Login,
    accid: &Accid,
    candidate: &Candidate<'_>,
    now_ms: i64,
) -> Result<Proof, Fault> {
    let app = candidate.app;
    let types = app.settings.auth_types;
    let incorrect = || Fault::of(Code::ImTokenIncorrect);
    let enabled = |on: bool| if on { Ok(()) } else { Err(Fault::of(Code::AuthTypeNotEnabled)) };
    let nothing = Proof { ticket: None };
    match login.auth_type() {
        v1::AuthType::Static => {
            enabled(types.fixed)?;
            let account = candidate.account.ok_or_else(incorrect)?;
            let same = same_secret(account.token.expose().as_bytes(), login.token.as_bytes());
            if same { Ok(nothing) } else { Err(incorrect()) }
        }
        v1::AuthType::Dynamic => {
            enabled(types.dynamic)?;
            candidate.account.ok_or_else(incorrect)?;
            check_signed(app, accid.as_str(), &login.token, now_ms).map_err(|cause| match cause {
                TokenError::Incorrect => incorrect(),
                TokenError::Expired => Fault::of(Code::ImTokenExpired),
            })?;
            Ok(nothing)
        }
        v1::AuthType::Callback => {
            enabled(types.callback && app.settings.login_callback.is_some())?;
            candidate.account.ok_or_else(incorrect)?;
            Ok(nothing)
        }
        v1::AuthType::Ticket => {
            let ticket = candidate.ticket.filter(|t| t.expires_at_ms > now_ms);
            let ticket = ticket.ok_or_else(|| Fault::of(Code::LinkTicketInvalid))?;
            Ok(Proof { ticket: Some(ticket.clone()) })
        }
    }
}

/// Checks a dynamic token against the app's secret, and the one before it while that still counts.
pub fn check_signed(app: &AppRow, account: &str, token: &str, now_ms: i64) -> Result<(), TokenError> {
    let check = |secret: &str| check_dynamic(token, app.app_key.as_str(), account, secret, now_ms);
    match (check(app.app_secret.expose()), &app.previous_secret) {
        (Err(TokenError::Incorrect), Some((previous, until_ms))) if now_ms < *until_ms => {
            check(previous.expose())
        }
        (outcome, _) => outcome,
    }
}

/// A configured login callback is asked for every kind of credential.
async fn ask_app(
    node: &Node,
    origin: &Origin,
    login: &v1::Login,
    accid: &Accid,
    app: &AppRow,
    now_ms: i64,
) -> Result<(), Fault> {
    if app.settings.login_callback.is_none() {
        return Ok(());
    }
    let device = login.device.clone().unwrap_or_default();
    let question = LoginQuestion {
        account: accid.clone(),
        device_id: DeviceId::parse(&device.device_id)?,
        client_type: device.client_type,
        custom_client_type: device.custom_client_type,
        custom_tag: device.custom_tag,
        auth_type: login.auth_type,
        token: login.token.clone(),
        login_ext: login.login_extension.clone(),
        client_ip: origin.peer.ip(),
        client_port: origin.peer.port(),
        timestamp_ms: now_ms,
    };
    match node.callbacks.ask_login(app, question).await {
        Verdict::Allow | Verdict::FailedDefault(OnFailure::Allow) => Ok(()),
        Verdict::Refuse => Err(Fault::of(Code::LoginCallbackRefused)),
        Verdict::FailedDefault(OnFailure::Refuse) => Err(Fault::of(Code::LoginCallbackFailed).after(1000)),
    }
}

/// The hash under which a ticket is kept.
pub(super) fn ticket_hash(login: &v1::Login) -> Option<[u8; 32]> {
    (login.auth_type() == v1::AuthType::Ticket).then(|| hash(login.token.as_bytes()))
}
