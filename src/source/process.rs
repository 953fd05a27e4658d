//! The process around a run: its environment and the day.

use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

/// Whether an environment variable is set to something.
pub fn environment_says(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|value| !value.is_empty())
}

/// The home folder, whose `.bicep` is the module cache of the Bicep compiler.
pub fn home() -> Option<PathBuf> {
    ["HOME", "USERPROFILE"]
        .iter()
        .find_map(std::env::var_os)
        .filter(|home| !home.is_empty())
        .map(PathBuf::from)
}

/// The value of an environment variable; what is no text counts as not set.
pub fn environment_value(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Whether an environment variable is set to something other than 0.
pub fn environment_forces(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0")
}

/// Days since 1970-01-01, in UTC.
pub fn days_since_1970() -> u64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    since.as_secs() / 86_400
}

/// Whether an environment variable has this value.
pub fn environment_is(name: &str, value: &str) -> bool {
    std::env::var_os(name).is_some_and(|found| found == value)
}
