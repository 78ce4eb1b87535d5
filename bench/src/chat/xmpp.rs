//! A multi-user chat of XMPP (XEP-0045): stanzas, found by their ends.

use super::crowd::{Heard, Speech};
use anyhow::{Result, bail, ensure};
use memchr::memmem::find;
use std::io::Write as _;

/// The host that the peer serves.
pub(crate) const HOST: &str = "bench";

/// Where a link is on its way into the room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Features,
    Authenticated,
    FeaturesAgain,
    Bound,
    Present,
    Inside,
}

/// What is said to an XMPP server and heard from it.
pub(crate) struct Xmpp {
    steps: Vec<Step>,
    text: String,
}

impl Xmpp {
    /// Messages with this text after their number.
    pub(crate) fn new(text: &str) -> Self {
        Self { steps: Vec::new(), text: text.to_owned() }
    }
}

const OPENING: &str = "<?xml version='1.0'?><stream:stream to='bench' xmlns='jabber:client' \
                       xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>";

const PRESENT: &[u8] = b"</presence>";

impl Speech for Xmpp {
    fn greet(&mut self, _link: usize, out: &mut Vec<u8>) {
        self.steps.push(Step::Features);
        out.extend_from_slice(OPENING.as_bytes());
    }

    fn hear(
        &mut self,
        link: usize,
        bytes: &[u8],
        out: &mut Vec<u8>,
        heard: &mut Vec<Heard>,
    ) -> Result<usize> {
        let step = self.steps[link];
        let mark: &[u8] = match step {
            Step::Features | Step::FeaturesAgain => b"</stream:features>",
            Step::Authenticated => b"<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>",
            Step::Bound => b"</iq>",
            Step::Present => b"<status code='110'/></x></presence>",
            Step::Inside => b"</message>",
        };
        let Some(place) = find(bytes, mark) else {
            let is_lost = find(bytes, b"<stream:error").is_some() || find(bytes, b"type='error'").is_some();
            ensure!(!is_lost, "refused at {step:?}: {}", String::from_utf8_lossy(bytes));
            // Others who come in: passed over, or they would pile up until the next message.
            let present = memchr::memmem::rfind(bytes, PRESENT).filter(|_| step == Step::Inside);
            return Ok(present.map_or(0, |place| place + PRESENT.len()));
        };
        let end = place + mark.len();
        let next = match step {
            Step::Features => {
                out.extend_from_slice(
                    b"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='ANONYMOUS'/>",
                );
                Step::Authenticated
            }
            Step::Authenticated => {
                out.extend_from_slice(OPENING.as_bytes());
                Step::FeaturesAgain
            }
            Step::FeaturesAgain => {
                out.extend_from_slice(
                    b"<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>",
                );
                Step::Bound
            }
            Step::Bound => {
                write!(
                    out,
                    "<presence to='fan@conference.{HOST}/n{link}'><x xmlns='http://jabber.org/protocol/muc'>\
                     <history maxstanzas='0'/></x></presence>"
                )?;
                Step::Present
            }
            Step::Present => {
                heard.push(Heard::Entered);
                Step::Inside
            }
            Step::Inside => {
                // The room's subject has no body.
                if let Some(body) = find(&bytes[..place], b"<body>") {
                    heard.push(Heard::Message(number_of(&bytes[body + 6..place])?));
                }
                Step::Inside
            }
        };
        self.steps[link] = next;
        Ok(end)
    }

    fn say(&mut self, _link: usize, number: u32, out: &mut Vec<u8>) {
        let text = format!(
            "<message to='fan@conference.{HOST}' type='groupchat' id='b{number:09}'><body>{number:09} {}</body></message>",
            self.text
        );
        out.extend_from_slice(text.as_bytes());
    }

    fn life_sign(&self, out: &mut Vec<u8>) {
        out.push(b' ');
    }
}

/// The number that a text begins with.
pub(crate) fn number_of(text: &[u8]) -> Result<u32> {
    let digits = text.get(..9).and_then(|digits| std::str::from_utf8(digits).ok());
    match digits.and_then(|digits| digits.parse().ok()) {
        Some(number) => Ok(number),
        None => bail!("a text without a number"),
    }
}
