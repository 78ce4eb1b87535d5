//! Where the server is: one base address for HTTP and for the link.

/// A server's address. An explicit scheme counts; otherwise `use_https`; otherwise plain for loopback and TLS for
/// everything else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    tls: bool,
    /// `host` or `host:port`.
    authority: String,
    /// Leading slash, no trailing one; empty for none.
    path: String,
}

/// An address that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a server address: {0:?}; expected host:port or http(s)://host:port")]
pub struct AddressError(String);

impl Address {
    /// Reads `text` as `[scheme://]host[:port][/path]`, schemes http, https, ws and wss.
    pub fn parse(text: &str, use_https: Option<bool>) -> Result<Self, AddressError> {
        let wrong = || AddressError(text.to_owned());
        let trimmed = text.trim();
        let (scheme, rest) = match trimmed.split_once("://") {
            Some((scheme, rest)) => (Some(scheme.to_ascii_lowercase()), rest),
            None => (None, trimmed),
        };
        let (authority, path) = match rest.split_once('/') {
            Some((authority, path)) => (authority, format!("/{}", path.trim_end_matches('/'))),
            None => (rest, String::new()),
        };
        let allowed = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
        if authority.is_empty() || !authority.chars().all(allowed) {
            return Err(wrong());
        }
        let tls = match scheme.as_deref() {
            Some("https" | "wss") => true,
            Some("http" | "ws") => false,
            Some(_) => return Err(wrong()),
            None => use_https.unwrap_or(!is_loopback(authority)),
        };
        let path = if path == "/" { String::new() } else { path };
        Ok(Self { tls, authority: authority.to_owned(), path })
    }

    /// Address of an HTTP call; `path` begins with a slash.
    pub fn http(&self, path: &str) -> String {
        let scheme = if self.tls { "https" } else { "http" };
        format!("{scheme}://{}{}{path}", self.authority, self.path)
    }

    /// Address of a file: absolute ones as they are, paths on this server.
    pub fn file(&self, url: &str) -> String {
        if url.starts_with('/') { self.http(url) } else { url.to_owned() }
    }

    /// Address of the link.
    pub fn link(&self) -> String {
        let scheme = if self.tls { "wss" } else { "ws" };
        format!("{scheme}://{}{}/link", self.authority, self.path)
    }
}

fn is_loopback(authority: &str) -> bool {
    let host = match authority.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::Address;

    fn link(text: &str, use_https: Option<bool>) -> String {
        Address::parse(text, use_https).unwrap().link()
    }

    #[test]
    fn an_explicit_scheme_counts_most() {
        assert_eq!(link("http://im.example.com:80", Some(true)), "ws://im.example.com:80/link");
        assert_eq!(link("https://127.0.0.1:8787/", Some(false)), "wss://127.0.0.1:8787/link");
        assert_eq!(Address::parse("HTTPS://h/base/", None).unwrap().http("/x"), "https://h/base/x");
    }

    #[test]
    fn without_one_only_loopback_is_plain() {
        assert_eq!(link("127.0.0.1:8787", None), "ws://127.0.0.1:8787/link");
        assert_eq!(link("[::1]:8787", None), "ws://[::1]:8787/link");
        assert_eq!(link("localhost", None), "ws://localhost/link");
        assert_eq!(link("192.168.1.2:8787", None), "wss://192.168.1.2:8787/link");
        assert_eq!(link("192.168.1.2:8787", Some(false)), "ws://192.168.1.2:8787/link");
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", "ftp://h", "http://", "a b", "http://user@h"] {
            assert!(Address::parse(text, None).is_err(), "{text:?}");
        }
    }
}
