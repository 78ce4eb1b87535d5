//! Certificates: the operator's files, one of our own for trying out, or one from an authority that speaks ACME.

mod acme;

use crate::config::{TlsConfig, TlsMode};
use crate::folder::{Folder, write_private};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};
use tokio_util::sync::CancellationToken;

/// Why there is no certificate.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A PEM file cannot be read.
    #[error("{path}: {cause}")]
    Pem {
        /// Which.
        path: PathBuf,
        /// Why.
        cause: rustls_pki_types::pem::Error,
    },
    /// Certificate and key cannot be used.
    #[error("the certificate and its key cannot be used: {0}")]
    Unusable(#[from] rustls::Error),
    /// A certificate could not be made.
    #[error("a certificate for tls.names could not be made: {0}")]
    Make(#[from] rcgen::Error),
    /// A file could not be read or written.
    #[error("{path}: {cause}")]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
}

/// What the listener needs, and the task that keeps the certificate fresh.
pub struct Tls {
    /// For the handshakes.
    pub server: Arc<ServerConfig>,
    /// Runs until the server ends.
    pub upkeep: Upkeep,
}

/// The work that keeps a certificate fresh.
pub enum Upkeep {
    /// None.
    Nothing,
    /// Look at the operator's files.
    Watch(Arc<Files>),
    /// Order and renew.
    Acme(acme::Orders),
}

/// Prepares TLS; `None` when it is off.
///
/// # Errors
/// See [`TlsError`].
pub fn prepare(config: &TlsConfig, folder: &Folder) -> Result<Option<Tls>, TlsError> {
    Ok(match config.mode {
        TlsMode::Off => None,
        TlsMode::Files => {
            let certificate = config.certificate.clone().unwrap_or_default();
            let files = Arc::new(Files::load(certificate, config.key.clone().unwrap_or_default())?);
            Some(Tls { server: server(files.clone(), &[])?, upkeep: Upkeep::Watch(files) })
        }
        TlsMode::SelfSigned => {
            let (certificate, key) = self_signed(&config.names, &folder.tls())?;
            let files = Arc::new(Files::load(certificate, key)?);
            Some(Tls { server: server(files, &[])?, upkeep: Upkeep::Nothing })
        }
        TlsMode::Acme => {
            let orders = acme::Orders::new(config, &folder.tls());
            Some(Tls { server: server(orders.resolver(), &[acme::CHALLENGE])?, upkeep: Upkeep::Acme(orders) })
        }
    })
}

fn server(certificates: Arc<dyn ResolvesServerCert>, more: &[&[u8]]) -> Result<Arc<ServerConfig>, TlsError> {
    let mut server = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_cert_resolver(certificates);
    server.alpn_protocols = vec![b"http/1.1".to_vec()];
    server.alpn_protocols.extend(more.iter().map(|protocol| protocol.to_vec()));
    Ok(Arc::new(server))
}

impl Upkeep {
    /// Keeps the certificate fresh until `end`; `reload` wakes it at once.
    pub async fn run(self, interval: Duration, reload: Arc<tokio::sync::Notify>, end: CancellationToken) {
        let work = async {
            match self {
                Self::Nothing => std::future::pending().await,
                Self::Watch(files) => files.watch(interval, &reload).await,
                Self::Acme(orders) => orders.run().await,
            }
        };
        tokio::select! {
            () = work => {}
            () = end.cancelled() => {}
        }
    }
}

/// Certificate and key from two PEM files, read again when they change. Connections that are open keep theirs.
#[derive(Debug)]
pub struct Files {
    certificate: PathBuf,
    key: PathBuf,
    current: RwLock<Arc<CertifiedKey>>,
}

impl Files {
    /// Reads both files.
    ///
    /// # Errors
    /// They cannot be read, or do not belong together.
    pub fn load(certificate: PathBuf, key: PathBuf) -> Result<Self, TlsError> {
        let current = RwLock::new(Arc::new(read_pair(&certificate, &key)?));
        Ok(Self { certificate, key, current })
    }

    /// Reads both files again. On an error the certificate in use stays.
    ///
    /// # Errors
    /// As [`Files::load`].
    pub fn reload(&self) -> Result<(), TlsError> {
        let fresh = Arc::new(read_pair(&self.certificate, &self.key)?);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }

    async fn watch(&self, interval: Duration, reload: &tokio::sync::Notify) {
        let mut seen = self.modified();
        loop {
            tokio::select! {
                () = tokio::time::sleep(interval) => {
                    if self.modified() == seen {
                        continue;
                    }
                }
                () = reload.notified() => {}
            }
            seen = self.modified();
            match self.reload() {
                Ok(()) => tracing::info!(certificate = %self.certificate.display(), "certificate reloaded"),
                Err(cause) => {
                    tracing::error!(%cause, "the certificate was not reloaded; the one in use stays")
                }
            }
        }
    }

    fn modified(&self) -> [Option<SystemTime>; 2] {
        [&self.certificate, &self.key].map(|path| path.metadata().and_then(|m| m.modified()).ok())
    }
}

impl ResolvesServerCert for Files {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current.read().unwrap_or_else(PoisonError::into_inner).clone())
    }
}

