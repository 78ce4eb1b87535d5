//! From file, environment and flags to one checked [`Config`].

use super::{Advertised, Config, LogFormat, TlsMode};
use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file named on the command line is not there.
    #[error("configuration file {0}: no such file")]
    FileMissing(PathBuf),
    /// A key is unknown or a value does not fit; the sentence names the key and where it came from.
    #[error("configuration: {0}")]
    Rejected(String),
    /// A value is outside its limits.
    #[error("configuration: {key} {rule}")]
    OutOfRange {
        /// The full key.
        key: &'static str,
        /// What holds for it.
        rule: String,
    },
}

/// What the flags of `parlor serve` set, above file and environment.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// `--data`.
    pub data: Option<PathBuf>,
    /// `--listen`.
    pub address: Option<SocketAddr>,
    /// `--insecure-public`.
    pub insecure_public: bool,
    /// `--tls`.
    pub tls: Option<TlsMode>,
    /// `--log`.
    pub log: Option<LogFormat>,
}

/// Loads the configuration: defaults, then `file`, then the environment, then `overrides`.
///
/// # Errors
/// An unreadable file, an unknown key, a value of the wrong kind or outside its limits; each names the key.
pub fn load(file: Option<&Path>, overrides: &Overrides) -> Result<Config, ConfigError> {
    let mut figment = Figment::from(Serialized::defaults(Config::default()));
    if let Some(file) = file {
        if !file.is_file() {
            return Err(ConfigError::FileMissing(file.to_owned()));
        }
        figment = figment.merge(Toml::file_exact(file));
    }
    figment = figment.merge(Env::prefixed("PARLOR__").split("__"));
    let mut config: Config = figment.extract().map_err(|error| rejected(&error))?;
    if let Some(data) = &overrides.data {
        config.data.clone_from(data);
    }
    config.listen.address = overrides.address.unwrap_or(config.listen.address);
    config.listen.insecure_public |= overrides.insecure_public;
    config.tls.mode = overrides.tls.unwrap_or(config.tls.mode);
    config.log.format = overrides.log.unwrap_or(config.log.format);
    check(&config)?;
    Ok(config)
}

fn rejected(error: &figment::Error) -> ConfigError {
    let sentences: Vec<String> = error
        .clone()
        .into_iter()
        .map(|one| {
            let mut path = one.path.clone();
            if let figment::error::Kind::UnknownField(name, _) = &one.kind
                && path.last() != Some(name)
            {
                path.push(name.clone());
            }
            let from = one.metadata.as_ref().map(|m| format!(" ({})", m.name)).unwrap_or_default();
            format!("`{}`: {}{from}", path.join("."), one.kind)
        })
        .collect();
    ConfigError::Rejected(sentences.join("; "))
}

/// What serde cannot say about the values.
fn check(config: &Config) -> Result<(), ConfigError> {
    let least = |key, value: usize, min: usize| {
        if value >= min {
            Ok(())
        } else {
            Err(out_of_range(key, format!("is at least {min}, found {value}")))
        }
    };
    let timeout = |key, value_ms: u32| least(key, value_ms as usize, 1);
    least("listen.max_connections", config.listen.max_connections, 1)?;
    least("listen.max_head_bytes", config.listen.max_head_bytes, 8192)?;
    timeout("listen.head_timeout_ms", config.listen.head_timeout_ms)?;
    timeout("tls.handshake_timeout_ms", config.tls.handshake_timeout_ms)?;
    timeout("tls.reload_interval_ms", config.tls.reload_interval_ms)?;
    least("tls.max_pending_handshakes", config.tls.max_pending_handshakes, 1)?;
    timeout("http.body_timeout_ms", config.http.body_timeout_ms)?;
    least("http.max_body_bytes", config.http.max_body_bytes, 1024)?;
    least("http.max_running", config.http.max_running, 1)?;
    least("store.readers", config.store.readers, 1)?;
    least("store.queue", config.store.queue, 1)?;
    timeout("store.sweep_interval_ms", config.store.sweep_interval_ms)?;
    timeout("callback.timeout_ms", config.callback.timeout_ms)?;
    least("callback.max_running", config.callback.max_running, 1)?;
    least("callback.max_answer_bytes", config.callback.max_answer_bytes, 64)?;
    least("admin.max_running", config.admin.max_running, 1)?;
    least("admin.max_request_bytes", config.admin.max_request_bytes, 1024)?;
    timeout("admin.idle_timeout_ms", config.admin.idle_timeout_ms)?;
    timeout("media.tcp_idle_ms", config.media.tcp_idle_ms)?;
    timeout("media.resume_window_ms", config.media.resume_window_ms)?;
    least("media.max_sessions", config.media.max_sessions, 1)?;
    check_media(config)?;
    check_link(config)?;
    check_tls(config)
}

