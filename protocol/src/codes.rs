//! The one table of codes.
//!
//! Every error that leaves the process is one [`Code`]. A row holds the number that each API family
//! shows for it, the [`Remedy`] that travels with it, a sentence for users in two languages and a
//! sentence for developers. The same table generates the C++ enums and `docs/errors.md`.
//!
//! Numbers published by a family keep their meaning there. Where a family publishes nothing for a
//! situation, the column holds its nearest published number, or our own, which is above
//! [`OWN_NUMBERS_START`]. The link's column has one number per name, so that a code survives the wire;
//! the other families publish one number for several situations and cannot be inverted exactly.

mod table;
#[cfg(test)]
mod tests;

pub use table::Code;

use std::fmt;

/// Numbers above this one are our own; published numbers are all below it or equal to 600420,
/// 600730 and their like.
pub const OWN_NUMBERS_START: i32 = 600_000_000;

/// What the receiver of an error should do about it. It travels with the code, so a client that is
/// older than a code still does the right thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Remedy {
    /// The request, the program or the set-up is wrong; sending it again unchanged fails again.
    Fix = 1,
    /// A person has to decide or provide something: credentials, a password, another name.
    Ask = 2,
    /// The same call may succeed later, after a pause.
    Retry = 3,
    /// The link is opened again, by the SDK itself, and the call repeated under the same op id.
    Reconnect = 4,
    /// It ended on purpose. Nothing comes back by itself.
    Stop = 5,
}

impl Remedy {
    /// Every remedy, in numeric order.
    pub const ALL: [Remedy; 5] = [Remedy::Fix, Remedy::Ask, Remedy::Retry, Remedy::Reconnect, Remedy::Stop];

    /// The number on the wire, 1 to 5.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The remedy with that number on the wire.
    pub fn from_number(number: u8) -> Option<Remedy> {
        Remedy::ALL.into_iter().find(|remedy| remedy.number() == number)
    }

    /// The name as written in `docs/errors.md`.
    pub const fn name(self) -> &'static str {
        match self {
            Remedy::Fix => "Fix",
            Remedy::Ask => "Ask",
            Remedy::Retry => "Retry",
            Remedy::Reconnect => "Reconnect",
            Remedy::Stop => "Stop",
        }
    }
}

impl fmt::Display for Remedy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One row of the table.
struct Row {
    code: Code,
    name: &'static str,
    numbers: [i32; 6],
    remedy: Remedy,
    user_en: &'static str,
    user_zh: &'static str,
    developer: &'static str,
}

const ROOM: usize = 1;
const IM_V1: usize = 2;
const IM_V2: usize = 3;
const CPP_NIM: usize = 4;
const WEB: usize = 5;

/// In a row: this family shows the link's number.
const LINK: i32 = i32::MIN;

impl Code {
    fn row(self) -> &'static Row {
        &table::ROWS[self as usize]
    }

    fn number(self, family: usize) -> i32 {
        let [link, ..] = self.row().numbers;
        match self.row().numbers[family] {
            LINK => link,
            number => number,
        }
    }

    fn with(family: usize, number: i32) -> Option<Code> {
        let shown = || Code::all().filter(|code| code.number(family) == number);
        shown().find(|code| code.link() == number).or_else(|| shown().next())
    }

    /// Every code, in the order of the table.
    pub fn all() -> impl ExactSizeIterator<Item = Code> {
        table::ROWS.iter().map(|row| row.code)
    }

    /// Our own name, the key of the table.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The number in a reply on the link. Unique per name.
    pub fn link(self) -> i32 {
        self.row().numbers[0]
    }

    /// The number in the room component's HTTP API and in RoomKit callbacks; success is 0.
    pub fn room(self) -> i32 {
        self.number(ROOM)
    }

    /// The number in the IM v1 HTTP API (`/nimserver/...`); success is 200.
    pub fn im_v1(self) -> i32 {
        self.number(IM_V1)
    }

    /// The number in the IM v2 HTTP API and for V2 clients (`V2NIMErrorCode`); success is 200.
    pub fn im_v2(self) -> i32 {
        self.number(IM_V2)
    }

    /// The number in callbacks of the C++ IM SDK (`NIMResCode`); success is 200.
    pub fn cpp_nim(self) -> i32 {
        self.number(CPP_NIM)
    }

    /// The number in RoomKit for browsers (`NEErrorCode` of the Web reference); success is 0.
    pub fn web(self) -> i32 {
        self.number(WEB)
    }

    /// What the receiver should do.
    pub fn remedy(self) -> Remedy {
        self.row().remedy
    }

    /// A sentence to show to a user, in English.
    pub fn user_en(self) -> &'static str {
        self.row().user_en
    }

    /// A sentence to show to a user, in Chinese.
    pub fn user_zh(self) -> &'static str {
        self.row().user_zh
    }

    /// A sentence for whoever writes or runs the program: the cause and the way out.
    pub fn developer(self) -> &'static str {
        self.row().developer
    }

    /// Whether the call succeeded.
    pub fn is_ok(self) -> bool {
        self == Code::Ok
    }

    /// The code with that number on the link, exactly. `None` is a code newer than this build: act on
    /// the remedy that came with it.
    pub fn from_link(number: i32) -> Option<Code> {
        Code::all().find(|code| code.link() == number)
    }

    /// The code of that name.
    pub fn from_name(name: &str) -> Option<Code> {
        Code::all().find(|code| code.name() == name)
    }

    /// What `number` means when the room family shows it: see the rule above the rows.
    pub fn from_room(number: i32) -> Option<Code> {
        Code::with(ROOM, number)
    }

    /// What `number` means when the IM v1 family shows it: see the rule above the rows.
    pub fn from_im_v1(number: i32) -> Option<Code> {
        Code::with(IM_V1, number)
    }

    /// What `number` means when the IM v2 family shows it: see the rule above the rows.
    pub fn from_im_v2(number: i32) -> Option<Code> {
        Code::with(IM_V2, number)
    }

    /// What `number` means when the C++ IM SDK shows it: see the rule above the rows.
    pub fn from_cpp_nim(number: i32) -> Option<Code> {
        Code::with(CPP_NIM, number)
    }

    /// What `number` means when RoomKit for browsers shows it: see the rule above the rows.
    pub fn from_web(number: i32) -> Option<Code> {
        Code::with(WEB, number)
    }
}

impl fmt::Display for Code {
    /// The name: `RoomTokenExpired`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
