use super::*;
use crate::assemble::assemble;
use crate::config::Config;
use crate::folder::Folder;
use crate::identity::im_account::{self, NewAccount};
use crate::{app, link};
use parlor_protocol::ids::Accid;
use std::task::{Context, Poll};

/// Logs in, then panics in the connection's own task.
struct Trap {
    login: Option<Bytes>,
    answered: bool,
}

impl Stream for Trap {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match self.login.take() {
            Some(login) => Poll::Ready(Some(Ok(login))),
            None if self.answered => panic!("on purpose"),
            None => Poll::Pending,
        }
    }
}

impl Sink<Bytes> for Trap {
    type Error = TransportError;

    fn poll_ready(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn start_send(mut self: Pin<&mut Self>, frame: Bytes) -> Result<(), Self::Error> {
        let Some(v1::frame::Kind::Reply(reply)) = v1::Frame::decode(frame).unwrap().kind else {
            return Ok(());
        };
        assert_eq!(reply.error, None);
        self.answered = true;
        Ok(())
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }
}

#[tokio::test]
async fn a_panic_ends_the_connection_and_its_session_waits_for_its_client() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = Config::default();
    config.link.resume_window_ms = 200;
    let (node, _) = assemble(&config, &Folder::create(folder.path()).unwrap()).unwrap();
    let watch = tokio::spawn(link::watch(node.clone(), node.bus.subscribe()));
    let app = app::create(&node, "test", "shop", true).await.unwrap();
    let accid = Accid::parse("alice").unwrap();
    let new = NewAccount::named(accid.clone(), Some("token".into()));
    im_account::create(&node, &app::act(&node, app.app_id, "test"), &new).await.unwrap();
    let login = v1::Login {
        version: 1,
        app_key: app.app_key.to_string(),
        account: accid.to_string(),
        token: "token".into(),
        device: Some(v1::Device { device_id: "phone".into(), client_type: 1, ..v1::Device::default() }),
        manual: true,
        ..v1::Login::default()
    };
    let request =
        v1::Request { id: 1, body: Some(v1::request::Body::Login(login)), ..v1::Request::default() };
    let frame = v1::Frame { kind: Some(v1::frame::Kind::Request(request)) };
    let trap = Trap { login: Some(frame.encode_to_vec().into()), answered: false };
    let ended = tokio::spawn(serve(node.clone(), trap, "127.0.0.1:9".parse().unwrap())).await;
    assert!(ended.unwrap_err().is_panic());
    assert_eq!(node.hub.attached(), 0);
    let app_id = app.app_id;
    let begun = Instant::now();
    loop {
        let accid = accid.clone();
        if node.store.read(move |view| view.live_sessions(app_id, &accid)).await.unwrap().is_empty() {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "the session is never ended");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    watch.abort();
}

#[tokio::test]
async fn the_task_of_a_link_stays_small() {
    let folder = tempfile::tempdir().unwrap();
    let (node, _) = assemble(&Config::default(), &Folder::create(folder.path()).unwrap()).unwrap();
    let trap = Box::new(Trap { login: None, answered: false });
    let task = serve(node, trap, "127.0.0.1:9".parse().unwrap());
    assert!(size_of_val(&task) <= 1024, "{} bytes", size_of_val(&task));
}
