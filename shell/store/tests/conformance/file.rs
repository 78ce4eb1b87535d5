//! Files.

use super::*;
use parlor_protocol::ids::ArchiveId;
use parlor_store::rows::{FileRow, FileState};

fn file(app_id: AppId, file_id: &str, expires_at_ms: i64) -> FileRow {
    FileRow {
        app_id,
        file_id: file_id.into(),
        owner: user("u1"),
        name: "a picture.png".into(),
        content_type: "image/png".into(),
        size_bytes: 5_000_000_000,
        md5: "0cc175b9c0f1b6a831c399e269772661".into(),
        state: FileState::Awaiting,
        created_at_ms: NOW_MS,
        expires_at_ms,
        archive_id: Some(ArchiveId(50)),
    }
}

pub(crate) async fn files_are_kept_until_they_are_dropped(home: Home) {
    let store = home.open();
    let rows = [
        file(APP, "f1", NOW_MS + 2),
        file(APP, "f2", NOW_MS + 1),
        file(AppId(2), "f1", NOW_MS + 3),
        FileRow { archive_id: None, ..file(APP, "f3", NOW_MS + 9) },
    ];
    let batch = rows.iter().cloned().fold(Batch::new(), |batch, row| batch.write(Write::PutFile(row)));
    store.commit(batch).await.unwrap();
    let stored = FileRow { state: FileState::Stored, expires_at_ms: NOW_MS + 5, ..rows[0].clone() };
    store.commit(Batch::new().write(Write::PutFile(stored.clone()))).await.unwrap();
    store.close().await;
    let store = home.open();
    let found = store.read(|view| {
        let names = |rows: Vec<FileRow>| {
            rows.into_iter().map(|f| (f.app_id.0, f.file_id)).collect::<Vec<(u32, String)>>()
        };
        Ok((
            view.file(APP, "f1")?,
            view.file(APP, "f3")?,
            view.file(APP, "f4")?,
            names(view.expired_files(NOW_MS, 9)?),
            names(view.expired_files(NOW_MS + 5, 9)?),
            names(view.expired_files(NOW_MS + 5, 1)?),
        ))
    });
    let (first, third, fourth, none, expired, longest) = found.await.unwrap();
    assert_eq!((first, third, fourth), (Some(stored), Some(rows[3].clone()), None));
    let named = |app: u32, name: &str| (app, name.to_owned());
    assert_eq!((none, longest), (vec![], vec![named(1, "f2")]));
    assert_eq!(expired, [named(1, "f2"), named(2, "f1"), named(1, "f1")]);
    store.commit(Batch::new().write(Write::DropFile(APP, "f1".into()))).await.unwrap();
    let left = store.read(|view| Ok((view.file(APP, "f1")?, view.file(AppId(2), "f1")?.is_some())));
    assert_eq!(left.await.unwrap(), (None, true));
}
