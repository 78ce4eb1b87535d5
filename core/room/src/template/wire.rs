//! A template as members see it.

use parlor_protocol::v1::{self, room_permission::Scope};

use super::{Role, RoleParams, Rule, Template};

impl Template {
    /// What `fetchRoomTemplate` answers.
    pub fn to_wire(&self, template_id: i64) -> v1::RoomTemplate {
        let Template { permissions, .. } = self;
        let actions = permissions.actions.iter().map(|(action, rule)| (Scope::Action, action.name(), rule));
        let room = permissions.room.properties.iter();
        let room = room.map(|(key, rule)| (Scope::RoomProperty, key.as_str(), rule));
        let member = permissions.member.properties.iter();
        let member = member.map(|(key, rule)| (Scope::MemberProperty, key.as_str(), rule));
        let streams = permissions.member.streams.iter();
        let streams = streams.map(|(stream, rule)| (Scope::Stream, stream.name(), rule));
        let all = actions.chain(room).chain(member).chain(streams);
        v1::RoomTemplate {
            template_id,
            roles: self.roles.iter().map(role).collect(),
            permissions: all.map(|(scope, name, rule)| permission(scope, name, rule)).collect(),
            default_role: self.default_role.clone(),
        }
    }
}

fn permission(scope: Scope, name: &str, rule: &Rule) -> v1::RoomPermission {
    v1::RoomPermission {
        scope: scope.into(),
        name: name.to_owned(),
        roles: rule.roles.iter().map(ToString::to_string).collect(),
        exclusive: rule.exclusive,
        concurrency: rule.concurrency.as_ref().map_or(0, |concurrency| concurrency.limit),
    }
}

fn role(role: &Role) -> v1::RoomRole {
    let RoleParams { video, audio, screen, channel_profile } = role.params;
    let params = v1::RoomRoleParams {
        video: Some(v1::VideoParams { width: video.width, height: video.height, fps: video.fps }),
        audio: Some(v1::AudioParams { profile: audio.profile, scenario: audio.scenario }),
        screen: Some(v1::ScreenParams {
            video_profile: screen.video_profile,
            prefer_motion_fps: screen.prefer_motion_fps,
            prefer_details_fps: screen.prefer_details_fps,
        }),
        channel_profile,
    };
    v1::RoomRole {
        name: role.name.clone(),
        limit: role.limit,
        hide: role.hide,
        super_role: role.super_role,
        params: Some(params),
    }
}
