//! What forwarding a packet costs: a media thread driven by hand, real sockets on the loopback, a clock that only this program
//! moves. `cargo bench -p parlor-relay --features lens --bench forward [-- NAME]` prints nanoseconds of CPU of one thread.

mod count;
mod device;
mod floor;
mod stage;

use stage::{Scene, Sent};

#[global_allocator]
static ALLOCATOR: count::Counting = count::Counting;

/// Pictures: 30 frames a second of five packets, 1.3 Mbit/s.
const VIDEO: Sent = Sent { packets: 5, bytes: 1100, every_us: 33_333, is_sound: false };
/// Sound: 50 packets a second.
const AUDIO: Sent = Sent { packets: 1, bytes: 80, every_us: 20_000, is_sound: true };
/// What a browser has lines for: microphones, cameras, screens.
const BROWSER: [usize; 3] = [6, 9, 2];

fn main() {
    let wanted = std::env::args().skip(1).find(|argument| !argument.starts_with("--"));
    let is_wanted = |name: &str| wanted.as_ref().is_none_or(|wanted| name.contains(wanted.as_str()));
    println!(
        "{:<34} {:>9} {:>9} {:>9} {:>8} {:>8} {:>8}",
        "", "ns/packet", "in kernel", "own", "allocs", "KiB/peer", "lost %"
    );
    let scenes = [
        ("video 1->200, one line", Scene { estimate: false, ..Scene::of(VIDEO, 200, [0, 1, 0]) }),
        ("video 1->200, browser's lines", Scene { estimate: false, ..Scene::of(VIDEO, 200, BROWSER) }),
        ("video 1->200, one line, estimated", Scene::of(VIDEO, 200, [0, 1, 0])),
        ("video 1->200, full product", Scene::of(VIDEO, 200, BROWSER)),
        ("video 1->200, full, 50 tracks", Scene { tracks: 50, ..Scene::of(VIDEO, 200, BROWSER) }),
        ("audio 1->500, one line", Scene { estimate: false, ..Scene::of(AUDIO, 500, [1, 0, 0]) }),
        ("audio 1->500, full product", Scene::of(AUDIO, 500, BROWSER)),
    ];
    if is_wanted("floor") {
        println!("{:<34} {:>9.0}", "floor: str0m alone, one line", floor::video(200, VIDEO));
    }
    for (name, scene) in scenes.into_iter().filter(|(name, _)| is_wanted(name)) {
        let cost = stage::measure(scene);
        println!(
            "{name:<34} {:>9.0} {:>9.0} {:>9.0} {:>8.2} {:>8.0} {:>8.2}",
            cost.ns,
            cost.kernel_ns,
            cost.ns - cost.kernel_ns,
            cost.allocations,
            cost.peer_kib,
            100.0 * cost.lost
        );
    }
}
