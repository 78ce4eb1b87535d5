//! The event stream of a room: applied densely, pulled where something is missing, begun anew where it does not go on.

use super::{EARLY_MAX, Joined, PATIENCE_MS, Rooms, Way};
use crate::Client;
use crate::api::{Event, Failure};
use crate::outbox::Purpose;
use crate::stream::Pull;
use parlor_protocol::Code;
use parlor_protocol::causes::EndReason;
use parlor_protocol::v1::{self, reply, request, room_event, room_pulled};
use parlor_room::{Applied, Mirror};
use std::collections::BTreeMap;

impl Rooms {
    /// A view is on its way: pushes of its room may come before it.
    pub(super) fn awaits_view(&self) -> bool {
        !self.joining.is_empty()
    }

    fn early(&mut self, archive_id: i64) -> Option<&mut super::Early> {
        let has_place = self.early.len() < EARLY_MAX || self.early.contains_key(&archive_id);
        if !self.awaits_view() || !has_place {
            return None;
        }
        Some(self.early.entry(archive_id).or_default())
    }
}

impl Joined {
    /// Why the room is over for this device, where the event says so.
    fn over_by(&self, event: &v1::RoomEvent) -> Option<EndReason> {
        use room_event::Body as B;
        let reason = match event.body.as_ref()? {
            B::Ended(ended) => &ended.reason,
            B::EndpointLeft(left) if left.rtc_uid == self.rtc_uid => &left.reason,
            B::MemberLeft(left) if left.user_uuid == self.user_uuid => &left.reason,
            _ => return None,
        };
        Some(EndReason::from_name(reason))
    }

    /// Whether the mirror is as new as that place of the same epoch.
    fn is_past(&self, place: Option<v1::Cursor>) -> bool {
        let at = self.mirror.at();
        place.is_some_and(|place| place.epoch == at.epoch && place.seq <= at.seq)
    }

    /// Whether a difference is only about how this device itself came and went.
    fn is_own_passage(&self, event: &v1::RoomEvent, earlier_rtc_uid: i64) -> bool {
        use room_event::Body as B;
        let is_own = |rtc_uid| rtc_uid == self.rtc_uid || rtc_uid == earlier_rtc_uid;
        match &event.body {
            Some(B::EndpointJoined(joined)) => joined.endpoint.as_ref().is_some_and(|e| is_own(e.rtc_uid)),
            Some(B::EndpointLeft(left)) => is_own(left.rtc_uid),
            Some(B::MemberJoined(joined)) => {
                joined.member.as_ref().is_some_and(|member| member.user_uuid == self.user_uuid)
            }
            Some(B::MemberLeft(left)) => left.user_uuid == self.user_uuid,
            _ => false,
        }
    }
}

impl Client {
    pub(crate) fn room_events(&mut self, now_ms: u64, push: v1::RoomEvents) {
        let (archive_id, epoch) = (push.archive_id, push.epoch);
        let inbox = match self.rooms.joined.get_mut(&archive_id) {
            Some(room) => Some(&mut room.inbox),
            None => self.rooms.early(archive_id).map(|early| &mut early.inbox),
        };
        let Some(inbox) = inbox else { return };
        for event in push.events {
            inbox.offer(epoch, event.seq, event);
        }
        self.room_pump(now_ms, archive_id);
    }

    pub(crate) fn room_news(&mut self, now_ms: u64, news: &v1::RoomNews) {
        let at = news.at.unwrap_or_default();
        let inbox = match self.rooms.joined.get_mut(&news.archive_id) {
            Some(room) => Some(&mut room.inbox),
            None => self.rooms.early(news.archive_id).map(|early| &mut early.inbox),
        };
        if let Some(inbox) = inbox {
            inbox.heard(at.epoch, at.seq);
            self.room_pump(now_ms, news.archive_id);
        }
    }

