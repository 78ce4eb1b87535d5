//! The kinds of messages, by which history is filtered.

use parlor_protocol::Code;
use parlor_protocol::Refusal;
use parlor_protocol::v1::ChatMessage;
use parlor_protocol::v1::chat_message::Body;

/// What a message is. The numbers are those of the C++ SDK's message types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(i32)]
pub enum Kind {
    /// A text.
    Text = 0,
    /// The app's own.
    Custom = 1,
    /// A file.
    File = 2,
    /// An image.
    Image = 3,
    /// Told by the server itself.
    Notification = 4,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 5] = [Kind::Text, Kind::Custom, Kind::File, Kind::Image, Kind::Notification];

    /// The kind of a message; `None` for one that is recalled or veiled.
    pub fn of(message: &ChatMessage) -> Option<Kind> {
        Some(match message.body.as_ref()? {
            Body::Text(_) => Kind::Text,
            Body::Custom(_) => Kind::Custom,
            Body::File(_) => Kind::File,
            Body::Image(_) => Kind::Image,
            Body::Notice(_) => Kind::Notification,
        })
    }

    /// The name in `ChatHistory.kinds`.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Text => "text",
            Kind::Custom => "custom",
            Kind::File => "file",
            Kind::Image => "image",
            Kind::Notification => "notification",
        }
    }

    /// The kind of that name.
    ///
    /// # Errors
    /// There is none.
    pub fn parse(name: &str) -> Result<Kind, Refusal> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name).ok_or_else(|| {
            let sentence = "kinds may hold only text, custom, file, image, notification".to_owned();
            Refusal::of_field(Code::InvalidParameter, "kinds", sentence)
        })
    }

    /// The number, as it is stored beside a message.
    pub const fn number(self) -> i32 {
        self as i32
    }
}
