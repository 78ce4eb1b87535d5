use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::{Context, sleep_until};
use crate::path::{Path, Transport};
use crate::wan::Way;

/// What of a stream is a packet of the path.
const SEGMENT_BYTES: usize = 1448;
/// What is read of a connection at once.
const READ_BYTES: usize = 16 * SEGMENT_BYTES;
/// What of a stream may be on its way: above this it is not read, and its sender waits.
const MAX_HELD_BYTES: usize = 1024 * 1024;

/// Until the relay ends.
pub(super) async fn run(context: Context, listener: TcpListener, upstream: SocketAddr) {
    let mut connections = JoinSet::new();
    let mut seed = context.seed;
    loop {
        tokio::select! {
            // An error is a connection that ended before it was taken.
            Ok((stream, client)) = listener.accept() => {
                seed = seed.wrapping_add(2);
                connections.spawn(connection(context.clone(), stream, client, upstream, seed));
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

/// One connection, until one side ends or it is told to.
async fn connection(
    mut context: Context,
    stream: TcpStream,
    client: SocketAddr,
    upstream: SocketAddr,
    seed: u64,
) {
    let reset = context.setting.borrow().of(client.port()).reset;
    let server = tokio::select! {
        server = TcpStream::connect(upstream) => server,
        () = until_reset(&mut context, client.port(), reset) => return,
    };
    let Ok(server) = server else { return };
    let (Ok(()), Ok(())) = (stream.set_nodelay(true), server.set_nodelay(true)) else { return };
    let outside = server.local_addr().ok();
    context.tally.change(true, client, |noted| noted.outside = outside);
    let ((from_client, to_client), (from_server, to_server)) = (stream.into_split(), server.into_split());
    let pump = |way, seed| {
        let path = Path::new(seed, Transport::Stream);
        Pump { context: context.clone(), client, way, path }
    };
    let mut watched = context.clone();
    let up = pump(Way::Up, seed).run(from_client, to_server);
    let down = pump(Way::Down, seed + 1).run(from_server, to_client);
    tokio::select! {
        // Each side may end on its own; an error ends both.
        _ = async { tokio::try_join!(up, down) } => {}
        () = until_reset(&mut watched, client.port(), reset) => {}
    }
    context.tally.forget(true, client);
}

/// Until the connections of this client are closed.
async fn until_reset(context: &mut Context, port: u16, reset: u64) {
    while context.setting.wait_for(|setting| setting.of(port).reset != reset).await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// One direction of a connection.
struct Pump {
    context: Context,
    client: SocketAddr,
    way: Way,
    path: Path<Vec<u8>>,
}

impl Pump {
    async fn run(mut self, mut from: OwnedReadHalf, mut to: OwnedWriteHalf) -> io::Result<()> {
        let mut room = vec![0; READ_BYTES];
        let mut is_over = false;
        self.follow();
        loop {
            let is_full = is_over || self.path.is_crowded() || self.path.held_bytes() >= MAX_HELD_BYTES;
            tokio::select! {
                read = from.read(&mut room), if !is_full => match read? {
                    0 => is_over = true,
                    length => {
                        let now_us = self.context.now_us();
                        for segment in room[..length].chunks(SEGMENT_BYTES) {
                            self.path.enter(now_us, segment.len(), segment.to_vec());
                        }
                    }
                },
                () = sleep_until(self.context.began, self.path.due_us()) => {}
                Ok(()) = self.context.setting.changed() => self.follow(),
            }
            let now_us = self.context.now_us();
            let due = std::iter::from_fn(|| self.path.leave(now_us)).flatten().collect::<Vec<_>>();
            if !due.is_empty() {
                to.write_all(&due).await?;
                let (way, counters) = (self.way, self.path.counters());
                self.context.tally.change(true, self.client, |client| match way {
                    Way::Up => client.up = counters,
                    Way::Down => client.down = counters,
                });
            }
            if is_over && self.path.held_bytes() == 0 {
                to.shutdown().await?;
                return Ok(());
            }
        }
    }

    /// The path becomes as it is set.
    fn follow(&mut self) {
        let treatment = *self.context.setting.borrow_and_update().of(self.client.port());
        let now_us = self.context.now_us();
        let conditions = match self.way {
            Way::Up => treatment.up,
            Way::Down => treatment.down,
        };
        self.path.set(now_us, conditions);
        self.path.cut(now_us, treatment.tcp_cut);
    }
}
