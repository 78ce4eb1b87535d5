//! The room login and the rule of reuse.
#![allow(clippy::unwrap_used, reason = "a test stops where it is surprised")]

mod rig;

use parlor_client::{Call, Failure, Input, Ticket};
use parlor_protocol::causes::AuthEvent;
use parlor_protocol::{Cause, Code, v1};
use rig::{Rig, identity, im_login, is_logout, is_room_login, is_room_logout, room_login, ticket};

fn ended(cause: Cause) -> v1::push::Body {
    ended_at(cause, identity().login_at_ms)
}

fn ended_at(cause: Cause, login_at_ms: i64) -> v1::push::Body {
    let cause = cause.name().to_owned();
    let ended = v1::RoomSessionEnded { user_uuid: "ann-r".into(), cause, login_at_ms };
    v1::push::Body::RoomSessionEnded(ended)
}

/// RoomKit logged IM in itself.
fn by_room() -> (Rig, parlor_client::TransportId) {
    let mut rig = Rig::new();
    let call = rig.call(room_login(false));
    let fetch = rig.fetching().unwrap();
    rig.input(Input::Ticket(fetch, Ok(ticket())));
    let transport = rig.let_in(Some(identity()));
    assert!(rig.succeeded(call));
    rig.events();
    (rig, transport)
}

#[test]
fn reuse_without_an_im_login_is_100004_and_touches_no_network() {
    let mut rig = Rig::new();
    let call = rig.call(room_login(true));
    assert_eq!(rig.failed_with(call), Some(Code::ReuseImNotLoggedIn));
    assert!(rig.no_network());
    assert_eq!(rig.client.deadline(), None);
}

#[test]
fn reuse_while_the_im_login_is_on_its_way_is_100004_too() {
    let mut rig = Rig::new();
    rig.call(Call::ImLogin(im_login()));
    let call = rig.call(room_login(true));
    assert_eq!(rig.failed_with(call), Some(Code::ReuseImNotLoggedIn));
}

#[test]
fn without_reuse_a_running_im_login_is_in_the_way_and_stays_untouched() {
    let (mut rig, _) = Rig::logged_in();
    let call = rig.call(room_login(false));
    assert_eq!(rig.failed_with(call), Some(Code::ImAlreadyLoggedIn));
    assert!(rig.no_network());
    assert!(rig.client.im_logged_in());
}

#[test]
fn reuse_is_one_request_on_the_link() {
    let (mut rig, transport) = Rig::logged_in();
    let call = rig.call(room_login(true));
    let sent = rig.all_sent();
    assert!(matches!(&sent[..], [request] if is_room_login(request)), "{sent:?}");
    let done = v1::RoomLoginDone { room: Some(identity()) };
    rig.reply(transport, sent[0].id, v1::reply::Body::RoomLogin(done));
    assert!(rig.succeeded(call));
    assert_eq!(rig.auth_events(), [(AuthEvent::LoggedIn, None)]);
    assert_eq!(rig.client.room().unwrap().user_uuid, "ann-r");
}

#[test]
fn a_refused_reuse_leaves_im_logged_in() {
    let (mut rig, transport) = Rig::logged_in();
    let call = rig.call(room_login(true));
    let id = rig.sent().unwrap().id;
    rig.refuse(transport, id, Code::ReuseImAccountMismatch, 0);
    assert_eq!(rig.failed_with(call), Some(Code::ReuseImAccountMismatch));
    assert!(rig.client.im_logged_in());
    assert_eq!(rig.all_sent().len(), 0);
}

#[test]
fn a_room_login_that_nobody_answers_is_taken_back() {
    let (mut rig, _) = Rig::logged_in();
    let call = rig.call(room_login(true));
    rig.all_sent();
    rig.pass(15_000);
    assert_eq!(rig.failed_with(call), Some(Code::RequestTimeout));
    let sent = rig.all_sent();
    assert!(sent.iter().any(is_room_logout), "{sent:?}");
}

#[test]
fn a_room_logout_that_nobody_answers_is_said_again() {
    let (mut rig, _) = Rig::in_room_login();
    let call = rig.call(Call::RoomLogout);
    assert!(rig.all_sent().iter().any(is_room_logout));
    rig.pass(15_000);
    assert!(rig.succeeded(call));
    assert!(rig.all_sent().iter().any(is_room_logout));
}

