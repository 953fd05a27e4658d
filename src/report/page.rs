//! Outcomes as a page of headings, lists and tables: what Markdown and HTML have in common.

use crate::engine::{DeploymentOutcome, Outcome, Verdict};
use crate::finding::{Confidence, Finding, Level};
use crate::text::{Files, Location, Span};

use super::alert::{self, Alert, on_one_line, one_line, sentence};
use super::{View, diagnostic, summary, whatif};

/// Lines of changes that are shown without a click.
const MOST_OPEN_LINES: usize = 60;

/// Sources of one finding that are linked; `explain` has all.
const MOST_SOURCES: usize = 2;

/// Resources of one finding that are named.
const MOST_NAMES: usize = 10;

/// A page.
pub(super) struct Page {
    /// The verdict in a word.
    pub(super) title: String,
    /// What follows, the most important first.
    pub(super) sections: Vec<Section>,
}

/// A part of a page. Where room is short, a section gets at most half of what is left, the last one all.
pub(super) struct Section {
    /// Heading; the first section has none.
    pub(super) heading: Option<&'static str>,
    /// What stands below.
    pub(super) blocks: Vec<Block>,
}

/// Parts of a section.
pub(super) enum Block {
    /// Running text.
    Paragraph(Vec<Inline>),
    /// Entries of one kind; `noun` is what one is called. Entries may be left out at the end.
    List {
        /// What one entry is called.
        noun: &'static str,
        /// The entries.
        items: Vec<Item>,
    },
    /// Rows below a head; rows may be left out at the end.
    Table {
        /// What one row is called.
        noun: &'static str,
        /// Head.
        head: Vec<&'static str>,
        /// Rows, as wide as the head.
        rows: Vec<Vec<Vec<Inline>>>,
    },
    /// Text in fixed width; `language` as in a fenced block.
    Code {
        /// Language of the block.
        language: &'static str,
        /// Text, with line ends.
        text: String,
    },
    /// What is shown on a click.
    Details {
        /// What is always shown.
        summary: Vec<Inline>,
        /// Whether it begins open.
        is_open: bool,
        /// What is folded.
        blocks: Vec<Block>,
    },
}

/// An entry of a list.
pub(super) struct Item {
    /// The entry.
    pub(super) head: Vec<Inline>,
    /// Lines below it.
    pub(super) lines: Vec<Vec<Inline>>,
}

/// Parts of running text; all of it plain, nothing in it is markup.
pub(super) enum Inline {
    /// Text.
    Text(String),
    /// Important text.
    Strong(String),
    /// Names, paths and values.
    Code(String),
    /// A name that leads somewhere.
    Link {
        /// The name.
        text: String,
        /// Where to.
        url: String,
    },
}

/// The page of an outcome.
pub(super) fn page(outcome: &Outcome, view: View<'_>) -> Page {
    let mut sections = vec![Section {
        heading: None,
        blocks: ending(outcome),
    }];
    let mut section = |heading, blocks: Vec<Block>| {
        if !blocks.is_empty() {
            sections.push(Section {
                heading: Some(heading),
                blocks,
            });
        }
    };
    section("Not read", failures(outcome));
    section("Findings", findings(outcome, view));
    if outcome.is_plan {
        section("Changes", changes(outcome, view));
        section("Remaining edits", remaining(outcome));
    }
    section("Steps", super::steps::blocks(outcome));
    section("Not evaluated", undecided(outcome, view));
    Page {
        title: title(outcome),
        sections,
    }
}

/// What remains to change in the sources once the steps have run.
fn remaining(outcome: &Outcome) -> Vec<Block> {
    let mut items = Vec::new();
    let mut diff = String::new();
    for planned in &outcome.sequences {
        for note in planned.remaining.notes(&outcome.files) {
            items.push(Item {
                head: vec![Inline::Text(one_line(&note))],
                lines: Vec::new(),
            });
        }
        for line in planned.remaining.diff(&outcome.files) {
            diff.push_str(&line);
            diff.push('\n');
        }
    }
    if items.is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![Block::List {
        noun: "edit",
        items,
    }];
    if !diff.is_empty() {
        blocks.push(Block::Code {
            language: "diff",
            text: diff,
        });
    }
    blocks
}

