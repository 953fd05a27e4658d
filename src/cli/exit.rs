//! Exit codes and which of them wins.

/// How a run ends. In order of precedence; the number is the process's exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Bad usage, configuration or unreadable input.
    Unusable,
    /// Findings at or above `--fail-on`.
    Findings,
    /// Something was not decided, with `--strict`.
    Incomplete,
    /// Nothing to analyse.
    Nothing,
    /// Changes, none refused, with `--detailed-exitcode`.
    Changes,
    /// Clean.
    Clean,
}

impl Exit {
    /// The process's exit code.
    pub const fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings => 1,
            Self::Unusable => 2,
            Self::Nothing => 3,
            Self::Incomplete => 4,
            Self::Changes => 5,
        }
    }
}
