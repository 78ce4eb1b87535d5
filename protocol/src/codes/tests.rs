use std::collections::BTreeMap;

use super::*;

#[test]
fn the_link_names_each_code_exactly() {
    let mut seen = BTreeMap::new();
    for code in Code::all() {
        if let Some(other) = seen.insert(code.link(), code) {
            panic!("{code} and {other} share {}", code.link());
        }
        assert_eq!(Code::from_link(code.link()), Some(code));
        assert_eq!(Code::from_name(code.name()), Some(code));
    }
    assert_eq!(Code::from_link(600_999_999), None);
    assert_eq!(Code::from_name("ok"), None);
}

#[test]
fn rows_stand_in_the_order_of_the_enum() {
    for (index, code) in Code::all().enumerate() {
        assert_eq!(code as usize, index, "{code}");
    }
}

#[test]
fn every_code_has_its_sentences() {
    for code in Code::all() {
        assert!(code.user_en().ends_with('.'), "{code}");
        assert!(code.user_zh().ends_with('。'), "{code}");
        assert!(code.developer().ends_with('.'), "{code}");
        assert!(!code.user_en().contains("AppKey"), "{code}: a user's sentence names no field");
    }
}

#[test]
fn only_ok_looks_like_success() {
    for code in Code::all().filter(|code| !code.is_ok()) {
        assert_ne!(code.link(), 0, "{code}");
        assert_ne!(code.room(), 0, "{code}");
        assert_ne!(code.im_v1(), 200, "{code}");
        assert_ne!(code.im_v2(), 200, "{code}");
        assert_ne!(code.cpp_nim(), 200, "{code}");
        assert_ne!(code.web(), 0, "{code}");
    }
}

#[test]
fn an_own_number_belongs_to_one_name() {
    let mut owner = BTreeMap::new();
    for code in Code::all() {
        for number in [code.link(), code.room(), code.im_v1(), code.im_v2(), code.cpp_nim(), code.web()] {
            if number > OWN_NUMBERS_START {
                assert_eq!(*owner.entry(number).or_insert(code), code, "{number}");
            }
        }
    }
    assert!(owner.len() > 20);
}

#[test]
fn published_numbers_keep_their_meaning() {
    assert_eq!([Code::Ok.room(), Code::Ok.im_v1(), Code::Ok.im_v2(), Code::Ok.cpp_nim()], [0, 200, 200, 200]);
    assert_eq!(Code::ReuseImNotLoggedIn.room(), 100_004);
    assert_eq!(Code::ReuseImAccountMismatch.room(), 100_005);
    assert_eq!(Code::RoomTokenExpired.web(), 1026);
    assert_eq!(Code::RoomTokenIncorrect.web(), 1027);
    assert_eq!(Code::RoomComponentOff.room(), 600_420);
    assert_eq!(Code::RoomAccountExists.room(), 409);
    assert_eq!(Code::ImUserTokenBad.room(), 704);
    assert_eq!(Code::AccountExists.im_v1(), 414);
    assert_eq!(Code::AccountExists.im_v2(), 102_405);
    assert_eq!(Code::DuplicateRequest.im_v1(), 431);
    assert_eq!(Code::ClockSkew.im_v1(), 414);
    assert_eq!(Code::DeviceLimit.cpp_nim(), 417);
    assert_eq!(Code::LoggedInAlready.cpp_nim(), 417);
    assert_eq!(Code::ImTokenIncorrect.cpp_nim(), 302);
    assert_eq!(Code::AccountDisabled.cpp_nim(), 422);
    assert_eq!(Code::NotInitialized.cpp_nim(), 20_000);
}

#[test]
fn a_shared_number_reads_as_its_general_name() {
    assert_eq!(Code::from_room(400), Some(Code::InvalidParameter));
    assert_eq!(Code::from_room(402), Some(Code::RoomUnauthorized));
    assert_eq!(Code::from_room(401), Some(Code::RoomNotLoggedIn));
    assert_eq!(Code::from_room(409), Some(Code::RoomAccountExists));
    assert_eq!(Code::from_room(703), Some(Code::ImUserExists));
    assert_eq!(Code::from_im_v1(500), Some(Code::ServerError));
    assert_eq!(Code::from_room(702), Some(Code::ImServiceBad));
    assert_eq!(Code::from_room(600_420), Some(Code::RoomComponentOff));
    assert_eq!(Code::from_room(1315), Some(Code::SeatRequestsExceeded));
    assert_eq!(Code::from_im_v1(414), Some(Code::InvalidParameter));
    assert_eq!(Code::from_im_v1(417), Some(Code::DeviceLimit));
    assert_eq!(Code::from_im_v2(102_302), Some(Code::ImTokenIncorrect));
    assert_eq!(Code::from_cpp_nim(415), Some(Code::NetworkUnavailable));
    assert_eq!(Code::from_web(1004), Some(Code::RoomNotFound));
    assert_eq!(Code::from_web(424_242), None);
}

#[test]
fn a_login_that_may_be_repeated_keeps_the_cpp_sdk_trying() {
    // Published: any login code but 408 and 415 ends the SDK's own reconnecting.
    for code in [
        Code::NetworkUnavailable,
        Code::AdmissionDelayed,
        Code::ShuttingDown,
        Code::SessionExpired,
        Code::LoginTimeout,
        Code::LoginCallbackFailed,
        Code::HeartbeatTimeout,
    ] {
        assert!([408, 415].contains(&code.cpp_nim()), "{code}");
    }
}

#[test]
fn a_remedy_survives_the_wire() {
    for remedy in Remedy::ALL {
        assert_eq!(Remedy::from_number(remedy.number()), Some(remedy));
    }
    assert_eq!(Remedy::from_number(0), None);
    assert_eq!(Remedy::from_number(6), None);
}

#[test]
fn kicks_never_ask_to_come_back() {
    for code in [
        Code::KickedExclusive,
        Code::KickedByServer,
        Code::KickedByOwnDevice,
        Code::ReconnectRefused,
        Code::SessionFenced,
    ] {
        assert_eq!(code.remedy(), Remedy::Stop, "{code}");
    }
}