fn title(outcome: &Outcome) -> String {
    let command = if outcome.is_plan { "plan" } else { "check" };
    let (symbol, word) = if outcome.is_empty() && outcome.failures.is_empty() {
        ("➖", "nothing to analyse")
    } else {
        verdict(outcome.verdict())
    };
    format!("{symbol} armplan {command}: {word}")
}

const fn verdict(verdict: Verdict) -> (&'static str, &'static str) {
    match verdict {
        Verdict::Blocked => ("⛔", "blocked"),
        Verdict::Changes => ("🔵", "changes"),
        Verdict::Incomplete => ("❔", "incomplete"),
        Verdict::Ok => ("✅", "ok"),
    }
}

/// How it ended, and of which deployments.
fn ending(outcome: &Outcome) -> Vec<Block> {
    let mut blocks = vec![Block::Paragraph(vec![
        Inline::Strong(summary::verdict(outcome).to_owned()),
        Inline::Text(format!(" {}.", summary::counts(outcome))),
    ])];
    // A check looks at all files of a repository: what is fine needs no row.
    let shown =
        |deployment: &&DeploymentOutcome| outcome.is_plan || deployment.verdict != Verdict::Ok;
    let rows: Vec<Vec<Vec<Inline>>> = outcome
        .deployments
        .iter()
        .filter(shown)
        .map(|deployment| row(outcome, deployment))
        .collect();
    if !rows.is_empty() {
        let mut head = vec!["Verdict", "Deployment", "Parameters"];
        if outcome.is_plan {
            head.push("State before");
        }
        blocks.push(Block::Table {
            noun: "deployment",
            head,
            rows,
        });
    }
    blocks
}

fn row(outcome: &Outcome, deployment: &DeploymentOutcome) -> Vec<Vec<Inline>> {
    let (symbol, word) = verdict(deployment.verdict);
    let mut name = vec![Inline::Code(one_line(&deployment.name))];
    if deployment.name != deployment.template {
        name.push(Inline::Text(" ".to_owned()));
        name.push(Inline::Code(one_line(&deployment.template)));
    }
    let parameters = separated(
        deployment
            .parameters
            .iter()
            .map(|parameter| vec![Inline::Code(one_line(parameter))]),
    );
    let mut row = vec![
        vec![Inline::Text(format!("{symbol} {word}"))],
        name,
        parameters,
    ];
    if outcome.is_plan {
        let words = if deployment.is_compared {
            summary::compared_with(&deployment.before)
        } else {
            summary::not_compared(&deployment.before)
        };
        row.push(vec![Inline::Text(words)]);
    }
    row
}

fn failures(outcome: &Outcome) -> Vec<Block> {
    let items: Vec<Item> = outcome
        .failures
        .iter()
        .map(|failure| Item {
            head: words(&summary::failure(failure)),
            lines: Vec::new(),
        })
        .collect();
    list("failure", items)
}

fn list(noun: &'static str, items: Vec<Item>) -> Vec<Block> {
    if items.is_empty() {
        Vec::new()
    } else {
        vec![Block::List { noun, items }]
    }
}

/// Errors open, the rest folded.
fn findings(outcome: &Outcome, view: View<'_>) -> Vec<Block> {
    let alerts = alert::alerts(outcome);
    let mut blocks = Vec::new();
    for (level, noun, symbol) in [
        (Level::Error, "error", "❌"),
        (Level::Warning, "warning", "⚠️"),
        (Level::Info, "note", "ℹ️"),
    ] {
        let items: Vec<Item> = alerts
            .iter()
            .filter(|alert| alert.level == level)
            .map(|alert| finding(outcome, alert, symbol, view))
            .collect();
        let summary = summary::counted(items.len(), noun);
        let items = list(noun, items);
        if items.is_empty() || level == Level::Error {
            blocks.extend(items);
        } else {
            blocks.push(Block::Details {
                summary: vec![Inline::Text(summary)],
                is_open: false,
                blocks: items,
            });
        }
    }
    blocks
}

