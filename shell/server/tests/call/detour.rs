//! A way over UDP that can be closed.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::UdpSocket;
use tokio::task::{JoinHandle, JoinSet};

/// Carries packets between devices and the server, until it is dropped.
pub(crate) struct Detour {
    task: JoinHandle<()>,
}

impl Drop for Detour {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Detour {
    /// From a port of its own, which is answered, to that of the server.
    pub(crate) async fn to(server: SocketAddr) -> (Self, SocketAddr) {
        let front = Arc::new(UdpSocket::bind("127.0.0.1:0").await.unwrap());
        let address = front.local_addr().unwrap();
        (Self { task: tokio::spawn(forward(front, server)) }, address)
    }
}

async fn forward(front: Arc<UdpSocket>, server: SocketAddr) {
    let (mut room, mut backs) = ([0; 2048], BTreeMap::<SocketAddr, Arc<UdpSocket>>::new());
    let mut answers = JoinSet::new();
    loop {
        let Ok((length, device)) = front.recv_from(&mut room).await else { continue };
        let back = match backs.get(&device) {
            Some(back) => back.clone(),
            None => {
                let back = Arc::new(UdpSocket::bind("127.0.0.1:0").await.unwrap());
                back.connect(server).await.unwrap();
                answers.spawn(answer(back.clone(), front.clone(), device));
                backs.insert(device, back.clone());
                back
            }
        };
        // What is lost is lost.
        let _ = back.send(&room[..length]).await;
    }
}

async fn answer(back: Arc<UdpSocket>, front: Arc<UdpSocket>, device: SocketAddr) {
    let mut room = [0; 2048];
    loop {
        if let Ok(length) = back.recv(&mut room).await {
            let _ = front.send_to(&room[..length], device).await;
        }
    }
}
