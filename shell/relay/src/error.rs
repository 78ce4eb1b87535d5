use std::io;

/// Why the relay did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// A socket or a thread could not be had.
    #[error("the relay cannot start: {0}")]
    Start(#[source] io::Error),
    /// A setting that cannot be: its name and what is wrong.
    #[error("the setting {name} {reason}")]
    Setting {
        /// The setting.
        name: &'static str,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The offer cannot be taken (JSEP, RFC 9429); the sentence says what in it.
    #[error("the offer cannot be taken: {0}")]
    Offer(String),
    /// The lines do not fit the offer, or one has a use that does not exist.
    #[error("line {mid}: {reason}")]
    Line {
        /// Its mid.
        mid: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The media session is over.
    #[error("the media session is over")]
    Gone,
    /// As many devices take part as are allowed, or orders come faster than they are done: try again.
    #[error("the relay is busy")]
    Busy,
    /// The relay has stopped.
    #[error("the relay has stopped")]
    Stopped,
}
