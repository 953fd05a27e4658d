//! One line a finding, as compilers print them: `path:line:column: level[rule]: message`.

use std::fmt::Write;

use crate::engine::Outcome;
use crate::finding::Finding;
use crate::text::Files;

use super::alert::one_line;
use super::{View, diagnostic, summary};

/// The outcome as lines.
pub fn concise(outcome: &Outcome, view: View<'_>) -> Vec<u8> {
    let mut out = String::new();
    for reported in &outcome.findings {
        out.push_str(&line(&outcome.files, &reported.finding));
        out.push('\n');
    }
    if !view.quiet {
        for (span, words) in summary::undecided(outcome) {
            let place = diagnostic::place(&outcome.files, span);
            let _ = writeln!(out, "{place}: not evaluated: {words}");
        }
        for line in summary::last_lines(outcome) {
            let _ = writeln!(out, "{line}");
        }
    }
    out.into_bytes()
}

/// One finding.
pub(super) fn line(files: &Files, finding: &Finding) -> String {
    format!(
        "{}: {}[{}]: {}",
        one_line(&diagnostic::place(files, finding.place)),
        finding.level.word(),
        finding.rule,
        one_line(&finding.message)
    )
}