fn finding(outcome: &Outcome, alert: &Alert<'_>, symbol: &str, view: View<'_>) -> Item {
    let files = &outcome.files;
    let mut head = vec![
        Inline::Text(format!("{symbol} ")),
        place_of(&alert.place, view),
        Inline::Text(" ".to_owned()),
    ];
    head.extend(words(&alert.message()));
    head.push(Inline::Text(" ".to_owned()));
    head.push(Inline::Code(alert.rule.to_owned()));
    let mut lines = Vec::new();
    lines.extend(resources(outcome, alert));
    lines.extend(
        alert
            .advice(outcome)
            .into_iter()
            .map(|sentence| words(&sentence)),
    );
    lines.extend(
        alert
            .value_from_elsewhere(files)
            .map(|finding| origin(files, finding, view)),
    );
    for reported in alert.findings.iter().take(1) {
        for label in &reported.finding.related {
            let mut line = words(sentence(&label.message).trim_end_matches('.'));
            line.push(Inline::Text(": ".to_owned()));
            line.push(place(files, label.place, view));
            lines.push(line);
        }
        lines.extend(evidence(&reported.finding));
    }
    Item { head, lines }
}

/// The resources of an alert, and the deployments if there are several.
fn resources(outcome: &Outcome, alert: &Alert<'_>) -> Option<Vec<Inline>> {
    let mut names: Vec<String> = Vec::new();
    let mut deployments: Vec<&str> = Vec::new();
    for reported in &alert.findings {
        if let Some(resource) = &reported.finding.resource {
            let pointer = reported.finding.pointer.as_deref().unwrap_or("");
            let name = one_line(&format!("{} {pointer}", diagnostic::short_id(resource)));
            let name = name.trim_end().to_owned();
            if !names.contains(&name) {
                names.push(name);
            }
        }
        if let Some(deployment) = outcome.deployments.get(reported.deployment)
            && !deployments.contains(&deployment.name.as_str())
        {
            deployments.push(&deployment.name);
        }
    }
    if names.is_empty() {
        return None;
    }
    let more = names.len().saturating_sub(MOST_NAMES);
    names.truncate(MOST_NAMES);
    let mut line = vec![Inline::Text("On ".to_owned())];
    line.extend(separated(
        names.into_iter().map(|name| vec![Inline::Code(name)]),
    ));
    if more > 0 {
        line.push(Inline::Text(format!(" and {more} more")));
    }
    if outcome.deployments.len() > 1 {
        line.push(Inline::Text(" in ".to_owned()));
        line.extend(separated(
            deployments
                .into_iter()
                .map(|name| vec![Inline::Code(one_line(name))]),
        ));
    }
    Some(line)
}

/// The way of the value, with a link a step.
fn origin(files: &Files, finding: &Finding, view: View<'_>) -> Vec<Inline> {
    let mut line = vec![Inline::Text("From ".to_owned())];
    for (at, step) in finding.trace.iter().enumerate() {
        let arrow = if at == 0 { "" } else { " ← " };
        line.push(Inline::Text(arrow.to_owned()));
        line.extend(words(&one_line(&diagnostic::step_text(step))));
        line.push(Inline::Text(" at ".to_owned()));
        line.push(place(files, step.place, view));
    }
    line
}

