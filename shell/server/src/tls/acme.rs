//! A certificate from an authority that speaks ACME, proven over the TLS port itself (TLS-ALPN-01, RFC 8737).

use crate::config::TlsConfig;
use futures_util::StreamExt;
use rustls::crypto::ring;
use rustls::server::ResolvesServerCert;
use rustls_acme::caches::DirCache;
use rustls_acme::{AcmeConfig, AcmeState};
use std::fmt::Debug;
use std::path::Path;
use std::sync::Arc;

/// The protocol name under which the authority asks for its proof.
pub(super) const CHALLENGE: &[u8] = b"acme-tls/1";

/// Orders and renews; account and certificates are kept in the data folder.
pub struct Orders {
    state: AcmeState<Box<dyn Debug>>,
}

impl Orders {
    /// Prepares the orders for `tls.names`; nothing is asked before [`Orders::run`].
    pub(super) fn new(config: &TlsConfig, folder: &Path) -> Self {
        let state = AcmeConfig::new_with_provider(&config.names, Arc::new(ring::default_provider()))
            .contact(&config.acme_contact)
            .cache_with_boxed_err(DirCache::new(folder.join("acme")))
            .directory(&config.acme_directory)
            .state();
        Self { state }
    }

    /// Shows the authority its proof and everybody else the certificate.
    pub(super) fn resolver(&self) -> Arc<dyn ResolvesServerCert> {
        self.state.resolver()
    }

    /// Orders, then renews in time.
    pub(super) async fn run(mut self) {
        while let Some(event) = self.state.next().await {
            match event {
                Ok(step) => tracing::info!(?step, "certificate order"),
                Err(cause) => tracing::error!(?cause, "the certificate order failed; it is tried again"),
            }
        }
    }
}
