//! A member's process: lines in, answers and events out.

use anyhow::{Context, Result, bail};
use parlor_sdk::{Code, EndReason};
use serde_json::{Value, json};
use std::fmt;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};

/// What has not come by then does not come.
const PATIENCE: Duration = Duration::from_secs(30);
/// A browser starts, on a machine that does much else.
const START_PATIENCE: Duration = Duration::from_secs(120);
/// Lines that may wait to be read; no round has as many.
const WAITING_LINES: usize = 4096;

/// What a member is built on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sdk {
    Rust,
    Cpp,
    Web,
}

impl Sdk {
    pub(crate) const ALL: [Sdk; 3] = [Sdk::Rust, Sdk::Cpp, Sdk::Web];

    /// The number by which this SDK shows a code of RoomKit.
    pub(crate) fn number(self, code: Code) -> i32 {
        match self {
            Sdk::Rust => code.link(),
            Sdk::Cpp => code.room(),
            Sdk::Web => code.web(),
        }
    }

    /// How this SDK shows why a room is over.
    pub(crate) fn reason(self, reason: EndReason) -> Value {
        match self {
            Sdk::Rust => json!(reason.name()),
            Sdk::Cpp => json!(reason.cpp()),
            Sdk::Web => json!(reason.web()),
        }
    }
}

impl fmt::Display for Sdk {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(match self {
            Sdk::Rust => "Rust",
            Sdk::Cpp => "C++",
            Sdk::Web => "browser",
        })
    }
}

/// Events are in order within their stream, not between streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stream {
    Room,
    Chat,
    Commands,
}

impl Stream {
    pub(crate) const ALL: [Stream; 3] = [Stream::Room, Stream::Chat, Stream::Commands];

    /// The stream that an event belongs to.
    pub(crate) fn of(event: &Value) -> Stream {
        match event["event"].as_str() {
            Some("text" | "file" | "notice" | "message") => Stream::Chat,
            Some("command") => Stream::Commands,
            _ => Stream::Room,
        }
    }
}

/// A member's process; it ends with this value.
pub(crate) struct Performer {
    pub(crate) sdk: Sdk,
    child: Child,
    stdin: Mutex<Option<ChildStdin>>,
    answers: Mutex<Receiver<Value>>,
    events: [Mutex<Receiver<Value>>; 3],
}

impl Drop for Performer {
    fn drop(&mut self) {
        // It may have ended by itself, and then there is nothing to stop.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Performer {
    pub(crate) fn start(sdk: Sdk, mut command: Command) -> Result<Self> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("the {sdk} member does not start"))?;
        let stdin = Mutex::new(child.stdin.take());
        let stdout = child.stdout.take().context("no standard output")?;
        let (answer_to, answers) = sync_channel(WAITING_LINES);
        let [room, chat, commands] = Stream::ALL.map(|_| sync_channel(WAITING_LINES));
        let to = [room.0, chat.0, commands.0];
        // It ends with the process's output.
        std::thread::spawn(move || sort(sdk, stdout, &answer_to, &to));
        let events = [room.1, chat.1, commands.1].map(Mutex::new);
        Ok(Self { sdk, child, stdin, answers: Mutex::new(answers), events })
    }

    /// Waits until the member takes commands.
    pub(crate) fn come_up(&self) -> Result<()> {
        let up = self.ask_within("ready", START_PATIENCE).map(drop);
        up.with_context(|| format!("the {} member does not come up", self.sdk))
    }

    /// Has a command done; its answer.
    pub(crate) fn ask(&self, line: &str) -> Result<Value> {
        self.ask_within(line, PATIENCE)
    }

    fn ask_within(&self, line: &str, patience: Duration) -> Result<Value> {
        let mut stdin = self.stdin.lock().map_err(|_| anyhow::anyhow!("poisoned"))?;
        writeln!(stdin.as_mut().context("finished already")?, "{line}").context("the process is gone")?;
        let answer = receive(&self.answers, patience)?.context("no answer in time")?;
        let command = line.split(' ').next();
        if answer["answer"].as_str() != command {
            bail!("the answer is to another command: {answer}");
        }
        Ok(answer)
    }

    /// The next event of a stream; none when nothing comes in time.
    pub(crate) fn next_event(&self, stream: Stream) -> Result<Option<Value>> {
        receive(&self.events[stream as usize], PATIENCE)
    }

    /// An event that has come already.
    pub(crate) fn waiting_event(&self, stream: Stream) -> Result<Option<Value>> {
        receive(&self.events[stream as usize], Duration::ZERO)
    }

    /// Ends its input and waits for its end, which must be a good one.
    pub(crate) fn finish(&mut self) -> Result<()> {
        self.stdin.lock().map_err(|_| anyhow::anyhow!("poisoned"))?.take();
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait()? {
                if !status.success() {
                    bail!("the {} member ended with {status}", self.sdk);
                }
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        bail!("the {} member does not end with its input", self.sdk)
    }
}

fn receive(lines: &Mutex<Receiver<Value>>, patience: Duration) -> Result<Option<Value>> {
    let lines = lines.lock().map_err(|_| anyhow::anyhow!("poisoned"))?;
    match lines.recv_timeout(patience) {
        Ok(line) => Ok(Some(line)),
        Err(RecvTimeoutError::Timeout) => Ok(None),
        Err(RecvTimeoutError::Disconnected) => bail!("the process is gone"),
    }
}

/// Sorts a member's lines until its output ends.
fn sort(sdk: Sdk, stdout: ChildStdout, answers: &SyncSender<Value>, events: &[SyncSender<Value>; 3]) {
    for line in BufReader::new(stdout).lines().map_while(Result::ok) {
        let Ok(value) = serde_json::from_str::<Value>(&line) else {
            println!("{sdk}: {line}");
            continue;
        };
        let to = if value["event"].is_string() { &events[Stream::of(&value) as usize] } else { answers };
        if to.send(value).is_err() {
            return;
        }
    }
}
