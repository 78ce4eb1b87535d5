//! What the switch of a call is told, and what it says.

use parlor_protocol::ids::RtcUid;

/// What a device can send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stream {
    /// The microphone.
    Audio,
    /// The camera.
    Video,
    /// The screen.
    SubVideo,
    /// The sound of what is shared.
    SystemAudio,
}

/// A stream of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Source {
    /// The device.
    pub rtc_uid: RtcUid,
    /// Which of its streams.
    pub stream: Stream,
}

/// What a slot of a receiver holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Sound: microphones and shared sound.
    Audio,
    /// Cameras.
    Video,
    /// Screens.
    SubVideo,
}

/// A slot of a receiver: its place in [`Input::Joined::slots`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SlotIndex(pub u8);

/// How a stream is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Codec {
    /// RFC 7587.
    Opus,
    /// Redundant Opus, RFC 2198.
    Red,
    /// RFC 7741.
    Vp8,
    /// RFC 9628.
    Vp9,
    /// RFC 6184.
    H264,
    /// AV1 RTP specification.
    Av1,
}

/// One of the encodings of a picture, 0 the smallest: of simulcast an RTP stream of its own, of SVC a spatial layer in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Layer(pub u8);

/// What the room allows a device at the moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Grant {
    /// Its microphone is forwarded.
    pub audio: bool,
    /// Its camera is forwarded.
    pub video: bool,
    /// Its screen is forwarded.
    pub sub_video: bool,
    /// The sound of what it shares is forwarded.
    pub system_audio: bool,
    /// It gets pictures.
    pub sees: bool,
    /// It gets sound.
    pub hears: bool,
}

/// A picture that a receiver wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Of whom, and which.
    pub source: Source,
    /// Width it is shown in, in pixels; 0 = unknown.
    pub width: u32,
    /// Height it is shown in, in pixels; 0 = unknown.
    pub height: u32,
    /// 0 the best layer there is, 1 at most the middle one, 2 at most the lowest.
    pub below_best: u8,
    /// Where not everything fits, more goes first.
    pub priority: u32,
}

/// A fact.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// A device takes part. One that did already begins anew.
    Joined {
        /// The device.
        peer: RtcUid,
        /// The slots it receives in.
        slots: Vec<Kind>,
        /// What it may.
        grant: Grant,
    },
    /// What it may has changed.
    Granted {
        /// The device.
        peer: RtcUid,
        /// What it may now.
        grant: Grant,
    },
    /// It takes part no longer.
    Left {
        /// The device.
        peer: RtcUid,
    },
    /// It began to send a stream; until then packets of that stream go nowhere. Said again of a stream that it sends, nothing
    /// changes unless a picture's codec or the number of encodings does: then it is another stream.
    Published {
        /// Which.
        source: Source,
        /// How it is encoded.
        codec: Codec,
        /// How many RTP streams carry it: 1, or up to 3 with simulcast.
        encodings: u8,
    },
    /// It sends the stream no longer.
    Unpublished {
        /// Which.
        source: Source,
    },
    /// Which pictures it wants, all of them.
    Demanded {
        /// The device.
        peer: RtcUid,
        /// The pictures.
        wanted: Vec<Wanted>,
    },
    /// What the way to it carries, as far as is known.
    Estimated {
        /// The device.
        peer: RtcUid,
        /// Bits per second.
        bps: u64,
    },
    /// It cannot show what is in this slot and asks for a key frame (RFC 4585 section 6.3.1, RFC 5104 section 4.3.1).
    KeyFrameAsked {
        /// The device.
        peer: RtcUid,
        /// The slot.
        slot: SlotIndex,
    },
    /// Time has passed.
    Tick,
}

/// What is in a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlotState {
    /// Whose stream; nothing at the moment.
    pub source: Option<Source>,
    /// The layer that is sent.
    pub layer: Layer,
    /// How many layers there are.
    pub layers: u8,
    /// Nothing is sent: the way to the receiver does not carry it.
    pub paused: bool,
}

/// How loud somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level {
    /// The device.
    pub rtc_uid: RtcUid,
    /// 0 to 100.
    pub level: u8,
}

/// What follows from the facts.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// What is in the slots of a receiver now, in the order of the slots. It comes before the first packet of a change.
    Slots {
        /// The receiver.
        peer: RtcUid,
        /// All its slots.
        slots: Vec<SlotState>,
    },
    /// Ask the sender for a key frame of this layer. Comes at most so often that a sender is not drowned.
    AskKeyFrame {
        /// Of which stream.
        source: Source,
        /// Of which layer.
        layer: Layer,
    },
    /// Which layers of a stream somebody takes; the sender need not send others.
    Needed {
        /// Which stream.
        source: Source,
        /// The layers, ascending; empty = nobody takes any.
        layers: Vec<Layer>,
    },
    /// What a receiver is sent now, and what it would be sent if its way carried it: for the estimate to probe for.
    Desired {
        /// The receiver.
        peer: RtcUid,
        /// Bits per second that its slots take now.
        current_bps: u64,
        /// Bits per second that everything it wants would take.
        desired_bps: u64,
    },
    /// Who is heard, the loudest first, and who speaks. Comes every 200 ms while somebody is heard, and once when all are silent.
    Levels {
        /// Those that are heard.
        levels: Vec<Level>,
        /// Who speaks.
        speaker: Option<RtcUid>,
    },
}

/// A packet that arrived, decrypted.
#[derive(Clone, Copy, Debug)]
pub struct Packet<'a> {
    /// Of which stream.
    pub source: Source,
    /// In which of its RTP streams, 0 the smallest encoding.
    pub encoding: u8,
    /// How this packet is encoded.
    pub codec: Codec,
    /// Its sequence number, extended over wraps.
    pub seq: u64,
    /// Its RTP timestamp.
    pub timestamp: u32,
    /// Its marker.
    pub marker: bool,
    /// Volume and voice activity, if its header says (RFC 6464): 0 loudest to 127 silent.
    pub audio_level: Option<(u8, bool)>,
    /// Its dependency descriptor, if its header has one (AV1 RTP specification, appendix A).
    pub dependency: Option<&'a [u8]>,
    /// Its payload.
    pub payload: &'a [u8],
}

/// The payload of a packet for one receiver.
#[derive(Clone, Copy, Debug)]
pub enum Payload<'a> {
    /// As it came.
    AsIs,
    /// With its first bytes replaced: the same bytes for everybody who gets the same `variant` of this packet, so that a copy may
    /// be shared.
    Patched {
        /// Names the replacement among those of this packet.
        variant: u32,
        /// The new first bytes.
        head: &'a [u8],
        /// How many of the old ones they replace.
        replaces: usize,
    },
}

/// A packet on its way to one receiver.
#[derive(Clone, Copy, Debug)]
pub struct Forward<'a> {
    /// The receiver.
    pub peer: RtcUid,
    /// In which of its slots.
    pub slot: SlotIndex,
    /// Its number there, dense unless a packet was lost on the way here.
    pub seq: u64,
    /// Its timestamp there.
    pub timestamp: u32,
    /// Its marker there.
    pub marker: bool,
    /// Its payload there.
    pub payload: Payload<'a>,
    /// The frame number that its dependency descriptor has there, which stands in the second and third byte; none: as it
    /// came.
    pub frame: Option<u16>,
}
