/// Keeps this thread on one core, the one of its number among those that the process may use. Only where there are as many
/// threads as cores: otherwise the kernel knows better.
#[cfg(target_os = "linux")]
pub(crate) fn pin(index: usize, threads: usize) {
    use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
    let Ok(allowed) = sched_getaffinity(None) else { return };
    let cores = (0..CpuSet::MAX_CPU).filter(|core| allowed.is_set(*core)).collect::<Vec<_>>();
    if cores.len() != threads {
        tracing::info!(
            cores = cores.len(),
            threads,
            "media threads are not pinned: one for each core would be"
        );
        return;
    }
    let mut own = CpuSet::new();
    own.set(cores[index]);
    if let Err(error) = sched_setaffinity(None, &own) {
        tracing::warn!(%error, index, "a media thread is not pinned");
    }
}

/// Threads stay where the system puts them.
#[cfg(not(target_os = "linux"))]
pub(crate) fn pin(_index: usize, _threads: usize) {}
