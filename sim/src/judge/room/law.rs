//! What the two templates of the histories say, told once more in the judge's own words: the built-in meeting, and the
//! lesson of `history/lesson.json`, which has a rule of every kind.

use parlor_protocol::v1;

/// A template.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Law {
    /// The built-in one: host, cohost, member, observer.
    #[default]
    Meeting,
    /// The app's own: teacher, assistant, speaker, student, guest.
    Lesson,
}

/// A role.
#[derive(Clone, Copy, Debug)]
pub(super) struct Role {
    pub(super) name: &'static str,
    /// Most members; 0 = any number.
    pub(super) most: usize,
    pub(super) hidden: bool,
    /// Nobody takes it by asking for it.
    pub(super) given: bool,
}

/// What somebody does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed<'a> {
    End,
    Lock,
    Rename,
    RoomExt,
    Kick,
    ChangeRole,
    HandOver,
    ChangeName,
    Blacklist,
    /// Of chat 1, microphone 2, camera 3.
    Ban(i32),
    BanRoom,
    MultiDevice,
    EnableBlacklist,
    Command,
    RoomProperty(&'a str),
    MemberProperty(&'a str),
    /// Microphone 1, camera 2, screen 3, system sound 4.
    Stream(i32),
}

/// To whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whom<'a> {
    /// The room, or somebody outside: whoever may do it to anybody may.
    Nobody,
    /// Oneself.
    Oneself,
    /// Somebody else, of that role.
    Other(&'a str),
}

const MEETING: [Role; 4] = [
    Role { name: "host", most: 1, hidden: false, given: false },
    Role { name: "cohost", most: 0, hidden: false, given: false },
    Role { name: "member", most: 0, hidden: false, given: false },
    Role { name: "observer", most: 0, hidden: true, given: false },
];

const LESSON: [Role; 5] = [
    Role { name: "teacher", most: 1, hidden: false, given: false },
    Role { name: "assistant", most: 2, hidden: false, given: false },
    Role { name: "speaker", most: 1, hidden: false, given: true },
    Role { name: "student", most: 0, hidden: false, given: false },
    Role { name: "guest", most: 1, hidden: true, given: false },
];

impl Law {
    /// Whose law it is that a room of this template keeps.
    pub(super) fn of(head: &v1::RoomHead) -> Self {
        match head.template.as_ref().map(|template| template.template_id) {
            None | Some(40) => Self::Meeting,
            Some(_) => Self::Lesson,
        }
    }

    pub(super) fn roles(self) -> &'static [Role] {
        match self {
            Self::Meeting => &MEETING,
            Self::Lesson => &LESSON,
        }
    }

    pub(super) fn role(self, name: &str) -> Option<&'static Role> {
        self.roles().iter().find(|role| role.name == name)
    }

    /// Whoever asks for no role is this.
    pub(super) fn default_role(self) -> &'static str {
        match self {
            Self::Meeting => "member",
            Self::Lesson => "student",
        }
    }

    /// May end the room and remove anybody, and take back what others wrote.
    pub(super) fn is_super(self, role: &str) -> bool {
        matches!((self, role), (Self::Meeting, "host") | (Self::Lesson, "teacher"))
    }

    /// Whoever holds that property of the room holds it alone.
    pub(super) fn is_exclusive(self, key: &str) -> bool {
        matches!((self, key), (_, "whiteboard"))
    }

    /// How many members may have that property, and with which value it counts.
    pub(super) fn most_with(self, key: &str) -> Option<(usize, Option<&'static str>)> {
        match (self, key) {
            (Self::Meeting, "screenShare") | (Self::Lesson, "crown" | "floor") => Some((1, None)),
            (Self::Lesson, "hand") => Some((2, Some("v1"))),
            _ => None,
        }
    }

    /// How many devices may have that stream on.
    pub(super) fn most_streams(self, stream: i32) -> Option<usize> {
        match (self, stream) {
            (_, 3) => Some(1),
            (Self::Lesson, 1) => Some(2),
            _ => None,
        }
    }

    /// Whoever comes in has this without bringing it.
    pub(super) fn has_from_the_door(self, key: &str, value: &str) -> bool {
        self == Self::Lesson && (key, value) == ("desk", "0")
    }

    /// Somebody of that role may set it, or switch it on, or ban (`put`), or undo that.
    pub(super) fn allows(self, role: &str, deed: Deed<'_>, put: bool, whom: Whom<'_>) -> bool {
        match self {
            Self::Meeting => meeting(role, deed, put, whom),
            Self::Lesson => lesson(role, deed, put, whom),
        }
    }
}

