//! The streams of room accounts: each command that was sent is in one of them once, and whoever is logged in hears all
//! of them, in order, each once.

use super::{Judge, View};
use parlor_protocol::v1::{self, user_event::Body};
use std::collections::{BTreeMap, BTreeSet};

/// All streams of the history, and what clients heard of them.
#[derive(Debug, Default)]
pub(crate) struct Commands {
    streams: BTreeMap<String, Stream>,
    /// By their text, which is another for each: to whom.
    sent: BTreeMap<String, String>,
    heard: BTreeMap<(usize, String), Heard>,
}

/// The stream of one account.
#[derive(Debug, Default)]
struct Stream {
    seq: u64,
    /// By text.
    places: BTreeMap<String, u64>,
    /// From this place on nothing is missed by anybody.
    last_words: Option<u64>,
}

/// What a client heard of one stream.
#[derive(Debug, Default)]
struct Heard {
    /// Where the stream was when the client's room login last began or ended.
    since: u64,
    seqs: BTreeSet<u64>,
}

impl Judge {
    /// An app sends a command; no other has that text.
    pub fn command_called(&mut self, text: &str, to: &str) {
        self.commands.sent.insert(text.to_owned(), to.to_owned());
    }

    /// How far the stream of an account is known.
    pub fn stream_known(&self, user: &str) -> u64 {
        self.commands.streams.get(user).map_or(0, |stream| stream.seq)
    }

    /// A commit added to the stream of an account, or a crash took something away.
    pub fn stream_changed(&mut self, user: &str, seq: u64, events: &[v1::UserEvent]) {
        let stream = self.commands.streams.entry(user.to_owned()).or_default();
        let mut faults = Vec::new();
        if seq < stream.seq {
            faults.push(format!("it went back from {} to {seq}", stream.seq));
        }
        for event in events {
            let Some(Body::Command(command)) = &event.body else { continue };
            if event.seq != stream.seq + 1 {
                faults.push(format!("event {} follows event {}", event.seq, stream.seq));
            }
            if self.commands.sent.get(&command.data).is_none_or(|to| to != user) {
                faults.push(format!("nobody sent {command:?} there"));
            }
            if let Some(first) = stream.places.insert(command.data.clone(), event.seq) {
                faults.push(format!("{} is in it at {first} and at {}", command.data, event.seq));
            }
            stream.seq = event.seq;
        }
        if stream.seq != seq {
            faults.push(format!("its head is at {seq}, its events end at {}", stream.seq));
        }
        if let Some(what) = faults.first() {
            self.fault(format!("the stream of {user}: {what}"));
        }
    }

    /// A gateway tells a client of events in a stream.
    pub fn commands_pushed(&mut self, events: &[v1::UserEvent]) {
        for event in events {
            let Some(Body::Command(command)) = &event.body else { continue };
            let to = self.commands.sent.get(&command.data);
            let stream = to.and_then(|user| self.commands.streams.get(user));
            let place = stream.and_then(|stream| stream.places.get(&command.data)).copied();
            if place != Some(event.seq) {
                return self.fault(format!("a client is told of {event:?}; the truth is {place:?}"));
            }
        }
    }

    /// A room login of a client begins or is over: what was not heard until now need not be heard any more.
    pub(super) fn stream_of_client_begins(&mut self, client: usize) {
        let mut heard = std::mem::take(&mut self.commands.heard);
        for user in self.commands.streams.keys() {
            heard.entry((client, user.clone())).or_default();
        }
        for ((who, user), heard) in &mut heard {
            if *who == client {
                heard.since = self.stream_known(user);
            }
        }
        self.commands.heard = heard;
    }

    /// A client reports a command.
    pub fn client_hears_command(&mut self, client: usize, text: &str) {
        let user = self.commands.sent.get(text).cloned().unwrap_or_default();
        let stream = self.commands.streams.get(&user);
        let Some(seq) = stream.and_then(|stream| stream.places.get(text)).copied() else {
            return self.fault(format!("client {client} hears {text}, which is in no stream"));
        };
        let heard = self.commands.heard.entry((client, user.clone())).or_default();
        let last = heard.seqs.last().copied();
        heard.seqs.insert(seq);
        if last.is_some_and(|last| last >= seq) {
            self.fault(format!("client {client} hears command {seq} of {user} after {last:?}"));
        }
    }

    /// Whatever is sent from now on, everybody who is logged in hears.
    pub(super) fn last_commands(&mut self) {
        for stream in self.commands.streams.values_mut() {
            stream.last_words = Some(stream.seq + 1);
        }
    }

    /// Since the first command that it heard in its login, a client heard each.
    pub(super) fn commands_quiet(&mut self, view: &View) {
        let Some(user) = &view.room else { return };
        let Some(stream) = self.commands.streams.get(user) else { return };
        let key = (view.client, user.clone());
        let none = Heard::default();
        let heard = self.commands.heard.get(&key).unwrap_or(&none);
        let first = [heard.seqs.range(heard.since + 1..).next().copied(), stream.last_words];
        let Some(first) = first.into_iter().flatten().min() else { return };
        let missed: Vec<u64> = (first..=stream.seq).filter(|seq| !heard.seqs.contains(seq)).collect();
        if !missed.is_empty() {
            let (client, heard) = (view.client, heard.seqs.clone());
            self.fault(format!("client {client} of {user} never heard commands {missed:?}, and {heard:?}"));
        }
    }
}
