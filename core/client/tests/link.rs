//! Getting in, staying in, coming back, and not coming back after a kick.
#![allow(clippy::unwrap_used, reason = "a test stops where it is surprised")]

mod rig;

use parlor_client::{Call, Event, Input};
use parlor_protocol::{Cause, Code, v1};
use rig::{Rig, im_login, is_logout};
use v1::request::Body;

#[test]
fn a_login_is_manual_once_and_answers_with_the_folded_account() {
    let mut rig = Rig::new();
    let call = rig.call(Call::ImLogin(im_login()));
    let (transport, request) = rig.open();
    let Some(Body::Login(login)) = &request.body else { panic!("{request:?}") };
    assert!(login.manual);
    assert!(!rig.client.im_logged_in());
    let done = v1::LoginDone { account: "ann".into(), session_id: 1, ..v1::LoginDone::default() };
    rig.reply(transport, request.id, v1::reply::Body::Login(done));
    assert!(rig.succeeded(call));
    assert!(rig.client.im_logged_in());
    assert_eq!(rig.client.account(), Some("ann"));
    assert_eq!(rig.events(), [Event::Linking, Event::Linked, Event::LoggingIn]);
}

#[test]
fn three_attempts_then_the_network_is_to_blame() {
    let mut rig = Rig::new();
    let call = rig.call(Call::ImLogin(im_login()));
    for attempt in 0..3 {
        let transport = rig.opening().unwrap_or_else(|| panic!("attempt {attempt}"));
        rig.input(Input::Lost(transport));
        rig.pass(5_000);
    }
    assert_eq!(rig.failed_with(call), Some(Code::NetworkUnavailable));
    assert_eq!(rig.opening(), None);
    assert_eq!(rig.client.deadline(), None);
}

#[test]
fn all_attempts_together_have_one_time_limit() {
    let mut rig = Rig::new();
    let mut login = im_login();
    (login.attempts, login.timeout_ms) = (100, 7_000);
    let call = rig.call(Call::ImLogin(login));
    rig.pass(6_999);
    assert_eq!(rig.done(call), None);
    rig.pass(1);
    assert_eq!(rig.failed_with(call), Some(Code::LoginTimeout));
    assert_eq!(rig.client.account(), None);
}

#[test]
fn a_server_that_says_wait_does_not_cost_an_attempt() {
    let mut rig = Rig::new();
    let mut login = im_login();
    login.attempts = 1;
    let call = rig.call(Call::ImLogin(login));
    let (transport, request) = rig.open();
    rig.refuse(transport, request.id, Code::AdmissionDelayed, 4_000);
    rig.pass(3_999);
    assert_eq!(rig.opening(), None);
    rig.pass(1);
    rig.let_in(None);
    assert!(rig.succeeded(call));
}

#[test]
fn a_wrong_token_fails_at_once() {
    let mut rig = Rig::new();
    let call = rig.call(Call::ImLogin(im_login()));
    let (transport, request) = rig.open();
    rig.refuse(transport, request.id, Code::ImTokenIncorrect, 0);
    assert_eq!(rig.failed_with(call), Some(Code::ImTokenIncorrect));
    rig.pass(120_000);
    assert_eq!(rig.opening(), None);
}

#[test]
fn a_second_login_is_refused_here() {
    let (mut rig, _) = Rig::logged_in();
    let call = rig.call(Call::ImLogin(im_login()));
    assert_eq!(rig.failed_with(call), Some(Code::LoggedInAlready));
    assert!(rig.no_network());
}

#[test]
fn a_lost_link_is_resumed_and_unanswered_requests_are_sent_again() {
    let (mut rig, transport) = Rig::logged_in();
    let call = rig.call(Call::KickDevices(vec!["other".into()]));
    let first = rig.sent().unwrap();
    rig.input(Input::Lost(transport));
    assert!(rig.client.im_logged_in());
    rig.pass(1_000);
    let transport = rig.resume(None);
    let again = rig.sent().unwrap();
    assert_eq!(again.op_id, first.op_id);
    let done = v1::KickDevicesDone { device_ids: vec!["other".into()] };
    rig.reply(transport, again.id, v1::reply::Body::KickDevices(done));
    assert!(rig.succeeded(call));
    let events = rig.events();
    assert!(events.contains(&Event::Disconnected) && events.contains(&Event::Resumed), "{events:?}");
}

#[test]
fn pauses_between_attempts_grow_up_to_half_a_minute() {
    let (mut rig, transport) = Rig::logged_in();
    rig.input(Input::Lost(transport));
    let mut pauses = Vec::new();
    for _ in 0..12 {
        let before_ms = rig.now_ms;
        while rig.opening().is_none_or(|transport| {
            rig.input(Input::Lost(transport));
            false
        }) {
            rig.pass(10);
        }
        pauses.push(rig.now_ms - before_ms);
    }
    assert!(pauses.iter().all(|pause| *pause <= 30_010), "{pauses:?}");
    assert!(pauses[0] < 1_000 && pauses[11] > 10_000, "{pauses:?}");
}

