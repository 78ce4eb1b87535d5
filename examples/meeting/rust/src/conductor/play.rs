//! One round of the meeting: who is where, and the comparisons.

use crate::cast::{Part, People, Person};
use crate::performer::{Performer, Sdk, Stream};
use anyhow::{Context, Result, ensure};
use parlor_example_reuse_im::api::now_ms;
use parlor_sdk::{Code, EndReason};
use serde_json::{Value, json};
use std::path::PathBuf;

/// A round; its files are gone with the value.
pub(crate) struct Play<'a> {
    cast: [&'a Performer; 5],
    people: People,
    pub(crate) room: String,
    /// Where files of this round are.
    pub(crate) folder: PathBuf,
    /// Comparisons that held.
    pub(crate) checks: usize,
}

impl Drop for Play<'_> {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl<'a> Play<'a> {
    pub(crate) fn new(cast: [&'a Performer; 5], people: People, round: usize) -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("parlor-meeting-{}-{round}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        Ok(Self { cast, people, room: format!("meeting-{:x}", now_ms()), folder, checks: 0 })
    }

    /// Who plays whom, for the log.
    pub(crate) fn title(&self) -> String {
        let cast = Part::ALL.map(|part| format!("{part:?} {}", self.sdk(part)));
        format!("meeting: {}", cast.join(", "))
    }

    pub(crate) fn sdk(&self, part: Part) -> Sdk {
        self.cast[part as usize].sdk
    }

    pub(crate) fn who(&self, part: Part) -> &Person {
        self.people.who(part)
    }

    /// The user uuid of a part.
    pub(crate) fn uuid(&self, part: Part) -> String {
        self.who(part).user_uuid.clone()
    }

    fn named(&self, part: Part, what: &str) -> String {
        format!("{part:?} ({}): {what}", self.sdk(part))
    }

    /// Has a command done, whatever its code.
    pub(crate) fn ask(&self, part: Part, line: &str) -> Result<Value> {
        self.cast[part as usize].ask(line).with_context(|| self.named(part, line))
    }

    /// Has a command done, which must succeed; its answer.
    pub(crate) fn does(&mut self, part: Part, line: &str) -> Result<Value> {
        self.ends_with(part, line, Code::Ok)
    }

    /// Has a command done that must be refused with this code, in the number of the SDK that asks.
    pub(crate) fn is_refused(&mut self, part: Part, line: &str, code: Code) -> Result<()> {
        self.ends_with(part, line, code).map(drop)
    }

    fn ends_with(&mut self, part: Part, line: &str, code: Code) -> Result<Value> {
        let answer = self.ask(part, line)?;
        let expected = self.sdk(part).number(code);
        let said = || format!("expected {code:?} ({expected}), came {answer}");
        ensure!(answer["code"] == json!(expected), self.named(part, &format!("{line}: {}", said())));
        self.checks += 1;
        Ok(answer)
    }

    /// Each of these must see this event next in its stream; fields that `event` does not name are not compared.
    pub(crate) fn see(&mut self, parts: &[Part], event: Value) -> Result<()> {
        parts.iter().try_for_each(|part| self.sees(*part, &event).map(drop))
    }

    /// The same for one; the event with all its fields.
    pub(crate) fn sees(&mut self, part: Part, event: &Value) -> Result<Value> {
        let next = self.cast[part as usize].next_event(Stream::of(event));
        let came = next.with_context(|| self.named(part, &event.to_string()))?.unwrap_or_default();
        let fields = event.as_object().context("not an event")?;
        let is_it = fields.iter().all(|(name, value)| &came[name] == value);
        ensure!(is_it, self.named(part, &format!("expected {event}, came {came}")));
        self.checks += 1;
        Ok(came)
    }

    /// The room must end for each of these, for this reason.
    pub(crate) fn room_ends(&mut self, parts: &[Part], reason: EndReason) -> Result<()> {
        let ends = |play: &mut Self, part: Part| {
            play.sees(part, &json!({ "event": "ended", "reason": play.sdk(part).reason(reason) })).map(drop)
        };
        parts.iter().try_for_each(|part| ends(self, *part))
    }

    /// All these ask the same and must get the same; what they got.
    pub(crate) fn same(&mut self, parts: &[Part], line: &str, field: &str) -> Result<Value> {
        let mut first: Option<Value> = None;
        for part in parts {
            let answer = self.does(*part, line)?[field].take();
            let known = first.get_or_insert_with(|| answer.clone());
            let differs = || format!("{line}: {:?} has {known}, this one {answer}", parts[0]);
            ensure!(*known == answer, self.named(*part, &differs()));
            self.checks += 1;
        }
        first.context("nobody asked")
    }

    /// Nobody has heard more than what was expected, and the room looks the same to all who are in it.
    pub(crate) fn all_agree(&mut self, parts: &[Part]) -> Result<Value> {
        let mirror = self.same(parts, "mirror", "mirror")?;
        self.nothing_else()?;
        Ok(mirror)
    }

    /// Nobody has heard more than what was expected.
    pub(crate) fn nothing_else(&mut self) -> Result<()> {
        for part in Part::ALL {
            for stream in Stream::ALL {
                let left = self.cast[part as usize].waiting_event(stream)?;
                ensure!(
                    left.is_none(),
                    self.named(part, &format!("nobody expected {}", left.unwrap_or_default()))
                );
            }
        }
        self.checks += 1;
        Ok(())
    }
}
