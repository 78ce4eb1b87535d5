//! Answers of each family: what a request did, or why it did nothing.

use parlor_sdk::{Code, Error};

use crate::r#gen::{SdkReply, sdk_reply};
use crate::threads::Refusal;

/// An IM call that worked and has nothing to show.
pub(crate) fn im_done() -> SdkReply {
    SdkReply { code: Code::Ok.cpp_nim(), ..SdkReply::default() }
}

/// An IM call that worked.
pub(crate) fn done(body: sdk_reply::Body) -> SdkReply {
    SdkReply { body: Some(body), ..im_done() }
}

/// The IM number of a failure; one newer than this build keeps the server's number.
pub(crate) fn im_number(code: Code, link_number: i32) -> i32 {
    if code == Code::Failure && link_number > 0 { link_number } else { code.cpp_nim() }
}

/// An IM call that failed.
pub(crate) fn im_failed(error: Error) -> SdkReply {
    SdkReply { code: im_number(error.code, error.number), message: error.message, body: None }
}

/// A room call that worked.
pub(crate) fn room_done(body: Option<sdk_reply::Body>) -> SdkReply {
    SdkReply { body, ..SdkReply::default() }
}

/// A room call that failed; a number newer than this build is kept too.
pub(crate) fn room_failed(error: Error) -> SdkReply {
    let known = error.code != Code::Failure || error.number <= 0;
    let code = if known { error.code.room() } else { error.number };
    SdkReply { code, message: error.message, body: None }
}

/// A refusal with the number of IM; without a message, the code's own sentence.
pub(crate) fn of_im(code: Code, message: String) -> Refusal {
    Refusal { number: code.cpp_nim(), message: sentence(code, message) }
}

/// A refusal with the number of the room component.
pub(crate) fn of_room(code: Code, message: String) -> Refusal {
    Refusal { number: code.room(), message: sentence(code, message) }
}

fn sentence(code: Code, message: String) -> String {
    if message.is_empty() { code.developer().to_owned() } else { message }
}

/// The answer to a request that was not begun.
pub(crate) fn refused(refusal: Refusal) -> SdkReply {
    SdkReply { code: refusal.number, message: refusal.message, body: None }
}
