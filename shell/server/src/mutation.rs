//! Planted faults: the simulator proves with them that its own nets hold. Without the feature `mutations` every switch
//! is a constant false.

/// A fault that can be planted in the server's own rules; the store has its own list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutation {
    /// A resume is accepted although the session was ended.
    ResumeAfterKick,
    /// The room session stays when the IM session ends.
    RoomOutlivesIm,
    /// An act in a room that the template forbids its member is done all the same, in the member's name.
    NoRoomPermission,
    /// A room's events go out before they are committed.
    PublishBeforeCommit,
}

#[cfg(feature = "mutations")]
mod switch {
    use super::Mutation;
    use std::cell::Cell;

    thread_local! {
        static PLANTED: Cell<Option<Mutation>> = const { Cell::new(None) };
    }

    /// Plants a fault for the servers of this thread, or none.
    pub fn plant(mutation: Option<Mutation>) {
        PLANTED.set(mutation);
    }

    /// True while this fault is planted.
    pub(crate) fn on(mutation: Mutation) -> bool {
        PLANTED.get() == Some(mutation)
    }
}

#[cfg(feature = "mutations")]
pub(crate) use switch::on;
#[cfg(feature = "mutations")]
pub use switch::plant;

/// True while this fault is planted.
#[cfg(not(feature = "mutations"))]
pub(crate) const fn on(_mutation: Mutation) -> bool {
    false
}
