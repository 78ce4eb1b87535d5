//! Who is in which room, who publishes what, and who is to receive what of it.

use crate::meter::Due;
use crate::peer::{Publish, Receiving};
use crate::source::{Content, Encoding, HIGH, LOW, MEDIUM, PICTURES_PER_S, SOUND_EVERY};
use std::time::Duration;

/// The rooms of a run.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) rooms: Vec<RoomPlan>,
    /// Sources in all.
    pub(crate) sources: usize,
}

/// One room.
#[derive(Clone, Debug)]
pub(crate) struct RoomPlan {
    pub(crate) name: String,
    pub(crate) members: Vec<MemberPlan>,
    /// So many layers below the best is what receivers want of a picture.
    pub(crate) below_best: u8,
}

/// One member of a room.
#[derive(Clone, Debug, Default)]
pub(crate) struct MemberPlan {
    pub(crate) publishes: Vec<Publish>,
    /// The members whose sound it hears, and whose picture it sees, by their place in the room.
    pub(crate) hears: Vec<usize>,
    pub(crate) sees: Vec<usize>,
    /// The same as sources.
    pub(crate) due: Vec<Due>,
}

impl MemberPlan {
    /// The lines that it needs to receive all of that.
    pub(crate) fn receiving(&self) -> Receiving {
        Receiving { sounds: self.hears.len(), pictures: self.sees.len() }
    }
}

/// How rooms are filled.
#[derive(Clone, Debug)]
pub(crate) struct Casting {
    pub(crate) rooms: usize,
    /// Members of each room.
    pub(crate) members: usize,
    /// The first so many of them publish sound, and pictures.
    pub(crate) speaking: usize,
    pub(crate) showing: usize,
    pub(crate) simulcast: bool,
    /// Pictures that a member sees at most.
    pub(crate) seeing: usize,
    /// Those who publish receive too.
    pub(crate) mutual: bool,
    pub(crate) below_best: u8,
}

impl Casting {
    /// The rooms, with sources spread evenly over the time between two frames.
    pub(crate) fn plan(&self) -> Plan {
        let encodings = if self.simulcast { vec![LOW, MEDIUM, HIGH] } else { vec![HIGH] };
        let per_room = self.speaking + self.showing;
        let (sounds, pictures) = (self.rooms * self.speaking, self.rooms * self.showing);
        let rooms = (0..self.rooms).map(|room| {
            let numbers = Numbers { casting: self, first: room * per_room };
            let member = |place| {
                let sound = (place < self.speaking).then(|| Publish {
                    number: numbers.sound(place),
                    content: Content::Sound,
                    phase: spread(SOUND_EVERY, room * self.speaking + place, sounds),
                });
                let picture = (place < self.showing).then(|| Publish {
                    number: numbers.picture(place),
                    content: Content::Picture(encodings.clone()),
                    phase: spread(frame(), room * self.showing + place, pictures),
                });
                let publishes = sound.into_iter().chain(picture).collect();
                numbers.member(place, publishes, &encodings)
            };
            RoomPlan {
                name: format!("load{room}"),
                members: (0..self.members).map(member).collect(),
                below_best: self.below_best,
            }
        });
        Plan { rooms: rooms.collect(), sources: self.rooms * per_room }
    }
}

fn frame() -> Duration {
    Duration::from_secs(1) / PICTURES_PER_S
}

fn spread(every: Duration, place: usize, of: usize) -> Duration {
    every * place as u32 / of.max(1) as u32
}

/// The sources of one room.
struct Numbers<'a> {
    casting: &'a Casting,
    first: usize,
}

impl Numbers<'_> {
    fn sound(&self, place: usize) -> u32 {
        (self.first + place) as u32
    }

    fn picture(&self, place: usize) -> u32 {
        (self.first + self.casting.speaking + place) as u32
    }

    fn member(&self, place: usize, publishes: Vec<Publish>, encodings: &[Encoding]) -> MemberPlan {
        let Casting { speaking, showing, seeing, mutual, .. } = *self.casting;
        if !publishes.is_empty() && !mutual {
            return MemberPlan { publishes, ..MemberPlan::default() };
        }
        let hears: Vec<_> = (0..speaking).filter(|other| *other != place).collect();
        // Each begins with another, so that all are taken by equally many.
        let others = (0..showing).map(|step| (place + 1 + step) % showing);
        let sees: Vec<_> = others.filter(|other| *other != place).take(seeing).collect();
        let sounds = hears.iter().map(|other| Due { source: self.sound(*other), layers: 1 });
        let layers = encodings.len() as u32;
        let pictures = sees.iter().map(|other| Due { source: self.picture(*other), layers });
        let due = sounds.chain(pictures).collect();
        MemberPlan { publishes, hears, sees, due }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn casting() -> Casting {
        Casting {
            rooms: 2,
            members: 4,
            speaking: 4,
            showing: 4,
            simulcast: true,
            seeing: 9,
            mutual: true,
            below_best: 0,
        }
    }

    #[test]
    fn in_a_meeting_everybody_receives_everybody_else() {
        let plan = casting().plan();
        assert_eq!((plan.rooms.len(), plan.sources), (2, 16));
        for (room, of) in plan.rooms.iter().enumerate() {
            for (place, member) in of.members.iter().enumerate() {
                assert_eq!((member.publishes.len(), member.due.len()), (2, 6));
                assert!(!member.sees.contains(&place) && !member.hears.contains(&place));
                let own = |due: &Due| member.publishes.iter().any(|publish| publish.number == due.source);
                assert!(!member.due.iter().any(own));
                assert!(member.due.iter().all(|due| due.source as usize / 8 == room));
            }
        }
        let mut numbers: Vec<_> = plan.rooms.iter().flat_map(|room| &room.members).collect::<Vec<_>>();
        let numbers: Vec<_> =
            numbers.drain(..).flat_map(|member| &member.publishes).map(|p| p.number).collect();
        assert_eq!(numbers.len(), numbers.iter().collect::<std::collections::BTreeSet<_>>().len());
    }

    #[test]
    fn in_a_webinar_each_picture_is_taken_by_equally_many() {
        let webinar = Casting {
            rooms: 1,
            members: 110,
            showing: 10,
            speaking: 0,
            seeing: 5,
            mutual: false,
            ..casting()
        };
        let plan = webinar.plan();
        let mut takers = [0; 10];
        for member in &plan.rooms[0].members {
            assert_eq!(member.publishes.is_empty(), member.due.len() == 5);
            member.sees.iter().for_each(|picture| takers[*picture] += 1);
        }
        assert_eq!(takers, [50; 10]);
    }
}
