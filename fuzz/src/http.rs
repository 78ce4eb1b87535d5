//! Signed calls of the HTTP API. The input is a line `METHOD /path?query` and after it the body.

use crate::world::{APP_KEY, APP_SECRET, World};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, Uri};
use parlor_identity::token::check_sum;
use parlor_protocol::Code;
use parlor_server::http::family::Family;
use serde_json::Value;
use tower::ServiceExt;

/// More than this many bytes of an answer would be a fault of its own.
const ANSWER_MAX_BYTES: usize = 4 << 20;

thread_local! {
    static WORLD: World = World::new();
}

/// Makes the call; answers its code, or nothing where the input is no call at all.
pub fn run(input: &[u8]) -> Option<Code> {
    WORLD.with(|world| run_in(world, input))
}

pub(crate) fn run_in(world: &World, input: &[u8]) -> Option<Code> {
    let end = input.iter().position(|&byte| byte == b'\n').unwrap_or(input.len());
    let line = std::str::from_utf8(&input[..end]).ok()?;
    let (method, target) = line.split_once(' ')?;
    let method: Method = method.parse().ok()?;
    let uri: Uri = target.parse().ok()?;
    let family = Family::of(uri.path())?;
    let body = input.get(end + 1..).unwrap_or_default().to_vec();
    world.runtime.block_on(call(world, family, method, uri, body))
}

async fn call(world: &World, family: Family, method: Method, uri: Uri, body: Vec<u8>) -> Option<Code> {
    let cur_time = (world.node.clock.now_ms() / 1000).to_string();
    let content_type = match family {
        Family::ImV1 => "application/x-www-form-urlencoded;charset=utf-8",
        _ => "application/json",
    };
    let request = Request::builder()
        .method(method)
        .uri(uri)
        .header("AppKey", APP_KEY)
        .header("Nonce", "n")
        .header("CurTime", &cur_time)
        .header("CheckSum", check_sum(APP_SECRET, "n", &cur_time))
        .header("Content-Type", content_type)
        .body(Body::from(body))
        .ok()?;
    let answer = world.router.clone().oneshot(request).await.ok()?;
    assert_eq!(answer.status(), StatusCode::OK, "both families answer 200 always");
    let bytes = axum::body::to_bytes(answer.into_body(), ANSWER_MAX_BYTES).await;
    let bytes = bytes.unwrap_or_else(|cause| panic!("an answer without end: {cause}"));
    // A HEAD request of a known path is answered without a body.
    if bytes.is_empty() {
        return None;
    }
    let answer: Value = serde_json::from_slice(&bytes).unwrap_or_else(|cause| panic!("no JSON: {cause}"));
    let number = answer["code"].as_i64().and_then(|number| i32::try_from(number).ok());
    let number = number.unwrap_or_else(|| panic!("an answer without a code: {answer}"));
    let code = match family {
        Family::ImV1 => Code::from_im_v1(number),
        Family::ImV2 => Code::from_im_v2(number),
        Family::Room | Family::RoomOld => Code::from_room(number),
    };
    let code = code.unwrap_or_else(|| panic!("a number that is in no table: {answer}"));
    assert_ne!(
        code,
        Code::ServerError,
        "a call of a client must not look like a fault of the server: {answer}"
    );
    Some(code)
}
