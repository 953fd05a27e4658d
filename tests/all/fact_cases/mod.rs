//! Every row of the AKS tables on a change of its own: what is said, at which line; and that it is the row that says it.

#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests read their data, and fail by panicking"
)]

mod skeleton;

use std::collections::BTreeSet;
use std::sync::Arc;

use armplan::aks::change::pairs;
use armplan::aks::cluster::{State, StateKind};
use armplan::aks::facts::{Facts, Form, Scope};
use armplan::aks::legality::{Anchor, Mode, Options, Ruling, judge};
use armplan::eval::Context;
use armplan::model::{Deployment, NoFiles, Request, expand, template_of};
use armplan::text::{Files, Span};
use serde::Deserialize;
use skeleton::Skeleton;

const TABLES: [&str; 6] = [
    "agent-pools",
    "managed-clusters",
    "network-transitions",
    "inline-pools",
    "versions",
    "operations",
];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Entry {
    row: String,
    #[serde(default)]
    case: String,
    #[expect(
        dead_code,
        reason = "for whoever reads the data: the states say it too"
    )]
    form: Option<String>,
    before: Option<Skeleton>,
    after: Option<Skeleton>,
    before_kind: Option<String>,
    #[serde(default)]
    features: Vec<String>,
    as_of: Option<String>,
    mode: Option<String>,
    expect: Option<Expected>,
    unseen: Option<String>,
}

/// A finding as far as the cases say it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    rule: String,
    level: String,
    code: Option<String>,
    target: Option<String>,
    line: usize,
}

fn entries() -> Vec<Entry> {
    TABLES
        .iter()
        .flat_map(|table| {
            let path = format!("testdata/facts/{table}.jsonl");
            let text =
                std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
            let lines: Vec<String> = text.lines().map(str::to_owned).collect();
            lines.into_iter().map(move |line| {
                serde_json::from_str(&line)
                    .unwrap_or_else(|error| panic!("{path}: {error}: {line}"))
            })
        })
        .collect()
}

fn facts() -> &'static Facts {
    Facts::embedded().unwrap_or_else(|errors| panic!("{errors:?}"))
}

fn deployment(files: &Files, name: &str, state: Option<&Skeleton>) -> Deployment {
    let Some(state) = state else {
        return Deployment::default();
    };
    let id = files.add(name, None, state.text().as_str());
    let context = Context {
        subscription: Some("11111111-1111-1111-1111-111111111111".into()),
        resource_group: Some("rg".into()),
        ..Context::default()
    };
    let deployment = expand(Request {
        template: Arc::new(template_of(files, id)),
        given: Vec::new(),
        context,
        loader: &NoFiles,
    });
    assert!(deployment.problems.is_empty(), "{:?}", deployment.problems);
    deployment
}

/// What is said about an entry under the tables as they are.
fn said(entry: &Entry) -> BTreeSet<Expected> {
    said_under(entry, facts())
        .into_iter()
        .map(|(finding, _)| finding)
        .collect()
}

/// What is said about an entry under some tables, with the words.
fn said_under(entry: &Entry, facts: &Facts) -> BTreeSet<(Expected, String)> {
    let files = Files::default();
    let before = deployment(&files, "before.json", entry.before.as_ref());
    let after = deployment(&files, "after.json", entry.after.as_ref());
    let kind = match entry.before_kind.as_deref() {
        Some("live") => StateKind::Live,
        _ => StateKind::Template,
    };
    let before = State::of(&[&before], kind, facts);
    let after = State::of(&[&after], StateKind::Template, facts);
    let options = Options {
        plan: true,
        features: entry.features.iter().cloned().collect(),
        as_of: entry
            .as_of
            .as_deref()
            .unwrap_or("2026-11-23")
            .parse()
            .unwrap(),
        mode: match entry.mode.as_deref() {
            Some("stack") => Mode::Stack,
            _ => Mode::Incremental,
        },
    };
    let changes = pairs(&before, &after);
    judge(facts, &files, &options, &changes, &before, &after)
        .iter()
        .map(|ruling| {
            let words = format!("{:?} {}", ruling.anchor, ruling.says.message);
            (finding(ruling, &after, &files), words)
        })
        .collect()
}

fn finding(ruling: &Ruling<'_>, after: &State, files: &Files) -> Expected {
    let azure = ruling.says.azure(ruling.form);
    Expected {
        rule: ruling.says.rule.clone().unwrap_or_default(),
        level: ruling.level.map_or("none", |level| level.word()).to_owned(),
        target: azure.as_ref().and_then(|azure| azure.target.clone()),
        code: azure.map(|azure| azure.code),
        line: place(ruling, after).map_or(0, |place| files.location(place).start.line),
    }
}

