//! Findings as a code quality report of GitLab.

use serde::Serialize;

use crate::engine::Outcome;
use crate::finding::Level;

use super::alert::{self, Alert};

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

/// The outcome as a JSON array.
pub fn gitlab(outcome: &Outcome) -> Vec<u8> {
    let alerts = alert::alerts(outcome);
    let issues: Vec<Issue> = alerts.iter().map(|alert| issue(outcome, alert)).collect();
    super::json::pretty(&issues).into_bytes()
}

fn issue(outcome: &Outcome, alert: &Alert<'_>) -> Issue {
    let mut sentences = vec![alert.message()];
    sentences.extend(alert.advice(outcome));
    Issue {
        description: sentences.join(" "),
        check_name: alert.rule,
        fingerprint: alert.fingerprint.clone(),
        severity: match alert.level {
            Level::Error => "critical",
            Level::Warning => "minor",
            Level::Info => "info",
        },
        location: Location {
            path: alert.place.path.clone(),
            lines: Lines {
                begin: alert.place.start.line,
                end: alert.place.end.line,
            },
        },
    }
}
