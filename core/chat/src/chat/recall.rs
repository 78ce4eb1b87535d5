//! Taking a message back.

use super::sight::visible;
use parlor_protocol::Code;
use parlor_protocol::Refusal;
use parlor_protocol::v1::ChatMessage;
use parlor_protocol::v1::chat_message::Body;

/// Who recalls.
#[derive(Clone, Copy, Debug)]
pub struct Recaller<'a> {
    /// The room account.
    pub user_uuid: &'a str,
    /// The role may recall what others wrote, and at any time.
    pub may_recall_others: bool,
    /// For how long everybody may recall what they wrote themselves, in ms; 0 = for ever.
    pub window_ms: i64,
}

/// A message whose content is gone: what is left says who sent it when, and to whom.
pub fn recalled(original: &ChatMessage) -> ChatMessage {
    ChatMessage { recalled: true, body: None, ext: String::new(), ..original.clone() }
}

pub(super) fn check(now_ms: i64, actor: &Recaller<'_>, original: &ChatMessage) -> Result<(), Refusal> {
    let is_own = original.sender.as_ref().is_some_and(|sender| sender.user_uuid == actor.user_uuid);
    let is_gone = original.recalled || original.body.is_none();
    // To a stranger a message for others does not exist; a manager may name any.
    if is_gone || !(actor.may_recall_others || visible(original, actor.user_uuid)) {
        return Err(Refusal::of(Code::MessageNotFound));
    }
    if matches!(original.body, Some(Body::Notice(_))) || !(is_own || actor.may_recall_others) {
        return Err(Refusal::of(Code::Forbidden));
    }
    let is_late = actor.window_ms > 0 && now_ms.saturating_sub(original.at_ms) > actor.window_ms;
    if is_late && !actor.may_recall_others {
        return Err(Refusal::of(Code::RecallTooLate));
    }
    Ok(())
}

/// Whom the notice is for: all who could see the message, and who recalled it.
pub(super) fn told(actor: &Recaller<'_>, original: &ChatMessage) -> Vec<String> {
    let mut to = original.to.clone();
    if to.is_empty() {
        return to;
    }
    let sender = original.sender.as_ref().map(|sender| sender.user_uuid.as_str());
    for also in sender.into_iter().chain([actor.user_uuid]) {
        if !to.iter().any(|known| known == also) {
            to.push(also.to_owned());
        }
    }
    to
}
