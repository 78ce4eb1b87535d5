//! Where the server is: from what an app says to one base URL, `http(s)://host[:port]`, for HTTP and the link.
//!
//! An address is, in this order: with its explicit scheme; plain when the app switched HTTPS off; plain on
//! loopback; otherwise HTTPS.

use std::path::{Path, PathBuf};

use serde_json::Value;
use thiserror::Error;

use crate::r#gen::{ImInit, RoomInit};

/// The variable that names the server when the app names none, as `http://host:port`.
pub(crate) const SERVER_VARIABLE: &str = "PARLOR_SERVER";

const IM_FILES: [&str; 2] = ["server_conf.txt", "nim_server.conf"];
const ROOM_FILE: &str = "xkit_server.config";

/// Why no server address came out.
#[derive(Debug, Error, PartialEq, Eq)]
pub(crate) enum AddressError {
    /// Nothing names a server.
    #[error("no server address: set the private server options, a configuration file or {SERVER_VARIABLE}")]
    Missing,
    /// An address cannot be read.
    #[error("`{0}` is not a server address (host, host:port or http[s]://host[:port])")]
    Malformed(String),
    /// A file that was named, or is asked for, cannot be used.
    #[error("cannot use the server configuration file {}: {reason}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}

/// What lies around the program: its directory, the current one, the environment.
pub(crate) struct Surroundings {
    program_dir: Option<PathBuf>,
    current_dir: Option<PathBuf>,
    server_variable: Option<String>,
}

impl Surroundings {
    /// Of this process.
    pub(crate) fn of_process() -> Surroundings {
        let program = std::env::current_exe().ok();
        Surroundings {
            program_dir: program.as_deref().and_then(Path::parent).map(Path::to_path_buf),
            current_dir: std::env::current_dir().ok(),
            server_variable: std::env::var(SERVER_VARIABLE).ok(),
        }
    }

    fn fallback(&self) -> Result<String, AddressError> {
        let named = self.server_variable.as_deref().filter(|value| !value.is_empty());
        base_url(named.ok_or(AddressError::Missing)?, true)
    }
}

/// The server of `nim::Client::Init`: private options, then a configuration file, then the environment.
pub(crate) fn of_im(init: &ImInit, around: &Surroundings) -> Result<String, AddressError> {
    if init.use_private_server
        && let Some(named) = first_named(&[&init.default_link_address, &init.lbs_address])
    {
        return base_url(named, init.use_https);
    }
    if !init.server_conf_file_path.is_empty() {
        let path = Path::new(&init.server_conf_file_path);
        let file = read_json(path)?;
        return from_im_section(&file, path, init.use_https);
    }
    let install = Some(&init.app_install_dir).filter(|dir| !dir.is_empty()).map(PathBuf::from);
    for dir in install.into_iter().chain(around.program_dir.clone()) {
        if let Some(path) = IM_FILES.map(|name| dir.join(name)).into_iter().find(|path| path.is_file()) {
            return from_im_section(&read_json(&path)?, &path, init.use_https);
        }
    }
    around.fallback()
}

/// The server of RoomKit: `serverConfig`, then the asset file, then `serverUrl`, then the environment.
pub(crate) fn of_room(init: &RoomInit, around: &Surroundings) -> Result<String, AddressError> {
    if let Some(named) = first_named(&[&init.room_server, &init.im_link, &init.im_lbs]) {
        return base_url(named, init.im_https_enabled);
    }
    if init.use_asset_server_config {
        let dirs = around.program_dir.iter().chain(&around.current_dir);
        let path = dirs.map(|dir| dir.join(ROOM_FILE)).find(|path| path.is_file());
        let path = path.ok_or_else(|| unusable(Path::new(ROOM_FILE), "not found beside the program"))?;
        let file = read_json(&path)?;
        let room = file.get("roomkit").and_then(|section| text(section, "roomServer"));
        return match room {
            Some(room) => base_url(room, true),
            None => from_im_section(&file, &path, true),
        };
    }
    match first_named(&[&init.server_url]) {
        Some(named) => base_url(named, true),
        None => around.fallback(),
    }
}

fn first_named<'a>(candidates: &[&'a String]) -> Option<&'a str> {
    candidates.iter().map(|text| text.trim()).find(|text| !text.is_empty())
}

fn text<'a>(section: &'a Value, key: &str) -> Option<&'a str> {
    section.get(key).and_then(Value::as_str).filter(|value| !value.is_empty())
}

/// The keys of the C layer, under `private_server_setting` or `im`, or at the top of the file.
fn from_im_section(file: &Value, path: &Path, https: bool) -> Result<String, AddressError> {
    let nested = ["private_server_setting", "im"].into_iter().find_map(|key| file.get(key));
    let section = nested.unwrap_or(file);
    let named = text(section, "link").or_else(|| text(section, "lbs"));
    base_url(named.ok_or_else(|| unusable(path, "it has neither `link` nor `lbs`"))?, https)
}

fn unusable(path: &Path, reason: impl ToString) -> AddressError {
    AddressError::File { path: path.to_path_buf(), reason: reason.to_string() }
}

fn read_json(path: &Path) -> Result<Value, AddressError> {
    let bytes = std::fs::read(path).map_err(|error| unusable(path, error))?;
    serde_json::from_slice(&bytes).map_err(|error| unusable(path, error))
}

