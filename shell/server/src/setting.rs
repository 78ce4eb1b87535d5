//! Which settings of apps are in force: whoever keeps some looks at them again when they have changed.

use crate::node::Node;
use std::sync::atomic::{AtomicU64, Ordering};

/// How often settings of apps have changed through this node.
#[derive(Default)]
struct Changes(AtomicU64);

/// Another number after each change of an app's settings through this node. Take it before the settings are read.
pub fn version(node: &Node) -> u64 {
    node.soft.of::<Changes>().0.load(Ordering::Acquire)
}

/// Settings of an app have changed, or may have.
pub fn changed(node: &Node) {
    node.soft.of::<Changes>().0.fetch_add(1, Ordering::AcqRel);
}
