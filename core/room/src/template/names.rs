//! The names that a template may use: acts and streams.

use parlor_protocol::v1::{RoomBanKind, RoomStream};
use serde::{Deserialize, Serialize};

macro_rules! names {
    ($(#[$doc:meta])* $type:ident { $($(#[$variant_doc:meta])* $variant:ident = $name:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub enum $type {
            $($(#[$variant_doc])* $variant,)*
        }

        // Read as text and not as a variant, so that an error's path has the key.
        impl TryFrom<String> for $type {
            type Error = String;

            fn try_from(name: String) -> Result<$type, String> {
                let found = $type::ALL.iter().find(|one| one.name() == name);
                found.copied().ok_or_else(|| format!(concat!("`{}` is not one of ", $("`", $name, "` "),*), name))
            }
        }

        impl From<$type> for String {
            fn from(one: $type) -> String {
                one.name().to_owned()
            }
        }

        impl $type {
            /// All of them.
            pub const ALL: &[$type] = &[$($type::$variant),*];

            /// The name in a template.
            pub const fn name(self) -> &'static str {
                match self {
                    $($type::$variant => $name,)*
                }
            }
        }
    };
}

names! {
    /// An act that a permission can allow. Acts on oneself (own name, own ext, own devices, leaving) need none.
    Action {
        /// End the room.
        EndRoom = "endRoom",
        /// Lock and unlock.
        Lock = "lock",
        /// Change the room's name.
        Rename = "rename",
        /// Change the room's `ext`.
        RoomExt = "roomExt",
        /// Remove a member.
        Kick = "kick",
        /// Give a member another role: both the old and the new one must be targets.
        ChangeRole = "changeRole",
        /// Give one's own role to a member.
        HandOver = "handOver",
        /// Change another member's name.
        ChangeMemberName = "changeMemberName",
        /// Put somebody on the blacklist (`#put`) or take them off (`#delete`).
        Blacklist = "blacklist",
        /// Forbid a member the chat.
        BanChat = "banChat",
        /// Forbid a member the microphone.
        BanAudio = "banAudio",
        /// Forbid a member the camera.
        BanVideo = "banVideo",
        /// Forbid chat, microphone or camera in the whole room; whoever may do this is not bound by it.
        BanRoom = "banRoom",
        /// Allow several devices of an account, or one.
        MultiDevice = "multiDevice",
        /// Put the blacklist in force, or out of it.
        EnableBlacklist = "enableBlacklist",
        /// Send custom commands to the room.
        Command = "command",
    }
}

names! {
    /// A stream of a device.
    Stream {
        /// The microphone.
        Audio = "audio",
        /// The camera.
        Video = "video",
        /// The screen.
        SubVideo = "subVideo",
        /// The system's sound.
        SystemAudio = "systemAudio",
    }
}

impl Stream {
    /// The stream of that number on the wire; `None` for the audio connection, which is nobody else's business.
    pub fn from_wire(stream: RoomStream) -> Option<Stream> {
        match stream {
            RoomStream::Audio => Some(Stream::Audio),
            RoomStream::Video => Some(Stream::Video),
            RoomStream::SubVideo => Some(Stream::SubVideo),
            RoomStream::SystemAudio => Some(Stream::SystemAudio),
            RoomStream::AudioConnection | RoomStream::Unspecified => None,
        }
    }

    /// The number on the wire.
    pub const fn to_wire(self) -> RoomStream {
        match self {
            Stream::Audio => RoomStream::Audio,
            Stream::Video => RoomStream::Video,
            Stream::SubVideo => RoomStream::SubVideo,
            Stream::SystemAudio => RoomStream::SystemAudio,
        }
    }

    /// The ban that forbids it, if there is one.
    pub const fn ban(self) -> Option<RoomBanKind> {
        match self {
            Stream::Audio => Some(RoomBanKind::Audio),
            Stream::Video => Some(RoomBanKind::Video),
            Stream::SubVideo | Stream::SystemAudio => None,
        }
    }
}