impl Whom<'_> {
    fn is_oneself(self) -> bool {
        matches!(self, Self::Nobody | Self::Oneself)
    }

    /// The target has one of these roles; whoever does it to themselves has their own.
    fn is(self, own: &str, roles: &[&str]) -> bool {
        match self {
            Self::Nobody => true,
            Self::Oneself => roles.contains(&own),
            Self::Other(role) => roles.contains(&role),
        }
    }
}

fn meeting(role: &str, deed: Deed<'_>, put: bool, whom: Whom<'_>) -> bool {
    let leads = matches!(role, "host" | "cohost");
    let above = role == "host" || role == "cohost" && whom.is(role, &["member", "observer"]);
    let own = leads || role == "member";
    match deed {
        Deed::End | Deed::ChangeRole | Deed::HandOver | Deed::MultiDevice => role == "host",
        Deed::Lock | Deed::Rename | Deed::RoomExt | Deed::BanRoom | Deed::EnableBlacklist => leads,
        Deed::Kick | Deed::ChangeName | Deed::Blacklist | Deed::Ban(_) => above,
        Deed::Command => own,
        Deed::RoomProperty("whiteboard") => match role {
            "host" => true,
            "cohost" => whom.is_oneself() || whom.is(role, &["member"]),
            "member" => whom.is_oneself(),
            _ => false,
        },
        Deed::RoomProperty(_) => leads,
        Deed::MemberProperty(key) => match role {
            "host" => true,
            "cohost" => whom.is_oneself() || whom.is(role, &["member"]) && (key != "screenShare" || !put),
            "member" => whom.is_oneself(),
            _ => false,
        },
        Deed::Stream(_) => {
            own && whom.is_oneself()
                || !put && (role == "host" || role == "cohost" && whom.is(role, &["member"]))
        }
    }
}

fn lesson(role: &str, deed: Deed<'_>, put: bool, whom: Whom<'_>) -> bool {
    let (teacher, assistant) = (role == "teacher", role == "assistant");
    let (speaker, student) = (role == "speaker", role == "student");
    let oneself = whom.is_oneself();
    match deed {
        Deed::End => teacher,
        Deed::Lock => teacher || assistant && put,
        Deed::Rename | Deed::MultiDevice => assistant,
        Deed::RoomExt => false,
        Deed::Kick => teacher || assistant && whom.is(role, &["student", "guest"]),
        Deed::ChangeRole => teacher || assistant && whom.is(role, &["student", "assistant"]),
        Deed::HandOver => teacher || assistant || speaker,
        Deed::ChangeName => whom.is(role, &["student"]),
        Deed::Blacklist => teacher || assistant && whom.is(role, &["student"]),
        Deed::Ban(1) => teacher || assistant && whom.is(role, &["student", "guest"]),
        Deed::Ban(2) => teacher || assistant,
        Deed::Ban(_) => {
            if put {
                teacher
            } else {
                speaker
            }
        }
        Deed::BanRoom => {
            if put {
                teacher
            } else {
                assistant
            }
        }
        Deed::EnableBlacklist => teacher,
        Deed::Command => teacher || student,
        Deed::RoomProperty("whiteboard") => teacher || oneself,
        Deed::RoomProperty("title") => teacher || assistant && put,
        Deed::RoomProperty("board") => student,
        Deed::RoomProperty(_) => false,
        Deed::MemberProperty("crown") => teacher || oneself,
        Deed::MemberProperty("hand") => true,
        Deed::MemberProperty("floor") => match put {
            true => (student || speaker) && oneself,
            false => speaker && oneself || teacher || assistant && whom.is(role, &["student"]),
        },
        Deed::MemberProperty(_) => student && oneself,
        Deed::Stream(1) => match put {
            true => role != "guest" && oneself,
            false => teacher || role != "guest" && oneself,
        },
        Deed::Stream(2) => {
            teacher && whom.is(role, &["teacher", "student"]) || (assistant || student) && oneself
        }
        Deed::Stream(3) => oneself || teacher && !put,
        Deed::Stream(_) => false,
    }
}
