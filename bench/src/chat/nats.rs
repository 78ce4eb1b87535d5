//! Core NATS: one subject, a subscription on every listener's link. No rooms, no accounts, nothing is stored: what a server
//! does that only passes bytes on.

use super::crowd::{Heard, Speech};
use super::xmpp::number_of;
use anyhow::{Context, Result, bail};
use memchr::memmem::find;
use std::io::Write as _;

/// What is said to a NATS server and heard from it.
pub(crate) struct Nats {
    listeners: usize,
    text: String,
}

impl Nats {
    /// The first links listen; messages have this text after their number.
    pub(crate) fn new(listeners: usize, text: &str) -> Self {
        Self { listeners, text: text.to_owned() }
    }
}

impl Speech for Nats {
    fn greet(&mut self, link: usize, out: &mut Vec<u8>) {
        out.extend_from_slice(b"CONNECT {\"verbose\":false}\r\n");
        if link < self.listeners {
            out.extend_from_slice(b"SUB fan 1\r\n");
        }
        out.extend_from_slice(b"PING\r\n");
    }

    fn hear(
        &mut self,
        _link: usize,
        bytes: &[u8],
        out: &mut Vec<u8>,
        heard: &mut Vec<Heard>,
    ) -> Result<usize> {
        let Some(line_end) = find(bytes, b"\r\n") else { return Ok(0) };
        let (line, after) = (&bytes[..line_end], line_end + 2);
        match line.split(|byte| *byte == b' ').next().unwrap_or_default() {
            b"MSG" => {
                let length = line.rsplit(|byte| *byte == b' ').next().unwrap_or_default();
                let length: usize = std::str::from_utf8(length)?.parse().context("a length")?;
                let Some(payload) = bytes.get(after..after + length + 2) else { return Ok(0) };
                heard.push(Heard::Message(number_of(payload)?));
                Ok(after + length + 2)
            }
            b"PONG" => {
                heard.push(Heard::Entered);
                Ok(after)
            }
            b"PING" => {
                out.extend_from_slice(b"PONG\r\n");
                Ok(after)
            }
            b"-ERR" => bail!("refused: {}", String::from_utf8_lossy(line)),
            _ => Ok(after),
        }
    }

    fn say(&mut self, _link: usize, number: u32, out: &mut Vec<u8>) {
        // Writing into memory does not fail.
        let _ = write!(out, "PUB fan {}\r\n{number:09} {}\r\n", self.text.len() + 10, self.text);
    }

    fn life_sign(&self, _out: &mut Vec<u8>) {}
}
