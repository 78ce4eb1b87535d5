use std::sync::Arc;
use std::time::Instant;

use parlor_media::{Codec, Forward, Source};
use str0m::format::{CodecSpec, PayloadParams};
use str0m::media::Pt;
use str0m::rtp::{ExtensionValues, RtpHeader, RtpWrite};

use super::{Incoming, Peer};
use crate::red;
use crate::stream::{Dependency, codec_of};

/// Streams of a device that are known at once: four lines, three encodings, and those before.
const MAX_INCOMING: usize = 32;

/// What goes out for a kind of packet that comes in.
pub(super) struct Outgoing {
    spec: CodecSpec,
    /// Of redundant sound, the payload type of its blocks.
    blocks: Option<Pt>,
    sent_as: Option<SentAs>,
}

/// The payload type of a receiver, and whether it gets the newest block of redundant sound alone.
#[derive(Clone, Copy)]
struct SentAs {
    pt: Pt,
    stripped: bool,
}

/// What of one packet is another for some receivers: made once, and shared by those for whom it is the same.
#[derive(Default)]
pub(crate) struct Copies {
    payloads: Vec<(u32, Arc<[u8]>)>,
    dependencies: Vec<(u16, Arc<Dependency>)>,
    primary: Option<Arc<[u8]>>,
}

impl Copies {
    /// For the next packet.
    pub(crate) fn clear(&mut self) {
        self.payloads.clear();
        self.dependencies.clear();
        self.primary = None;
    }

    /// The payload with another beginning.
    pub(crate) fn payload(&mut self, variant: u32, head: &[u8], rest: &[u8]) -> Arc<[u8]> {
        if let Some((_, made)) = self.payloads.iter().find(|(known, _)| *known == variant) {
            return Arc::clone(made);
        }
        let made = head.iter().chain(rest).copied().collect::<Arc<[u8]>>();
        self.payloads.push((variant, Arc::clone(&made)));
        made
    }

    /// The dependency descriptor with another frame number.
    fn dependency(&mut self, frame: u16, dependency: &Dependency) -> Arc<Dependency> {
        if let Some((_, made)) = self.dependencies.iter().find(|(known, _)| *known == frame) {
            return Arc::clone(made);
        }
        let made = Arc::new(dependency.numbered(frame));
        self.dependencies.push((frame, Arc::clone(&made)));
        made
    }

    /// The newest block of redundant sound.
    fn primary(&mut self, payload: &[u8]) -> Option<Arc<[u8]>> {
        if self.primary.is_none() {
            self.primary = red::primary(payload).map(|(_, block)| Arc::from(block));
        }
        self.primary.clone()
    }
}

impl Peer {
    /// Whose a packet is. True: the stream has begun, or is encoded in another way now.
    pub(crate) fn incoming(&mut self, header: &RtpHeader) -> Option<(Incoming, bool)> {
        if let Some(known) = self.incoming.get(&header.ssrc)
            && known.pt == header.payload_type
        {
            return Some((*known, false));
        }
        let mut direct = self.rtc.direct_api();
        let receiving = direct.stream_rx(&header.ssrc)?;
        let (mid, rid) = (receiving.mid(), receiving.rid());
        let pt = header.payload_type;
        let is_known = |params: &PayloadParams| params.pt() == pt || params.red() == Some(pt);
        let params = *self.rtc.codec_config().find(is_known)?;
        let codec = if params.pt() == pt { codec_of(&params)? } else { Codec::Red };
        let sending = self.sending.iter_mut().find(|sending| sending.mid == mid)?;
        let encoding = match rid {
            Some(rid) => sending.rids.iter().position(|known| *known == rid)?,
            None => 0,
        };
        let source = Source { rtc_uid: self.rtc_uid, stream: sending.stream };
        let encoding = u8::try_from(encoding).ok()?;
        let incoming = Incoming { source, encoding, codec, params, pt: header.payload_type };
        let begun = sending.codec.replace(codec) != Some(codec);
        if self.incoming.len() >= MAX_INCOMING {
            self.incoming.clear();
        }
        self.incoming.insert(header.ssrc, incoming);
        Some((incoming, begun))
    }

    /// Puts a packet into a slot.
    pub(crate) fn write(
        &mut self,
        forward: &Forward<'_>,
        payload: Arc<[u8]>,
        header: &RtpHeader,
        incoming: &Incoming,
        copies: &mut Copies,
        now: Instant,
    ) -> bool {
        let Some(SentAs { pt, stripped }) = self.sent_as(incoming) else { return false };
        let payload = if stripped { copies.primary(&payload) } else { Some(payload) };
        let Some(payload) = payload else { return false };
        let Some(slot) = self.slots.get(usize::from(forward.slot.0)) else { return false };
        let (ssrc, nackable) = (slot.ssrc, slot.nackable);
        let mut values = ExtensionValues {
            audio_level: header.ext_vals.audio_level,
            voice_activity: header.ext_vals.voice_activity,
            video_orientation: header.ext_vals.video_orientation,
            ..ExtensionValues::default()
        };
        if let Some(dependency) = header.ext_vals.user_values.get_arc::<Dependency>() {
            values.user_values.set_arc(match forward.frame {
                Some(frame) => copies.dependency(frame, &dependency),
                None => dependency,
            });
        }
        let mut direct = self.rtc.direct_api();
        let Some(stream) = direct.stream_tx(&ssrc) else { return false };
        let packet = RtpWrite::new(pt, forward.seq.into(), forward.timestamp, now, payload)
            .marker(forward.marker)
            .nackable(nackable)
            .ext_vals(values);
        stream.write_rtp(packet);
        true
    }

    /// As what this device gets what another one sends; none when it cannot decode it. Redundant sound goes on as it is where it
    /// is taken and its blocks are called the same; otherwise without the redundancy.
    fn sent_as(&mut self, incoming: &Incoming) -> Option<SentAs> {
        let params = incoming.params;
        let spec = params.spec();
        let blocks = (incoming.codec == Codec::Red).then(|| params.pt());
        let is_same = |known: &&Outgoing| known.spec == spec && known.blocks == blocks;
        if let Some(known) = self.outgoing.iter().find(is_same) {
            return known.sent_as;
        }
        let found = self.rtc.codec_config().match_params(params).copied();
        let is_taken = |params: &PayloadParams| {
            let media = |slot: &super::Slot| self.rtc.media(slot.mid);
            self.slots.iter().filter_map(media).any(|media| media.remote_pts().contains(&params.pt()))
        };
        let sent_as = found.filter(is_taken).map(|found| match (blocks, found.red()) {
            (None, _) => SentAs { pt: found.pt(), stripped: false },
            (Some(blocks), Some(red)) if blocks == found.pt() => SentAs { pt: red, stripped: false },
            (Some(_), _) => SentAs { pt: found.pt(), stripped: true },
        });
        self.outgoing.push(Outgoing { spec, blocks, sent_as });
        sent_as
    }
}
