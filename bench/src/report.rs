//! Figures, their medians, and the verdict.

use crate::load::Step;

/// What a connection may cost in memory, KiB.
const PLAIN_LIMIT_KIB: f64 = 8.0;
/// The same with TLS.
const TLS_LIMIT_KIB: f64 = 18.0;

/// One measurement.
#[derive(Debug, Default, Clone)]
pub(crate) struct Measured {
    /// Resident before the clients came, KiB.
    pub(crate) before_kib: u64,
    /// With all of them idle, KiB.
    pub(crate) after_kib: u64,
    /// The difference, per connection.
    pub(crate) kib_per_connection: f64,
    /// The logins; for the echo server connection and one echo.
    pub(crate) login: Step,
    /// CPU time of the server for one login, µs.
    pub(crate) login_cpu_us: f64,
    /// Room logins with reuse.
    pub(crate) room: Step,
    /// CPU time of the server for one idle connection, µs per second.
    pub(crate) idle_cpu_us_per_s: f64,
    /// Accounts made over HTTP per second.
    pub(crate) accounts_per_s: f64,
    /// After a kill: from the new start until half, and until all of the sessions were attached again, s.
    pub(crate) back_s: [f64; 2],
}

/// Everything measured.
#[derive(Default)]
pub(crate) struct Figures {
    server: [Vec<Measured>; 2],
    floor: [Vec<Measured>; 2],
}

/// One line for people.
pub(crate) fn line(name: &str, measured: &Measured) -> String {
    let Measured { login, room, .. } = measured;
    format!(
        "{name:<12} RSS {:>7} -> {:>7} KiB  {:>6.2} KiB/conn  logins {:>6.0}/s p50 {:>6.1} p99 {:>6.1} ms cpu {:>5.0} us  \
         room p50 {:>6.1} p99 {:>6.1} ms  idle {:>5.2} us/s  accounts {:>5.0}/s  back {:>4.1}, {:>4.1} s",
        measured.before_kib,
        measured.after_kib,
        measured.kib_per_connection,
        login.count as f64 / login.seconds.max(1e-9),
        login.p50_ms,
        login.p99_ms,
        measured.login_cpu_us,
        room.p50_ms,
        room.p99_ms,
        measured.idle_cpu_us_per_s,
        measured.accounts_per_s,
        measured.back_s[0],
        measured.back_s[1],
    )
}

impl Figures {
    /// Measurements of the server.
    pub(crate) fn server(&mut self, tls: bool) -> &mut Vec<Measured> {
        &mut self.server[usize::from(tls)]
    }

    /// Measurements of the echo server.
    pub(crate) fn floor(&mut self, tls: bool) -> &mut Vec<Measured> {
        &mut self.floor[usize::from(tls)]
    }

    /// Prints medians and ratios; true when everything is within its limit.
    pub(crate) fn conclude(&self) -> bool {
        println!(
            "\n| | plain | TLS | echo | echo, TLS | plain / echo | TLS / echo |\n|---|---|---|---|---|---|---|"
        );
        self.row("RSS per connection, KiB", |m| m.kib_per_connection);
        self.row("logins per s", |m| m.login.count as f64 / m.login.seconds.max(1e-9));
        self.row("login p50, ms", |m| m.login.p50_ms);
        self.row("login p99, ms", |m| m.login.p99_ms);
        self.row("server CPU per login, us", |m| m.login_cpu_us);
        self.row("idle CPU per connection, us/s", |m| m.idle_cpu_us_per_s);
        self.row("room login p50, ms", |m| m.room.p50_ms);
        self.row("room login p99, ms", |m| m.room.p99_ms);
        self.row("accounts made per s", |m| m.accounts_per_s);
        self.row("half back after a kill, s", |m| m.back_s[0]);
        self.row("all back after a kill, s", |m| m.back_s[1]);
        let mut holds = true;
        for (name, of, limit) in [("plain", 0, PLAIN_LIMIT_KIB), ("TLS", 1, TLS_LIMIT_KIB)] {
            let found = median(&self.server[of], |m| m.kib_per_connection);
            let verdict = if found <= limit { "holds" } else { "FAILS" };
            println!("{verdict}: {name} {found:.2} KiB per connection, limit {limit:.0}");
            holds &= found <= limit;
        }
        let rooms = self.server.iter().flatten().map(|m| &m.room);
        let (frames, connections) =
            rooms.fold((0, 0), |most, room| (most.0.max(room.frames_max), most.1.max(room.connections_max)));
        let is_one = frames == 1 && connections == 0;
        let verdict = if is_one { "holds" } else { "FAILS" };
        println!(
            "{verdict}: a room login with reuse took at most {frames} frame(s) and {connections} new connection(s)"
        );
        holds && is_one
    }

    fn row(&self, name: &str, figure: impl Fn(&Measured) -> f64) {
        let of = |all: &[Vec<Measured>; 2], tls: usize| median(&all[tls], &figure);
        let (plain, tls) = (of(&self.server, 0), of(&self.server, 1));
        let (echo, echo_tls) = (of(&self.floor, 0), of(&self.floor, 1));
        let ratio =
            |of: f64, floor: f64| if floor > 0.0 { format!("{:.2}", of / floor) } else { "-".to_owned() };
        let shown = |figure: f64| if figure > 0.0 { format!("{figure:.2}") } else { "-".to_owned() };
        println!(
            "| {name} | {} | {} | {} | {} | {} | {} |",
            shown(plain),
            shown(tls),
            shown(echo),
            shown(echo_tls),
            ratio(plain, echo),
            ratio(tls, echo_tls)
        );
    }
}

fn median(all: &[Measured], figure: impl Fn(&Measured) -> f64) -> f64 {
    let mut figures = all.iter().map(figure).collect::<Vec<_>>();
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or_default()
}