/// Scheme, host and port of `address`, by the rule of the module; a path is dropped.
fn base_url(address: &str, https: bool) -> Result<String, AddressError> {
    let malformed = || AddressError::Malformed(address.to_owned());
    let address = address.trim();
    let (scheme, rest) = match address.split_once("://") {
        Some((scheme, rest)) => (Some(scheme.to_ascii_lowercase()), rest),
        None => (None, address),
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (host, port) = split_port(authority).ok_or_else(malformed)?;
    let secure = match scheme.as_deref() {
        Some("https" | "wss") => true,
        Some("http" | "ws") => false,
        Some(_) => return Err(malformed()),
        None => https && !is_loopback(host),
    };
    let scheme = if secure { "https" } else { "http" };
    Ok(match port {
        Some(port) => format!("{scheme}://{host}:{port}"),
        None => format!("{scheme}://{host}"),
    })
}

fn split_port(authority: &str) -> Option<(&str, Option<u16>)> {
    let host_end = match authority.strip_prefix('[') {
        Some(inner) => inner.find(']')? + 2,
        None => authority.find(':').unwrap_or(authority.len()),
    };
    let (host, port) = authority.split_at(host_end);
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._[]:".contains(c);
    if host.is_empty() || !host.chars().all(plain) {
        return None;
    }
    match port {
        "" => Some((host, None)),
        _ => Some((host, Some(port.strip_prefix(':')?.parse().ok().filter(|port| *port != 0)?))),
    }
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_matches(['[', ']']);
    bare.eq_ignore_ascii_case("localhost")
        || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nowhere() -> Surroundings {
        Surroundings { program_dir: None, current_dir: None, server_variable: None }
    }

    fn in_dir(dir: &Path) -> Surroundings {
        Surroundings { program_dir: Some(dir.to_path_buf()), ..nowhere() }
    }

    fn im(link: &str, https: bool) -> ImInit {
        ImInit {
            use_private_server: true,
            default_link_address: link.to_owned(),
            use_https: https,
            ..ImInit::default()
        }
    }

    #[test]
    fn an_explicit_scheme_beats_use_https_which_beats_the_loopback_rule() {
        let of = |link, https| of_im(&im(link, https), &nowhere()).expect("an address");
        assert_eq!(of("im.example.org:8443", true), "https://im.example.org:8443");
        assert_eq!(of("im.example.org:8787", false), "http://im.example.org:8787");
        assert_eq!(of("http://im.example.org", true), "http://im.example.org");
        assert_eq!(of("wss://127.0.0.1:1", false), "https://127.0.0.1:1");
        assert_eq!(of("127.0.0.1:8787", true), "http://127.0.0.1:8787");
        assert_eq!(of("localhost", true), "http://localhost");
        assert_eq!(of("[::1]:8787", true), "http://[::1]:8787");
        assert_eq!(of("[2001:db8::1]:8787", true), "https://[2001:db8::1]:8787");
    }

    #[test]
    fn an_lbs_url_gives_its_origin_and_a_link_goes_before_it() {
        let mut init = im("", true);
        init.lbs_address = "http://127.0.0.1:9/lbs/conf.jsp?x=1".to_owned();
        assert_eq!(of_im(&init, &nowhere()).expect("an address"), "http://127.0.0.1:9");
        init.default_link_address = "127.0.0.1:10".to_owned();
        assert_eq!(of_im(&init, &nowhere()).expect("an address"), "http://127.0.0.1:10");
        init.use_private_server = false;
        assert_eq!(of_im(&init, &nowhere()), Err(AddressError::Missing));
    }

    #[test]
    fn what_is_no_address_is_named() {
        for bad in ["ftp://a", ":80", "host:0", "host:99999", "ho st", "[::1", "http://", "a:b:c"] {
            assert_eq!(of_im(&im(bad, true), &nowhere()), Err(AddressError::Malformed(bad.to_owned())));
        }
    }

    #[test]
    fn files_are_found_and_their_sections_read() {
        let dir = tempfile::tempdir().expect("a directory");
        let init = ImInit { use_https: true, ..ImInit::default() };
        std::fs::write(dir.path().join("nim_server.conf"), r#"{"link":"127.0.0.1:7000"}"#).expect("written");
        assert_eq!(of_im(&init, &in_dir(dir.path())).expect("an address"), "http://127.0.0.1:7000");
        let nested = r#"{"private_server_setting":{"lbs":"https://lbs.example.org/x"}}"#;
        std::fs::write(dir.path().join("server_conf.txt"), nested).expect("written");
        assert_eq!(of_im(&init, &in_dir(dir.path())).expect("an address"), "https://lbs.example.org");
        let named = ImInit { server_conf_file_path: "/nowhere/conf".to_owned(), ..init };
        assert!(matches!(of_im(&named, &in_dir(dir.path())), Err(AddressError::File { .. })));
    }

    #[test]
    fn room_kit_takes_server_config_then_the_asset_file_then_the_url_then_the_environment() {
        let dir = tempfile::tempdir().expect("a directory");
        let asset = r#"{"roomkit":{"roomServer":"http://asset:1"},"im":{"link":"im:2"}}"#;
        std::fs::write(dir.path().join("xkit_server.config"), asset).expect("written");
        let around =
            Surroundings { server_variable: Some("http://127.0.0.1:3".to_owned()), ..in_dir(dir.path()) };
        let mut init = RoomInit {
            room_server: "https://config.example.org/".to_owned(),
            use_asset_server_config: true,
            server_url: "http://url".to_owned(),
            im_https_enabled: true,
            ..RoomInit::default()
        };
        assert_eq!(of_room(&init, &around).expect("an address"), "https://config.example.org");
        init.room_server.clear();
        assert_eq!(of_room(&init, &around).expect("an address"), "http://asset:1");
        init.use_asset_server_config = false;
        assert_eq!(of_room(&init, &around).expect("an address"), "http://url");
        init.server_url.clear();
        assert_eq!(of_room(&init, &around).expect("an address"), "http://127.0.0.1:3");
        assert_eq!(of_room(&init, &nowhere()), Err(AddressError::Missing));
    }
}
