//! An app's server that answers as it is told.

use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) text: String,
    pub(crate) json: Value,
    /// It was answered with 200 and no refusing code.
    pub(crate) taken: bool,
}

/// What the n-th request (from 0) gets.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Answer {
    Ok,
    Status(u16),
    Body(&'static str),
    /// Nothing ever.
    Silence,
    /// The connection is closed.
    Hangup,
    Late(u64),
}

pub(crate) struct Server {
    pub(crate) url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    pub(crate) async fn new(answer: impl Fn(usize, &Value) -> Answer + Send + Sync + 'static) -> Self {
        Self::at("127.0.0.1:0", answer).await
    }

    pub(crate) async fn at(
        address: &str,
        answer: impl Fn(usize, &Value) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (log, answer) = (seen.clone(), Arc::new(answer));
        let task = tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                tokio::spawn(serve(socket, log.clone(), answer.clone()));
            }
        });
        Self { url, seen, task }
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// The numbers that were taken, by room, in their order.
    pub(crate) fn taken(&self) -> BTreeMap<u64, Vec<u64>> {
        let mut taken: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
        for seen in self.seen().iter().filter(|seen| seen.taken) {
            let body = &seen.json["body"];
            taken.entry(body["room"].as_u64().unwrap()).or_default().push(body["number"].as_u64().unwrap());
        }
        taken
    }
}

async fn serve(
    mut socket: TcpStream,
    log: Arc<Mutex<Vec<Seen>>>,
    answer: Arc<impl Fn(usize, &Value) -> Answer>,
) {
    let mut request = Vec::new();
    let mut chunk = [0; 4096];
    let text = loop {
        let Ok(read) = socket.read(&mut chunk).await else { return };
        request.extend_from_slice(&chunk[..read]);
        let text = String::from_utf8_lossy(&request).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            if read == 0 {
                return;
            }
            continue;
        };
        let length = head.to_ascii_lowercase();
        let length = length.split("content-length: ").nth(1).and_then(|l| l.split("\r\n").next());
        if body.len() >= length.unwrap().trim().parse().unwrap() {
            break text;
        }
        if read == 0 {
            return;
        }
    };
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let header =
        |line: &str| line.split_once(':').map(|(n, v)| (n.to_ascii_lowercase(), v.trim().to_owned()));
    let json: Value = serde_json::from_str(body).unwrap();
    let answer = {
        let mut log = log.lock().unwrap();
        let answer = answer(log.len(), &json);
        let taken = matches!(answer, Answer::Ok | Answer::Late(_));
        log.push(Seen {
            headers: head.lines().filter_map(header).collect(),
            text: body.to_owned(),
            json,
            taken,
        });
        answer
    };
    let reply = |status: u16, body: &str| {
        format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
    };
    let reply = match answer {
        Answer::Ok => reply(200, r#"{"code":200}"#),
        Answer::Status(status) => reply(status, ""),
        Answer::Body(body) => reply(200, body),
        Answer::Hangup => return,
        Answer::Late(ms) => {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            reply(200, "")
        }
        Answer::Silence => std::future::pending().await,
    };
    let _ = socket.write_all(reply.as_bytes()).await;
}
