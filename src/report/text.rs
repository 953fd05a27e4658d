//! Outcomes for people: findings as source excerpts, then a summary.

use std::io::Write;

use codespan_reporting::term::termcolor::Buffer;

use crate::engine::{Outcome, Verdict};
use crate::finding::Level;

use super::{View, diagnostic};

/// The outcome as text.
pub fn text(outcome: &Outcome, view: View) -> Vec<u8> {
    let mut out = diagnostic::buffer(view.style);
    for reported in &outcome.findings {
        diagnostic::finding(&mut out, &outcome.files, &reported.finding, view.style);
        let _ = writeln!(out);
    }
    if !view.quiet {
        summary(&mut out, outcome);
    }
    out.into_inner()
}

/// One line that says how it ended.
fn summary(out: &mut Buffer, outcome: &Outcome) {
    let count = |level: Level| {
        outcome
            .findings
            .iter()
            .filter(|reported| reported.finding.level == level)
            .count()
    };
    let _ = writeln!(
        out,
        "{} deployment{} {}: {} errors, {} warnings, {} notes",
        outcome.deployments.len(),
        if outcome.deployments.len() == 1 {
            ""
        } else {
            "s"
        },
        match outcome.verdict() {
            Verdict::Blocked => "blocked",
            Verdict::Changes => "changed",
            Verdict::Incomplete => "incomplete",
            Verdict::Ok => "ok",
        },
        count(Level::Error),
        count(Level::Warning),
        count(Level::Info)
    );
}
