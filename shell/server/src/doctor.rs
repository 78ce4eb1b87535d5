//! Looks for what is not in order, without changing anything, and says what to do about it.

use crate::admin::{Command, Reach, reach};
use crate::assemble::assemble;
use crate::config::{Config, TlsMode};
use crate::folder::Folder;
use crate::{listener, media, tls};
use parlor_store::Keyring;
use rustix::process::{Resource, getrlimit};
use serde::Serialize;
use std::net::{IpAddr, SocketAddr, TcpListener, UdpSocket};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};
use x509_parser::prelude::{FromDer, X509Certificate};

/// A certificate that ends within this time is mentioned.
const EXPIRY_NOTICE_S: i64 = 21 * 24 * 3600;
/// Before this the clock is certainly wrong: the program is younger. 2026-01-01.
const PROGRAM_BORN_S: u64 = 1_767_225_600;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// In order.
    Fine,
    /// Works, but look at it.
    Doubtful,
    /// Does not work, or is not safe.
    Wrong,
}

/// One thing that was looked at.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// What.
    pub subject: &'static str,
    /// How bad.
    pub verdict: Verdict,
    /// What was found.
    pub sentence: String,
    /// What to do.
    pub remedy: Option<String>,
}

impl Finding {
    fn fine(subject: &'static str, sentence: impl Into<String>) -> Self {
        Self { subject, verdict: Verdict::Fine, sentence: sentence.into(), remedy: None }
    }

    fn doubtful(subject: &'static str, sentence: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { subject, verdict: Verdict::Doubtful, sentence: sentence.into(), remedy: Some(remedy.into()) }
    }

    fn wrong(subject: &'static str, sentence: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { subject, verdict: Verdict::Wrong, sentence: sentence.into(), remedy: Some(remedy.into()) }
    }
}

/// Looks at everything.
pub fn examine(config: &Config) -> Vec<Finding> {
    let mut findings = vec![clock(), files(config)];
    findings.extend(listen(config));
    findings.extend(calls(config));
    match Folder::existing(&config.data) {
        Err(error) => {
            findings.push(Finding::wrong("data folder", error.to_string(), "parlor serve --data DIR"))
        }
        Ok(folder) => {
            findings.push(private("data folder", folder.path(), 0o700));
            findings.push(space(&folder));
            findings.push(keys(&folder));
            findings.extend(server_and_store(config, &folder));
            findings.extend(certificate(config, &folder));
        }
    }
    findings
}

fn clock() -> Finding {
    let now_s = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    if now_s < PROGRAM_BORN_S {
        return Finding::wrong(
            "clock",
            "the clock is years behind",
            "set it, and keep it with NTP: signed calls count within five minutes of it",
        );
    }
    Finding::fine("clock", format!("{now_s} seconds since 1970, UTC"))
}

fn files(config: &Config) -> Finding {
    let limit = getrlimit(Resource::Nofile).maximum;
    let wanted = config.listen.max_connections as u64 + 256;
    match limit {
        Some(limit) if limit < wanted => Finding::doubtful(
            "open files",
            format!("at most {limit}, for listen.max_connections = {}", config.listen.max_connections),
            format!(
                "raise the limit (ulimit -Hn, LimitNOFILE=) to {wanted}, or lower listen.max_connections"
            ),
        ),
        Some(limit) => Finding::fine("open files", format!("at most {limit}")),
        None => Finding::fine("open files", "no limit"),
    }
}

fn listen(config: &Config) -> Option<Finding> {
    let error = listener::check(config).err()?;
    Some(Finding::wrong("listen.address", error.to_string(), "set tls.mode, or listen on 127.0.0.1"))
}

fn port(config: &Config) -> Finding {
    let address = config.listen.address;
    match TcpListener::bind(address) {
        Ok(_) => Finding::fine("listen.address", format!("{address} is free")),
        Err(cause) => Finding::wrong(
            "listen.address",
            format!("{address} cannot be taken: {cause}"),
            "end the program that has it, or choose another with listen.address",
        ),
    }
}

