//! Events applied to what members are not told.

use parlor_protocol::limits;
use parlor_protocol::v1::{self, room_event::Body};

use super::Room;
use crate::mirror::{Applied, Gap, Mirror};

impl Room {
    /// Applies a committed event. [`Gap`] if it is not the next one, and then nothing changed.
    pub fn apply(&mut self, event: &v1::RoomEvent) -> Result<Applied, Gap> {
        let was_over = self.mirror.ended().is_some();
        let applied = self.mirror.apply(event)?;
        if let (Some(body), false) = (&event.body, was_over) {
            self.fold(event, body, &applied);
        }
        Ok(applied)
    }

    fn fold(&mut self, event: &v1::RoomEvent, body: &Body, applied: &Applied) {
        match body {
            Body::MemberJoined(joined) => {
                if let Some(member) = &joined.member {
                    self.absent_bans.remove(&member.user_uuid);
                }
                self.was_entered = true;
                self.empty_since_ms = 0;
            }
            Body::MemberLeft(_) => {
                for member in &applied.gone {
                    self.keep_bans(member, event.at_ms);
                }
                if self.mirror.member_count() == 0 {
                    self.empty_since_ms = event.at_ms;
                }
            }
            Body::BanChanged(change) => self.ban_of_absent(change),
            Body::BlacklistChanged(change) if change.listed => {
                self.blacklist.insert(change.user_uuid.clone(), change.user_name.clone());
            }
            Body::BlacklistChanged(change) => {
                self.blacklist.remove(&change.user_uuid);
            }
            Body::PropertiesChanged(changed) => {
                for property in &changed.properties {
                    if property.associated_user_uuid.is_empty() && !event.operate_by.is_empty() {
                        self.holders.insert(property.key.clone(), event.operate_by.clone());
                    } else {
                        self.holders.remove(&property.key);
                    }
                }
            }
            Body::PropertiesDeleted(deleted) => {
                for key in &deleted.keys {
                    self.holders.remove(key);
                }
            }
            _ => {}
        }
    }

    fn keep_bans(&mut self, member: &v1::RoomMember, now_ms: i64) {
        self.absent_bans.retain(|_, bans| Mirror::live_bans(bans, now_ms).is_some());
        let bans = member.bans.as_ref().and_then(|bans| Mirror::live_bans(bans, now_ms));
        if let (Some(bans), true) = (bans, self.absent_bans.len() < limits::BLACKLIST_MAX) {
            self.absent_bans.insert(member.user_uuid.clone(), bans);
        }
    }

    fn ban_of_absent(&mut self, change: &v1::RoomBanChanged) {
        let bans = self.absent_bans.remove(&change.user_uuid);
        if let Some(left) = bans.and_then(|bans| Mirror::changed_bans(Some(bans), change)) {
            self.absent_bans.insert(change.user_uuid.clone(), left);
        }
    }
}
