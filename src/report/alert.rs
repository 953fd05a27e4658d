//! Findings as alerts: what one rule says about one line is one alert, at a single line of a file of the working tree,
//! with a fingerprint that outlives edits elsewhere. What code scanning, annotations and code quality reports are made of.

use std::collections::BTreeMap;

use crate::engine::{Outcome, Reported};
use crate::eval;
use crate::finding::{Finding, Level};
use crate::model::Deployment;
use crate::text::{Files, Location, Position, SourceFile, Span};

use super::{diagnostic, escape, way};

/// Alternatives or sentences that a merged alert spells out.
const MOST_MERGED: usize = 10;

/// What one rule says about one line.
pub(super) struct Alert<'o> {
    /// The rule's id.
    pub(super) rule: &'static str,
    /// The worst level.
    pub(super) level: Level,
    /// At most one line, in a file of the working tree wherever there is one.
    pub(super) place: Location,
    /// The findings, at least one.
    pub(super) findings: Vec<&'o Reported>,
    /// Of rule, resource and property, with a count where these do not tell two apart.
    pub(super) fingerprint: String,
}

/// All alerts, by place.
pub(super) fn alerts(outcome: &Outcome) -> Vec<Alert<'_>> {
    let mut grouped: BTreeMap<(String, Position, &'static str), Alert<'_>> = BTreeMap::new();
    for reported in &outcome.findings {
        let finding = &reported.finding;
        let place = place(outcome, reported);
        let line = Position {
            line: place.start.line,
            column: 0,
        };
        let alert = grouped
            .entry((place.path.clone(), line, finding.rule))
            .or_insert_with(|| Alert {
                rule: finding.rule,
                level: finding.level,
                place,
                findings: Vec::new(),
                fingerprint: String::new(),
            });
        alert.level = alert.level.min(finding.level);
        alert.findings.push(reported);
    }
    let mut alerts: Vec<Alert<'_>> = grouped.into_values().collect();
    alerts.sort_by(|one, other| {
        (&one.place, one.level, one.rule).cmp(&(&other.place, other.level, other.rule))
    });
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for alert in &mut alerts {
        let hash = alert.hash();
        let count = seen.entry(hash.clone()).or_insert(0);
        *count += 1;
        alert.fingerprint = format!("{hash}:{count}");
    }
    alerts
}

/// The alerts with the errors first, each level in its order: what is cut off at a limit is the least important.
pub(super) fn errors_first<'o>(outcome: &'o Outcome) -> Vec<Alert<'o>> {
    let mut alerts: Vec<Alert<'o>> = alerts(outcome);
    alerts.sort_by_key(|alert| alert.level);
    alerts
}

impl Alert<'_> {
    /// What was found, in whole sentences on one line; the first can stand alone.
    pub(super) fn message(&self) -> String {
        let mut messages: Vec<String> = Vec::new();
        for reported in &self.findings {
            let message = sentence(&reported.finding.message);
            if !messages.contains(&message) {
                messages.push(message);
            }
        }
        if let Some(one) = woven(&messages) {
            return one;
        }
        let more = messages.len().saturating_sub(MOST_MERGED);
        messages.truncate(MOST_MERGED);
        if more > 0 {
            messages.push(format!("And {more} more on this line."));
        }
        messages.join(" ")
    }

    /// What helps: the service's answer, the way out and its steps, a sentence each, those of several findings once.
    pub(super) fn advice(&self, outcome: &Outcome) -> Vec<String> {
        let mut answers: Vec<String> = Vec::new();
        let mut ways: Vec<String> = Vec::new();
        let mut steps: Vec<String> = Vec::new();
        for reported in &self.findings {
            let finding = &reported.finding;
            if let Some(answer) = answer(finding)
                && !answers.contains(&answer)
            {
                answers.push(answer);
            }
            if let Some(help) = &finding.help {
                let help = format!("Way out: {}", one_line(help).trim_end_matches('.'));
                let help = format!("{help}.");
                if !ways.contains(&help) {
                    ways.push(help);
                }
            }
            for sentence in way::sentences(outcome, reported) {
                if !steps.contains(&sentence) {
                    steps.push(sentence);
                }
            }
        }
        answers.truncate(MOST_MERGED);
        ways.truncate(MOST_MERGED);
        steps.truncate(MOST_MERGED);
        answers.append(&mut ways);
        answers.append(&mut steps);
        answers
    }

    /// The first finding whose value comes from elsewhere: its way leaves the line of the alert.
    pub(super) fn value_from_elsewhere(&self, files: &Files) -> Option<&Finding> {
        let line = |place: &Location| (place.path.clone(), place.start.line);
        let own = line(&self.place);
        let mut findings = self.findings.iter().map(|reported| &reported.finding);
        findings.find(|finding| {
            let mut steps = finding.trace.iter();
            steps.any(|step| line(&files.location(step.place)) != own)
        })
    }

    /// The way of the first value that has one, from the property to the literal.
    pub(super) fn origin(&self, files: &Files) -> Option<String> {
        let finding = self.value_from_elsewhere(files)?;
        let steps: Vec<String> = finding
            .trace
            .iter()
            .map(|step| {
                format!(
                    "{} at {}",
                    one_line(&diagnostic::step_text(step)),
                    diagnostic::place(files, step.place)
                )
            })
            .collect();
        Some(format!("From {}.", steps.join(" ← ")))
    }

    fn hash(&self) -> String {
        let mut keys: Vec<String> = self
            .findings
            .iter()
            .map(|reported| self.key(&reported.finding))
            .collect();
        keys.sort();
        keys.dedup();
        sha1_smol::Sha1::from(keys.join("\n")).digest().to_string()
    }

    /// What a finding is about. Which item of an array it is does not count: another may be put before it.
    /// Of a finding that is about no resource, the file and the words tell.
    fn key(&self, finding: &Finding) -> String {
        match &finding.resource {
            Some(resource) => {
                let pointer = finding.pointer.as_deref().unwrap_or("");
                let names: Vec<&str> = pointer
                    .split('/')
                    .filter(|name| name.parse::<usize>().is_err())
                    .collect();
                format!(
                    "{} {} {}",
                    finding.rule,
                    resource.to_lowercase(),
                    names.join("/")
                )
            }
            None => format!("{} {} {}", finding.rule, self.place.path, finding.message),
        }
    }
}

