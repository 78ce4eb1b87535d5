//! Requests about rooms, their chats, files and the message channel, and each act of a member.

use crate::room::{ARCHIVE_ID, FILE_ID, UUID};
use parlor_protocol::v1;
use parlor_protocol::v1::request::Body;
use parlor_protocol::v1::room_act::Act;

/// A seed's name, and what a member asks for in it.
pub(super) type Requests = (String, Vec<Body>);

/// What can be asked for by a member who is alone in the room, and its host.
pub(super) fn requests() -> Vec<Requests> {
    let mut seeds = reads();
    seeds.extend(messages());
    seeds.extend(entering());
    seeds.extend(acts().into_iter().map(|(name, act)| {
        let act = v1::RoomAct { archive_id: ARCHIVE_ID, act: Some(act) };
        (format!("room-act-{name}"), vec![Body::RoomAct(act)])
    }));
    seeds
}

fn one(name: &str, body: Body) -> Requests {
    (name.to_owned(), vec![body])
}

fn reads() -> Vec<Requests> {
    let (archive_id, room_uuid) = (ARCHIVE_ID, UUID.to_owned());
    let after = Some(v1::Cursor { epoch: 1, seq: 0 });
    let history = v1::ChatHistory {
        archive_id,
        limit: 10,
        kinds: vec!["text".into(), "notification".into()],
        ..v1::ChatHistory::default()
    };
    let blacklist = v1::RoomBlacklistFetch { archive_id, page: 1, page_size: 10 };
    vec![
        one("room-pull", Body::RoomPull(v1::RoomPull { archive_id, after, rtc_uid: 1 })),
        one("room-pull-anew", Body::RoomPull(v1::RoomPull { archive_id, after: None, rtc_uid: 0 })),
        one("room-template-fetch", Body::RoomTemplateFetch(v1::RoomTemplateFetch { room_uuid })),
        one("my-room-devices", Body::MyRoomDevices(v1::MyRoomDevices::default())),
        one("room-blacklist-fetch", Body::RoomBlacklistFetch(blacklist)),
        one("chat-pull", Body::ChatPull(v1::ChatPull { archive_id, after })),
        one("chat-history", Body::ChatHistory(history)),
        one("chat-members", Body::ChatMembers(v1::ChatMembers { archive_id, r#type: 0, limit: 10 })),
        one("user-pull", Body::UserPull(v1::UserPull { after })),
        one("file-link", Body::FileLink(v1::FileLink { file_id: FILE_ID.into() })),
    ]
}

fn messages() -> Vec<Requests> {
    use v1::chat_send::Body as Content;
    let archive_id = ARCHIVE_ID;
    let file = || Some(v1::FileRef { file_id: FILE_ID.into(), ..v1::FileRef::default() });
    let send = |message_uuid: &str, body| {
        let (message_uuid, body) = (message_uuid.into(), Some(body));
        Body::ChatSend(v1::ChatSend { archive_id, message_uuid, body, ..v1::ChatSend::default() })
    };
    let text = |message_uuid: &str| send(message_uuid, Content::Text(v1::ChatText { text: "hello".into() }));
    let recall = Body::ChatRecall(v1::ChatRecall { archive_id, message_uuid: "m2".into() });
    let command = v1::UserSend {
        user_uuid: "bob".into(),
        command_id: 10_001,
        data: "wave".into(),
        ..v1::UserSend::default()
    };
    let to_self = v1::UserSend { room_uuid: UUID.into(), user_uuid: "alice".into(), ..command.clone() };
    let upload = v1::FileUpload {
        name: "cat.png".into(),
        size_bytes: 3,
        md5: "900150983cd24fb0d6963f7d28e17f72".into(),
        content_type: "image/png".into(),
    };
    vec![
        one("chat-send-text", text("m1")),
        ("chat-recall".into(), vec![text("m2"), recall]),
        one("chat-send-custom", send("m3", Content::Custom(v1::ChatCustom { attach: "{}".into() }))),
        one("chat-send-file", send("m4", Content::File(v1::ChatFile { file: file() }))),
        one(
            "chat-send-image",
            send("m5", Content::Image(v1::ChatImage { file: file(), width: 4, height: 3 })),
        ),
        one("user-send", Body::UserSend(command)),
        one("user-send-in-room", Body::UserSend(to_self)),
        one("file-upload", Body::FileUpload(upload)),
    ]
}

fn entering() -> Vec<Requests> {
    let create = v1::RoomCreate {
        room_uuid: "lunch".into(),
        room_name: "Lunch".into(),
        template_id: 40,
        password: "soup".into(),
        properties: [("topic".to_owned(), "menu".to_owned())].into(),
        role_bind: [("bob".to_owned(), "cohost".to_owned())].into(),
        ..v1::RoomCreate::default()
    };
    let join = v1::RoomJoin { room_uuid: "lunch".into(), password: "soup".into(), ..v1::RoomJoin::default() };
    let again = v1::RoomJoin { room_uuid: UUID.into(), kick_other_device: true, ..v1::RoomJoin::default() };
    vec![
        ("room-create".into(), vec![Body::RoomCreate(create), Body::RoomJoin(join)]),
        one("room-join", Body::RoomJoin(again)),
    ]
}

fn acts() -> Vec<(&'static str, Act)> {
    let (me, text) = (String::new, |text: &str| text.to_owned());
    let role = v1::ActChangeRole { user_uuid: text("alice"), role: text("host") };
    let (chat, audio) = (v1::RoomBanKind::Chat.into(), v1::RoomStream::Audio.into());
    let ban = v1::ActBan { user_uuid: me(), kind: chat, banned: true, duration_s: 60, notify_ext: text("x") };
    let property = v1::ActSetRoomProperty {
        key: text("topic"),
        value: text("tea"),
        associated_user_uuid: text("alice"),
    };
    let hand = v1::ActSetMemberProperty { user_uuid: me(), key: text("hand"), value: text("up") };
    let lower = v1::ActDeleteMemberProperty { user_uuid: me(), key: text("hand") };
    let command = v1::ActCommand {
        command_id: 10_001,
        data: text("wave"),
        user_uuids: vec![text("alice")],
        roles: vec![text("host")],
    };
    let listed = v1::ActBlacklist { user_uuid: text("bob"), listed: true, notify_ext: text("x") };
    vec![
        ("set-lock", Act::SetLock(v1::ActSetLock { locked: false })),
        ("set-room-name", Act::SetRoomName(v1::ActSetRoomName { room_name: text("Tea") })),
        ("set-room-ext", Act::SetRoomExt(v1::ActSetRoomExt { ext: text("x") })),
        ("enable-blacklist", Act::EnableBlacklist(v1::ActEnableBlacklist { enabled: true })),
        ("enable-multi-device", Act::EnableMultiDevice(v1::ActEnableMultiDevice { enabled: true })),
        ("change-name", Act::ChangeName(v1::ActChangeName { user_uuid: me(), user_name: text("Al") })),
        ("change-roles", Act::ChangeRoles(v1::ActChangeRoles { changes: vec![role] })),
        ("hand-over", Act::HandOver(v1::ActHandOver { user_uuid: text("bob"), keep: true })),
        ("kick", Act::Kick(v1::ActKick { user_uuid: text("bob"), to_blacklist: true })),
        ("kick-device", Act::KickDevice(v1::ActKickDevice { device_id: text("fuzz2") })),
        ("blacklist", Act::Blacklist(listed)),
        ("ban", Act::Ban(ban)),
        (
            "change-profile",
            Act::ChangeProfile(v1::ActChangeProfile {
                user_uuid: me(),
                avatar: Some(text("a")),
                ext: Some(text("x")),
            }),
        ),
        ("change-ext", Act::ChangeExt(v1::ActChangeExt { ext: text("x") })),
        ("set-room-property", Act::SetRoomProperty(property)),
        ("delete-room-property", Act::DeleteRoomProperty(v1::ActDeleteRoomProperty { key: text("topic") })),
        ("set-member-property", Act::SetMemberProperty(hand)),
        ("delete-member-property", Act::DeleteMemberProperty(lower)),
        (
            "set-stream",
            Act::SetStream(v1::ActSetStream { user_uuid: me(), rtc_uid: 0, stream: audio, on: true }),
        ),
        ("chat-presence", Act::ChatPresence(v1::ActChatPresence { present: false })),
        ("command", Act::Command(command)),
        ("leave", Act::Leave(v1::ActLeave { all_devices: false })),
        ("end", Act::End(v1::ActEnd {})),
    ]
}
