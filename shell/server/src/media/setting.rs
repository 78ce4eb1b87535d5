//! From the configuration to a running relay: where packets arrive, and which addresses devices are told.

use crate::config::{Advertised, Config};
use parlor_relay::{Relay, RelayConfig, RelayError, RelayEvents};
use std::io;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

/// Media threads at most; more cores are for everything else.
const THREADS_MAX: usize = 64;

/// Calls cannot be carried.
#[derive(Debug, thiserror::Error)]
pub enum SettingError {
    /// The interfaces of this machine are not told.
    #[error("the addresses of this machine cannot be read: {0}; name them with media.advertised")]
    Interfaces(io::Error),
    /// The relay does not start.
    #[error("calls, on UDP {udp}: {cause}; choose another address with media.udp, or media.enabled = false")]
    Relay {
        /// Where packets were to arrive.
        udp: SocketAddr,
        /// Why not.
        cause: RelayError,
    },
}

/// The relay of this configuration and its events; none where calls are off. `listening` is where the API is, with its
/// real port.
///
/// # Errors
/// The UDP port cannot be had, or nobody could be told where it is.
pub fn start(
    config: &Config,
    listening: SocketAddr,
) -> Result<Option<(Arc<Relay>, RelayEvents)>, SettingError> {
    if !config.media.enabled {
        return Ok(None);
    }
    let relay = relay_config(config, listening)?;
    let udp = relay.udp;
    let started = match Relay::start(relay.clone()) {
        // Nothing in front of a loopback address waits for a certain port.
        Err(RelayError::Start(_)) if config.media.udp.is_none() && udp.ip().is_loopback() => {
            Relay::start(RelayConfig { udp: SocketAddr::new(udp.ip(), 0), ..relay })
        }
        started => started,
    };
    let (relay, events) = started.map_err(|cause| SettingError::Relay { udp, cause })?;
    Ok(Some((Arc::new(relay), events)))
}

