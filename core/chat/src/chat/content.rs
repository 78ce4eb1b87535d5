//! What a message may hold.

use parlor_protocol::Code;
use parlor_protocol::Refusal;
use parlor_protocol::ids::UserUuid;
use parlor_protocol::limits::{self, Charset, LimitError, TextRule};
use parlor_protocol::v1::{ChatSend, FileRef, chat_message, chat_send};

/// The extension of a file's name.
const EXTENSION: TextRule = TextRule::optional(32, Charset::Text);
/// The address of a file that is not ours.
const URL: TextRule = TextRule::required(2048, Charset::Text);
/// Pixels of an image, each way.
const SIDE_MAX: i64 = 1_000_000;

/// Checks everything of a request to send that does not depend on the room. `by_server`: the app's server sends.
///
/// # Errors
/// Names the field and its limit.
pub fn check_send(send: &ChatSend, by_server: bool) -> Result<(), Refusal> {
    limits::MESSAGE_UUID.check("message_uuid", &send.message_uuid)?;
    limits::check_count("to", limits::CHAT_TO_MAX, send.to.len())?;
    limits::CHAT_EXT.check("ext", &send.ext)?;
    match &send.body {
        None => Err(LimitError::Required { field: "body" }.into()),
        Some(chat_send::Body::Text(text)) if by_server => {
            Ok(limits::CHAT_SERVER_TEXT.check("message", &text.text)?)
        }
        Some(chat_send::Body::Text(text)) => check_bytes("text", limits::CHAT_TEXT_MAX_BYTES, &text.text),
        Some(chat_send::Body::Custom(custom)) => {
            check_bytes("attach", limits::CHAT_CUSTOM_MAX_BYTES, &custom.attach)
        }
        Some(chat_send::Body::File(file)) => check_file(file.file.as_ref(), by_server),
        Some(chat_send::Body::Image(image)) => {
            check_file(image.file.as_ref(), by_server)?;
            limits::check_range("width", 0, SIDE_MAX, image.width.into())?;
            Ok(limits::check_range("height", 0, SIDE_MAX, image.height.into())?)
        }
    }
}

/// Checks and folds whom a message is for; each once, in the order given.
pub(super) fn receivers(to: &[String]) -> Result<Vec<String>, Refusal> {
    let mut receivers: Vec<String> = Vec::with_capacity(to.len());
    for name in to {
        let user_uuid = UserUuid::parse_field("to", name)?;
        if !receivers.iter().any(|known| known == user_uuid.as_str()) {
            receivers.push(user_uuid.as_str().to_owned());
        }
    }
    Ok(receivers)
}

/// What was asked to be sent, as it is sent.
pub(super) fn body(body: chat_send::Body) -> chat_message::Body {
    match body {
        chat_send::Body::Text(text) => chat_message::Body::Text(text),
        chat_send::Body::Custom(custom) => chat_message::Body::Custom(custom),
        chat_send::Body::File(file) => chat_message::Body::File(file),
        chat_send::Body::Image(image) => chat_message::Body::Image(image),
    }
}

fn check_bytes(field: &'static str, limit: usize, text: &str) -> Result<(), Refusal> {
    if text.is_empty() {
        return Err(LimitError::Required { field }.into());
    }
    if text.len() > limit {
        let sentence = format!("{field} is too long: at most {limit} bytes, found {}", text.len());
        return Err(Refusal::of_field(Code::ParameterTooLong, field, sentence));
    }
    Ok(())
}

/// A member names one of our files by its id; the rest of it the server knows better.
fn check_file(file: Option<&FileRef>, by_server: bool) -> Result<(), Refusal> {
    let file = file.ok_or(LimitError::Required { field: "file" })?;
    if file.file_id.is_empty() {
        if !by_server {
            return Err(LimitError::Required { field: "file_id" }.into());
        }
        URL.check("url", &file.url)?;
    }
    limits::FILE_NAME.check("name", &file.name)?;
    EXTENSION.check("extension", &file.extension)?;
    let is_hash =
        file.md5.len() == 32 && file.md5.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    if file.md5.is_empty() || is_hash {
        return Ok(());
    }
    let sentence = "md5 is the 32 lower-case hexadecimal digits of the content's MD5".to_owned();
    Err(Refusal::of_field(Code::InvalidParameter, "md5", sentence))
}