fn check_media(config: &Config) -> Result<(), ConfigError> {
    let media = &config.media;
    if media.threads > 64 {
        return Err(out_of_range("media.threads", format!("is at most 64, found {}", media.threads)));
    }
    for (key, bps) in [
        ("media.max_down_bps", media.max_down_bps),
        ("media.start_down_bps", media.start_down_bps),
        ("media.max_up_bps", media.max_up_bps),
        ("media.max_screen_up_bps", media.max_screen_up_bps),
    ] {
        if bps < 100_000 {
            return Err(out_of_range(key, format!("is at least 100000, found {bps}")));
        }
    }
    for (key, addresses) in
        [("media.advertised", &media.advertised), ("media.tcp_advertised", &media.tcp_advertised)]
    {
        let is_nowhere = |one: &&Advertised| one.ip.is_unspecified() || one.ip.is_multicast();
        if let Some(one) = addresses.iter().find(is_nowhere) {
            return Err(out_of_range(key, format!("names addresses that one can send to, found {one}")));
        }
    }
    Ok(())
}

fn check_link(config: &Config) -> Result<(), ConfigError> {
    let link = &config.link;
    for (key, value_ms) in [
        ("link.login_timeout_ms", link.login_timeout_ms),
        ("link.ping_interval_ms", link.ping_interval_ms),
        ("link.resume_window_ms", link.resume_window_ms),
        ("link.reconcile_interval_ms", link.reconcile_interval_ms),
        ("link.write_timeout_ms", link.write_timeout_ms),
        ("link.request_timeout_ms", link.request_timeout_ms),
        ("link.max_links", link.max_links),
    ] {
        if value_ms == 0 {
            return Err(out_of_range(key, "is at least 1, found 0".into()));
        }
    }
    if link.silence_ms < link.ping_interval_ms {
        let (ping_interval_ms, silence_ms) = (link.ping_interval_ms, link.silence_ms);
        let rule = format!("is at least link.ping_interval_ms ({ping_interval_ms}), found {silence_ms}");
        return Err(out_of_range("link.silence_ms", rule));
    }
    Ok(())
}

fn check_tls(config: &Config) -> Result<(), ConfigError> {
    let tls = &config.tls;
    match tls.mode {
        TlsMode::Files if tls.certificate.is_none() => {
            Err(out_of_range("tls.certificate", "is required with tls.mode = \"files\"".into()))
        }
        TlsMode::Files if tls.key.is_none() => {
            Err(out_of_range("tls.key", "is required with tls.mode = \"files\"".into()))
        }
        TlsMode::SelfSigned | TlsMode::Acme if tls.names.is_empty() => {
            Err(out_of_range("tls.names", "names at least one host".into()))
        }
        _ => Ok(()),
    }
}

