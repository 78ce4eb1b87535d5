//! Secrets at rest: XChaCha20-Poly1305 under a key that is kept outside the database.
//!
//! A sealed value is `key number (4 bytes, big endian) | nonce (24 bytes) | ciphertext and tag`. The associated data
//! names table, column and row key, so that a sealed value moved to another row does not open.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{Key as CipherKey, KeyInit, XChaCha20Poly1305, XNonce};
use sha2::{Digest, Sha256};
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use zeroize::Zeroizing;

const NUMBER_BYTES: usize = 4;
const NONCE_BYTES: usize = 24;
const KEY_BYTES: usize = 32;

/// Fills a buffer with random bytes.
pub type FillRandom = Arc<dyn Fn(&mut [u8]) + Send + Sync>;

/// The sealing keys: the newest seals, all of them open. Clones share the keys.
#[derive(Clone)]
pub struct Keyring(Arc<Ring>);

struct Ring {
    keys: RwLock<Vec<SealingKey>>,
    file: Option<PathBuf>,
    fill: FillRandom,
}

struct SealingKey {
    number: u32,
    bytes: Zeroizing<[u8; KEY_BYTES]>,
}

/// Why the key file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    /// It cannot be read or written.
    #[error("key file {path}: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A line is not `NUMBER HEX` with 64 digits, numbers do not rise, or there is no key at all.
    #[error("key file {path} is damaged at line {line}")]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
    },
    /// Others than the owner may read it.
    #[error("key file {path} can be read by others (mode {mode:o}); run: chmod 600 {path}")]
    Exposed {
        /// Which file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The keyring lives in memory only.
    #[error("a keyring without a file cannot be rotated")]
    NoFile,
}

/// Why a sealed value does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// It is sealed under a key that the key file does not have.
    #[error("sealed under key {0}, which the key file does not have")]
    UnknownKey(u32),
    /// It was changed, cut, or moved from another row.
    #[error("the sealed value was changed or moved")]
    Forged,
}

impl Keyring {
    /// Reads the keys from `path` (mode 0600), or makes the file with one fresh key.
    pub fn load_or_create(path: &Path) -> Result<Self, KeyringError> {
        let fill: FillRandom = Arc::new(fill_from_system);
        let keys = match File::open(path) {
            Ok(file) => read_keys(path, file)?,
            Err(e) if e.kind() == io::ErrorKind::NotFound => {
                let keys = vec![SealingKey::fresh(1, &fill)];
                write_keys(path, &keys)?;
                keys
            }
            Err(source) => return Err(KeyringError::File { path: path.into(), source }),
        };
        Ok(Self(Arc::new(Ring { keys: RwLock::new(keys), file: Some(path.into()), fill })))
    }

    /// One given key, in memory only, with nonces from `fill`. For the simulator: under nonces that can be foretold,
    /// sealing hides nothing.
    pub fn in_memory(key: [u8; 32], fill: FillRandom) -> Self {
        let keys = vec![SealingKey { number: 1, bytes: Zeroizing::new(key) }];
        Self(Arc::new(Ring { keys: RwLock::new(keys), file: None, fill }))
    }

    /// Adds a fresh key, durably, and seals with it from now on. Returns its number. What was sealed before still
    /// opens; [`Store::reseal`](crate::Store::reseal) moves it under the new key.
    pub fn rotate(&self) -> Result<u32, KeyringError> {
        let path = self.0.file.as_deref().ok_or(KeyringError::NoFile)?;
        let mut keys = self.0.keys.write().unwrap_or_else(PoisonError::into_inner);
        let number = keys.last().map_or(1, |k| k.number + 1);
        keys.push(SealingKey::fresh(number, &self.0.fill));
        match write_keys(path, &keys) {
            Ok(()) => Ok(number),
            Err(e) => {
                keys.pop();
                Err(e)
            }
        }
    }

    /// Keys for another purpose than sealing, named by `label`; the newest first. They tell nothing of the keys that
    /// seal, and those of another label are others.
    pub fn derive(&self, label: &str) -> Vec<[u8; 32]> {
        let keys = self.0.keys.read().unwrap_or_else(PoisonError::into_inner);
        let derived = |key: &SealingKey| {
            let hash = Sha256::new().chain_update(b"parlor derived key\0").chain_update(key.bytes.as_slice());
            hash.chain_update(label).finalize().into()
        };
        keys.iter().rev().map(derived).collect()
    }

    /// The number of the key that seals now.
    pub fn newest(&self) -> u32 {
        let keys = self.0.keys.read().unwrap_or_else(PoisonError::into_inner);
        keys.last().map_or(0, |k| k.number)
    }

