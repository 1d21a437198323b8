//! What the figures were measured on. Must not know the figures.

use std::fs;
use std::thread;

/// Cores, processor, and how busy it was, in one line.
pub(super) fn machine() -> String {
    let cores = thread::available_parallelism().map_or(0, usize::from);
    let unknown = || std::env::consts::ARCH.to_owned();
    format!(
        "{cores} cores, {}; load {}",
        processor().unwrap_or_else(unknown),
        load().unwrap_or_else(|| "unknown".to_owned())
    )
}

/// How many programs waited for the processor in the last minute. More than there are cores: the figures are too slow.
fn load() -> Option<String> {
    let text = fs::read_to_string("/proc/loadavg").ok()?;
    text.split(' ').next().map(str::to_owned)
}

fn processor() -> Option<String> {
    let text = fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    line.split_once(": ").map(|(_, model)| model.to_owned())
}
