use super::*;
use parlor_identity::app::AppSettings;
use parlor_protocol::ids::{AppId, AppKey};
use parlor_store::rows::Secret;
use std::sync::Mutex;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const SECRET: &str = "0123456789abcdef";

fn app(url: String, on_failure: OnFailure) -> AppRow {
    let login_callback = Some(LoginCallback { url, timeout_ms: 300, on_failure });
    AppRow {
        app_id: AppId(1),
        app_key: AppKey::parse("testkey").unwrap(),
        app_secret: Secret::new(SECRET),
        previous_secret: None,
        name: "test".into(),
        settings: AppSettings { login_callback, ..AppSettings::default() },
        created_at_ms: 0,
    }
}

fn question() -> LoginQuestion {
    LoginQuestion {
        account: Accid::parse("alice").unwrap(),
        device_id: DeviceId::parse("phone-1").unwrap(),
        client_type: 1,
        custom_client_type: 0,
        custom_tag: "tag".into(),
        auth_type: 2,
        token: "t0ken".into(),
        login_ext: "ext".into(),
        client_ip: "::ffff:36.18.111.225".parse().unwrap(),
        client_port: 39632,
        timestamp_ms: 1_590_482_457_381,
    }
}

fn open(config: CallbackConfig) -> Callbacks {
    Callbacks::network(CallbackConfig { allow_private_addresses: true, ..config }).unwrap()
}

/// A server that answers every request with `answer` and keeps the requests.
async fn server(answer: String) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = seen.clone();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut request = Vec::new();
            let mut chunk = [0; 4096];
            while !request.ends_with(b"}") {
                let read = socket.read(&mut chunk).await.unwrap();
                if read == 0 {
                    break;
                }
                request.extend_from_slice(&chunk[..read]);
            }
            log.lock().unwrap().push(String::from_utf8(request).unwrap());
            let _ = socket.write_all(answer.as_bytes()).await;
        }
    });
    (url, seen)
}

fn http(status: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
}

#[tokio::test]
async fn the_question_is_signed_and_holds_the_documented_fields() {
    let (url, seen) = server(http("200 OK", r#"{"errCode":0,"responseCode":200}"#)).await;
    let verdict = open(CallbackConfig::default()).ask_login(&app(url, OnFailure::Refuse), question()).await;
    assert_eq!(verdict, Verdict::Allow);
    let request = seen.lock().unwrap().remove(0);
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let header = |name: &str| {
        let line = head.lines().find(|l| l.to_ascii_lowercase().starts_with(&format!("{name}:"))).unwrap();
        line.split_once(':').unwrap().1.trim().to_owned()
    };
    let md5 = hex::encode(Md5::digest(body.as_bytes()));
    assert_eq!(header("md5"), md5);
    assert_eq!(header("appkey"), "testkey");
    assert_eq!(header("curtime"), "1590482457381");
    assert_eq!(
        header("checksum"),
        hex::encode(Sha1::digest(format!("{SECRET}{md5}1590482457381").as_bytes()))
    );
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    assert_eq!(
        body,
        serde_json::json!({
            "eventType": 36, "fromAccount": "alice", "fromDeviceId": "phone-1", "fromClientType": "AOS",
            "fromClientIp": "36.18.111.225", "fromClientPort": "39632", "customClientType": 0,
            "customTag": "tag", "authType": 2, "token": "t0ken", "loginExt": "ext",
            "timestamp": "1590482457381",
        })
    );
}

#[tokio::test]
async fn another_err_code_refuses() {
    let (url, _) = server(http("200 OK", r#"{"errCode":1,"responseCode":20001}"#)).await;
    let verdict = open(CallbackConfig::default()).ask_login(&app(url, OnFailure::Allow), question()).await;
    assert_eq!(verdict, Verdict::Refuse);
}

#[tokio::test]
async fn what_is_not_the_documented_answer_takes_the_apps_default() {
    let large = format!(r#"{{"errCode":0,"callbackExt":"{}"}}"#, "x".repeat(70_000));
    for answer in [
        http("500 Oops", r#"{"errCode":0}"#),
        http("302 Found\r\nLocation: http://127.0.0.1:1/", r#"{"errCode":0}"#),
        http("200 OK", "yes"),
        http("200 OK", "{}"),
        http("200 OK", &large),
        "garbage".into(),
    ] {
        let (url, _) = server(answer.clone()).await;
        for on_failure in [OnFailure::Allow, OnFailure::Refuse] {
            let callbacks = open(CallbackConfig::default());
            let verdict = callbacks.ask_login(&app(url.clone(), on_failure), question()).await;
            assert_eq!(verdict, Verdict::FailedDefault(on_failure), "{answer:.60}");
        }
    }
}

#[tokio::test]
async fn a_server_that_does_not_answer_in_time_takes_the_default() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let begun = std::time::Instant::now();
    let verdict = open(CallbackConfig::default()).ask_login(&app(url, OnFailure::Refuse), question()).await;
    assert_eq!(verdict, Verdict::FailedDefault(OnFailure::Refuse));
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn the_own_machine_is_not_connected_to() {
    let (url, seen) = server(http("200 OK", r#"{"errCode":0}"#)).await;
    let guarded = Callbacks::network(CallbackConfig::default()).unwrap();
    for url in
        [url.clone(), url.replace("127.0.0.1", "localhost"), url.replace("127.0.0.1", "[::ffff:127.0.0.1]")]
    {
        let verdict = guarded.ask_login(&app(url, OnFailure::Refuse), question()).await;
        assert_eq!(verdict, Verdict::FailedDefault(OnFailure::Refuse));
    }
    assert!(seen.lock().unwrap().is_empty());
}

#[test]
fn addresses_are_checked_when_they_are_set() {
    for (url, error) in [
        ("ftp://example.org/", UrlError::Malformed),
        ("example.org/hook", UrlError::Malformed),
        ("http://", UrlError::Malformed),
        ("http://user:pw@example.org/", UrlError::Credentials),
        ("http://127.0.0.1:9/", UrlError::Private),
        ("http://[::1]/", UrlError::Private),
        ("http://2130706433/", UrlError::Private),
        ("http://0x7f.1/", UrlError::Private),
    ] {
        assert_eq!(check_url(url, false), Err(error), "{url}");
    }
    assert!(check_url("https://example.org/hook?x=1", false).is_ok());
    assert!(check_url("http://127.0.0.1:9/", true).is_ok());
}

#[tokio::test]
async fn a_script_decides_in_simulations() {
    let script: Script = Arc::new(|_, q| if q.token == "t0ken" { Verdict::Allow } else { Verdict::Refuse });
    let callbacks = Callbacks::Scripted(script);
    let app = app("http://example.org/".into(), OnFailure::Refuse);
    assert_eq!(callbacks.ask_login(&app, question()).await, Verdict::Allow);
    let other = LoginQuestion { token: "other".into(), ..question() };
    assert_eq!(callbacks.ask_login(&app, other).await, Verdict::Refuse);
}
