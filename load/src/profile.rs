//! Which encryption of packets the two sides agreed on: what costs depend on must be the same wherever it is compared.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use str0m::config::DtlsCert;
use str0m::crypto::{
    CryptoProvider, SrtpProvider, SupportedAeadAes128Gcm, SupportedAeadAes256Gcm, SupportedAes128CmSha1_80,
};

/// The names of the protection profiles (RFC 5764 section 4.1.2, RFC 7714 section 14.2).
const NAMES: [&str; 3] = ["SRTP_AES128_CM_SHA1_80", "SRTP_AEAD_AES_128_GCM", "SRTP_AEAD_AES_256_GCM"];

/// How often each was set up.
static USED: [AtomicU64; 3] = [const { AtomicU64::new(0) }; 3];
static CRYPTO: OnceLock<Arc<CryptoProvider>> = OnceLock::new();
static CERTIFICATE: OnceLock<Option<DtlsCert>> = OnceLock::new();

/// The library's own, watched.
#[derive(Debug)]
struct Watched(&'static dyn SrtpProvider);

impl SrtpProvider for Watched {
    fn aes_128_cm_sha1_80(&self) -> &'static dyn SupportedAes128CmSha1_80 {
        USED[0].fetch_add(1, Ordering::Relaxed);
        self.0.aes_128_cm_sha1_80()
    }

    fn aead_aes_128_gcm(&self) -> &'static dyn SupportedAeadAes128Gcm {
        USED[1].fetch_add(1, Ordering::Relaxed);
        self.0.aead_aes_128_gcm()
    }

    fn aead_aes_256_gcm(&self) -> &'static dyn SupportedAeadAes256Gcm {
        USED[2].fetch_add(1, Ordering::Relaxed);
        self.0.aead_aes_256_gcm()
    }

    fn srtp_aes_128_ecb_round(&self, key: &[u8], input: &[u8], output: &mut [u8]) {
        self.0.srtp_aes_128_ecb_round(key, input, output);
    }

    fn srtp_aes_256_ecb_round(&self, key: &[u8], input: &[u8], output: &mut [u8]) {
        self.0.srtp_aes_256_ecb_round(key, input, output);
    }
}

/// What all peers encrypt with.
pub(crate) fn crypto() -> Arc<CryptoProvider> {
    let watched = || {
        let own = str0m::crypto::from_feature_flags();
        // One for the life of the process.
        let srtp_provider: &'static Watched = Box::leak(Box::new(Watched(own.srtp_provider)));
        Arc::new(CryptoProvider { srtp_provider, ..own })
    };
    CRYPTO.get_or_init(watched).clone()
}

/// One for all peers: making one takes time, and who they are is of no account here.
pub(crate) fn certificate() -> Option<DtlsCert> {
    CERTIFICATE.get_or_init(|| crypto().dtls_provider.generate_certificate()).clone()
}

/// The profiles that were set up so far.
pub(crate) fn used() -> Vec<String> {
    let is_used = |(_, used): &(&&str, &AtomicU64)| used.load(Ordering::Relaxed) > 0;
    NAMES.iter().zip(&USED).filter(is_used).map(|(name, _)| (*name).to_owned()).collect()
}
