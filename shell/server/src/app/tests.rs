use super::*;
use crate::assemble::assemble;
use crate::config::Config;
use crate::folder::Folder;
use parlor_bus::Event;
use parlor_identity::app::ClientKind;
use parlor_protocol::ids::{DeviceId, Epoch, UserUuid};
use parlor_store::rows::{RoomSession, SessionRow};

/// More than one page.
const SESSIONS: u64 = PAGE as u64 + 44;

fn node(folder: &tempfile::TempDir) -> Node {
    assemble(&Config::default(), &Folder::create(folder.path()).unwrap()).unwrap().0
}

fn session(node: &Node, app_id: AppId, number: u64, in_room: bool) -> SessionRow {
    let user_uuid = UserUuid::parse(&format!("room-{number}")).unwrap();
    SessionRow {
        app_id,
        session_id: SessionId(number + 1),
        accid: Accid::parse(&format!("user-{number}")).unwrap(),
        device_id: DeviceId::parse("phone").unwrap(),
        client_type: 1,
        custom_client_type: 0,
        custom_tag: String::new(),
        os: String::new(),
        epoch: Epoch(1),
        node: node.id.clone(),
        resume_key_hash: [0; 32],
        login_at_ms: 1,
        room: in_room.then_some(RoomSession { user_uuid, login_at_ms: 1 }),
        ended: None,
    }
}

async fn with_sessions(node: &Node) -> AppRow {
    let app = create(node, "test", "shop", true).await.unwrap();
    for number in 0..SESSIONS {
        let row = session(node, app.app_id, number, number % 2 == 0);
        node.store.commit(Batch::new().write(Write::PutSession(row))).await.unwrap();
    }
    app
}

async fn live(node: &Node, app_id: AppId) -> Vec<SessionRow> {
    let found = node.store.read(move |view| view.live_sessions_of_app(app_id, None, 10_000)).await.unwrap();
    found.into_iter().map(|session| session.row).collect()
}

#[tokio::test]
async fn switching_rooms_off_ends_every_room_session_and_no_im_session() {
    let folder = tempfile::tempdir().unwrap();
    let node = node(&folder);
    let app = with_sessions(&node).await;
    let other = create(&node, "test", "other", true).await.unwrap();
    let bystander = session(&node, other.app_id, SESSIONS, true);
    node.store.commit(Batch::new().write(Write::PutSession(bystander))).await.unwrap();
    let mut events = node.bus.subscribe();
    let row = switch(&node, "test", "shop", Component::Room, false).await.unwrap();
    assert!(!row.settings.room_enabled);
    let live_now = live(&node, app.app_id).await;
    assert_eq!(live_now.len() as u64, SESSIONS);
    assert!(live_now.iter().all(|session| session.room.is_none()));
    assert!(live(&node, other.app_id).await[0].room.is_some(), "another app is left alone");
    let mut told = 0;
    while let Ok(event) = events.try_recv() {
        let Event::RoomSessionEnded { app_id, cause, .. } = &*event else { panic!("{event:?}") };
        assert_eq!((*app_id, cause.as_str()), (app.app_id, Cause::ComponentOff.name()));
        told += 1;
    }
    assert_eq!(told, SESSIONS.div_ceil(2));
}

#[tokio::test]
async fn switching_im_off_ends_every_session() {
    let folder = tempfile::tempdir().unwrap();
    let node = node(&folder);
    let app = with_sessions(&node).await;
    let mut events = node.bus.subscribe();
    switch(&node, "test", app.app_key.as_str(), Component::Im, false).await.unwrap();
    assert!(live(&node, app.app_id).await.is_empty());
    let mut told = 0;
    while let Ok(event) = events.try_recv() {
        told += u64::from(matches!(&*event, Event::SessionEnded { .. }));
    }
    assert_eq!(told, SESSIONS);
}

#[tokio::test]
async fn a_kind_of_client_is_in_one_group_only() {
    let group = |kinds: &[ClientKind]| parlor_identity::app::Group { kinds: kinds.to_vec(), limit: 1 };
    let apart = LoginPolicy::Custom(vec![group(&[ClientKind::Ios]), group(&[ClientKind::Web])]);
    assert!(check_policy(&apart).is_ok());
    for wrong in [
        vec![group(&[ClientKind::Ios]), group(&[ClientKind::Web, ClientKind::Ios])],
        vec![group(&[])],
        vec![],
        vec![parlor_identity::app::Group { kinds: vec![ClientKind::Ios], limit: 0 }],
    ] {
        let fault = check_policy(&LoginPolicy::Custom(wrong.clone())).unwrap_err();
        assert_eq!(fault.code, Code::InvalidParameter, "{wrong:?}");
    }
}