fn out_of_range(key: &'static str, rule: String) -> ConfigError {
    ConfigError::OutOfRange { key, rule }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load_text(text: &str) -> Result<Config, ConfigError> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("parlor.toml");
        std::fs::write(&file, text).unwrap();
        load(Some(&file), &Overrides::default())
    }

    #[test]
    fn a_file_changes_what_it_names_and_nothing_else() {
        let config = load_text("[link]\nlogins_per_s = 5\n[listen]\naddress = \"127.0.0.1:9\"\n").unwrap();
        assert_eq!((config.link.logins_per_s, config.listen.address.port()), (5, 9));
        assert_eq!(config.store, Config::default().store);
    }

    #[test]
    fn an_unknown_key_is_named_with_its_section() {
        for (text, key) in [
            ("[link]\nlogins_per_sec = 5\n", "link.logins_per_sec"),
            ("[lnik]\nx = 1\n", "lnik"),
            ("dta = \"x\"\n", "dta"),
            ("[media]\nport = 1\n", "media.port"),
        ] {
            let sentence = load_text(text).unwrap_err().to_string();
            assert!(sentence.contains(&format!("`{key}`")), "{sentence}");
        }
    }

    #[test]
    fn a_value_of_the_wrong_kind_or_size_names_its_key() {
        for (text, key) in [
            ("[link]\nlogins_per_s = \"many\"\n", "link.logins_per_s"),
            ("[link]\nmax_links = 0\n", "link.max_links"),
            ("[listen]\nmax_head_bytes = 100\n", "listen.max_head_bytes"),
            ("[tls]\nmode = \"files\"\n", "tls.certificate"),
            ("[tls]\nmode = \"ssl\"\n", "tls.mode"),
            ("[link]\nsilence_ms = 20\n", "link.silence_ms"),
            ("[media]\nudp = \"8787\"\n", "media.udp"),
            ("[media]\nthreads = 65\n", "media.threads"),
            ("[media]\nmax_down_bps = 1\n", "media.max_down_bps"),
            ("[media]\nmax_screen_up_bps = 1\n", "media.max_screen_up_bps"),
            ("[media]\nadvertised = [\"0.0.0.0\"]\n", "media.advertised"),
            ("[media]\nadvertised = [\"example.org\"]\n", "media.advertised"),
            ("[media]\ntcp_advertised = [\"224.0.0.1:443\"]\n", "media.tcp_advertised"),
            ("[media]\nresume_window_ms = 0\n", "media.resume_window_ms"),
        ] {
            let sentence = load_text(text).unwrap_err().to_string();
            assert!(sentence.contains(key), "{sentence}");
        }
    }

    #[test]
    fn flags_win() {
        let overrides = Overrides {
            address: Some("127.0.0.1:1".parse().unwrap()),
            tls: Some(TlsMode::SelfSigned),
            ..Overrides::default()
        };
        let config = load(None, &overrides).unwrap();
        assert_eq!((config.listen.address.port(), config.tls.mode), (1, TlsMode::SelfSigned));
    }

    #[test]
    fn the_printed_configuration_can_be_read_back() {
        let text = toml::to_string(&Config::default()).unwrap();
        assert_eq!(load_text(&text).unwrap(), Config::default());
    }

    #[test]
    fn the_page_for_operators_has_every_key_with_its_default() {
        let page = include_str!("../../../../docs/configuration.md");
        let defaults = serde_json::to_value(Config::default()).unwrap();
        let mut rows = Vec::new();
        for (section, value) in defaults.as_object().unwrap() {
            match value.as_object() {
                Some(keys) => {
                    rows.extend(keys.iter().map(|(key, value)| (format!("{section}.{key}"), value)))
                }
                None => rows.push((section.clone(), value)),
            }
        }
        for (key, value) in &rows {
            let shown = if value.is_null() { "-".to_owned() } else { format!("`{value}`") };
            let row = format!("| `{key}` | {shown} |").replace("\",\"", "\", \"");
            assert!(page.contains(&row), "{row}");
        }
        assert_eq!(page.matches("\n| `").count(), rows.len(), "a key on the page does not exist");
    }
}
