//! Who plays whom.

use crate::performer::{Performer, Sdk};
use anyhow::Result;
use parlor_example_reuse_im::api::{Api, now_ms};

/// A part in the scenario: a device of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Host,
    Cohost,
    Member,
    /// The member's second device, on another SDK.
    MemberToo,
    Guest,
}

impl Part {
    pub(crate) const ALL: [Part; 5] = [Part::Host, Part::Cohost, Part::Member, Part::MemberToo, Part::Guest];

    /// Whether the device's app logs IM in itself and RoomKit reuses that.
    pub(crate) fn reuses_im(self) -> bool {
        matches!(self, Part::MemberToo | Part::Guest)
    }
}

/// The accounts of one person.
pub(crate) struct Person {
    pub(crate) user_uuid: String,
    pub(crate) accid: String,
    pub(crate) im_token: String,
    pub(crate) token: String,
}

impl Person {
    async fn new(api: &Api, name: &str) -> Result<Self> {
        let accid = format!("{name}{:x}", now_ms() & 0xff_ffff_ffff);
        let (user_uuid, im_token) = (format!("room.{accid}"), format!("im-token-of-{name}"));
        api.create_im_account(&accid, &im_token).await?;
        let token = api.create_room_account(&user_uuid, &accid, &im_token).await?;
        Ok(Self { user_uuid, accid, im_token, token })
    }
}

/// Everybody, fresh for each round.
pub(crate) struct People {
    host: Person,
    cohost: Person,
    member: Person,
    guest: Person,
}

impl People {
    pub(crate) async fn new(api: &Api) -> Result<Self> {
        Ok(Self {
            host: Person::new(api, "hanna").await?,
            cohost: Person::new(api, "carl").await?,
            member: Person::new(api, "mia").await?,
            guest: Person::new(api, "gus").await?,
        })
    }

    pub(crate) fn who(&self, part: Part) -> &Person {
        match part {
            Part::Host => &self.host,
            Part::Cohost => &self.cohost,
            Part::Member | Part::MemberToo => &self.member,
            Part::Guest => &self.guest,
        }
    }
}

/// Who plays each part in a round, of two performers of each SDK. The second ones are those that reuse an IM login, so
/// each SDK plays both ways.
pub(crate) fn casting(company: &[Performer], round: usize) -> [&Performer; 5] {
    let at = |turn: usize, second: usize| &company[(turn + round) % Sdk::ALL.len() * 2 + second];
    Part::ALL.map(|part| match part {
        Part::Host => at(0, 0),
        Part::MemberToo => at(0, 1),
        Part::Cohost => at(1, 0),
        Part::Guest => at(1, 1),
        Part::Member => at(2, 0),
    })
}