#[test]
fn a_session_that_waited_too_long_is_followed_by_an_automatic_login() {
    let (mut rig, transport) = Rig::logged_in();
    rig.input(Input::Lost(transport));
    rig.pass(1_000);
    let (transport, request) = rig.open();
    rig.refuse(transport, request.id, Code::SessionExpired, 0);
    let (transport, request) = rig.open();
    let Some(Body::Login(login)) = &request.body else { panic!("{request:?}") };
    assert!(!login.manual);
    let done = v1::LoginDone { account: "ann".into(), session_id: 6, ..v1::LoginDone::default() };
    rig.reply(transport, request.id, v1::reply::Body::Login(done));
    assert!(rig.events().iter().any(|e| matches!(e, Event::LoggedInAgain { .. })));
}

#[test]
fn an_automatic_login_that_is_refused_loses_the_login() {
    let (mut rig, transport) = Rig::logged_in();
    rig.input(Input::Lost(transport));
    rig.pass(1_000);
    let (transport, request) = rig.open();
    rig.refuse(transport, request.id, Code::SessionExpired, 0);
    let (transport, request) = rig.open();
    rig.refuse(transport, request.id, Code::ReconnectRefused, 0);
    let lost = rig.events().into_iter().find_map(|event| match event {
        Event::LoginLost(failure) => Some(failure.code),
        _ => None,
    });
    assert_eq!(lost, Some(Code::ReconnectRefused));
    rig.pass(300_000);
    assert_eq!(rig.opening(), None);
}

#[test]
fn an_automatic_login_asks_the_token_provider_again() {
    let mut rig = Rig::new();
    let mut login = im_login();
    login.has_token_provider = true;
    rig.call(Call::ImLogin(login));
    assert!(!rig.fetching_token());
    let transport = rig.let_in(None);
    rig.input(Input::Lost(transport));
    rig.pass(1_000);
    let (transport, request) = rig.open();
    rig.refuse(transport, request.id, Code::SessionExpired, 0);
    assert!(rig.fetching_token());
    assert_eq!(rig.opening(), None);
    rig.input(Input::Token(Some("fresh".into())));
    let (_, request) = rig.open();
    assert!(matches!(&request.body, Some(Body::Login(login)) if login.token == "fresh"), "{request:?}");
}

#[test]
fn a_kick_is_told_once_and_nothing_comes_back_by_itself() {
    let (mut rig, transport) = Rig::logged_in();
    rig.kick(transport, Cause::KickedByOtherDevice);
    let kicks = rig.events().into_iter().filter(|e| matches!(e, Event::Kicked { reason: 1, .. })).count();
    assert_eq!(kicks, 1);
    assert_eq!(rig.closing(), Some(transport));
    rig.input(Input::Lost(transport));
    rig.input(Input::NetworkChanged);
    rig.pass(600_000);
    assert!(rig.no_network());
    assert!(!rig.client.im_logged_in());
}

#[test]
fn a_kick_while_the_link_was_down_is_found_by_the_resume() {
    for (code, reason) in [
        (Code::KickedExclusive, 1),
        (Code::KickedByServer, 2),
        (Code::AccountDisabled, 2),
        (Code::KickedByOwnDevice, 3),
    ] {
        let (mut rig, transport) = Rig::logged_in();
        rig.input(Input::Lost(transport));
        rig.pass(1_000);
        let (transport, request) = rig.open();
        rig.refuse(transport, request.id, code, 0);
        let told = rig.events().into_iter().find_map(|event| match event {
            Event::Kicked { reason, .. } => Some(reason),
            _ => None,
        });
        assert_eq!(told, Some(reason), "{code:?}");
        rig.pass(600_000);
        assert_eq!(rig.opening(), None, "{code:?}");
    }
}

#[test]
fn a_logout_tells_the_server_and_waits_for_it() {
    let (mut rig, transport) = Rig::logged_in();
    let call = rig.call(Call::ImLogout);
    let request = rig.sent().unwrap();
    assert!(is_logout(&request));
    assert_eq!(rig.done(call), None);
    rig.reply(transport, request.id, v1::reply::Body::Logout(v1::LogoutDone {}));
    assert!(rig.succeeded(call));
    assert!(!rig.client.im_logged_in());
    assert_eq!(rig.closing(), Some(transport));
}