fn read_pair(certificate: &Path, key: &Path) -> Result<CertifiedKey, TlsError> {
    let chain = read_chain(certificate)?;
    let key = PrivateKeyDer::from_pem_file(key).map_err(|cause| pem_error(key, cause))?;
    Ok(CertifiedKey::from_der(chain, key, &ring::default_provider())?)
}

/// The certificates of a PEM file, at least one.
///
/// # Errors
/// The file cannot be read or holds none.
pub fn read_chain(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let pem = |cause| pem_error(path, cause);
    let chain =
        CertificateDer::pem_file_iter(path).map_err(pem)?.collect::<Result<Vec<_>, _>>().map_err(pem)?;
    if chain.is_empty() {
        return Err(pem(rustls_pki_types::pem::Error::NoItemsFound));
    }
    Ok(chain)
}

fn pem_error(path: &Path, cause: rustls_pki_types::pem::Error) -> TlsError {
    TlsError::Pem { path: path.to_owned(), cause }
}

/// The files of the self-signed certificate for `names`, made where they are missing or for other names.
fn self_signed(names: &[String], folder: &Path) -> Result<(PathBuf, PathBuf), TlsError> {
    let [certificate, key, made_for] =
        ["self-signed.crt", "self-signed.key", "self-signed.names"].map(|name| folder.join(name));
    let wanted = names.join("\n");
    let is_fresh = std::fs::read_to_string(&made_for).is_ok_and(|found| found == wanted)
        && read_pair(&certificate, &key).is_ok();
    if !is_fresh {
        let made = rcgen::generate_simple_self_signed(names)?;
        let write = |path: &Path, text: &str| {
            write_private(path, text.as_bytes())
                .map_err(|cause| TlsError::Io { path: path.to_owned(), cause })
        };
        std::fs::create_dir_all(folder).map_err(|cause| TlsError::Io { path: folder.to_owned(), cause })?;
        write(&key, &made.key_pair.serialize_pem())?;
        write(&certificate, &made.cert.pem())?;
        write(&made_for, &wanted)?;
    }
    Ok((certificate, key))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(all: &[&str]) -> Vec<String> {
        all.iter().map(|&n| n.to_owned()).collect()
    }

    #[test]
    fn a_self_signed_certificate_is_kept_until_the_names_change() {
        let folder = tempfile::tempdir().unwrap();
        let (certificate, key) = self_signed(&names(&["localhost"]), folder.path()).unwrap();
        let first = std::fs::read(&certificate).unwrap();
        self_signed(&names(&["localhost"]), folder.path()).unwrap();
        assert_eq!(std::fs::read(&certificate).unwrap(), first);
        self_signed(&names(&["localhost", "10.0.0.1"]), folder.path()).unwrap();
        assert_ne!(std::fs::read(&certificate).unwrap(), first);
        read_pair(&certificate, &key).unwrap();
    }

    #[test]
    fn a_broken_renewal_leaves_the_certificate_in_use() {
        let folder = tempfile::tempdir().unwrap();
        let (certificate, key) = self_signed(&names(&["localhost"]), folder.path()).unwrap();
        let files = Files::load(certificate.clone(), key.clone()).unwrap();
        let before = files.current.read().unwrap().clone();
        std::fs::write(&certificate, "no certificate").unwrap();
        assert!(files.reload().is_err());
        assert!(Arc::ptr_eq(&before, &files.current.read().unwrap()));
        std::fs::remove_file(folder.path().join("self-signed.names")).unwrap();
        self_signed(&names(&["localhost"]), folder.path()).unwrap();
        files.reload().unwrap();
        assert!(!Arc::ptr_eq(&before, &files.current.read().unwrap()));
    }

    #[test]
    fn a_foreign_key_is_refused() {
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (certificate, _) = self_signed(&names(&["localhost"]), one.path()).unwrap();
        let (_, key) = self_signed(&names(&["localhost"]), two.path()).unwrap();
        assert!(matches!(Files::load(certificate, key), Err(TlsError::Unusable(_))));
    }
}
