//! The end of files.

use crate::world::{APP, World};
use parlor_server::config::Config;
use parlor_server::file;
use parlor_server::vault::Vault;
use parlor_store::rows::FileRow;
use parlor_store::{Keyring, Write};
use std::sync::Arc;

#[tokio::test]
async fn what_has_expired_goes_with_its_content_and_the_rest_stays() {
    let world = World::new().await;
    let alice = world.login(APP, "alice").await;
    let old = world.stored(&alice, "old", b"old").await;
    let young = world.stored(&alice, "young", b"young").await;
    let unused = world.place(&alice, "unused", b"x").await;
    for file_id in [&old.file_id, &unused.file_id] {
        let wanted = file_id.clone();
        let row = world.node.store.read(move |view| view.file(APP, &wanted)).await.unwrap().unwrap();
        world.commit(Write::PutFile(FileRow { expires_at_ms: 1, ..row })).await;
    }
    assert_eq!(world.get(&old.url).send().await.unwrap().status(), 404, "before it is swept");
    assert_eq!(file::sweep_once(&world.node).await.unwrap(), 2);
    assert_eq!(file::sweep_once(&world.node).await.unwrap(), 0);
    assert_eq!(world.on_disk().len(), 1);
    assert_eq!(world.get(&young.url).send().await.unwrap().status(), 200);
    assert_eq!(world.put(&unused.put_path, b"x").await.status(), 404);
    for (file_id, is_there) in [(old.file_id, false), (unused.file_id, false), (young.file_id, true)] {
        let row = world.node.store.read(move |view| view.file(APP, &file_id)).await.unwrap();
        assert_eq!(row.is_some(), is_there);
    }
}

#[test]
fn a_start_removes_what_a_killed_process_left_half_written() {
    let folder = tempfile::tempdir().unwrap();
    let shelf = folder.path().join("1/ab");
    std::fs::create_dir_all(&shelf).unwrap();
    for name in ["abcd", "abcd#1", "abce#12"] {
        std::fs::write(shelf.join(name), name).unwrap();
    }
    let keyring = Keyring::in_memory([1; 32], Arc::new(|bytes| bytes.fill(1)));
    Vault::in_folder(folder.path(), keyring, Config::default().file).unwrap();
    let left: Vec<_> = std::fs::read_dir(&shelf).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left, ["abcd"]);
}
