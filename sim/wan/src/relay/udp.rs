use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::net::UdpSocket;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;

use super::setting::Treatment;
use super::{Client, Context, sleep_until};
use crate::path::Counters;
use crate::wan::{Mapping, Wan, Way};

/// A client that was silent for this long is forgotten.
const IDLE: Duration = Duration::from_secs(120);
const MAX_CLIENTS: usize = 1024;
/// Packets of the server that may wait to be looked at.
const MAX_WAITING: usize = 1024;
/// What UDP carries at most.
const MAX_PACKET_BYTES: usize = 65_535;

/// A packet of the server for a client.
struct Answer {
    client: SocketAddr,
    to: Mapping,
    contents: Vec<u8>,
}

/// What a client is outside.
struct Outside {
    mapping: Mapping,
    socket: Arc<UdpSocket>,
    reader: AbortHandle,
}

impl Drop for Outside {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

/// A client: its path, and what it is and was outside; packets that it sent before may still be on their way.
struct Member {
    wan: Wan<Vec<u8>>,
    outside: VecDeque<Outside>,
    rebound: u64,
    seen: Instant,
    /// As they were noted last.
    counters: (Counters, Counters),
}

/// Everything of one port.
struct Port {
    context: Context,
    socket: UdpSocket,
    upstream: SocketAddr,
    members: BTreeMap<SocketAddr, Member>,
    answers: mpsc::Sender<Answer>,
    seeds: u64,
}

/// Until the relay ends.
pub(super) async fn run(context: Context, socket: UdpSocket, upstream: SocketAddr) {
    let (answers, mut answered) = mpsc::channel(MAX_WAITING);
    let seeds = context.seed;
    let mut port = Port { context, socket, upstream, members: BTreeMap::new(), answers, seeds };
    let mut room = vec![0; MAX_PACKET_BYTES];
    loop {
        let due_us = port.members.values().filter_map(|member| member.wan.due_us()).min();
        tokio::select! {
            // An error is an ICMP message of a client that is gone.
            Ok((length, client)) = port.socket.recv_from(&mut room) => port.sent(client, &room[..length]).await,
            Some(answer) = answered.recv() => port.answered(answer),
            () = sleep_until(port.context.began, due_us) => {}
            Ok(()) = port.context.setting.changed() => port.follow().await,
        }
        // Both readers may have more; what is theirs is told the time once.
        while let Ok(answer) = answered.try_recv() {
            port.answered(answer);
        }
        port.turn().await;
    }
}

impl Port {
    /// A client sent a packet.
    async fn sent(&mut self, client: SocketAddr, packet: &[u8]) {
        if !self.members.contains_key(&client) {
            self.members.retain(|address, member| {
                let stays = member.seen.elapsed() < IDLE;
                if !stays {
                    self.context.tally.forget(false, *address);
                }
                stays
            });
            if self.members.len() >= MAX_CLIENTS {
                return;
            }
            let treatment = *self.context.setting.borrow().of(client.port());
            let Ok(outside) = self.outside(client, Mapping(0), treatment.address).await else { return };
            self.seeds = self.seeds.wrapping_add(1);
            let (wan, outside) = (Wan::new(self.seeds), VecDeque::from([outside]));
            let (rebound, seen, counters) = (treatment.rebound, Instant::now(), Default::default());
            let member = Member { wan, outside, rebound, seen, counters };
            self.members.insert(client, member);
            self.treat(client, treatment).await;
        }
        let now_us = self.context.now_us();
        if let Some(member) = self.members.get_mut(&client) {
            member.seen = Instant::now();
            member.wan.send_up(now_us, packet.len(), packet.to_vec());
        }
    }

    /// The server sent a packet.
    fn answered(&mut self, answer: Answer) {
        let now_us = self.context.now_us();
        if let Some(member) = self.members.get_mut(&answer.client) {
            member.wan.send_down(now_us, answer.contents.len(), answer.to, answer.contents);
        }
    }

    /// Every path becomes as it is set.
    async fn follow(&mut self) {
        let setting = self.context.setting.borrow_and_update().clone();
        for client in self.members.keys().copied().collect::<Vec<_>>() {
            self.treat(client, *setting.of(client.port())).await;
        }
    }

    /// Delivers what is due.
    async fn turn(&mut self) {
        let now_us = self.context.now_us();
        for (client, member) in &mut self.members {
            while let Some((from, packet)) = member.wan.take_up(now_us) {
                if let Some(outside) = member.outside.iter().find(|outside| outside.mapping == from) {
                    // What the network does not take is lost, as on any path.
                    let _ = outside.socket.send_to(&packet, self.upstream).await;
                }
            }
            while let Some(packet) = member.wan.take_down(now_us) {
                let _ = self.socket.send_to(&packet, *client).await;
            }
            let counters = (member.wan.counters(Way::Up), member.wan.counters(Way::Down));
            if std::mem::replace(&mut member.counters, counters) != counters {
                let outside = member.outside.back().and_then(|outside| outside.socket.local_addr().ok());
                let (up, down) = counters;
                self.context.tally.note(false, Client { client: *client, outside, up, down });
            }
        }
    }

    /// A client's path becomes as it is set.
    async fn treat(&mut self, client: SocketAddr, treatment: Treatment) {
        let now_us = self.context.now_us();
        let Some(member) = self.members.get_mut(&client) else { return };
        member.wan.set(now_us, Some(Way::Up), treatment.up);
        member.wan.set(now_us, Some(Way::Down), treatment.down);
        member.wan.cut(now_us, treatment.udp_cut);
        if member.rebound == treatment.rebound {
            return;
        }
        member.rebound = treatment.rebound;
        let mapping = member.wan.rebind();
        let Ok(outside) = self.outside(client, mapping, treatment.address).await else { return };
        if let Some(member) = self.members.get_mut(&client) {
            member.outside.push_back(outside);
            // What is older than the last but one has nothing on its way any more.
            while member.outside.len() > 2 {
                member.outside.pop_front();
            }
        }
    }

    async fn outside(
        &self,
        client: SocketAddr,
        mapping: Mapping,
        address: Option<IpAddr>,
    ) -> io::Result<Outside> {
        let any = match self.upstream.is_ipv4() {
            true => IpAddr::from([0, 0, 0, 0]),
            false => IpAddr::from([0; 16]),
        };
        let socket = Arc::new(UdpSocket::bind((address.unwrap_or(any), 0)).await?);
        let (answers, reading) = (self.answers.clone(), Arc::clone(&socket));
        let reader = tokio::spawn(async move {
            let mut room = vec![0; MAX_PACKET_BYTES];
            loop {
                let Ok((length, _)) = reading.recv_from(&mut room).await else { continue };
                let answer = Answer { client, to: mapping, contents: room[..length].to_vec() };
                if answers.send(answer).await.is_err() {
                    return;
                }
            }
        });
        Ok(Outside { mapping, socket, reader: reader.abort_handle() })
    }
}
