//! What the examples share: an app's own server in a few calls, and the list of what was expected and seen.

pub mod api;
pub mod report;