#[test]
fn the_same_room_account_again_succeeds_and_another_fails() {
    let (mut rig, _) = Rig::in_room_login();
    let again = rig.call(room_login(true));
    assert!(rig.succeeded(again));
    let Call::RoomLogin { mut credential, device, .. } = room_login(true) else { panic!() };
    credential.user_uuid = "bob-r".into();
    let other = rig.call(Call::RoomLogin { reuse_im: true, credential, device });
    assert_eq!(rig.failed_with(other), Some(Code::RoomLoggedInOther));
    assert!(rig.no_network());
}

#[test]
fn im_logout_ends_the_room_login_first() {
    let (mut rig, transport) = Rig::in_room_login();
    let call = rig.call(Call::ImLogout);
    let id = rig.sent().unwrap().id;
    rig.reply(transport, id, v1::reply::Body::Logout(v1::LogoutDone {}));
    assert!(rig.succeeded(call));
    assert_eq!(rig.auth_events(), [(AuthEvent::LoggedOut, Some(Cause::ImLogout))]);
    assert_eq!(rig.client.room(), None);
}

#[test]
fn room_logout_with_reuse_leaves_im_alone() {
    let (mut rig, transport) = Rig::in_room_login();
    let call = rig.call(Call::RoomLogout);
    let request = rig.sent().unwrap();
    assert!(is_room_logout(&request));
    rig.reply(transport, request.id, v1::reply::Body::RoomLogout(v1::RoomLogoutDone {}));
    assert!(rig.succeeded(call));
    assert!(rig.client.im_logged_in());
    assert_eq!(rig.client.room(), None);
}

#[test]
fn a_room_logout_while_the_link_is_down_is_told_when_it_is_back() {
    let (mut rig, transport) = Rig::in_room_login();
    rig.input(Input::Lost(transport));
    let call = rig.call(Call::RoomLogout);
    assert!(rig.succeeded(call));
    rig.pass(1_000);
    rig.resume(Some(identity()));
    let sent = rig.all_sent();
    assert!(matches!(&sent[..], [request] if is_room_logout(request)), "{sent:?}");
    assert_eq!(rig.client.room(), None);
}

#[test]
fn a_kick_reaches_the_room_side_with_its_own_event() {
    for cause in [Cause::KickedByOtherDevice, Cause::KickedByServer, Cause::KickedByOwnDevice, Cause::Blocked]
    {
        let (mut rig, transport) = Rig::in_room_login();
        rig.kick(transport, cause);
        assert_eq!(rig.auth_events(), [(cause.auth_event(), Some(cause))]);
        assert!(!rig.client.im_logged_in());
    }
}

#[test]
fn the_end_of_a_room_session_leaves_the_apps_im_login() {
    for cause in [Cause::ImTokenChanged, Cause::RoomTokenChanged, Cause::ComponentOff, Cause::Rebound] {
        let (mut rig, transport) = Rig::in_room_login();
        rig.push(transport, ended(cause));
        assert_eq!(rig.auth_events(), [(cause.auth_event(), Some(cause))]);
        assert_eq!(rig.client.room(), None);
        assert!(rig.client.im_logged_in(), "{cause}");
        assert!(rig.no_network());
    }
}

#[test]
fn a_resume_that_finds_the_room_login_gone_makes_it_again() {
    let (mut rig, transport) = Rig::in_room_login();
    rig.input(Input::Lost(transport));
    rig.pass(1_000);
    let transport = rig.resume(None);
    let request = rig.sent().unwrap();
    assert!(is_room_login(&request));
    rig.events();
    rig.refuse(transport, request.id, Code::RoomTokenIncorrect, 0);
    assert_eq!(rig.auth_events(), [(AuthEvent::TokenIncorrect, Some(Cause::RoomTokenChanged))]);
}

