//! Many links in one loop on one thread, the same for every server: so that what the load costs is the same kind of work
//! whoever is measured.

use anyhow::{Context, Result, bail, ensure};
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};
use std::io::{ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// Bytes read at once.
const READ_BYTES: usize = 256 * 1024;
/// Links that come in at the same time.
const ENTERING: usize = 16;
/// All links are in within this time.
const ENTER_TIMEOUT: Duration = Duration::from_secs(300);
/// Something is written on every link that is in this often: a server may take a silent one for dead.
const LIFE_SIGN_EVERY: Duration = Duration::from_secs(5);
/// The loop looks at the clock at least this often.
const TICK: Duration = Duration::from_millis(1);

/// How one kind of server is spoken to.
pub(crate) trait Speech {
    /// The first bytes of a link.
    fn greet(&mut self, link: usize, out: &mut Vec<u8>);
    /// Takes the first whole piece of `bytes`: answers its length, 0 while it is not whole. Replies go to `out`.
    fn hear(&mut self, link: usize, bytes: &[u8], out: &mut Vec<u8>, heard: &mut Vec<Heard>)
    -> Result<usize>;
    /// Message `number` of this link.
    fn say(&mut self, link: usize, number: u32, out: &mut Vec<u8>);
    /// Whether the server says that it has taken a message.
    fn acknowledges(&self) -> bool {
        false
    }
    /// What keeps a silent link alive.
    fn life_sign(&self, out: &mut Vec<u8>);
}

/// What a link has heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    /// It is where the messages are.
    Entered,
    /// This message, whole.
    Message(u32),
    /// The server has taken a message of its own.
    Taken,
}

/// Links to one server, the listeners first.
pub(crate) struct Crowd<S> {
    pub(crate) speech: S,
    poll: Poll,
    links: Vec<Link>,
    buffer: Vec<u8>,
    heard: Vec<Heard>,
    life_sign_at: Instant,
}

struct Link {
    stream: TcpStream,
    /// The beginning of a piece that is not whole.
    rest: Vec<u8>,
    /// What the kernel has not taken.
    unsent: Vec<u8>,
    is_in: bool,
}

impl<S: Speech> Crowd<S> {
    /// Opens `count` links and brings all of them in.
    pub(crate) fn gather(address: SocketAddr, count: usize, speech: S) -> Result<Self> {
        let mut crowd = Self {
            speech,
            poll: Poll::new()?,
            links: Vec::with_capacity(count),
            buffer: vec![0; READ_BYTES],
            heard: Vec::new(),
            life_sign_at: Instant::now() + LIFE_SIGN_EVERY,
        };
        let (begun, mut entered) = (Instant::now(), 0);
        while entered < count {
            // The first comes alone: it may have to make what the others enter.
            let at_once = if entered == 0 { 1 } else { ENTERING };
            while crowd.links.len() < count.min(entered + at_once) {
                crowd.open(address)?;
            }
            crowd.turn(TICK, |_, heard| entered += usize::from(heard == Heard::Entered))?;
            ensure!(begun.elapsed() < ENTER_TIMEOUT, "only {entered} of {count} links came in");
        }
        Ok(crowd)
    }

    fn open(&mut self, address: SocketAddr) -> Result<()> {
        let stream = std::net::TcpStream::connect(address).context("a link could not be opened")?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        let mut stream = TcpStream::from_std(stream);
        let number = self.links.len();
        let interest = Interest::READABLE | Interest::WRITABLE;
        self.poll.registry().register(&mut stream, Token(number), interest)?;
        let mut link = Link { stream, rest: Vec::new(), unsent: Vec::new(), is_in: false };
        self.speech.greet(number, &mut link.unsent);
        link.write()?;
        self.links.push(link);
        Ok(())
    }

    /// Sends message `number` on a link.
    pub(crate) fn say(&mut self, link: usize, number: u32) -> Result<()> {
        self.speech.say(link, number, &mut self.links[link].unsent);
        self.links[link].write()
    }

    /// Waits at most `wait` for something to read, and reads what there is.
    pub(crate) fn turn(&mut self, wait: Duration, mut on_heard: impl FnMut(usize, Heard)) -> Result<()> {
        let mut events = Events::with_capacity(1024);
        match self.poll.poll(&mut events, Some(wait)) {
            Err(cause) if cause.kind() != ErrorKind::Interrupted => return Err(cause.into()),
            _ => {}
        }
        for event in &events {
            let link = event.token().0;
            if event.is_writable() {
                self.links[link].write()?;
            }
            if event.is_readable() {
                self.read(link, &mut on_heard).with_context(|| format!("link {link}"))?;
            }
        }
        if Instant::now() >= self.life_sign_at {
            self.life_sign_at = Instant::now() + LIFE_SIGN_EVERY;
            for link in self.links.iter_mut().filter(|link| link.is_in) {
                self.speech.life_sign(&mut link.unsent);
                link.write()?;
            }
        }
        Ok(())
    }

    fn read(&mut self, number: usize, on_heard: &mut impl FnMut(usize, Heard)) -> Result<()> {
        let link = &mut self.links[number];
        loop {
            let kept = link.rest.len();
            self.buffer[..kept].copy_from_slice(&link.rest);
            link.rest.clear();
            let count = match link.stream.read(&mut self.buffer[kept..]) {
                Ok(0) => bail!("the server hung up"),
                Ok(count) => count,
                Err(cause) if cause.kind() == ErrorKind::WouldBlock => 0,
                Err(cause) => return Err(cause.into()),
            };
            let (end, mut begin) = (kept + count, 0);
            if count > 0 {
                loop {
                    let bytes = &self.buffer[begin..end];
                    let taken = self.speech.hear(number, bytes, &mut link.unsent, &mut self.heard)?;
                    if taken == 0 {
                        break;
                    }
                    begin += taken;
                }
                for heard in self.heard.drain(..) {
                    link.is_in |= heard == Heard::Entered;
                    on_heard(number, heard);
                }
            }
            link.rest.extend_from_slice(&self.buffer[begin..end]);
            ensure!(link.rest.len() < READ_BYTES, "a piece has no end");
            // Less than there was room for: the kernel has no more (epoll(7)).
            if end < READ_BYTES {
                return link.write();
            }
        }
    }
}

impl Link {
    fn write(&mut self) -> Result<()> {
        while !self.unsent.is_empty() {
            match self.stream.write(&self.unsent) {
                Ok(count) => drop(self.unsent.drain(..count)),
                Err(cause) if cause.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(cause) => return Err(cause.into()),
            }
        }
        Ok(())
    }
}
