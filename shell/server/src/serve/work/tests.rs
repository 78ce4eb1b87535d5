use super::*;
use crate::assemble::assemble;
use crate::config::Config;
use crate::folder::Folder;
use axum::body::{Body, to_bytes};
use axum::routing::post;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tower::ServiceExt;

fn work(folder: &tempfile::TempDir, config: Config) -> Work {
    let folder = Folder::create(folder.path()).unwrap();
    let (node, _) = assemble(&config, &folder).unwrap();
    Work::new(&node, TaskTracker::new(), CancellationToken::new())
}

async fn call(router: Router, path: &str) -> serde_json::Value {
    let request = Request::post(path).body(Body::empty()).unwrap();
    let response = router.oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    serde_json::from_slice(&to_bytes(response.into_body(), 4096).await.unwrap()).unwrap()
}

#[tokio::test]
async fn a_panic_ends_its_request_with_the_familys_server_error() {
    let folder = tempfile::tempdir().unwrap();
    let work = work(&folder, Config::default());
    let boom = post(async || -> &'static str { panic!("on purpose") });
    let router = Router::new()
        .route("/nimserver/boom", boom.clone())
        .route("/neroom/boom", boom)
        .layer(from_fn_with_state(work, carry_out));
    assert_eq!(call(router.clone(), "/nimserver/boom").await["code"], Code::ServerError.im_v1());
    assert_eq!(call(router, "/neroom/boom").await["code"], Code::ServerError.room());
}

#[tokio::test]
async fn a_request_goes_on_when_its_caller_goes_away() {
    let folder = tempfile::tempdir().unwrap();
    let work = work(&folder, Config::default());
    let (begun, finished) = (Arc::new(tokio::sync::Notify::new()), Arc::new(AtomicBool::new(false)));
    let (starts, ends) = (begun.clone(), finished.clone());
    let slow = post(move || async move {
        starts.notify_one();
        tokio::time::sleep(Duration::from_millis(50)).await;
        ends.store(true, Ordering::SeqCst);
    });
    let router = Router::new().route("/slow", slow).layer(from_fn_with_state(work.clone(), carry_out));
    let request = Request::post("/slow").body(Body::empty()).unwrap();
    let caller = tokio::spawn(router.oneshot(request));
    begun.notified().await;
    caller.abort();
    work.tasks.close();
    work.tasks.wait().await;
    assert!(finished.load(Ordering::SeqCst));
}

#[tokio::test]
async fn requests_beyond_the_limit_are_told_so() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = Config::default();
    config.http.max_running = 1;
    let work = work(&folder, config);
    let begun = Arc::new(tokio::sync::Notify::new());
    let starts = begun.clone();
    let endless = post(move || async move {
        starts.notify_one();
        std::future::pending::<()>().await;
    });
    let router =
        Router::new().route("/nimserver/endless", endless).layer(from_fn_with_state(work, carry_out));
    let first = Request::post("/nimserver/endless").body(Body::empty()).unwrap();
    let _held = tokio::spawn(router.clone().oneshot(first));
    begun.notified().await;
    assert_eq!(call(router, "/nimserver/endless").await["code"], Code::ServerBusy.im_v1());
}
