use parlor_media::Codec;
use str0m::format::{Codec as WireCodec, PayloadParams};
use str0m::rtp::{Extension, ExtensionSerializer, ExtensionValues};

const DEPENDENCY_URI: &str =
    "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension";

/// A dependency descriptor as it came (AV1 RTP specification, appendix A).
#[derive(Debug)]
pub(crate) struct Dependency(pub(crate) Box<[u8]>);

impl Dependency {
    /// With another frame number.
    pub(crate) fn numbered(&self, frame: u16) -> Dependency {
        let mut bytes = self.0.clone();
        if let Some(place) = bytes.get_mut(1..3) {
            place.copy_from_slice(&frame.to_be_bytes());
        }
        Dependency(bytes)
    }
}

#[derive(Debug)]
struct DependencySerializer;

impl ExtensionSerializer for DependencySerializer {
    fn write_to(&self, buf: &mut [u8], values: &ExtensionValues) -> usize {
        let Some(Dependency(bytes)) = values.user_values.get::<Dependency>() else { return 0 };
        match buf.get_mut(..bytes.len()) {
            Some(room) => {
                room.copy_from_slice(bytes);
                bytes.len()
            }
            None => 0,
        }
    }

    fn parse_value(&self, buf: &[u8], values: &mut ExtensionValues) -> bool {
        values.user_values.set(Dependency(buf.into()));
        true
    }

    fn is_video(&self) -> bool {
        true
    }

    fn is_audio(&self) -> bool {
        false
    }

    fn requires_two_byte_form(&self, values: &ExtensionValues) -> bool {
        values.user_values.get::<Dependency>().is_some_and(|dependency| dependency.0.len() > 16)
    }
}

/// The header extension that carries dependency descriptors.
pub(crate) fn dependency_extension() -> Extension {
    Extension::with_serializer(DEPENDENCY_URI, DependencySerializer)
}

/// The codec of negotiated parameters, if it is one that is forwarded.
pub(crate) fn codec_of(params: &PayloadParams) -> Option<Codec> {
    match params.spec().codec {
        WireCodec::Opus => Some(Codec::Opus),
        WireCodec::Vp8 => Some(Codec::Vp8),
        WireCodec::Vp9 => Some(Codec::Vp9),
        WireCodec::H264 => Some(Codec::H264),
        WireCodec::Av1 => Some(Codec::Av1),
        _ => None,
    }
}
