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

/// Those of calls.
pub const MEDIA: [&str; 6] = [
    "no-grant",
    "before-key-frame",
    "no-ask-limit",
    "numbers-with-holes",
    "beyond-estimate",
    "slot-not-told",
];

/// Plants a fault in all servers and calls of this thread. False for a name that is unknown, or in a build without faults.
#[cfg(feature = "mutations")]
pub fn plant(name: &str) -> bool {
    use parlor_media::Mutation as InMedia;
    use parlor_server::mutation::Mutation as InServer;
    use parlor_store::mutation::Mutation as InStore;
    let media = match name {
        "no-grant" => Some(InMedia::NoGrant),
        "before-key-frame" => Some(InMedia::BeforeKeyFrame),
        "no-ask-limit" => Some(InMedia::NoAskLimit),
        "numbers-with-holes" => Some(InMedia::NumbersWithHoles),
        "beyond-estimate" => Some(InMedia::BeyondEstimate),
        "slot-not-told" => Some(InMedia::SlotNotTold),
        _ => None,
    };
    IN_MEDIA.set(media);
    let (server, store) = match name {
        _ if media.is_some() => (None, None),
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

#[cfg(feature = "mutations")]
thread_local! {
    static IN_MEDIA: std::cell::Cell<Option<parlor_media::Mutation>> = const { std::cell::Cell::new(None) };
}

/// The switch of a call, with the fault that is planted in this thread.
pub(crate) fn switch() -> parlor_media::Switch {
    #[cfg_attr(not(feature = "mutations"), allow(unused_mut, reason = "there is no fault to plant"))]
    let mut switch = parlor_media::Switch::new();
    #[cfg(feature = "mutations")]
    switch.plant(IN_MEDIA.get());
    switch
}

/// Plants a fault in all servers and calls of this thread. False for a name that is unknown, or in a build without faults.
#[cfg(not(feature = "mutations"))]
pub fn plant(_name: &str) -> bool {
    false
}