    /// Random bytes from the same source as the nonces.
    pub(crate) fn random_u64(&self) -> u64 {
        let mut bytes = [0; 8];
        (self.0.fill)(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    /// Seals under the newest key.
    pub(crate) fn seal(&self, place: &Place, plain: &[u8]) -> Vec<u8> {
        let keys = self.0.keys.read().unwrap_or_else(PoisonError::into_inner);
        let key = keys.last().expect("a keyring is made with a key");
        let mut nonce = [0; NONCE_BYTES];
        (self.0.fill)(&mut nonce);
        let sealed = key
            .cipher()
            .encrypt(XNonce::from_slice(&nonce), Payload { msg: plain, aad: &place.0 })
            .expect("the cipher takes any text below 256 GiB");
        let mut value = Vec::with_capacity(NUMBER_BYTES + NONCE_BYTES + sealed.len());
        value.extend_from_slice(&key.number.to_be_bytes());
        value.extend_from_slice(&nonce);
        value.extend_from_slice(&sealed);
        value
    }

    /// Opens what [`Keyring::seal`] made for the same place.
    pub(crate) fn open(&self, place: &Place, value: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let number = key_number(value).ok_or(SealError::Forged)?;
        let (nonce, sealed) = value[NUMBER_BYTES..].split_at_checked(NONCE_BYTES).ok_or(SealError::Forged)?;
        let keys = self.0.keys.read().unwrap_or_else(PoisonError::into_inner);
        let key = keys.iter().find(|k| k.number == number).ok_or(SealError::UnknownKey(number))?;
        key.cipher()
            .decrypt(XNonce::from_slice(nonce), Payload { msg: sealed, aad: &place.0 })
            .map(Zeroizing::new)
            .map_err(|_| SealError::Forged)
    }
}

/// The number of the key that a value is sealed under.
pub(crate) fn key_number(value: &[u8]) -> Option<u32> {
    value.first_chunk::<NUMBER_BYTES>().map(|n| u32::from_be_bytes(*n))
}

impl SealingKey {
    fn fresh(number: u32, fill: &FillRandom) -> Self {
        let mut bytes = Zeroizing::new([0; KEY_BYTES]);
        fill(bytes.as_mut_slice());
        Self { number, bytes }
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(CipherKey::from_slice(self.bytes.as_slice()))
    }
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keyring(newest {})", self.newest())
    }
}

/// Where a sealed value belongs: table, column and the parts of the row's key.
pub(crate) struct Place(Vec<u8>);

impl Place {
    pub(crate) fn new(table: &str, column: &str) -> Self {
        Self(Vec::with_capacity(64)).text(table).text(column)
    }

    pub(crate) fn number(mut self, part: i64) -> Self {
        self.0.push(1);
        self.0.extend_from_slice(&part.to_be_bytes());
        self
    }

    pub(crate) fn text(self, part: &str) -> Self {
        self.tagged(2, part.as_bytes())
    }

    pub(crate) fn bytes(self, part: &[u8]) -> Self {
        self.tagged(3, part)
    }

