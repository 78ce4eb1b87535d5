//! Is this login who it says: static, dynamic and callback tokens, one-time tickets.

use crate::callback::{LoginQuestion, Verdict};
use crate::fault::Fault;
use crate::node::Node;
use crate::random::hash;
use crate::session::Origin;
use parlor_identity::app::OnFailure;
use parlor_identity::token::{TokenError, check_dynamic, same_secret};
use parlor_protocol::ids::{Accid, DeviceId};
use parlor_protocol::{Code, v1};
use parlor_store::rows::{AccountRow, AppRow, LinkTicketRow};

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
