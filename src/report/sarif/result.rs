//! An alert as a SARIF result: one line, the way of its values as code flows, further places linked in the message.

use std::fmt::Write;

use crate::engine::Outcome;
use crate::finding::{Finding, Level};
use crate::plan::Step;
use crate::report::alert::{Alert, is_in_the_tree, on_one_line, one_line};
use crate::report::markdown::text as words;
use crate::report::{diagnostic, encoded_path};
use crate::rules;
use crate::text::{Files, Location, Span, code_fence, code_span};

use super::{ROOT, escaped, out, text};

/// Further places and ways of values that GitHub shows of one result; it takes ten times as many.
const MOST_PLACES: usize = 100;

/// Steps of a plan that a message shows with their commands.
const MOST_SHOWN: usize = 12;

/// Steps of one way. GitHub shows a thousand over all ways of a result.
const MOST_STEPS: usize = 1000;

/// One result.
pub(super) fn result(outcome: &Outcome, alert: &Alert<'_>) -> out::Result {
    let files = &outcome.files;
    let findings = || alert.findings.iter().map(|reported| &reported.finding);
    let mut places = Places::default();
    for finding in findings() {
        places.of_finding(files, finding, &alert.place);
    }
    let mut sentences = vec![escaped(&alert.message())];
    sentences.extend(
        alert
            .advice(outcome)
            .iter()
            .map(|sentence| escaped(sentence)),
    );
    sentences.extend(places.sentence());
    out::Result {
        rule_id: alert.rule,
        rule_index: rules::ALL
            .iter()
            .position(|rule| rule.id == alert.rule)
            .unwrap_or(0),
        level: level(alert.level),
        message: out::Text {
            markdown: with_steps(outcome, alert, &sentences),
            text: sentences.join(" "),
        },
        locations: [out::Location {
            id: None,
            physical_location: physical(&alert.place),
            logical_locations: logical(findings()),
            message: None,
        }],
        code_flows: code_flows(files, findings()),
        related_locations: places.linked,
        partial_fingerprints: out::Fingerprints {
            own: alert.fingerprint.clone(),
        },
    }
}

/// The message with the steps that get round it, each with its commands; none where there are no steps.
fn with_steps(outcome: &Outcome, alert: &Alert<'_>, sentences: &[String]) -> Option<String> {
    let mut steps: Vec<&Step> = Vec::new();
    for reported in &alert.findings {
        let way = outcome.way(reported);
        steps.extend(way.into_iter().flat_map(|way| way.steps));
    }
    steps.sort_by_key(|step| step.number);
    steps.dedup_by_key(|step| step.number);
    if steps.is_empty() || steps.len() > MOST_SHOWN {
        return None;
    }
    let mut page = sentences.join(" ");
    for step in steps {
        let head = code_span(&one_line(&step.head()));
        let commands: Vec<String> = step.commands.iter().map(|line| one_line(line)).collect();
        let commands = commands.join("\n");
        let fence = code_fence(&commands);
        let reason = words(&one_line(&step.full_reason()));
        // Writing into memory does not fail.
        let _ = write!(
            page,
            "\n\n**{}.** {head}: {reason}\n\n{fence}sh\n{commands}\n{fence}",
            step.number
        );
    }
    Some(page)
}

/// The word of a level.
pub(super) const fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "note",
    }
}

/// A place, with what stands there.
pub(super) fn location(files: &Files, span: Span, message: Option<&str>) -> out::Location {
    out::Location {
        id: None,
        physical_location: physical(&on_one_line(files, span)),
        logical_locations: Vec::new(),
        message: message.map(text),
    }
}

fn physical(place: &Location) -> out::PhysicalLocation {
    out::PhysicalLocation {
        artifact_location: artifact(&place.path),
        region: out::Region {
            start_line: place.start.line,
            start_column: place.start.column,
            end_line: place.end.line,
            end_column: place.end.column,
        },
    }
}

/// Relative to the root of the repository; outside one as it is.
fn artifact(path: &str) -> out::ArtifactLocation {
    let encoded = encoded_path(path);
    let is_drive = path.as_bytes().get(1) == Some(&b':');
    if path.starts_with('/') || is_drive {
        let slash = if is_drive { "/" } else { "" };
        return out::ArtifactLocation {
            uri: format!("file://{slash}{encoded}"),
            uri_base_id: None,
        };
    }
    out::ArtifactLocation {
        uri: encoded,
        uri_base_id: (!path.starts_with("../")).then_some(ROOT),
    }
}

