//! Programs and functions to times and peak memory.

use std::io::{self, Read as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Median seconds of each of two runs that take turns, so that whatever else the machine does befalls both.
pub(crate) fn in_turn(
    times: usize,
    mut one: impl FnMut() -> io::Result<()>,
    mut other: impl FnMut() -> io::Result<()>,
) -> io::Result<(f64, f64)> {
    let mut taken = (Vec::new(), Vec::new());
    for _ in 0..times {
        taken.0.push(seconds(&mut one)?);
        taken.1.push(seconds(&mut other)?);
    }
    Ok((median(taken.0), median(taken.1)))
}

/// Runs a program to its end; its exit code must be one of these, so that a run that fails at once is not taken for a fast one.
pub(crate) fn run(program: &Path, arguments: &[&str], codes: &[i32]) -> io::Result<()> {
    let status = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    match status.code() {
        Some(code) if codes.contains(&code) => Ok(()),
        _ => Err(io::Error::other(format!(
            "{} {arguments:?}: {status}",
            program.display()
        ))),
    }
}

/// Peak memory of a run and the length of what it prints, in bytes. What it prints has to be longer than a pipe holds: the
/// program then waits with all of its output made, and the system tells its peak.
pub(crate) fn peak(program: &Path, arguments: &[&str]) -> io::Result<(u64, u64)> {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let peak = peak_when_waiting(&child)?;
    let mut printed = Vec::new();
    if let Some(mut out) = child.stdout.take() {
        out.read_to_end(&mut printed)?;
    }
    child.wait()?;
    Ok((peak, printed.len() as u64))
}

fn peak_when_waiting(child: &Child) -> io::Result<u64> {
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    let mut unchanged = 0;
    // Fifty looks without use of memory while it sleeps: it waits for the pipe.
    while unchanged < 50 {
        std::thread::sleep(Duration::from_millis(4));
        let text = std::fs::read_to_string(&status)?;
        let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name));
        let Some(now) = field("VmHWM:").and_then(kibibytes) else {
            // It has ended: it printed less than a pipe holds.
            break;
        };
        let sleeps = field("State:").is_some_and(|state| state.trim().starts_with('S'));
        unchanged = if sleeps && now == peak {
            unchanged + 1
        } else {
            0
        };
        peak = now;
    }
    Ok(peak * 1024)
}

fn kibibytes(field: &str) -> Option<u64> {
    field.trim().strip_suffix("kB")?.trim().parse().ok()
}

fn seconds(run: &mut impl FnMut() -> io::Result<()>) -> io::Result<f64> {
    let start = Instant::now();
    run()?;
    Ok(start.elapsed().as_secs_f64())
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}