#[test]
fn an_end_that_overtakes_the_reply_to_its_room_login_counts() {
    let (mut rig, transport) = Rig::logged_in();
    let call = rig.call(room_login(true));
    let request = rig.sent().unwrap();
    rig.push(transport, ended_at(Cause::ComponentOff, 77));
    let room = v1::RoomIdentity { login_at_ms: 77, ..identity() };
    rig.reply(transport, request.id, v1::reply::Body::RoomLogin(v1::RoomLoginDone { room: Some(room) }));
    assert!(rig.succeeded(call));
    let told = rig.auth_events();
    assert_eq!(told, [(AuthEvent::LoggedIn, None), (AuthEvent::Forbidden, Some(Cause::ComponentOff))]);
    assert!(rig.client.room().is_none());
}

#[test]
fn a_late_word_of_an_earlier_room_session_does_not_end_this_one() {
    let (mut rig, transport) = Rig::in_room_login();
    rig.push(transport, ended_at(Cause::RoomTokenChanged, identity().login_at_ms - 1));
    assert!(rig.client.room().is_some());
    assert_eq!(rig.auth_events(), []);
}

#[test]
fn a_ticket_refused_to_a_blocked_account_is_told_as_a_block() {
    let (mut rig, transport) = by_room();
    rig.input(Input::Lost(transport));
    rig.pass(1_000);
    let (transport, request) = rig.open();
    rig.refuse(transport, request.id, Code::SessionExpired, 0);
    let fetch = rig.fetching().unwrap();
    rig.input(Input::Ticket(fetch, Err(Failure::local(Code::Forbidden))));
    assert_eq!(rig.auth_events(), [(AuthEvent::Forbidden, Some(Cause::Blocked))]);
}

#[test]
fn a_rebound_room_account_does_not_bring_another_im_account_by_itself() {
    let (mut rig, transport) = by_room();
    rig.input(Input::Lost(transport));
    rig.pass(1_000);
    let (transport, request) = rig.open();
    rig.refuse(transport, request.id, Code::SessionExpired, 0);
    let fetch = rig.fetching().unwrap();
    rig.input(Input::Ticket(fetch, Ok(Ticket { accid: "bob".into(), ..ticket() })));
    assert_eq!(rig.auth_events(), [(AuthEvent::Unauthorized, Some(Cause::Rebound))]);
    assert_eq!(rig.client.account(), None);
    rig.pass(600_000);
    assert!(rig.no_network());
}

#[test]
fn a_new_session_gets_its_room_login_again() {
    let (mut rig, transport) = Rig::in_room_login();
    rig.input(Input::Lost(transport));
    rig.pass(1_000);
    let (transport, request) = rig.open();
    rig.refuse(transport, request.id, Code::SessionExpired, 0);
    let transport = rig.let_in(None);
    let request = rig.sent().unwrap();
    assert!(is_room_login(&request));
    rig.events();
    let done = v1::RoomLoginDone { room: Some(identity()) };
    rig.reply(transport, request.id, v1::reply::Body::RoomLogin(done));
    assert_eq!(rig.auth_events(), [(AuthEvent::Reconnected, None)]);
}

#[test]
fn without_reuse_a_ticket_logs_im_in() {
    let (rig, _) = by_room();
    assert_eq!(rig.client.account(), Some("ann"));
    assert!(rig.client.im_logged_in());
    assert_eq!(rig.client.room().unwrap().user_uuid, "ann-r");
}

#[test]
fn a_room_credential_that_is_refused_ends_the_login() {
    let mut rig = Rig::new();
    let call = rig.call(room_login(false));
    let fetch = rig.fetching().unwrap();
    rig.input(Input::Ticket(fetch, Err(Failure::local(Code::RoomTokenIncorrect))));
    assert_eq!(rig.failed_with(call), Some(Code::RoomTokenIncorrect));
    assert_eq!(rig.client.account(), None);
    assert!(rig.no_network());
}

#[test]
fn the_im_login_that_roomkit_made_is_not_the_apps() {
    let (mut rig, _) = by_room();
    let logout = rig.call(Call::ImLogout);
    assert_eq!(rig.failed_with(logout), Some(Code::Forbidden));
    let login = rig.call(Call::ImLogin(im_login()));
    assert_eq!(rig.failed_with(login), Some(Code::LoggedInAlready));
    let reuse = rig.call(room_login(true));
    assert_eq!(rig.failed_with(reuse), Some(Code::ReuseImNotLoggedIn));
}

