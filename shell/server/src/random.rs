//! Where random bytes come from: the machine, or the simulator's seed.

use sha2::{Digest, Sha256};
use std::sync::{Arc, Mutex, PoisonError};

/// A source of random bytes.
#[derive(Clone)]
pub enum Random {
    /// The operating system's.
    System,
    /// Reproducible, from a seed. For the simulator only: anyone who knows the seed knows the bytes.
    Seeded(Arc<Mutex<(u64, u64)>>),
}

impl Random {
    /// A reproducible source.
    pub fn seeded(seed: u64) -> Self {
        Self::Seeded(Arc::new(Mutex::new((seed, 0))))
    }

    /// Fresh bytes for keys, tokens and ids.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        match self {
            // Without randomness no key is safe: stopping is the only right answer.
            Self::System => getrandom::fill(&mut bytes).unwrap_or_else(|e| panic!("no random bytes: {e}")),
            Self::Seeded(state) => {
                for chunk in bytes.chunks_mut(32) {
                    let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
                    state.1 += 1;
                    let block =
                        Sha256::new().chain_update(state.0.to_le_bytes()).chain_update(state.1.to_le_bytes());
                    chunk.copy_from_slice(&block.finalize()[..chunk.len()]);
                }
            }
        }
        bytes
    }

    /// A token of 32 lower-case hex digits (128 bits).
    pub fn token(&self) -> String {
        hex::encode(self.bytes::<16>())
    }

    /// A number below `bound` (above 0), for jitter.
    pub fn below(&self, bound: u64) -> u64 {
        u64::from_le_bytes(self.bytes()) % bound.max(1)
    }
}

/// SHA-256, for secrets that are only ever compared.
pub fn hash(secret: &[u8]) -> [u8; 32] {
    Sha256::digest(secret).into()
}