/// What Azure answers, as a sentence.
pub(super) fn answer(finding: &Finding) -> Option<String> {
    let azure = finding.azure.as_ref()?;
    Some(match &azure.target {
        Some(target) => format!("Azure answers {} (target {target}).", azure.code),
        None => format!("Azure answers {}.", azure.code),
    })
}

/// A message as a sentence on one line: with a capital, unless it begins with a name, and a full stop.
pub(super) fn sentence(message: &str) -> String {
    let message = one_line(message);
    let first_word = message.split([' ', ':']).next().unwrap_or("");
    let is_word = first_word.chars().all(|c| c.is_ascii_lowercase());
    let mut text = if is_word {
        let mut characters = message.chars();
        let capital = characters.next().map(|c| c.to_ascii_uppercase());
        capital.into_iter().chain(characters).collect()
    } else {
        message
    };
    if !text.ends_with(['.', '!', '?']) {
        text.push('.');
    }
    text
}

/// Text without line ends and control characters.
pub(super) fn one_line(text: &str) -> String {
    let text = escape(text);
    if text.contains('\n') {
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    } else {
        text
    }
}

/// Messages that differ in one word as one: the VM size of pool 'a', 'b', 'c' cannot change.
fn woven(messages: &[String]) -> Option<String> {
    let split: Vec<Vec<&str>> = messages
        .iter()
        .map(|message| message.split(' ').collect())
        .collect();
    let first = split.first()?;
    let others = split.get(1..)?;
    if others.iter().any(|other| other.len() != first.len()) {
        return None;
    }
    let mut differing =
        (0..first.len()).filter(|at| others.iter().any(|other| other.get(*at) != first.get(*at)));
    let Some(at) = differing.next() else {
        return messages.first().cloned();
    };
    if differing.next().is_some() {
        return None;
    }
    let mut variants: Vec<&str> = split
        .iter()
        .filter_map(|words| words.get(at).copied())
        .collect();
    // `'a',` or `'a'.`: what follows the name stands behind the last one only.
    let last = *variants.last()?;
    let bare = last.trim_end_matches([',', '.', ':', ';']);
    let end = last.get(bare.len()..).unwrap_or("");
    for variant in &mut variants {
        *variant = variant.strip_suffix(end).unwrap_or(variant);
    }
    let more = variants.len().saturating_sub(MOST_MERGED);
    variants.truncate(MOST_MERGED);
    let mut listed = variants.join(", ");
    if more > 0 {
        listed = format!("{listed} and {more} more");
    }
    let words: Vec<String> = first
        .iter()
        .enumerate()
        .map(|(index, word)| {
            if index == at {
                format!("{listed}{end}")
            } else {
                (*word).to_owned()
            }
        })
        .collect();
    Some(words.join(" "))
}

