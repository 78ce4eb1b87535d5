//! Planted faults: the simulator proves with them that its own nets hold. Without the feature `mutations` none can be.

/// A rule that is taken out of a switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutation {
    /// What somebody may not send is forwarded.
    NoGrant,
    /// Pictures are sent before a key frame.
    BeforeKeyFrame,
    /// Key frames are asked for as often as somebody wants one.
    NoAskLimit,
    /// What is left out leaves a hole in the numbers.
    NumbersWithHoles,
    /// Receivers are sent more than the way to them carries.
    BeyondEstimate,
    /// That a slot is free is not told.
    SlotNotTold,
}