/// The resources and properties, as names.
fn logical<'f>(findings: impl Iterator<Item = &'f Finding>) -> Vec<out::LogicalLocation> {
    let mut names: Vec<String> = Vec::new();
    for finding in findings {
        if let Some(resource) = &finding.resource {
            let pointer = finding.pointer.as_deref().unwrap_or("");
            let name = one_line(&format!("{resource}{pointer}"));
            if !names.contains(&name) && names.len() < MOST_PLACES {
                names.push(name);
            }
        }
    }
    names
        .into_iter()
        .map(|fully_qualified_name| out::LogicalLocation {
            fully_qualified_name,
            kind: "resource",
        })
        .collect()
}

/// From the literal to the property, the way in which a value goes. Places outside the working tree are left out.
fn code_flows<'f>(
    files: &Files,
    findings: impl Iterator<Item = &'f Finding>,
) -> Vec<out::CodeFlow> {
    let mut steps_left = MOST_STEPS;
    let mut flows = Vec::new();
    for finding in findings {
        let locations: Vec<out::ThreadFlowLocation> = finding
            .trace
            .iter()
            .rev()
            .filter(|step| is_in_the_tree(&files.get(step.place.file)))
            .map(|step| out::ThreadFlowLocation {
                location: location(
                    files,
                    step.place,
                    Some(&one_line(&diagnostic::step_text(step))),
                ),
            })
            .collect();
        let flow = out::CodeFlow {
            thread_flows: [out::ThreadFlow { locations }],
        };
        // Several findings of one line have most of their way in common, often all.
        let [out::ThreadFlow { locations }] = &flow.thread_flows;
        let is_way = locations.len() > 1 && !flows.contains(&flow);
        if is_way && locations.len() <= steps_left && flows.len() < MOST_PLACES {
            steps_left -= locations.len();
            flows.push(flow);
        }
    }
    flows
}

/// Further places: those of the working tree are linked, the others are named.
#[derive(Default)]
struct Places {
    linked: Vec<out::Location>,
    words: Vec<String>,
    more: usize,
}

impl Places {
    /// All places but the one at which the result stands.
    fn of_finding(&mut self, files: &Files, finding: &Finding, own: &Location) {
        for step in &finding.trace {
            if on_one_line(files, step.place) != *own {
                self.add(files, step.place, &diagnostic::step_text(step));
            }
        }
        for label in &finding.related {
            self.add(files, label.place, &label.message);
        }
    }

    fn add(&mut self, files: &Files, span: Span, words: &str) {
        let words = escaped(&one_line(words));
        if !is_in_the_tree(&files.get(span.file)) {
            let words = format!("{words} at {}", escaped(&diagnostic::place(files, span)));
            if !self.words.contains(&words) {
                self.words.push(words);
            }
            return;
        }
        let mut place = location(files, span, None);
        let is_known = self.linked.iter().any(|known| {
            known.physical_location == place.physical_location
                && known
                    .message
                    .as_ref()
                    .is_some_and(|text| text.text == words)
        });
        if is_known {
            return;
        }
        if self.linked.len() >= MOST_PLACES {
            self.more += 1;
            return;
        }
        let id = self.linked.len() + 1;
        self.words.push(format!("[{words}]({id})"));
        place.id = Some(id);
        place.message = Some(out::Text {
            text: words,
            markdown: None,
        });
        self.linked.push(place);
    }

    /// `See [property `vmSize`](1), the value before at HEAD:main.json:3:4.`
    fn sentence(&self) -> Option<String> {
        let mut words = self.words.clone();
        words.truncate(MOST_PLACES);
        if self.more > 0 {
            words.push(format!("and {} more places", self.more));
        }
        (!words.is_empty()).then(|| format!("See {}.", words.join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use super::artifact;

    #[test]
    fn paths_become_uris() {
        for (path, uri, is_based) in [
            ("a b/ü#%.json", "a%20b/%C3%BC%23%25.json", true),
            ("../x.json", "../x.json", false),
            ("/tmp/x.json", "file:///tmp/x.json", false),
            ("C:/x.json", "file:///C%3A/x.json", false),
        ] {
            let artifact = artifact(path);
            assert_eq!(artifact.uri, uri);
            assert_eq!(artifact.uri_base_id.is_some(), is_based, "{path}");
        }
    }
}
