use std::net::SocketAddr;
use std::time::Duration;

/// How the relay is set up.
#[derive(Clone, Debug)]
pub struct RelayConfig {
    /// Where packets come in and go out. Port 0: any that is free.
    pub udp: SocketAddr,
    /// The addresses that devices are told (RFC 8445 section 5.1.1); port 0 stands for the one of `udp`. Behind 1:1 NAT these are the
    /// ones outside. None: the one of `udp`, which then must not be the unspecified address.
    pub advertised: Vec<SocketAddr>,
    /// Addresses of the TCP port, for devices whose network lets no UDP through (RFC 6544, passive). None: no ICE over TCP.
    pub tcp_advertised: Vec<SocketAddr>,
    /// Media threads, 1 to 64. A room is on one of them.
    pub threads: usize,
    /// Without a sign of life from a device for this long its media session is over.
    pub resume_window: Duration,
    /// A TCP connection that proves to belong to nobody within this time is closed, and so is one without a sign of life.
    pub tcp_idle: Duration,
    /// Devices that may take part at once on this server.
    pub max_peers: usize,
    /// What a device may be sent in all, in bits per second: the estimate of its way is not followed above this.
    pub max_down_bps: u64,
    /// What a device may send in all but its screen, in bits per second. What is more is dropped, what is worth least first.
    pub max_up_bps: u64,
    /// What a device may send of its screen and its sound, likewise.
    pub max_screen_up_bps: u64,
    /// Keeps each thread on a core of its own, where there are as many threads as cores.
    pub pin: bool,
    /// What the way to a device is taken to carry until it has been measured, in bits per second.
    pub start_down_bps: u64,
    /// Measures what the way to each device carries. Otherwise everything is sent that is wanted, as soon as it comes in.
    pub estimate: bool,
}

impl Default for RelayConfig {
    fn default() -> RelayConfig {
        RelayConfig {
            udp: SocketAddr::from(([127, 0, 0, 1], 0)),
            advertised: Vec::new(),
            tcp_advertised: Vec::new(),
            threads: 1,
            resume_window: Duration::from_secs(30),
            tcp_idle: Duration::from_secs(30),
            max_peers: 10_000,
            max_down_bps: 20_000_000,
            max_up_bps: 10_000_000,
            max_screen_up_bps: 10_000_000,
            pin: false,
            start_down_bps: 1_500_000,
            estimate: true,
        }
    }
}

impl RelayConfig {
    /// What devices are told about UDP.
    pub(crate) fn advertised_at(&self, bound: SocketAddr) -> Vec<SocketAddr> {
        if self.advertised.is_empty() {
            return vec![bound];
        }
        let port = |port: u16| if port == 0 { bound.port() } else { port };
        self.advertised.iter().map(|one| SocketAddr::new(one.ip(), port(one.port()))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_without_a_port_has_the_one_that_is_bound() {
        let at = |text: &str| text.parse::<SocketAddr>().unwrap();
        let mut config = RelayConfig::default();
        assert_eq!(config.advertised_at(at("10.0.0.1:8787")), [at("10.0.0.1:8787")]);
        config.advertised = vec![at("203.0.113.7:0"), at("203.0.113.8:40000")];
        assert_eq!(
            config.advertised_at(at("10.0.0.1:8787")),
            [at("203.0.113.7:8787"), at("203.0.113.8:40000")]
        );
    }
}
