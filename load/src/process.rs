//! What the kernel says of processes and of the machine.

use anyhow::{Context, Result};
use std::fs;

/// Puts the calling thread on a processor, and lets it sleep to the microsecond.
pub(crate) fn settle_thread(cpu: Option<usize>) {
    // SAFETY: only numbers are passed.
    unsafe { libc::prctl(libc::PR_SET_TIMERSLACK, 1, 0, 0, 0) };
    if let Some(cpu) = cpu {
        // SAFETY: zero is the empty set.
        let mut set: libc::cpu_set_t = unsafe { std::mem::zeroed() };
        // SAFETY: the set is our own; numbers beyond it are ignored.
        unsafe { libc::CPU_SET(cpu, &mut set) };
        // SAFETY: the set lives for the call and is as long as said; 0 is the calling thread.
        unsafe { libc::sched_setaffinity(0, std::mem::size_of_val(&set), &raw const set) };
    }
}

/// Time that all threads of a process have had on a processor so far, ns (`schedstat`; a thread that has ended is not in it).
pub fn cpu_ns(pid: u32) -> Result<u64> {
    let mut sum = 0;
    for thread in fs::read_dir(format!("/proc/{pid}/task")).context("no such process")? {
        // A thread may end while its neighbours are read.
        let Ok(text) = fs::read_to_string(thread?.path().join("schedstat")) else { continue };
        let on_cpu = text.split_whitespace().next().and_then(|word| word.parse::<u64>().ok());
        sum += on_cpu.context("schedstat in another form")?;
    }
    Ok(sum)
}

/// Memory of a process that is resident, KiB.
pub fn rss_kib(pid: u32) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).context("no such process")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}

/// What else the machine does.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Machine {
    /// Processes that run or wait to, over the last minute.
    pub load_average: f64,
    /// Ticks of all processors, and those of them that the host gave to others.
    pub ticks: u64,
    /// Stolen ticks.
    pub stolen: u64,
    /// Datagrams that did not fit into a socket's buffer.
    pub overflowed: u64,
}

impl Machine {
    /// As it is now.
    pub fn read() -> Result<Machine> {
        let load = fs::read_to_string("/proc/loadavg")?;
        let stat = fs::read_to_string("/proc/stat")?;
        let cpu = stat.lines().next().context("no processors")?;
        let ticks = cpu.split_whitespace().skip(1).map(str::parse).collect::<Result<Vec<u64>, _>>()?;
        let load_average = load.split(' ').next().context("no load")?.parse()?;
        let overflowed = overflowed(&fs::read_to_string("/proc/self/net/snmp")?).unwrap_or(0);
        let stolen = ticks.get(7).copied().unwrap_or(0);
        Ok(Machine { load_average, ticks: ticks.iter().take(8).sum(), stolen, overflowed })
    }

    /// The share of the processors' time since then that went to others, 0 to 1.
    pub fn steal_since(&self, before: &Machine) -> f64 {
        let ticks = self.ticks.saturating_sub(before.ticks).max(1);
        self.stolen.saturating_sub(before.stolen) as f64 / ticks as f64
    }
}

/// `RcvbufErrors` of the second line that begins with `Udp:`; the first has the names.
fn overflowed(snmp: &str) -> Option<u64> {
    let mut lines = snmp.lines().filter(|line| line.starts_with("Udp:"));
    let place = lines.next()?.split_whitespace().position(|name| name == "RcvbufErrors")?;
    lines.next()?.split_whitespace().nth(place)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_has_taken_time_and_memory() {
        let own = std::process::id();
        let before = cpu_ns(own).unwrap();
        let mut sum = 0_u64;
        for number in 0..3_000_000_u64 {
            sum = std::hint::black_box(sum ^ number);
        }
        assert!(cpu_ns(own).unwrap() > before);
        assert!(rss_kib(own).unwrap() > 500);
        let machine = Machine::read().unwrap();
        assert_eq!(machine.steal_since(&machine), 0.0);
        assert!(machine.ticks > 0);
    }

    #[test]
    fn what_overflowed_is_found_by_its_name() {
        let snmp = "Tcp: A B\nTcp: 1 2\nUdp: InDatagrams RcvbufErrors\nUdp: 7 9\n";
        assert_eq!(overflowed(snmp), Some(9));
        assert_eq!(overflowed("Tcp: 1\n"), None);
    }
}
