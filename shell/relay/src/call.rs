use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use parlor_media::{Forward, Input, Output, Packet, Switch};
use parlor_protocol::ids::RtcUid;

use crate::route::PeerKey;

/// The call of a room: its switch, and who takes part in it.
pub(crate) struct Call {
    switch: Switch,
    pub(crate) members: BTreeMap<RtcUid, PeerKey>,
    pub(crate) quality_at: Instant,
    pub(crate) deadline: Option<Instant>,
    broken: bool,
}

impl Call {
    pub(crate) fn new(quality_at: Instant) -> Call {
        let switch = Switch::default();
        Call { switch, members: BTreeMap::new(), quality_at, deadline: None, broken: false }
    }

    pub(crate) fn handle(&mut self, now_us: u64, input: Input) {
        let Call { switch, .. } = self;
        self.broken |= guard(|| switch.handle(now_us, input)).is_none();
    }

    pub(crate) fn poll(&mut self) -> Option<Output> {
        if self.broken { None } else { self.switch.poll() }
    }

    /// Where a packet goes.
    pub(crate) fn forward(
        &mut self,
        now_us: u64,
        packet: &Packet<'_>,
        mut carry: impl FnMut(&BTreeMap<RtcUid, PeerKey>, Forward<'_>),
    ) {
        let Call { switch, members, .. } = self;
        let done = guard(|| switch.forward(now_us, packet, &mut |forward| carry(members, forward)));
        self.broken |= done.is_none();
    }

    /// When the switch wants to be told the time.
    pub(crate) fn due_us(&self) -> Option<u64> {
        self.switch.deadline()
    }

    /// Its switch failed: the call cannot go on.
    pub(crate) fn is_broken(&self) -> bool {
        self.broken
    }
}

/// What panics ends what it belongs to, not the thread; none then.
pub(crate) fn guard<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}
