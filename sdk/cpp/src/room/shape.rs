//! Rooms and their messages, from the wire's messages to the boundary's.

use parlor_protocol::v1;

use crate::r#gen::{
    ChatFile, ChatMessage, ChatNotice, ChatPerson, Room, RoomDevice, RoomDeviceList, RoomEntered, RoomMember,
    RoomPermission, RoomRole, RoomTemplate, chat_message, room_permission,
};

/// What an app is shown of a room that its device has entered.
pub(crate) fn entered<'a>(
    head: &v1::RoomHead,
    members: impl Iterator<Item = &'a v1::RoomMember>,
    password: &str,
    (user_uuid, rtc_uid): (&str, i64),
) -> RoomEntered {
    RoomEntered {
        room: Some(room(head, password)),
        template: head.template.as_ref().map(template),
        members: members.map(member).collect(),
        user_uuid: user_uuid.to_owned(),
        rtc_uid: uid(rtc_uid),
    }
}

/// A room without its members and its rules.
pub(crate) fn room(head: &v1::RoomHead, password: &str) -> Room {
    Room {
        archive_id: head.archive_id,
        room_uuid: head.room_uuid.clone(),
        room_name: head.room_name.clone(),
        password: password.to_owned(),
        ends_at_ms: head.ends_at_ms,
        max_members: head.max_members,
        locked: head.locked,
        blacklist_enabled: head.blacklist_enabled,
        multi_device: head.multi_device,
        chatroom: head.chat_room_id != 0,
        properties: head.properties.iter().map(|p| (p.key.clone(), p.value.clone())).collect(),
    }
}

/// A member with its devices.
pub(crate) fn member(member: &v1::RoomMember) -> RoomMember {
    let chat = member.bans.as_ref().and_then(|bans| bans.chat.as_ref());
    RoomMember {
        user_uuid: member.user_uuid.clone(),
        user_name: member.user_name.clone(),
        avatar: member.avatar.clone(),
        role: member.role.clone(),
        properties: member.properties.clone(),
        chat_banned: chat.is_some_and(|ban| ban.banned),
        devices: member.endpoints.iter().map(device).collect(),
    }
}

fn device(endpoint: &v1::RoomEndpoint) -> RoomDevice {
    RoomDevice {
        rtc_uid: uid(endpoint.rtc_uid),
        device_id: endpoint.device_id.clone(),
        client_type: endpoint.client_type,
        audio_connected: endpoint.audio_connected,
        audio_on: endpoint.audio_on,
        video_on: endpoint.video_on,
        sharing_screen: endpoint.sharing_screen,
        sharing_system_audio: endpoint.sharing_system_audio,
        in_chatroom: endpoint.in_chatroom,
        in_rtc: endpoint.in_rtc,
    }
}

/// Device numbers are positive (room.proto).
fn uid(rtc_uid: i64) -> u64 {
    u64::try_from(rtc_uid).unwrap_or_default()
}

/// In which of a room's places the account's devices are.
pub(crate) fn device_list(list: &v1::MyRoomDeviceList) -> RoomDeviceList {
    RoomDeviceList {
        room_uuid: list.room_uuid.clone(),
        multi_device: list.multi_device,
        devices: list.endpoints.iter().map(device).collect(),
    }
}

/// The rules of a room.
pub(crate) fn template(template: &v1::RoomTemplate) -> RoomTemplate {
    RoomTemplate {
        roles: template.roles.iter().map(role).collect(),
        permissions: template.permissions.iter().filter_map(permission).collect(),
    }
}

fn role(role: &v1::RoomRole) -> RoomRole {
    let params = role.params.unwrap_or_default();
    let video = params.video.unwrap_or_default();
    let audio = params.audio.unwrap_or_default();
    let screen = params.screen.unwrap_or_default();
    let number = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
    RoomRole {
        name: role.name.clone(),
        limit: number(role.limit),
        hide: role.hide,
        video_width: number(video.width),
        video_height: number(video.height),
        video_fps: number(video.fps),
        audio_profile: audio.profile.to_string(),
        audio_scenario: audio.scenario.to_string(),
        screen_video_profile: screen.video_profile.to_string(),
        screen_motion_fps: screen.prefer_motion_fps,
        screen_details_fps: screen.prefer_details_fps,
        channel_profile: params.channel_profile.to_string(),
    }
}

/// Who may write or publish; C++ shows no rules about acts, and of an expression the acting role only.
fn permission(permission: &v1::RoomPermission) -> Option<RoomPermission> {
    use v1::room_permission::Scope as From;
    let scope = match permission.scope() {
        From::Action => return None,
        From::RoomProperty => room_permission::Scope::RoomProperty,
        From::MemberProperty => room_permission::Scope::MemberProperty,
        From::Stream => room_permission::Scope::Stream,
    };
    let acting = |expression: &String| expression.split(['.', '#']).next().unwrap_or_default().to_owned();
    let mut roles: Vec<_> = permission.roles.iter().map(acting).collect();
    roles.dedup();
    Some(RoomPermission { scope: scope.into(), name: permission.name.clone(), roles })
}

/// A chat message; one that has nothing to show is nothing. `path` is where the sender has its file.
pub(crate) fn chat_message(message: v1::ChatMessage, path: &str) -> Option<ChatMessage> {
    use chat_message::Body as To;
    use v1::chat_message::Body as From;
    let body = match message.body? {
        From::Text(text) => To::Text(text.text),
        From::Custom(custom) => To::Custom(custom.attach),
        From::File(sent) => To::File(file(sent.file.unwrap_or_default(), path)),
        From::Image(image) => To::File(ChatFile {
            image: true,
            width: i32::try_from(image.width).unwrap_or_default(),
            height: i32::try_from(image.height).unwrap_or_default(),
            ..file(image.file.unwrap_or_default(), path)
        }),
        From::Notice(notice) => To::Notice(ChatNotice {
            r#type: notice.r#type,
            member: notice.member.map(person),
            message_uuid: notice.recalled_message_uuid,
            message_at_ms: notice.recalled_at_ms,
        }),
    };
    Some(ChatMessage {
        message_uuid: message.message_uuid,
        at_ms: message.at_ms,
        sender: message.sender.map(person),
        to: message.to,
        body: Some(body),
    })
}

/// Somebody in a chat.
pub(crate) fn person(sender: v1::ChatSender) -> ChatPerson {
    ChatPerson { user_uuid: sender.user_uuid, nick: sender.nick, avatar: sender.avatar }
}

fn file(file: v1::FileRef, path: &str) -> ChatFile {
    ChatFile {
        name: file.name,
        extension: file.extension,
        md5: file.md5,
        url: file.url,
        size_bytes: file.size_bytes,
        path: path.to_owned(),
        ..ChatFile::default()
    }
}
