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

#[cfg(test)]
mod tests {
    use super::*;

    /// Frame 500, with the fields after it as a template of a sender would have them.
    const DESCRIPTOR: [u8; 6] = [0xc0, 0x01, 0xf4, 0x80, 0x01, 0x02];

    #[test]
    fn a_descriptor_that_is_numbered_anew_leaves_as_it_came_but_for_its_number() {
        let mut came = ExtensionValues::default();
        assert!(DependencySerializer.parse_value(&DESCRIPTOR, &mut came));
        let dependency = came.user_values.get_arc::<Dependency>().expect("a descriptor");
        let mut goes = ExtensionValues::default();
        goes.user_values.set(dependency.numbered(0x1234));
        let mut written = [0xee; 8];
        assert_eq!(DependencySerializer.write_to(&mut written, &goes), 6);
        assert_eq!(written, [0xc0, 0x12, 0x34, 0x80, 0x01, 0x02, 0xee, 0xee]);
        assert_eq!(dependency.0[..], DESCRIPTOR, "of others it stays what it was");
    }

    #[test]
    fn a_descriptor_too_long_for_the_short_form_or_the_room_is_told_apart() {
        let values = |length: usize| {
            let mut values = ExtensionValues::default();
            values.user_values.set(Dependency(vec![1; length].into()));
            values
        };
        assert!(!DependencySerializer.requires_two_byte_form(&values(16)));
        assert!(DependencySerializer.requires_two_byte_form(&values(17)));
        assert_eq!(DependencySerializer.write_to(&mut [0; 10], &values(11)), 0);
        assert_eq!(Dependency(vec![1, 2].into()).numbered(7).0[..], [1, 2]);
    }
}