/// Where an alert stands: at the finding's place; if that is in no file of the working tree (a revision, standard input,
/// the command line), at the nearest step of its trace that is, else at the resource that it is about or that this stands
/// inside of, else at the head of the template.
fn place(outcome: &Outcome, reported: &Reported) -> Location {
    let files = &outcome.files;
    let finding = &reported.finding;
    let deployment = outcome.deployments.get(reported.deployment);
    let steps = finding.trace.iter().rev().map(|step| step.place);
    let owner = deployment.and_then(|deployment| owner(&deployment.after, finding));
    let mut places = std::iter::once(finding.place).chain(steps).chain(owner);
    if let Some(span) = places.find(|span| is_in_the_tree(&files.get(span.file))) {
        return on_one_line(files, span);
    }
    let start = Position { line: 1, column: 1 };
    match deployment {
        Some(deployment) => Location {
            path: deployment.template.clone(),
            start,
            end: start,
            revision: None,
        },
        None => on_one_line(files, finding.place),
    }
}

/// The name of the resource that a finding is about, or of the nearest that it stands inside of.
fn owner(deployment: &Deployment, finding: &Finding) -> Option<Span> {
    let wanted = finding.resource.as_deref()?.to_lowercase();
    let mut nearest: Option<(usize, Span)> = None;
    for resource in &deployment.resources {
        let printed = eval::report(&resource.id);
        let id = printed.as_str().unwrap_or("").to_lowercase();
        let rest = wanted.strip_prefix(&id);
        let is_around = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        if is_around && nearest.is_none_or(|(length, _)| length < id.len()) {
            nearest = Some((id.len(), resource.name_place));
        }
    }
    nearest.map(|(_, place)| place)
}

/// Whether a text is a file as it stands in the working tree.
pub(super) fn is_in_the_tree(file: &SourceFile) -> bool {
    file.revision.is_none() && is_file(&file.path)
}

/// Whether a path as shown is one of a file, not standard input nor the command line.
pub(super) fn is_file(path: &str) -> bool {
    !path.starts_with('<')
}

/// A span cut at the end of its first line; an empty one takes the character behind it, if its line has one.
pub(super) fn on_one_line(files: &Files, span: Span) -> Location {
    let file = files.get(span.file);
    let text: &str = &file.text;
    let start = (span.start as usize).min(text.len());
    let rest = text.get(start..).unwrap_or("");
    let line = rest.split(['\n', '\r']).next().unwrap_or("");
    let length = (span.end as usize).saturating_sub(start).min(line.len());
    let length = match line.chars().next() {
        Some(first) if length == 0 => first.len_utf8(),
        _ => length,
    };
    let end = u32::try_from(start + length).unwrap_or(u32::MAX);
    files.location(Span::new(span.file, span.start, end.max(span.start)))
}

#[cfg(test)]
mod tests {
    use super::{on_one_line, sentence, woven};
    use crate::text::{Files, Span};

    #[test]
    fn messages_become_sentences() {
        for (message, wanted) in [
            ("the size is wrong", "The size is wrong."),
            ("vmSize is wrong", "vmSize is wrong."),
            ("'a' is\n  wrong.", "'a' is wrong."),
            ("", "."),
        ] {
            assert_eq!(sentence(message), wanted);
        }
    }

    #[test]
    fn messages_that_differ_in_a_name_become_one() {
        let of = |messages: &[&str]| {
            let messages: Vec<String> = messages.iter().map(|m| (*m).to_owned()).collect();
            woven(&messages)
        };
        assert_eq!(
            of(&["Pool 'a' goes.", "Pool 'b' goes.", "Pool 'c' goes."]).as_deref(),
            Some("Pool 'a', 'b', 'c' goes.")
        );
        assert_eq!(
            of(&["Not 'a'.", "Not 'b'."]).as_deref(),
            Some("Not 'a', 'b'.")
        );
        assert_eq!(
            of(&["Pool 'a' goes from 1.", "Pool 'b' goes from 2."]),
            None
        );
        assert_eq!(of(&["Pool 'a' goes."]).as_deref(), Some("Pool 'a' goes."));
    }

    #[test]
    fn places_stay_on_their_first_line() {
        let files = Files::default();
        let file = files.add("a.json", None, "{ \"😀\": [\r\n1 ] }");
        let text = files.get(file).text.clone();
        let whole = Span::new(file, 2, u32::try_from(text.len()).unwrap());
        let place = on_one_line(&files, whole);
        assert_eq!((place.start.line, place.start.column), (1, 3));
        assert_eq!((place.end.line, place.end.column), (1, 10));
        let empty = on_one_line(&files, Span::whole(file));
        assert_eq!((empty.start.column, empty.end.column), (1, 2));
        let end = on_one_line(&files, Span::new(file, 12, 12));
        assert_eq!((end.start.line, end.end.line), (1, 1));
    }
}
