/// How much of everything is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Devices.
    pub peers: usize,
    /// Calls.
    pub calls: usize,
    /// Addresses, user fragments and streams by which devices are found.
    pub routes: usize,
    /// What of each device is kept by its streams and codecs, of all together.
    pub streams: usize,
    /// Times that somebody waits for.
    pub timers: usize,
    /// What has happened and is not dealt with yet.
    pub waiting: usize,
}
