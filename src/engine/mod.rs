//! The whole pipeline: request to outcome.

mod failure;
mod outcome;
mod pairing;
mod request;
mod targets;

pub use failure::Failure;
pub use outcome::{
    BeforeKind, BeforeState, DeploymentOutcome, Outcome, Reported, Undecided, Verdict,
};
pub use request::{ConfigChoice, Request, Task};

/// x
pub fn run(_request: &Request) -> Outcome {
    Outcome {
        is_plan: false,
        files: crate::text::Files::default(),
        deployments: Vec::new(),
        findings: Vec::new(),
        not_evaluated: Vec::new(),
        failures: Vec::new(),
    }
}
