//! Who gets a message whole, and who only its place.

use super::Talk;
use crate::outbox::push_frame;
use parlor_bus::{Address, Lane, Parcel};
use parlor_chat::{Delivery, ReceiveLimits, veiled, visible};
use parlor_protocol::ids::RtcUid;
use parlor_protocol::{limits, v1};
use parlor_store::rows::EndpointRow;
use prost::Message;
use std::collections::BTreeMap;

/// New messages for these devices: one frame for all who get the same, of what fits a frame that others need not wait
/// for. `random` decides who gets what beyond the receive limits.
pub(crate) fn parcels(
    talk: &mut Talk,
    messages: &[v1::ChatMessage],
    receivers: &[&EndpointRow],
    now_ms: i64,
    random: u64,
) -> Vec<Parcel> {
    let mut parcels = Vec::new();
    let mut rest = messages;
    while !rest.is_empty() {
        let (fitting, after) = rest.split_at(fitting(rest));
        parcels.extend(parcels_of(talk, fitting, receivers, now_ms, random));
        rest = after;
    }
    parcels
}

/// How many of these fit one frame; one always does.
fn fitting(messages: &[v1::ChatMessage]) -> usize {
    let mut left = limits::PART_MAX_BYTES;
    let fits = |message: &&v1::ChatMessage| {
        // Tag and length of a repeated field.
        let rest = left.checked_sub(message.encoded_len() + 6);
        left = rest.unwrap_or(0);
        rest.is_some()
    };
    messages.iter().take_while(fits).count().max(1)
}

fn parcels_of(
    talk: &mut Talk,
    messages: &[v1::ChatMessage],
    receivers: &[&EndpointRow],
    now_ms: i64,
    random: u64,
) -> Vec<Parcel> {
    let mut groups: BTreeMap<Vec<bool>, Vec<Address>> = BTreeMap::new();
    let mut all = Vec::with_capacity(receivers.len());
    let mut got = Vec::with_capacity(messages.len());
    for row in receivers {
        got.clear();
        got.extend(messages.iter().map(|message| gets(talk, message, row, now_ms, random)));
        let address = Address { account: (row.app_id, row.accid.clone()), session_id: row.session_id };
        match got.iter().all(|got| *got) {
            true => all.push(address),
            false => groups.entry(got.clone()).or_default().push(address),
        }
    }
    if !all.is_empty() {
        groups.insert(vec![true; messages.len()], all);
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

/// Whether this device gets the message whole; counts it.
fn gets(talk: &mut Talk, message: &v1::ChatMessage, row: &EndpointRow, now_ms: i64, random: u64) -> bool {
    if !visible(message, row.user_uuid.as_str()) {
        return false;
    }
    if talk.rates.are_unlimited(message.high_priority) {
        return true;
    }
    let rates = talk.rates;
    let received = talk.received.entry(row.rtc_uid).or_insert_with(|| ReceiveLimits::new(rates));
    received.decide(now_ms, mixed(random, row.rtc_uid, message.seq), message) == Delivery::Deliver
}

/// One random number for each receiver of each message, out of one (splitmix64).
fn mixed(random: u64, rtc_uid: RtcUid, seq: u64) -> u64 {
    let mut z = random ^ rtc_uid.0.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ seq.rotate_left(32);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
