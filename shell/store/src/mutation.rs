//! Planted faults: the simulator proves with them that its own nets hold. Without the feature `mutations` every switch
//! is a constant false.

/// A fault that can be planted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutation {
    /// Callers are answered before COMMIT; it happens with the next group.
    AckBeforeCommit,
    /// COMMIT does not wait for the disk.
    NoSync,
    /// [`Expect::Fence`](crate::Expect::Fence) always holds.
    NoFence,
    /// [`Expect::Once`](crate::Expect::Once) always holds.
    NoDuplicateCheck,
    /// [`Expect::Room`](crate::Expect::Room) always holds, and events go where the writer believes the stream to be.
    NoRoomFence,
}

/// The fault planted in a store, as it was when the store was opened.
#[derive(Clone, Copy)]
pub(crate) struct Planted {
    #[cfg(feature = "mutations")]
    mutation: Option<Mutation>,
}

#[cfg(feature = "mutations")]
mod switch {
    use super::{Mutation, Planted};
    use std::cell::Cell;

    thread_local! {
        static PLANTED: Cell<Option<Mutation>> = const { Cell::new(None) };
    }

    /// Plants a fault in the stores that this thread opens from now on, or none.
    pub fn plant(mutation: Option<Mutation>) {
        PLANTED.set(mutation);
    }

    impl Planted {
        pub(crate) fn here() -> Self {
            Self { mutation: PLANTED.get() }
        }

        pub(crate) fn is(self, mutation: Mutation) -> bool {
            self.mutation == Some(mutation)
        }
    }
}

#[cfg(feature = "mutations")]
pub use switch::plant;

#[cfg(not(feature = "mutations"))]
impl Planted {
    pub(crate) const fn here() -> Self {
        Self {}
    }

    pub(crate) const fn is(self, _mutation: Mutation) -> bool {
        false
    }
}