/// The literal of the member, else the name of its owner.
fn place(ruling: &Ruling<'_>, after: &State) -> Option<Span> {
    let cluster = after.clusters.get(&ruling.cluster)?;
    let pool = ruling
        .pool
        .as_ref()
        .and_then(|pool| cluster.pools.get(pool));
    let reading = match &ruling.anchor {
        Anchor::Member(Scope::Pool, path) => pool.map(|pool| pool.read(path)),
        Anchor::Member(scope, path) => Some(cluster.read(*scope, path)),
        Anchor::Pool | Anchor::Cluster => None,
    };
    let literal =
        reading.and_then(|reading| reading.value().and_then(|value| value.origin.place()));
    let owner = || {
        let profile = pool
            .filter(|_| !matches!(ruling.anchor, Anchor::Cluster))
            .and_then(|pool| {
                pool.profiles()
                    .find(|profile| profile.form == ruling.form)
                    .or_else(|| pool.profile())
            });
        profile
            .map(|profile| profile.name_place)
            .or_else(|| cluster.own.as_ref().map(|own| own.name_place))
    };
    literal.or_else(owner)
}

fn name(entry: &Entry) -> String {
    format!("{}/{}", entry.row, entry.case)
}

#[test]
fn every_row_and_case_has_an_entry() {
    let there: BTreeSet<(String, String)> = entries()
        .into_iter()
        .map(|entry| (entry.row, entry.case))
        .collect();
    let facts = facts();
    let cases = facts
        .properties()
        .iter()
        .filter(|row| row.fact != "read-only")
        .flat_map(|row| {
            row.changes
                .iter()
                .map(|change| (row.id.clone(), change.case.clone()))
        });
    let all = cases.chain(facts.facts().map(|fact| (fact.id.clone(), String::new())));
    let wanted: BTreeSet<(String, String)> = all.collect();
    let missing: Vec<_> = wanted.difference(&there).collect();
    assert!(missing.is_empty(), "without an entry: {missing:?}");
    let stray: Vec<_> = there
        .difference(&wanted)
        .filter(|(row, case)| {
            !case.is_empty() || facts.properties().iter().all(|known| known.id != *row)
        })
        .collect();
    assert!(stray.is_empty(), "entries of no row: {stray:?}");
}

#[test]
fn entries_are_whole() {
    for entry in entries() {
        let shown = entry.after.is_some();
        assert!(
            shown != entry.unseen.is_some(),
            "{}: either states or a reason",
            name(&entry)
        );
        assert!(shown || entry.expect.is_none(), "{}", name(&entry));
    }
}

#[test]
fn each_case_is_said_at_its_line() {
    let mut wrong = Vec::new();
    for entry in entries().iter().filter(|entry| entry.unseen.is_none()) {
        let said = said(entry);
        let right = match &entry.expect {
            Some(expected) => said.contains(expected),
            None => said.is_empty(),
        };
        if !right {
            wrong.push(format!(
                "{}\n  expected {:?}\n  said {said:?}",
                name(entry),
                entry.expect
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn without_its_row_a_case_is_not_said() {
    let mut wrong = Vec::new();
    for entry in entries().iter().filter(|entry| entry.expect.is_some()) {
        if said_under(entry, &facts().without(&entry.row)) == said_under(entry, facts()) {
            wrong.push(name(entry));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} rows change nothing: {wrong:?}",
        wrong.len()
    );
}

#[test]
fn with_its_verdict_turned_round_a_case_is_said_otherwise() {
    let mut wrong = Vec::new();
    for entry in entries().iter().filter(|entry| entry.expect.is_some()) {
        let case = Some(entry.case.as_str()).filter(|case| !case.is_empty());
        if said_under(entry, &facts().turned_round(&entry.row, case)) == said_under(entry, facts())
        {
            wrong.push(name(entry));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} verdicts change nothing: {wrong:?}",
        wrong.len()
    );
}

#[test]
fn a_state_against_itself_is_silent() {
    let mut wrong = Vec::new();
    for mut entry in entries().into_iter().filter(|entry| entry.unseen.is_none()) {
        entry.before = entry.after.clone();
        entry.before_kind = None;
        let said = said(&entry);
        let errors: Vec<_> = said
            .iter()
            .filter(|finding| finding.level == "error")
            .collect();
        if !errors.is_empty() && entry.mode.is_none() {
            wrong.push(format!("{}: {errors:?}", name(&entry)));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn forms_have_their_own_targets() {
    let row = facts().property(Scope::Pool, &["vmSize"]).unwrap();
    let says = &row
        .changes
        .iter()
        .find(|change| change.case == "old-api")
        .unwrap()
        .says;
    let target = |form| says.azure(form).unwrap().target.unwrap();
    assert_eq!(target(Form::Inline), "agentPoolProfile.vmSize");
    assert_eq!(target(Form::Child), "properties.vmSize");
}