/// Whether the packets of calls can arrive. While the server runs, it has the port itself.
fn udp_port(config: &Config) -> Option<Finding> {
    if !config.media.enabled {
        return None;
    }
    let relay = media::relay_config(config, config.listen.address).ok()?;
    let address = relay.udp;
    Some(match UdpSocket::bind(address) {
        Ok(_) => Finding::fine("media.udp", format!("UDP {address} is free; let the firewall pass it")),
        Err(cause) => Finding::wrong(
            "media.udp",
            format!("UDP {address} cannot be taken: {cause}"),
            "end the program that has it, or choose another with media.udp",
        ),
    })
}

/// Where devices are told to send the packets of calls.
fn calls(config: &Config) -> Option<Finding> {
    if !config.media.enabled {
        return Some(Finding::fine("calls", "off (media.enabled)"));
    }
    let relay = match media::relay_config(config, config.listen.address) {
        Ok(relay) => relay,
        Err(error) => {
            return Some(Finding::wrong("media.advertised", error.to_string(), "set media.advertised"));
        }
    };
    let port = |port: u16| if port == 0 { relay.udp.port() } else { port };
    let told = relay.advertised.iter().map(|one| SocketAddr::new(one.ip(), port(one.port())).to_string());
    let sentence = format!("devices send to UDP {}", told.collect::<Vec<_>>().join(", "));
    let is_open = !config.listen.address.ip().to_canonical().is_loopback();
    Some(if is_open && relay.advertised.iter().all(|one| one.ip().to_canonical().is_loopback()) {
        let remedy = "set media.advertised, or media.udp to an address that others reach";
        Finding::wrong("media.advertised", format!("{sentence}: this machine alone reaches that"), remedy)
    } else if is_open
        && config.media.advertised.is_empty()
        && relay.advertised.iter().all(|one| is_private(&one.ip()))
    {
        let remedy = "where devices come from outside, set media.advertised to this server's public address";
        Finding::doubtful(
            "media.advertised",
            format!("{sentence}: only its own network reaches that"),
            remedy,
        )
    } else {
        Finding::fine("media.advertised", sentence)
    })
}

/// An address of a private network (RFC 1918, RFC 4193), or of one machine.
fn is_private(ip: &IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => ip.is_private() || ip.is_loopback(),
        IpAddr::V6(ip) => ip.segments()[0] & 0xfe00 == 0xfc00 || ip.is_loopback(),
    }
}

fn private(subject: &'static str, path: &Path, wanted: u32) -> Finding {
    match path.metadata() {
        Err(cause) => {
            Finding::wrong(subject, format!("{}: {cause}", path.display()), "run parlor as its owner")
        }
        Ok(found) if found.permissions().mode() & 0o077 != 0 => Finding::wrong(
            subject,
            format!("{} can be read by others ({:o})", path.display(), found.permissions().mode() & 0o777),
            format!("chmod {wanted:o} {}", path.display()),
        ),
        Ok(_) => Finding::fine(subject, format!("{} is its owner's alone", path.display())),
    }
}

fn space(folder: &Folder) -> Finding {
    match rustix::fs::statvfs(folder.path()) {
        Err(cause) => Finding::doubtful("disk", format!("free space is unknown: {cause}"), "df"),
        Ok(found) => {
            let free_mib = found.f_bavail.saturating_mul(found.f_frsize) / (1024 * 1024);
            let sentence = format!("{free_mib} MiB free");
            if free_mib < 512 {
                Finding::doubtful("disk", sentence, "make room: a full disk makes the server read-only")
            } else {
                Finding::fine("disk", sentence)
            }
        }
    }
}

fn keys(folder: &Folder) -> Finding {
    let path = folder.keys();
    if !path.exists() {
        return if folder.store().exists() {
            Finding::wrong(
                "key file",
                format!("{} is missing, and the store is sealed with it", path.display()),
                "bring it back from a backup: without it no token and no secret can be read",
            )
        } else {
            Finding::fine("key file", "made at the first start")
        };
    }
    match Keyring::load_or_create(&path) {
        Ok(ring) => Finding::fine("key file", format!("readable, key {} seals", ring.newest())),
        Err(error) => Finding::wrong("key file", error.to_string(), format!("chmod 600 {}", path.display())),
    }
}

