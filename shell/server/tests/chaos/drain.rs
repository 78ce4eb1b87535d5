//! SIGTERM under load: what was acknowledged is there afterwards, what was not is refused, and the end comes in time.

use crate::api::Api;
use crate::server::Place;
use parlor_sdk::ReuseIm;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// `shutdown.drain_timeout_ms` of these tests.
const DRAIN_MS: &str = "5000";
/// The process is gone this long after SIGTERM at the latest: the drain, and what a loaded machine adds.
const END_LIMIT: Duration = Duration::from_secs(10);
const WRITERS: usize = 12;

#[derive(Default)]
struct Outcome {
    acked: Vec<String>,
    refused: usize,
    unanswered: usize,
}

#[tokio::test(flavor = "multi_thread")]
async fn told_to_end_under_load_it_keeps_what_it_acknowledged() {
    let place = Place::new(&[
        ("PARLOR__SHUTDOWN__DRAIN_TIMEOUT_MS", DRAIN_MS),
        ("PARLOR__HTTP__REQUESTS_PER_S", "0"),
    ]);
    let server = place.start_ready().await;
    let app = place.first_app();
    let api = Api::new(place.base(), app.clone());
    let made =
        api.json("POST", "/neroom/v3/users", &json!({"user_uuid": "keeper", "user_token": "room"})).await;
    let token = made.unwrap()["data"]["im_token"].as_str().unwrap().to_owned();
    let keeper = place.client(&app, "keeper");
    keeper.im().login("keeper", token).await.unwrap();
    keeper.roomkit(ReuseIm::On).login("keeper", "room").await.unwrap();

    let (stop, numbers) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let writers: Vec<_> =
        (0..WRITERS).map(|_| tokio::spawn(write(api.clone(), numbers.clone(), stop.clone()))).collect();
    while numbers.load(Ordering::Relaxed) < 200 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let begun = Instant::now();
    let status = server.terminate(END_LIMIT).await;
    let took = begun.elapsed();
    stop.store(true, Ordering::Relaxed);
    assert!(status.success(), "it ended with {status}");

    let mut all = Outcome::default();
    for writer in writers {
        let outcome = writer.await.unwrap();
        all.acked.extend(outcome.acked);
        all.refused += outcome.refused;
        all.unanswered += outcome.unanswered;
    }
    println!(
        "ended after {took:?}: {} acknowledged, {} refused, {} without an answer",
        all.acked.len(),
        all.refused,
        all.unanswered
    );
    let _server = place.start_ready().await;
    for names in all.acked.chunks(100) {
        let accids = serde_json::to_string(names).unwrap();
        let answer = api.form("/nimserver/user/getUinfos.action", &[("accids", &accids)]).await.unwrap();
        assert_eq!(answer["uinfos"].as_array().map(Vec::len), Some(names.len()), "{answer}");
    }
    let back = tokio::time::timeout(Duration::from_secs(20), keeper.im().kick(vec!["nobody".into()])).await;
    back.expect("the client comes back in time").expect("and is served");
    assert!(keeper.roomkit(ReuseIm::On).is_logged_in());
}

async fn write(api: Api, numbers: Arc<AtomicUsize>, stop: Arc<AtomicBool>) -> Outcome {
    let mut outcome = Outcome::default();
    while !stop.load(Ordering::Relaxed) {
        let name = format!("d{}", numbers.fetch_add(1, Ordering::Relaxed));
        let answer = api.form("/nimserver/user/create.action", &[("accid", &name)]).await;
        match answer {
            Ok(answer) if answer["code"] == 200 => outcome.acked.push(name),
            Ok(answer) => {
                assert!(answer["code"].is_i64() && answer["code"] != 414, "{answer}");
                outcome.refused += 1;
            }
            Err(cause) if cause.is_connect() => outcome.refused += 1,
            Err(cause) => {
                assert!(!cause.is_timeout(), "a call hangs");
                outcome.unanswered += 1;
            }
        }
    }
    outcome
}
