//! `parlor-wan`: puts real processes behind an impaired path.
//!
//! It prints one line of JSON with the addresses that it got, `{"udp":[..],"tcp":[..],"control":..}`, and then does what each
//! line of JSON tells it, from its standard input (whose end ends it) or over a TCP port of its own. Each line is answered
//! by one: `{"ok":true,"udp":[..],"tcp":[..]}` with what became of everybody's packets, or `{"ok":false,"error":".."}`.

use std::io;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::rc::Rc;

use clap::Parser;
use parlor_wan::relay::{Forward, Order, Relay, RelayConfig, Report};
use serde::Serialize;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;

/// Puts real processes behind an impaired path.
#[derive(Parser)]
#[command(name = "parlor-wan", version)]
struct Args {
    /// A UDP port, as LISTEN=SERVER, such as 127.0.0.1:4000=127.0.0.1:8788.
    #[arg(long, value_parser = forward)]
    udp: Vec<Forward>,
    /// A TCP port, likewise.
    #[arg(long, value_parser = forward)]
    tcp: Vec<Forward>,
    /// Where orders are taken over TCP; without it they come from the standard input.
    #[arg(long)]
    control: Option<SocketAddr>,
    /// Where all chance comes from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// An order that is done at once, such as {"do":"set","to":{"loss":0.05,"delay_ms":40}}.
    #[arg(long = "do")]
    first: Vec<String>,
}

fn forward(text: &str) -> Result<Forward, String> {
    let (listen, upstream) = text.split_once('=').ok_or("it is LISTEN=SERVER")?;
    let address = |text: &str| text.parse().map_err(|_| format!("{text} is no address with a port"));
    Ok(Forward { listen: address(listen)?, upstream: address(upstream)? })
}

/// The line at the beginning.
#[derive(Serialize)]
struct Started<'a> {
    udp: &'a [SocketAddr],
    tcp: &'a [SocketAddr],
    control: Option<SocketAddr>,
}

/// The answer to an order.
#[derive(Serialize)]
struct Answer {
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(flatten)]
    report: Option<Report>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match tokio::task::LocalSet::new().run_until(run(Args::parse())).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("parlor-wan: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> io::Result<()> {
    let Args { udp, tcp, control, seed, first } = args;
    let relay = Rc::new(Relay::start(RelayConfig { udp, tcp, seed, ..RelayConfig::default() }).await?);
    for line in &first {
        let answer = answer(&relay, line);
        answer.error.map_or(Ok(()), |error| Err(io::Error::new(io::ErrorKind::InvalidInput, error)))?;
    }
    let listener = match control {
        Some(address) => Some(TcpListener::bind(address).await?),
        None => None,
    };
    let control = listener.as_ref().map(TcpListener::local_addr).transpose()?;
    let mut output = tokio::io::stdout();
    say(&mut output, &Started { udp: relay.udp(), tcp: relay.tcp(), control }).await?;
    let Some(listener) = listener else {
        return obey(&relay, BufReader::new(tokio::io::stdin()), output).await;
    };
    loop {
        let (stream, _) = listener.accept().await?;
        let relay = Rc::clone(&relay);
        tokio::task::spawn_local(async move {
            let (orders, answers) = stream.into_split();
            // Who goes away does not want to know more.
            let _ = obey(&relay, BufReader::new(orders), answers).await;
        });
    }
}

/// Does what is told, line by line.
async fn obey(
    relay: &Relay,
    orders: impl AsyncBufRead + Unpin,
    mut answers: impl AsyncWrite + Unpin,
) -> io::Result<()> {
    let mut lines = orders.lines();
    while let Some(line) = lines.next_line().await? {
        if !line.trim().is_empty() {
            say(&mut answers, &answer(relay, &line)).await?;
        }
    }
    Ok(())
}

fn answer(relay: &Relay, line: &str) -> Answer {
    match Order::from_json(line).and_then(|order| relay.order(&order)) {
        Ok(report) => Answer { ok: true, error: None, report: Some(report) },
        Err(error) => Answer { ok: false, error: Some(error.to_string()), report: None },
    }
}

async fn say(to: &mut (impl AsyncWrite + Unpin), what: &impl Serialize) -> io::Result<()> {
    let mut line = serde_json::to_vec(what)?;
    line.push(b'\n');
    to.write_all(&line).await?;
    to.flush().await
}