fn server_and_store(config: &Config, folder: &Folder) -> Vec<Finding> {
    match reach(folder) {
        Ok(Reach::Server(mut server)) => {
            let problems = server.ask(Command::Check).map_err(|error| error.to_string());
            let problems =
                problems.and_then(|found| serde_json::from_value(found).map_err(|e| e.to_string()));
            vec![Finding::fine("server", "running on this folder"), store(problems)]
        }
        Ok(Reach::Folder(_lock)) => {
            let idle = Finding::fine("server", "not running on this folder");
            let mut findings = vec![idle, port(config)];
            findings.extend(udp_port(config));
            // Without its keys a store cannot be opened; that is a finding of its own.
            if !folder.store().exists() {
                findings.push(Finding::fine("store", "made at the first start"));
            } else if folder.keys().exists() {
                findings.push(store(check(config, folder)));
            }
            findings
        }
        Err(error) => vec![Finding::wrong("server", error.to_string(), "end that process, or wait for it")],
    }
}

fn check(config: &Config, folder: &Folder) -> Result<Vec<String>, String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let (node, _) = assemble(config, folder).map_err(|error| error.to_string())?;
        let problems = node.store.check().await.map_err(|error| error.to_string());
        node.store.close().await;
        problems
    })
}

fn store(problems: Result<Vec<String>, String>) -> Finding {
    let remedy = "keep a copy of the folder, then parlor restore DIR";
    match problems {
        Ok(problems) if problems.is_empty() => Finding::fine("store", "no damage found"),
        Ok(problems) => Finding::wrong("store", problems.join("; "), remedy),
        Err(error) => Finding::wrong("store", error, remedy),
    }
}

fn certificate(config: &Config, folder: &Folder) -> Option<Finding> {
    let path = match config.tls.mode {
        TlsMode::Off => return None,
        TlsMode::Acme => {
            return Some(Finding::fine("certificate", "ordered and renewed by the running server"));
        }
        TlsMode::Files => config.tls.certificate.clone().unwrap_or_default(),
        TlsMode::SelfSigned => folder.tls().join("self-signed.crt"),
    };
    if config.tls.mode == TlsMode::SelfSigned && !path.exists() {
        return Some(Finding::fine("certificate", "made at the first start with TLS"));
    }
    let chain = match tls::read_chain(&path) {
        Ok(chain) => chain,
        Err(error) => return Some(Finding::wrong("certificate", error.to_string(), "check tls.certificate")),
    };
    let Ok((_, leaf)) = X509Certificate::from_der(&chain[0]) else {
        return Some(Finding::wrong(
            "certificate",
            format!("{} holds none", path.display()),
            "check tls.certificate",
        ));
    };
    Some(validity(&leaf, config.tls.mode))
}

fn validity(leaf: &X509Certificate<'_>, mode: TlsMode) -> Finding {
    let now_s = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64);
    let (from, until) = (leaf.validity().not_before, leaf.validity().not_after);
    let renew =
        "put a fresh certificate in the place of the files; the server takes it by itself or at SIGHUP";
    if now_s < from.timestamp() {
        return Finding::wrong("certificate", format!("valid only from {from}"), renew);
    }
    if now_s >= until.timestamp() {
        return Finding::wrong("certificate", format!("ended {until}"), renew);
    }
    if until.timestamp() - now_s < EXPIRY_NOTICE_S {
        return Finding::doubtful("certificate", format!("ends {until}"), renew);
    }
    if mode == TlsMode::SelfSigned {
        let remedy = "for real use: tls.mode = \"acme\" or \"files\"";
        return Finding::doubtful("certificate", format!("self-signed, until {until}"), remedy);
    }
    Finding::fine("certificate", format!("until {until}"))
}
