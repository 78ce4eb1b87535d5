//! Who gets a message whole, and who only its place.

use super::Talk;
use crate::outbox::push_frame;
use parlor_bus::{Address, Lane, Parcel};
use parlor_chat::{Delivery, ReceiveLimits, veiled, visible};
use parlor_protocol::ids::RtcUid;
use parlor_protocol::v1;
use parlor_store::rows::EndpointRow;
use std::collections::BTreeMap;

/// New messages for these devices: one frame for all who get the same. `random` decides who gets what beyond the
/// receive limits.
pub(crate) fn parcels<'a>(
    talk: &mut Talk,
    messages: &[v1::ChatMessage],
    receivers: impl Iterator<Item = &'a EndpointRow>,
    now_ms: i64,
    random: u64,
) -> Vec<Parcel> {
    let mut groups: BTreeMap<Vec<bool>, Vec<Address>> = BTreeMap::new();
    for row in receivers {
        let rates = talk.rates;
        let received = talk.received.entry(row.rtc_uid).or_insert_with(|| ReceiveLimits::new(rates));
        let got = messages.iter().map(|message| {
            visible(message, row.user_uuid.as_str())
                && received.decide(now_ms, mixed(random, row.rtc_uid, message.seq), message)
                    == Delivery::Deliver
        });
        let address = Address { account: (row.app_id, row.accid.clone()), session_id: row.session_id };
        groups.entry(got.collect()).or_default().push(address);
    }
    let at = talk.room.at();
    let parcel = |(got, to): (Vec<bool>, Vec<Address>)| {
        let message = |(message, whole): (&v1::ChatMessage, bool)| match whole {
            true => message.clone(),
            false => veiled(message),
        };
        let pushed = v1::ChatMessages {
            conversation_id: talk.conversation_id.wire(),
            epoch: at.epoch,
            messages: messages.iter().zip(got).map(message).collect(),
        };
        Parcel { frame: push_frame(v1::push::Body::ChatMessages(pushed)), lane: Lane::Message, to: to.into() }
    };
    groups.into_iter().map(parcel).collect()
}

/// One random number for each receiver of each message, out of one (splitmix64).
fn mixed(random: u64, rtc_uid: RtcUid, seq: u64) -> u64 {
    let mut z = random ^ rtc_uid.0.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ seq.rotate_left(32);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
