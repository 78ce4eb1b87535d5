use std::sync::Arc;
use std::time::Instant;

use parlor_media::{Forward, Source};
use str0m::format::PayloadParams;
use str0m::media::Pt;
use str0m::rtp::{ExtensionValues, RtpHeader, RtpWrite};

use super::{Incoming, Peer};
use crate::stream::{Dependency, codec_of};

/// Streams of a device that are known at once: four lines, three encodings, and those before.
const MAX_INCOMING: usize = 32;

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
        let params = *self.rtc.codec_config().find(|params| params.pt() == header.payload_type)?;
        let codec = codec_of(&params)?;
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
        params: PayloadParams,
        now: Instant,
    ) -> bool {
        let Some(pt) = self.payload_type(params) else { return false };
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
                Some(frame) => Arc::new(dependency.numbered(frame)),
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

    /// The payload type of this device for what another one sends; none when it cannot decode it.
    fn payload_type(&mut self, params: PayloadParams) -> Option<Pt> {
        let spec = params.spec();
        if let Some((_, pt)) = self.outgoing.iter().find(|(known, _)| *known == spec) {
            return *pt;
        }
        let found = self.rtc.codec_config().match_params(params).map(PayloadParams::pt);
        let taken = |pt: &Pt| {
            let media = |slot: &super::Slot| self.rtc.media(slot.mid);
            self.slots.iter().filter_map(media).any(|media| media.remote_pts().contains(pt))
        };
        let pt = found.filter(taken);
        self.outgoing.push((spec, pt));
        pt
    }
}