#[test]
fn a_logout_that_nobody_answers_is_over_after_five_seconds() {
    let (mut rig, _) = Rig::logged_in();
    let call = rig.call(Call::ImLogout);
    rig.pass(5_000);
    assert!(rig.succeeded(call));
    assert!(!rig.client.im_logged_in());
}

#[test]
fn a_logout_whose_answer_is_lost_is_done_when_the_resume_says_so() {
    for code in [Code::SessionEnded, Code::SessionExpired] {
        let (mut rig, transport) = Rig::logged_in();
        let call = rig.call(Call::ImLogout);
        rig.input(Input::Lost(transport));
        rig.pass(1_000);
        let (transport, request) = rig.open();
        rig.refuse(transport, request.id, code, 0);
        assert!(rig.succeeded(call), "{code:?}");
        assert!(!rig.events().iter().any(|e| matches!(e, Event::LoginLost(_))), "{code:?}");
        rig.all_sent();
        rig.pass(600_000);
        assert!(rig.no_network(), "{code:?}");
        assert_eq!(rig.client.account(), None, "{code:?}");
    }
}

#[test]
fn a_logout_without_a_link_is_done_at_once() {
    let (mut rig, transport) = Rig::logged_in();
    rig.input(Input::Lost(transport));
    let call = rig.call(Call::ImLogout);
    assert!(rig.succeeded(call));
    rig.pass(120_000);
    assert!(rig.no_network());
}

#[test]
fn a_logout_ends_a_login_that_is_on_its_way() {
    let mut rig = Rig::new();
    let login = rig.call(Call::ImLogin(im_login()));
    let logout = rig.call(Call::ImLogout);
    assert_eq!(rig.failed_with(login), Some(Code::SessionEnded));
    assert!(rig.succeeded(logout));
    rig.pass(120_000);
    assert_eq!(rig.client.account(), None);
}

#[test]
fn a_quiet_link_is_pinged_and_a_dead_one_noticed() {
    let (mut rig, _) = Rig::logged_in();
    rig.pass(14_999);
    assert_eq!(rig.all_sent().len(), 0);
    rig.pass(1);
    let sent = rig.all_sent();
    assert!(matches!(sent[..], [v1::Request { body: Some(Body::Ping(_)), .. }]), "{sent:?}");
    rig.pass(10_000);
    assert!(rig.closing().is_some());
    assert!(rig.events().contains(&Event::Disconnected));
    rig.pass(1_000);
    assert!(rig.opening().is_some());
}

#[test]
fn a_link_in_doubt_has_to_answer_soon() {
    let (mut rig, _) = Rig::logged_in();
    rig.events();
    rig.input(Input::Doubt);
    rig.pass(999);
    assert_eq!(rig.closing(), None);
    rig.input(Input::Doubt);
    rig.pass(1);
    assert!(rig.closing().is_some(), "a second doubt gives it no more time");
    assert!(rig.events().contains(&Event::Disconnected));
}

#[test]
fn a_closing_server_says_when_to_come_back() {
    let (mut rig, transport) = Rig::logged_in();
    let closing = v1::Closing { code: Code::ShuttingDown.link(), reconnect_after_ms: 9_000 };
    rig.push(transport, v1::push::Body::Closing(closing));
    rig.input(Input::Lost(transport));
    rig.pass(8_999);
    assert_eq!(rig.opening(), None);
    rig.pass(301);
    rig.resume(None);
}

#[test]
fn the_network_coming_back_cuts_the_pause_short() {
    let (mut rig, transport) = Rig::logged_in();
    rig.input(Input::Lost(transport));
    for _ in 0..6 {
        rig.pass(30_000);
        if let Some(transport) = rig.opening() {
            rig.input(Input::Lost(transport));
        }
    }
    rig.input(Input::NetworkChanged);
    assert!(rig.opening().is_some());
}

#[test]
fn frames_of_an_older_transport_are_ignored() {
    let (mut rig, old) = Rig::logged_in();
    rig.input(Input::Lost(old));
    rig.pass(1_000);
    rig.resume(None);
    rig.events();
    rig.kick(old, Cause::KickedByServer);
    assert_eq!(rig.events(), []);
    assert!(rig.client.im_logged_in());
}

#[test]
fn a_request_without_an_answer_fails_in_time() {
    let (mut rig, _) = Rig::logged_in();
    let call = rig.call(Call::KickDevices(vec!["other".into()]));
    rig.pass(15_000);
    assert_eq!(rig.failed_with(call), Some(Code::RequestTimeout));
}

#[test]
fn requests_need_a_login() {
    let mut rig = Rig::new();
    let call = rig.call(Call::KickDevices(vec!["other".into()]));
    assert_eq!(rig.failed_with(call), Some(Code::NotLoggedIn));
    assert!(rig.no_network());
}
