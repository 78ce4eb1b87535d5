use super::*;
use futures_util::stream;

fn vault() -> Vault {
    let keyring = Keyring::in_memory([1; 32], Arc::new(|bytes| bytes.fill(1)));
    Vault::in_memory(keyring, FileConfig::default())
}

#[test]
fn a_full_disk_is_told_from_other_failures() {
    let of = |kind| object_store::Error::Generic { store: "x", source: Box::new(io::Error::from(kind)) };
    assert_eq!(storage_fault(of(io::ErrorKind::StorageFull)).code, Code::ReadOnly);
    assert_eq!(storage_fault(of(io::ErrorKind::QuotaExceeded)).code, Code::ReadOnly);
    assert_eq!(storage_fault(of(io::ErrorKind::PermissionDenied)).code, Code::ServerError);
}

#[tokio::test]
async fn one_brings_a_content_at_a_time() {
    let vault = vault();
    let first = vault.arrival(AppId(1), "ab").unwrap();
    assert_eq!(vault.arrival(AppId(1), "ab").err().map(|fault| fault.code), Some(Code::ServerBusy));
    vault.arrival(AppId(2), "ab").unwrap();
    drop(first);
    let again = vault.arrival(AppId(1), "ab").unwrap();
    let body = stream::iter([Ok::<_, io::Error>(Bytes::from_static(b"ab")), Ok(Bytes::from_static(b"c"))]);
    let content = vault.receive(&again, 3, "", body).await.unwrap();
    assert_eq!((content.size_bytes, content.md5.as_str()), (3, "900150983cd24fb0d6963f7d28e17f72"));
    assert_eq!(vault.read(AppId(1), "ab", 1..3).await.unwrap(), &b"bc"[..]);
    vault.remove(AppId(1), "ab").await.unwrap();
    vault.remove(AppId(1), "ab").await.unwrap();
    assert_eq!(vault.read(AppId(1), "ab", 1..3).await.unwrap_err().code, Code::FileNotFound);
}

#[test]
fn an_address_signed_before_a_rotation_is_still_good() {
    let folder = tempfile::tempdir().unwrap();
    let keyring = Keyring::load_or_create(&folder.path().join("keys")).unwrap();
    let vault = Vault::in_memory(keyring.clone(), FileConfig::default());
    let name = "0123456789abcdef0123456789abcdef";
    let address = vault.address(Use::Get, AppId(5), name, 1_000);
    keyring.rotate().unwrap();
    let (path, query) = address.split_once('?').unwrap();
    assert_eq!(path, format!("/files/5/{name}"));
    let shown = Address::read("5", name, query).unwrap();
    assert_eq!(vault.check(Use::Get, &shown, 1_000), Ok(()));
    assert!(vault.check(Use::Get, &shown, 1_001).is_err());
    assert!(vault.check(Use::Put, &shown, 1_000).is_err());
    assert!(vault.check(Use::Get, &Address { sign: String::new(), ..shown }, 1_000).is_err());
    assert_eq!(Address::read("5", "../../etc", query), None);
    assert_eq!(Address::read("-5", name, query), None);
}