    pub(crate) fn room_gone(&mut self, gone: &v1::RoomGone) {
        match self.rooms.get_mut(gone.archive_id) {
            // It may be about the stay before: once back, the server is asked.
            Some(room) if room.way == Way::Back => room.heard_gone = true,
            Some(_) => self.end_joined(gone.archive_id, EndReason::from_name(&gone.reason)),
            None => {
                if let Some(early) = self.rooms.early(gone.archive_id) {
                    early.gone = true;
                }
            }
        }
    }

    /// Applies what follows, answers the acts that it shows, and pulls what is missing.
    pub(super) fn room_pump(&mut self, now_ms: u64, archive_id: i64) {
        loop {
            let Some(room) = self.rooms.get_mut(archive_id) else { return };
            if room.way != Way::In {
                return;
            }
            let at = *room.mirror.at();
            let Some(event) = room.inbox.take(&at) else { break };
            self.room_apply(archive_id, event);
        }
        self.acts_shown(archive_id);
        let Some(room) = self.rooms.get(archive_id) else { return };
        if room.inbox.pull == Pull::Idle && room.inbox.is_behind(room.mirror.at()) {
            self.ask_room_pull(now_ms, archive_id);
        }
    }

    /// Applies the event that follows the mirror; one that does not is nothing.
    fn room_apply(&mut self, archive_id: i64, event: v1::RoomEvent) {
        let Some(room) = self.rooms.get_mut(archive_id) else { return };
        let Ok(applied) = room.mirror.apply(&event) else { return };
        match room.over_by(&event) {
            Some(reason) => self.end_joined(archive_id, reason),
            None => self.tell_room_event(archive_id, event, applied),
        }
    }

    fn tell_room_event(&mut self, archive_id: i64, event: v1::RoomEvent, applied: Applied) {
        let Some(room) = self.rooms.get(archive_id) else { return };
        match event.body {
            None => {}
            // Whoever sends a command knows it.
            Some(room_event::Body::Command(command)) if command.sender_uuid == room.user_uuid => {}
            Some(room_event::Body::Command(command)) => {
                let room_uuid = room.mirror.head().room_uuid.clone();
                self.event(Event::Command(v1::UserCommand {
                    room_uuid,
                    sender_uuid: command.sender_uuid,
                    command_id: command.command_id,
                    data: command.data,
                }));
            }
            Some(_) => self.event(Event::Room { archive_id, event: Box::new(event), applied }),
        }
    }

    /// Asks for what follows the mirror, unless that is on its way.
    pub(super) fn ask_room_pull(&mut self, now_ms: u64, archive_id: i64) {
        let Some(room) = self.rooms.get_mut(archive_id) else { return };
        if room.inbox.pull == Pull::UnderWay || room.way == Way::Back {
            return;
        }
        room.inbox.pull = Pull::UnderWay;
        let pull = v1::RoomPull { archive_id, after: Some(*room.mirror.at()), rtc_uid: room.rtc_uid };
        self.ask_room(now_ms, Purpose::RoomPull(archive_id), request::Body::RoomPull(pull));
    }

    pub(super) fn room_pulled(
        &mut self,
        now_ms: u64,
        archive_id: i64,
        outcome: Result<reply::Body, Failure>,
    ) {
        let Some(room) = self.rooms.get_mut(archive_id) else { return };
        room.inbox.pull = Pull::Idle;
        let before = *room.mirror.at();
        let body = match outcome {
            Ok(reply::Body::RoomPull(pulled)) => pulled.body,
            Ok(_) => return self.end_joined(archive_id, EndReason::SyncDataError),
            Err(failure) => return self.room_pull_failed(now_ms, archive_id, &failure),
        };
        match body {
            Some(room_pulled::Body::Gone(gone)) => {
                return self.end_joined(archive_id, EndReason::from_name(&gone.reason));
            }
            _ if room.way == Way::Gone => return self.end_joined(archive_id, EndReason::Unknown),
            // Events may have overtaken a view: then the mirror is newer.
            Some(room_pulled::Body::View(view)) if room.is_past(view.at) => {}
            Some(room_pulled::Body::View(view)) => self.new_view(archive_id, view),
            Some(room_pulled::Body::Events(events)) => {
                let same_epoch = events.epoch == room.mirror.at().epoch;
                for event in events.events.into_iter().filter(|_| same_epoch) {
                    self.room_apply(archive_id, event);
                }
            }
            None => {}
        }
        self.room_up_to_date(now_ms, archive_id, before);
    }