#[test]
fn without_reuse_room_logout_logs_im_out_too() {
    let (mut rig, transport) = by_room();
    let call = rig.call(Call::RoomLogout);
    let request = rig.sent().unwrap();
    assert!(is_logout(&request));
    rig.reply(transport, request.id, v1::reply::Body::Logout(v1::LogoutDone {}));
    assert!(rig.succeeded(call));
    assert!(!rig.client.im_logged_in());
}

#[test]
fn without_reuse_the_login_goes_with_its_room_session_and_can_be_made_again() {
    let (mut rig, transport) = by_room();
    rig.push(transport, ended(Cause::RoomTokenChanged));
    assert_eq!(rig.auth_events(), [(AuthEvent::TokenIncorrect, Some(Cause::RoomTokenChanged))]);
    let request = rig.sent().unwrap();
    assert!(is_logout(&request));
    rig.reply(transport, request.id, v1::reply::Body::Logout(v1::LogoutDone {}));
    assert!(!rig.client.im_logged_in());
    rig.call(room_login(false));
    assert!(rig.fetching().is_some());
}

#[test]
fn an_expired_session_of_roomkits_login_fetches_a_new_ticket() {
    let (mut rig, transport) = by_room();
    rig.input(Input::Lost(transport));
    rig.pass(1_000);
    let (transport, request) = rig.open();
    rig.refuse(transport, request.id, Code::SessionExpired, 0);
    let fetch = rig.fetching().unwrap();
    rig.input(Input::Ticket(fetch, Ok(ticket())));
    rig.let_in(Some(identity()));
    assert_eq!(rig.auth_events(), [(AuthEvent::Reconnected, None)]);
}

#[test]
fn login_by_im_logs_in_to_both_and_out_of_both() {
    let mut rig = Rig::new();
    let call = rig.call(Call::LoginByIm(im_login()));
    let transport = rig.let_in(None);
    let request = rig.sent().unwrap();
    assert!(is_room_login(&request));
    let done = v1::RoomLoginDone { room: Some(identity()) };
    rig.reply(transport, request.id, v1::reply::Body::RoomLogin(done));
    assert!(rig.succeeded(call));
    let again = rig.call(Call::LoginByIm(im_login()));
    assert!(rig.succeeded(again));
    rig.call(Call::RoomLogout);
    assert!(is_logout(&rig.sent().unwrap()));
}

#[test]
fn login_by_im_without_a_room_account_takes_im_back() {
    let mut rig = Rig::new();
    let call = rig.call(Call::LoginByIm(im_login()));
    let transport = rig.let_in(None);
    let id = rig.sent().unwrap().id;
    rig.refuse(transport, id, Code::RoomAccountNotFound, 0);
    assert_eq!(rig.failed_with(call), Some(Code::RoomAccountNotFound));
    assert!(is_logout(&rig.sent().unwrap()));
}

#[test]
fn a_fresh_room_token_is_checked_and_used_from_then_on() {
    let (mut rig, transport) = Rig::in_room_login();
    let call = rig.call(Call::RenewRoomToken { dynamic: false, token: "fresh".into() });
    let id = rig.sent().unwrap().id;
    rig.reply(transport, id, v1::reply::Body::RenewRoomToken(v1::RenewRoomTokenDone {}));
    assert!(rig.succeeded(call));
    rig.input(Input::Lost(transport));
    rig.pass(1_000);
    rig.resume(None);
    let request = rig.sent().unwrap();
    let Some(v1::request::Body::RoomLogin(login)) = request.body else { panic!("{request:?}") };
    assert_eq!(login.token, "fresh");
}

#[test]
fn every_call_is_answered_when_the_session_is_kicked() {
    let (mut rig, transport) = Rig::logged_in();
    let room = rig.call(room_login(true));
    let kick = rig.call(Call::KickDevices(vec!["other".into()]));
    rig.kick(transport, Cause::KickedByServer);
    assert_eq!(rig.failed_with(room), Some(Code::KickedByServer));
    assert_eq!(rig.failed_with(kick), Some(Code::KickedByServer));
    assert!(!rig.client.im_logged_in());
}