/// How the relay is set up.
///
/// # Errors
/// [`SettingError::Interfaces`].
pub fn relay_config(config: &Config, listening: SocketAddr) -> Result<RelayConfig, SettingError> {
    let media = &config.media;
    let udp = media.udp.unwrap_or_else(|| default_udp(config.listen.address, listening));
    let advertised = advertised(&media.advertised, udp.ip())?;
    let tcp_advertised = if !media.tcp {
        Vec::new()
    } else if !media.tcp_advertised.is_empty() {
        media.tcp_advertised.iter().map(|one| one.with_port(listening.port())).collect()
    } else if media.advertised.is_empty() {
        tcp_addresses(&advertised, listening)
    } else {
        advertised.iter().map(|one| SocketAddr::new(one.ip(), listening.port())).collect()
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    Ok(RelayConfig {
        udp,
        advertised,
        tcp_advertised,
        threads: if media.threads == 0 { cores } else { media.threads }.min(THREADS_MAX),
        resume_window: Duration::from_millis(media.resume_window_ms.into()),
        tcp_idle: Duration::from_millis(media.tcp_idle_ms.into()),
        max_peers: media.max_sessions,
        max_down_bps: media.max_down_bps,
        start_down_bps: media.start_down_bps,
        max_up_bps: media.max_up_bps,
        max_screen_up_bps: media.max_screen_up_bps,
        estimate: media.estimate,
        pin: media.pin,
    })
}

/// The address of the API, and its port, unless that is any free one: then any free one.
fn default_udp(configured: SocketAddr, listening: SocketAddr) -> SocketAddr {
    let port = if configured.port() == 0 { 0 } else { listening.port() };
    SocketAddr::new(listening.ip(), port)
}

/// Those configured; else the one that is listened on; else those of the interfaces. Port 0 is the one that packets arrive at.
fn advertised(configured: &[Advertised], udp: IpAddr) -> Result<Vec<SocketAddr>, SettingError> {
    if !configured.is_empty() {
        return Ok(configured.iter().map(|one| one.with_port(0)).collect());
    }
    if !udp.is_unspecified() {
        return Ok(vec![SocketAddr::new(udp, 0)]);
    }
    let interfaces = if_addrs::get_if_addrs().map_err(SettingError::Interfaces)?;
    let all: Vec<_> = interfaces.iter().map(if_addrs::Interface::ip).collect();
    Ok(reachable(&all, udp.is_ipv6()).into_iter().map(|ip| SocketAddr::new(ip, 0)).collect())
}

/// The addresses that somebody can send to: of this machine alone only where it has no others.
fn reachable(all: &[IpAddr], with_v6: bool) -> Vec<IpAddr> {
    let is_link_local = |ip: &Ipv6Addr| ip.segments()[0] & 0xffc0 == 0xfe80;
    let is_fit = |ip: &&IpAddr| match ip {
        IpAddr::V4(ip) => !ip.is_link_local() && !ip.is_unspecified(),
        IpAddr::V6(ip) => with_v6 && !is_link_local(ip) && !ip.is_unspecified(),
    };
    let (own, others): (Vec<IpAddr>, Vec<IpAddr>) =
        all.iter().filter(is_fit).partition(|ip| ip.is_loopback());
    if others.is_empty() { own } else { others }
}

/// The API's port at those of the advertised addresses that it listens on.
fn tcp_addresses(advertised: &[SocketAddr], listening: SocketAddr) -> Vec<SocketAddr> {
    let ip = listening.ip();
    let is_listening = |one: &IpAddr| match ip {
        IpAddr::V4(ip) if ip.is_unspecified() => one.is_ipv4(),
        IpAddr::V6(ip) if ip.is_unspecified() => true,
        ip => *one == ip,
    };
    let told = advertised.iter().map(SocketAddr::ip).filter(is_listening);
    told.map(|ip| SocketAddr::new(ip, listening.port())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> SocketAddr {
        text.parse().expect("an address")
    }

    fn set(listen: &str, listening: &str, change: impl FnOnce(&mut Config)) -> RelayConfig {
        let mut config = Config::default();
        config.listen.address = at(listen);
        change(&mut config);
        relay_config(&config, at(listening)).expect("a relay's configuration")
    }

    #[test]
    fn by_itself_udp_is_where_the_api_is() {
        let set = set("127.0.0.1:8787", "127.0.0.1:8787", |_| {});
        assert_eq!(set.udp, at("127.0.0.1:8787"));
        assert_eq!(set.advertised, [at("127.0.0.1:0")]);
        assert_eq!(set.tcp_advertised, [at("127.0.0.1:8787")]);
        assert!(set.threads >= 1);
    }

    #[test]
    fn a_free_port_of_the_api_is_not_asked_of_udp() {
        let set = set("127.0.0.1:0", "127.0.0.1:40001", |config| config.media.threads = 3);
        assert_eq!((set.udp, set.threads), (at("127.0.0.1:0"), 3));
        assert_eq!(set.tcp_advertised, [at("127.0.0.1:40001")]);
    }

    #[test]
    fn behind_nat_the_addresses_outside_are_told() {
        let outside: IpAddr = "203.0.113.7".parse().expect("an address");
        let set = set("0.0.0.0:443", "0.0.0.0:443", |config| {
            config.media.advertised = vec![outside.into()];
            config.media.udp = Some(at("0.0.0.0:3478"));
        });
        assert_eq!((set.udp, set.advertised), (at("0.0.0.0:3478"), vec![at("203.0.113.7:0")]));
        assert_eq!(set.tcp_advertised, [at("203.0.113.7:443")]);
    }

    #[test]
    fn behind_nat_with_other_ports_those_are_told() {
        let told = |text: &str| text.parse().expect("an address");
        let set = set("127.0.0.1:8787", "127.0.0.1:8787", |config| {
            config.media.advertised = vec![told("203.0.113.7:40000")];
            config.media.tcp_advertised = vec![told("203.0.113.7:40001"), told("203.0.113.8")];
        });
        assert_eq!((set.udp, set.advertised), (at("127.0.0.1:8787"), vec![at("203.0.113.7:40000")]));
        assert_eq!(set.tcp_advertised, [at("203.0.113.7:40001"), at("203.0.113.8:8787")]);
    }

    #[test]
    fn without_tcp_nobody_is_told_of_it() {
        let set = set("127.0.0.1:1", "127.0.0.1:1", |config| config.media.tcp = false);
        assert!(set.tcp_advertised.is_empty());
    }

    #[test]
    fn of_the_interfaces_those_are_told_that_others_reach() {
        let all: Vec<IpAddr> = ["127.0.0.1", "10.0.0.4", "169.254.1.1", "fe80::1", "2001:db8::5", "::1"]
            .map(|text| text.parse().expect("an address"))
            .to_vec();
        assert_eq!(reachable(&all, false), [all[1]]);
        assert_eq!(reachable(&all, true), [all[1], all[4]]);
        assert_eq!(reachable(&all[..1], false), [all[0]]);
    }
}
