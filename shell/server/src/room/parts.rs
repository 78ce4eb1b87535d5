//! Large answers in parts, so that control never waits long behind them (DESIGN 3).

use parlor_protocol::{limits, v1};
use prost::Message;

/// Room left in a part for its frame and its other fields.
const SLACK_BYTES: usize = 512;

/// Items in groups that fit a part each; at least one group. `first_bytes` are taken in the first group already.
pub fn groups<T: Message>(items: Vec<T>, first_bytes: usize) -> Vec<Vec<T>> {
    let most = limits::PART_MAX_BYTES - SLACK_BYTES;
    let mut groups = vec![Vec::new()];
    let mut bytes = first_bytes;
    for item in items {
        // Tag and length of a repeated field.
        let item_bytes = item.encoded_len() + 6;
        let group_is_empty = groups.last().is_none_or(Vec::is_empty);
        if bytes + item_bytes > most && !(group_is_empty && groups.len() > 1) {
            groups.push(Vec::new());
            bytes = 0;
        }
        bytes += item_bytes;
        if let Some(group) = groups.last_mut() {
            group.push(item);
        }
    }
    groups
}

/// A whole view in parts: the first has everything but members, each has some members.
pub(super) fn view(mut whole: v1::RoomView) -> Vec<v1::RoomView> {
    let members = std::mem::take(&mut whole.members);
    let first_bytes = whole.encoded_len();
    let mut views: Vec<v1::RoomView> = groups(members, first_bytes)
        .into_iter()
        .map(|members| v1::RoomView { members, ..v1::RoomView::default() })
        .collect();
    if let Some(first) = views.first_mut() {
        let members = std::mem::take(&mut first.members);
        *first = v1::RoomView { members, ..whole };
    }
    views
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_member_comes_once_in_order_and_no_part_is_too_large() {
        let member = |n: usize| v1::RoomMember {
            user_uuid: format!("user{n}"),
            ext: "e".repeat(n % 3000),
            ..v1::RoomMember::default()
        };
        let head = v1::RoomHead { ext: "h".repeat(4000), ..v1::RoomHead::default() };
        let whole = v1::RoomView {
            head: Some(head.clone()),
            members: (0..500).map(member).collect(),
            rtc_uid: 7,
            ..v1::RoomView::default()
        };
        let parts = view(whole.clone());
        assert!(parts.iter().all(|part| part.encoded_len() <= limits::PART_MAX_BYTES));
        assert_eq!((parts[0].head.as_ref(), parts[0].rtc_uid), (Some(&head), 7));
        assert!(parts[1..].iter().all(|part| part.head.is_none()));
        let members: Vec<_> = parts.into_iter().flat_map(|part| part.members).collect();
        assert_eq!(members, whole.members);
    }

    #[test]
    fn a_room_with_nobody_is_one_part() {
        assert_eq!(view(v1::RoomView::default()).len(), 1);
    }
}