    fn tagged(mut self, tag: u8, part: &[u8]) -> Self {
        self.0.push(tag);
        self.0.extend_from_slice(&(part.len() as u64).to_be_bytes());
        self.0.extend_from_slice(part);
        self
    }
}

fn fill_from_system(bytes: &mut [u8]) {
    // Without randomness no seal holds: stopping is the only right answer.
    getrandom::fill(bytes).unwrap_or_else(|e| panic!("no random bytes: {e}"));
}

fn read_keys(path: &Path, mut file: File) -> Result<Vec<SealingKey>, KeyringError> {
    refuse_exposed(path, &file)?;
    let mut text = Zeroizing::new(String::new());
    file.read_to_string(&mut text).map_err(|source| KeyringError::File { path: path.into(), source })?;
    let mut keys: Vec<SealingKey> = Vec::new();
    let mut line_number = 0;
    for line in text.lines() {
        line_number += 1;
        let damaged = || KeyringError::Damaged { path: path.into(), line: line_number };
        let (number, digits) = line.split_once(' ').ok_or_else(damaged)?;
        let number: u32 = number.parse().map_err(|_| damaged())?;
        let mut bytes = Zeroizing::new([0; KEY_BYTES]);
        hex::decode_to_slice(digits, bytes.as_mut_slice()).map_err(|_| damaged())?;
        if keys.last().is_some_and(|last| last.number >= number) {
            return Err(damaged());
        }
        keys.push(SealingKey { number, bytes });
    }
    if keys.is_empty() {
        return Err(KeyringError::Damaged { path: path.into(), line: line_number + 1 });
    }
    Ok(keys)
}

#[cfg(unix)]
fn refuse_exposed(path: &Path, file: &File) -> Result<(), KeyringError> {
    use std::os::unix::fs::PermissionsExt;
    let metadata = file.metadata().map_err(|source| KeyringError::File { path: path.into(), source })?;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 != 0 { Err(KeyringError::Exposed { path: path.into(), mode }) } else { Ok(()) }
}

#[cfg(not(unix))]
fn refuse_exposed(_path: &Path, _file: &File) -> Result<(), KeyringError> {
    Ok(())
}

/// Replaces the file as a whole: the old keys are never at risk.
fn write_keys(path: &Path, keys: &[SealingKey]) -> Result<(), KeyringError> {
    let mut text = Zeroizing::new(String::new());
    for key in keys {
        let digits = Zeroizing::new(hex::encode(key.bytes.as_slice()));
        text.extend([key.number.to_string().as_str(), " ", digits.as_str(), "\n"]);
    }
    replace_file(path, text.as_bytes()).map_err(|source| KeyringError::File { path: path.into(), source })
}

fn replace_file(path: &Path, content: &[u8]) -> io::Result<()> {
    let fresh = path.with_extension("new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(&fresh)?;
    file.write_all(content)?;
    file.sync_all()?;
    std::fs::rename(&fresh, path)?;
    sync_folder_of(path)
}

/// Makes a created or renamed file's name durable.
pub(crate) fn sync_folder_of(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
        _ => File::open(".")?.sync_all(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(accid: &str) -> Place {
        Place::new("account", "token").number(1).text(accid)
    }

    #[test]
    fn a_sealed_value_opens_only_in_its_own_place() {
        let folder = tempfile::tempdir().unwrap();
        let ring = Keyring::load_or_create(&folder.path().join("keys")).unwrap();
        let sealed = ring.seal(&place("alice"), b"secret");
        assert_eq!(ring.open(&place("alice"), &sealed).unwrap().as_slice(), b"secret");
        assert_eq!(ring.open(&place("bob"), &sealed).unwrap_err(), SealError::Forged);
        for cut in 0..sealed.len() {
            assert!(ring.open(&place("alice"), &sealed[..cut]).is_err());
        }
        let mut flipped = sealed.clone();
        *flipped.last_mut().unwrap() ^= 1;
        assert_eq!(ring.open(&place("alice"), &flipped).unwrap_err(), SealError::Forged);
        assert_ne!(ring.seal(&place("alice"), b"secret"), sealed, "nonces must differ");
    }

    #[test]
    fn derived_keys_differ_by_label_and_outlive_a_rotation() {
        let folder = tempfile::tempdir().unwrap();
        let ring = Keyring::load_or_create(&folder.path().join("keys")).unwrap();
        let [before] = ring.derive("files")[..] else { panic!("one key") };
        assert_ne!(ring.derive("others"), [before]);
        ring.rotate().unwrap();
        let [newest, oldest] = ring.derive("files")[..] else { panic!("two keys") };
        assert_eq!(oldest, before);
        assert_ne!(newest, before);
    }

    #[test]
    fn parts_of_a_place_cannot_run_into_each_other() {
        let a = Place::new("t", "c").text("ab").text("c");
        let b = Place::new("t", "c").text("a").text("bc");
        assert_ne!(a.0, b.0);
    }

    #[test]
    fn rotation_is_kept_and_old_values_still_open() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        let ring = Keyring::load_or_create(&path).unwrap();
        let old = ring.seal(&place("alice"), b"old");
        assert_eq!(ring.rotate().unwrap(), 2);
        let new = ring.seal(&place("alice"), b"new");
        let reread = Keyring::load_or_create(&path).unwrap();
        assert_eq!(reread.newest(), 2);
        assert_eq!(reread.open(&place("alice"), &old).unwrap().as_slice(), b"old");
        assert_eq!(reread.open(&place("alice"), &new).unwrap().as_slice(), b"new");
        let other = Keyring::load_or_create(&folder.path().join("other")).unwrap();
        assert_eq!(other.open(&place("alice"), &new).unwrap_err(), SealError::UnknownKey(2));
    }

    #[cfg(unix)]
    #[test]
    fn a_key_file_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        Keyring::load_or_create(&path).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        let error = Keyring::load_or_create(&path).unwrap_err();
        assert!(matches!(error, KeyringError::Exposed { mode: 0o640, .. }), "{error}");
    }

    #[test]
    fn a_damaged_key_file_is_refused_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        let good = "1 ".to_owned() + &"ab".repeat(32);
        for (text, at) in [(String::new(), 1), (format!("{good}\nx"), 2), (format!("{good}\n{good}"), 2)] {
            replace_file(&path, text.as_bytes()).unwrap();
            let error = Keyring::load_or_create(&path).unwrap_err();
            assert!(matches!(error, KeyringError::Damaged { line, .. } if line == at), "{error}");
        }
    }
}
