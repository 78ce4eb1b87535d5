use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An address that devices are told: `IP`, or `IP:PORT` where the port outside is another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Advertised {
    /// The address.
    pub ip: IpAddr,
    /// Its port, where it is not the one that is listened on.
    pub port: Option<u16>,
}

/// A text that is no address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is neither an address nor one with a port")]
pub struct AdvertisedError(String);

impl Advertised {
    /// With the port that it has where nothing else is said.
    pub fn with_port(self, port: u16) -> SocketAddr {
        SocketAddr::new(self.ip, self.port.unwrap_or(port))
    }
}

impl From<IpAddr> for Advertised {
    fn from(ip: IpAddr) -> Advertised {
        Advertised { ip, port: None }
    }
}

impl FromStr for Advertised {
    type Err = AdvertisedError;

    fn from_str(text: &str) -> Result<Advertised, AdvertisedError> {
        if let Ok(ip) = text.parse::<IpAddr>() {
            return Ok(ip.into());
        }
        let at = text.parse::<SocketAddr>().ok().filter(|at| at.port() != 0);
        let at = at.ok_or_else(|| AdvertisedError(text.to_owned()))?;
        Ok(Advertised { ip: at.ip(), port: Some(at.port()) })
    }
}

impl TryFrom<String> for Advertised {
    type Error = AdvertisedError;

    fn try_from(text: String) -> Result<Advertised, AdvertisedError> {
        text.parse()
    }
}

impl From<Advertised> for String {
    fn from(advertised: Advertised) -> String {
        advertised.to_string()
    }
}

impl fmt::Display for Advertised {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.port {
            Some(port) => SocketAddr::new(self.ip, port).fmt(formatter),
            None => self.ip.fmt(formatter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_with_and_without_a_port() {
        for (text, at) in [
            ("203.0.113.7", "203.0.113.7:9"),
            ("203.0.113.7:40000", "203.0.113.7:40000"),
            ("2001:db8::1", "[2001:db8::1]:9"),
            ("[2001:db8::1]:40000", "[2001:db8::1]:40000"),
        ] {
            let read = text.parse::<Advertised>().unwrap();
            assert_eq!((read.with_port(9).to_string(), read.to_string()), (at.to_owned(), text.to_owned()));
        }
        for text in ["", "example.org", "203.0.113.7:0", "203.0.113.7:70000", ":80"] {
            assert!(text.parse::<Advertised>().is_err(), "{text}");
        }
    }
}
