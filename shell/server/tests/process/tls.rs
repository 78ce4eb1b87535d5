use crate::harness::{Home, Server};
use std::path::Path;
use std::time::{Duration, Instant};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

fn trusting(certificate: &Path) -> reqwest::Client {
    let pem = std::fs::read(certificate).unwrap();
    let root = reqwest::Certificate::from_pem(&pem).unwrap();
    reqwest::Client::builder().add_root_certificate(root).tls_info(true).build().unwrap()
}

async fn served(client: &reqwest::Client, server: &Server) -> reqwest::Result<Vec<u8>> {
    let response = client.get(format!("{}/healthz", server.url)).send().await?;
    assert_eq!(response.status(), 200);
    Ok(response.extensions().get::<reqwest::tls::TlsInfo>().unwrap().peer_certificate().unwrap().to_vec())
}

#[tokio::test]
async fn a_self_signed_certificate_is_made_kept_and_served() {
    let home = Home::new();
    let certificate = home.data().join("tls/self-signed.crt");
    let server = home.serve(&["--tls", "self-signed"]);
    assert!(server.url.starts_with("https://"));
    let first = served(&trusting(&certificate), &server).await.unwrap();
    assert!(reqwest::get(format!("{}/healthz", server.url)).await.is_err(), "nobody trusts it by default");
    assert!(server.stop().success());
    let server = home.serve(&["--tls", "self-signed"]);
    assert_eq!(served(&trusting(&certificate), &server).await.unwrap(), first);
    assert!(server.stop().success());
}

#[tokio::test]
async fn renewed_files_are_served_after_a_signal() {
    let home = Home::new();
    let make = |crt: &str, key: &str| {
        let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
        home.write(key, &made.key_pair.serialize_pem());
        home.write(crt, &made.cert.pem())
    };
    let certificate = make("site.crt", "site.key");
    home.write("parlor.toml", "[tls]\nmode = \"files\"\ncertificate = \"site.crt\"\nkey = \"site.key\"\n");
    let server = home.serve(&["--config", "parlor.toml"]);
    let first = served(&trusting(&certificate), &server).await.unwrap();
    make("site.crt", "site.key");
    server.signal(rustix::process::Signal::HUP);
    let begun = Instant::now();
    let second = loop {
        match served(&trusting(&certificate), &server).await {
            Ok(found) => break found,
            Err(error) => assert!(begun.elapsed() < Duration::from_secs(30), "{error:?}"),
        }
    };
    assert_ne!(first, second);
    assert!(server.stop().success());
}

#[tokio::test]
async fn handshakes_that_are_never_made_are_closed_and_keep_nobody_out() {
    let home = Home::new();
    home.write("parlor.toml", "[tls]\nhandshake_timeout_ms = 300\nmax_pending_handshakes = 2\n");
    let server = home.serve(&["--config", "parlor.toml", "--tls", "self-signed"]);
    let mut silent = Vec::new();
    for _ in 0..6 {
        silent.push(TcpStream::connect(server.address()).await.unwrap());
    }
    served(&trusting(&home.data().join("tls/self-signed.crt")), &server).await.unwrap();
    for mut stream in silent {
        let mut byte = [0];
        let closed = tokio::time::timeout(Duration::from_secs(20), stream.read(&mut byte)).await;
        assert!(matches!(closed, Ok(Ok(0) | Err(_))), "still open");
    }
    assert!(server.stop().success());
}

#[test]
fn a_missing_certificate_is_named() {
    let home = Home::new();
    home.write("parlor.toml", "[tls]\nmode = \"files\"\ncertificate = \"none.crt\"\nkey = \"none.key\"\n");
    let refused = home.run(&["serve", "--listen", "127.0.0.1:0", "--config", "parlor.toml"]);
    assert_eq!(refused.status.code(), Some(1));
    let sentence = crate::harness::text(&refused.stderr);
    assert!(sentence.contains("none.crt"), "{sentence}");
}

#[tokio::test]
async fn without_a_certificate_yet_the_server_waits_for_its_order() {
    let home = Home::new();
    home.write(
        "parlor.toml",
        "[tls]\nmode = \"acme\"\nnames = [\"example.org\"]\nacme_directory = \"https://127.0.0.1:1/\"\n",
    );
    let server = home.serve(&["--config", "parlor.toml"]);
    let client = reqwest::Client::builder().danger_accept_invalid_certs(true).build().unwrap();
    assert!(client.get(format!("{}/healthz", server.url)).send().await.is_err(), "there is no certificate");
    let pending = TcpStream::connect(server.address()).await.unwrap();
    let begun = Instant::now();
    assert!(server.stop().success());
    assert!(begun.elapsed() < Duration::from_secs(5), "a pending handshake holds up the drain");
    drop(pending);
}