    fn room_pull_failed(&mut self, now_ms: u64, archive_id: i64, failure: &Failure) {
        let Some(room) = self.rooms.get_mut(archive_id) else { return };
        if failure.may_pass() {
            let pause_ms = u64::from(failure.retry_after_ms).max(PATIENCE_MS);
            room.inbox.pull = Pull::Due(now_ms + pause_ms);
        } else {
            let known = room.way == Way::In && failure.code != Code::RoomNotFound;
            let reason = if known { EndReason::SyncDataError } else { EndReason::Unknown };
            self.end_joined(archive_id, reason);
        }
    }

    /// A pull is complete. What is still missing came after its answer was made: asked for at once, if this one helped.
    fn room_up_to_date(&mut self, now_ms: u64, archive_id: i64, before: v1::Cursor) {
        let Some(room) = self.rooms.get_mut(archive_id) else { return };
        let at = *room.mirror.at();
        room.inbox.pulled(&at);
        room.inbox.pull = Pull::UnderWay;
        self.room_pump(now_ms, archive_id);
        let Some(room) = self.rooms.get_mut(archive_id) else { return };
        let at = *room.mirror.at();
        room.inbox.pull = Pull::Idle;
        if !room.inbox.is_behind(&at) {
            self.room_connection(archive_id, true);
        } else if at != before {
            self.ask_room_pull(now_ms, archive_id);
        } else {
            room.inbox.pull = Pull::Due(now_ms + PATIENCE_MS);
        }
    }

    /// The mirror begins anew; listeners hear what that changed.
    pub(super) fn new_view(&mut self, archive_id: i64, view: v1::RoomView) {
        let Some(room) = self.rooms.joined.get_mut(&archive_id) else { return };
        let Some(head) = view.head.filter(|head| head.archive_id == archive_id) else { return };
        let fresh = Mirror::new(head, view.members, view.at.unwrap_or_default());
        let before = std::mem::replace(&mut room.mirror, fresh);
        let earlier_rtc_uid = room.rtc_uid;
        if view.rtc_uid != 0 {
            room.rtc_uid = view.rtc_uid;
        }
        if view.ping_interval_ms != 0 {
            room.ping_interval_ms = u64::from(view.ping_interval_ms);
        }
        room.password = view.password;
        let differences = before.difference(&room.mirror);
        let told: Vec<_> =
            differences.into_iter().filter(|event| !room.is_own_passage(event, earlier_rtc_uid)).collect();
        self.link.set_room_ping(self.rooms.ping_interval_ms());
        for event in told {
            let applied = removed(&before, &event);
            self.tell_room_event(archive_id, event, applied);
        }
        self.acts_shown(archive_id);
    }
}

/// What an event takes away from a mirror.
fn removed(before: &Mirror, event: &v1::RoomEvent) -> Applied {
    use room_event::Body as B;
    let mut applied = Applied::default();
    match &event.body {
        Some(B::MemberLeft(left)) => applied.gone.extend(before.member(&left.user_uuid).cloned()),
        Some(B::PropertiesDeleted(deleted)) => {
            let properties = &before.head().properties;
            let is_deleted = |key: &String| deleted.keys.contains(key);
            let gone = properties.iter().filter(|property| is_deleted(&property.key));
            applied.deleted = gone.map(|p| (p.key.clone(), p.value.clone())).collect();
        }
        Some(B::MemberPropertiesDeleted(deleted)) => {
            let properties = before.member(&deleted.user_uuid).map(|member| &member.properties);
            let value = |key: &String| Some((key.clone(), properties?.get(key)?.clone()));
            applied.deleted = deleted.keys.iter().filter_map(value).collect::<BTreeMap<_, _>>();
        }
        _ => {}
    }
    applied
}
