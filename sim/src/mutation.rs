//! The faults that can be planted, by name: the simulation must find each.

/// Their names.
pub const NAMES: [&str; 9] = [
    "no-fence",
    "resume-after-kick",
    "room-outlives-im",
    "ack-before-commit",
    "no-sync",
    "no-duplicate-check",
    "no-room-permission",
    "no-room-fence",
    "publish-before-commit",
];

/// Plants a fault in all servers of this thread. False for a name that is unknown, or in a build without faults.
#[cfg(feature = "mutations")]
pub fn plant(name: &str) -> bool {
    use parlor_server::mutation::Mutation as InServer;
    use parlor_store::mutation::Mutation as InStore;
    let (server, store) = match name {
        "no-fence" => (None, Some(InStore::NoFence)),
        "ack-before-commit" => (None, Some(InStore::AckBeforeCommit)),
        "no-sync" => (None, Some(InStore::NoSync)),
        "no-duplicate-check" => (None, Some(InStore::NoDuplicateCheck)),
        "no-room-fence" => (None, Some(InStore::NoRoomFence)),
        "no-room-permission" => (Some(InServer::NoRoomPermission), None),
        "publish-before-commit" => (Some(InServer::PublishBeforeCommit), None),
        "resume-after-kick" => (Some(InServer::ResumeAfterKick), None),
        "room-outlives-im" => (Some(InServer::RoomOutlivesIm), None),
        _ => return false,
    };
    parlor_server::mutation::plant(server);
    parlor_store::mutation::plant(store);
    true
}

/// Plants a fault in all servers of this thread. False for a name that is unknown, or in a build without faults.
#[cfg(not(feature = "mutations"))]
pub fn plant(_name: &str) -> bool {
    false
}
