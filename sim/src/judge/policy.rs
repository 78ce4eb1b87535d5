//! Which sessions of one account exclude each other, told once more in the judge's own words.

use super::SessionFact;

/// The rule for several devices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Policy {
    /// One session.
    One,
    /// One desktop session and one mobile session.
    #[default]
    OnePerClass,
    /// Any, up to the overall limit.
    All,
    /// Groups of NIMClientTypes, each with its limit.
    Groups(Vec<Group>),
}

/// Client types that share a limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// NIMClientTypes.
    pub client_types: Vec<i32>,
    /// Sessions at once.
    pub limit: usize,
}

fn is_mobile(client_type: i32) -> bool {
    // Android, iOS, Windows Phone, HarmonyOS.
    [1, 2, 8, 65].contains(&client_type)
}

impl Policy {
    /// A session beside which `newcomer` must not have begun.
    pub(crate) fn offended(&self, newcomer: &SessionFact, beside: &[&SessionFact]) -> Option<u64> {
        match self {
            Self::One => beside.first().map(|s| s.id),
            Self::OnePerClass => beside
                .iter()
                .find(|s| is_mobile(s.client_type) == is_mobile(newcomer.client_type))
                .map(|s| s.id),
            Self::All => None,
            Self::Groups(groups) => {
                let group = groups.iter().find(|g| g.client_types.contains(&newcomer.client_type))?;
                let inside: Vec<_> =
                    beside.iter().filter(|s| group.client_types.contains(&s.client_type)).collect();
                (inside.len() + 1 > group.limit).then(|| inside[0].id)
            }
        }
    }
}