/// How sure that is, where it is not certain, and where it is documented.
fn evidence(finding: &Finding) -> Option<Vec<Inline>> {
    let mut line = Vec::new();
    if finding.confidence != Confidence::High {
        let word = finding.confidence.word();
        line.push(Inline::Text(format!("Confidence: {word}. ")));
    }
    let sources = finding.sources.iter().take(MOST_SOURCES);
    let links = separated(sources.map(|source| {
        vec![Inline::Link {
            text: source.trim_start_matches("https://").to_owned(),
            url: source.clone(),
        }]
    }));
    if !links.is_empty() {
        line.push(Inline::Text("See ".to_owned()));
        line.extend(links);
    }
    (!line.is_empty()).then_some(line)
}

/// One foldable block a deployment, in the look of what-if.
fn changes(outcome: &Outcome, view: View<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    for (index, deployment) in outcome.deployments.iter().enumerate() {
        let mut summary = Vec::new();
        if outcome.deployments.len() > 1 {
            summary.push(Inline::Code(one_line(&deployment.name)));
            summary.push(Inline::Text(" ".to_owned()));
        }
        if !deployment.is_compared {
            summary.push(Inline::Text(summary::not_compared(&deployment.before)));
            blocks.push(Block::Paragraph(summary));
            continue;
        }
        summary.push(Inline::Text(whatif::counts(outcome, index)));
        let text = whatif::changes(outcome, index, view.show_unchanged, false);
        if text.trim().is_empty() {
            blocks.push(Block::Paragraph(summary));
            continue;
        }
        blocks.push(Block::Details {
            summary,
            is_open: text.lines().count() <= MOST_OPEN_LINES,
            blocks: vec![Block::Code {
                language: "text",
                text: format!("{}\n", text.trim_end()),
            }],
        });
    }
    blocks
}

fn undecided(outcome: &Outcome, view: View<'_>) -> Vec<Block> {
    let items: Vec<Item> = summary::undecided(outcome)
        .into_iter()
        .map(|(span, words)| Item {
            head: vec![
                place(&outcome.files, span, view),
                Inline::Text(format!(" {words}")),
            ],
            lines: Vec::new(),
        })
        .collect();
    if items.is_empty() {
        return Vec::new();
    }
    vec![Block::Details {
        summary: vec![Inline::Text(format!(
            "{} not decided",
            summary::counted(items.len(), "value")
        ))],
        is_open: false,
        blocks: list("value", items),
    }]
}

fn place(files: &Files, span: Span, view: View<'_>) -> Inline {
    place_of(&on_one_line(files, span), view)
}

/// A line of a file as a link; without one where the file is not that of the working tree.
fn place_of(place: &Location, view: View<'_>) -> Inline {
    let text = format!("{}:{}", one_line(&place.path), place.start.line);
    if let Some(revision) = &place.revision {
        return Inline::Code(format!("{revision}:{text}"));
    }
    match link(&place.path, place.start.line, view) {
        Some(url) => Inline::Link { text, url },
        None => Inline::Code(text),
    }
}

/// The address of a line: below `--link-base`, else relative to the root of the repository.
fn link(path: &str, line: usize, view: View<'_>) -> Option<String> {
    let is_outside = path.starts_with(['<', '/']) || path.starts_with("../") || path.contains(':');
    if is_outside {
        return None;
    }
    let path = super::encoded_path(path);
    Some(match view.link_base {
        Some(base) => format!("{}/{path}#L{line}", base.trim_end_matches('/')),
        None => format!("{path}#L{line}"),
    })
}

/// Words with names between backticks.
fn words(text: &str) -> Vec<Inline> {
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return vec![Inline::Text(text.to_owned())];
    }
    parts
        .into_iter()
        .enumerate()
        .filter(|(_, part)| !part.is_empty())
        .map(|(index, part)| {
            if index.is_multiple_of(2) {
                Inline::Text(part.to_owned())
            } else {
                Inline::Code(part.to_owned())
            }
        })
        .collect()
}

fn separated(parts: impl Iterator<Item = Vec<Inline>>) -> Vec<Inline> {
    let mut all = Vec::new();
    for part in parts {
        if !all.is_empty() {
            all.push(Inline::Text(", ".to_owned()));
        }
        all.extend(part);
    }
    all
}
