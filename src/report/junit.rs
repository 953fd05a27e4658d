//! Outcomes as a `JUnit` report: a suite a deployment, a test a finding. What fails there is what fails the run.

use std::fmt::Write;

use crate::engine::{Outcome, Reported};

use super::alert::{answer, one_line, sentence};
use super::{View, diagnostic, summary, way};

/// How one test went.
enum Result {
    Passed,
    /// Passed, with something to say.
    Told(String),
    Skipped(String),
    Failed(&'static str, String, String),
    /// The tool could not do it.
    Broken(String),
}

struct Test {
    class: String,
    name: String,
    result: Result,
}

/// The outcome as XML.
pub fn junit(outcome: &Outcome, view: View<'_>) -> Vec<u8> {
    let mut suites: Vec<(String, Vec<Test>)> = outcome
        .deployments
        .iter()
        .enumerate()
        .map(|(index, deployment)| {
            let mut tests = vec![evaluation(outcome, index, view)];
            let own = outcome
                .findings
                .iter()
                .filter(|reported| reported.deployment == index);
            tests.extend(own.map(|reported| finding(outcome, reported, view)));
            (one_line(&deployment.name), tests)
        })
        .collect();
    if !outcome.failures.is_empty() {
        suites.push(("armplan".to_owned(), failures(outcome)));
    }
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let command = if outcome.is_plan { "plan" } else { "check" };
    let all = || suites.iter().flat_map(|(_, tests)| tests);
    let _ = writeln!(
        out,
        "<testsuites name=\"armplan {command}\" {} time=\"0\">",
        counts(all())
    );
    for (name, tests) in &suites {
        let name = attribute(name);
        let counts = counts(tests.iter());
        let _ = writeln!(out, "  <testsuite name=\"{name}\" {counts} time=\"0\">");
        for test in tests {
            write(&mut out, test);
        }
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out.into_bytes()
}

/// Whether everything was decided. It is a failure where `--strict` makes it one.
fn evaluation(outcome: &Outcome, index: usize, view: View<'_>) -> Test {
    let deployment = outcome.deployments.get(index);
    let is_complete = deployment.is_none_or(|deployment| deployment.complete);
    let class = deployment.map_or_else(String::new, |deployment| one_line(&deployment.template));
    let own: Vec<String> = summary::undecided_of(outcome, Some(index))
        .into_iter()
        .map(|(span, words)| format!("{}: {words}", diagnostic::place(&outcome.files, span)))
        .collect();
    let result = match (is_complete, view.strict) {
        (true, _) if own.is_empty() => Result::Passed,
        (true, _) => Result::Told(own.join("\n")),
        (false, true) => Result::Failed(
            "incomplete",
            "Not everything was decided.".to_owned(),
            own.join("\n"),
        ),
        (false, false) => {
            Result::Skipped(format!("Not everything was decided. {}", own.join("; ")))
        }
    };
    Test {
        class,
        name: "everything is evaluated".to_owned(),
        result,
    }
}

fn finding(outcome: &Outcome, reported: &Reported, view: View<'_>) -> Test {
    let finding = &reported.finding;
    let place = diagnostic::place(&outcome.files, finding.place);
    let message = sentence(&finding.message);
    let mut lines = vec![format!("{place}: {}: {message}", finding.level.word())];
    lines.extend(finding.resource.as_ref().map(|resource| {
        let pointer = finding.pointer.as_deref().unwrap_or("");
        format!(
            "On {}",
            one_line(&format!("{resource} {pointer}")).trim_end()
        )
    }));
    lines.extend(answer(finding));
    lines.extend(
        finding
            .help
            .as_ref()
            .map(|help| format!("Way out: {}", one_line(help))),
    );
    lines.extend(way::sentences(outcome, reported));
    let text = lines.join("\n");
    let fails = view.failing.is_some_and(|level| finding.level <= level);
    Test {
        class: one_line(&outcome.files.get(finding.place.file).path),
        name: format!("{} at {place}", finding.rule),
        result: if fails {
            Result::Failed(finding.rule, message, text)
        } else {
            Result::Told(text)
        },
    }
}

fn failures(outcome: &Outcome) -> Vec<Test> {
    let test = |failure| Test {
        class: "armplan".to_owned(),
        name: "everything is read".to_owned(),
        result: Result::Broken(summary::failure(failure)),
    };
    outcome.failures.iter().map(test).collect()
}

fn counts<'t>(tests: impl Iterator<Item = &'t Test>) -> String {
    let (mut all, mut failed, mut broken, mut skipped) = (0, 0, 0, 0);
    for test in tests {
        all += 1;
        match test.result {
            Result::Failed(..) => failed += 1,
            Result::Broken(_) => broken += 1,
            Result::Skipped(_) => skipped += 1,
            Result::Passed | Result::Told(_) => {}
        }
    }
    format!("tests=\"{all}\" failures=\"{failed}\" errors=\"{broken}\" skipped=\"{skipped}\"")
}

fn write(out: &mut String, test: &Test) {
    let head = format!(
        "    <testcase classname=\"{}\" name=\"{}\" time=\"0\"",
        attribute(&test.class),
        attribute(&test.name)
    );
    let body = match &test.result {
        Result::Passed => {
            let _ = writeln!(out, "{head}/>");
            return;
        }
        Result::Told(text) => format!("<system-out>{}</system-out>", content(text)),
        Result::Skipped(message) => format!("<skipped message=\"{}\"/>", attribute(message)),
        Result::Failed(kind, message, text) => format!(
            "<failure type=\"{}\" message=\"{}\">{}</failure>",
            attribute(kind),
            attribute(message),
            content(text)
        ),
        Result::Broken(message) => format!(
            "<error type=\"armplan\" message=\"{}\"/>",
            attribute(message)
        ),
    };
    let _ = writeln!(out, "{head}>\n      {body}\n    </testcase>");
}

/// Text between tags. What XML 1.0 cannot hold is replaced.
fn content(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\n' => out.push('\n'),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// Text of an attribute; a line end would become a blank there.
fn attribute(text: &str) -> String {
    content(text).replace('"', "&quot;").replace('\n', "&#10;")
}

#[cfg(test)]
mod tests {
    use super::attribute;

    #[test]
    fn text_of_templates_ends_no_tag() {
        assert_eq!(
            attribute("<a b=\"c\">&\n\u{1}\u{ffff}"),
            "&lt;a b=&quot;c&quot;&gt;&amp;&#10;\u{fffd}\u{fffd}"
        );
    }
}
