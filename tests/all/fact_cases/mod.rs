//! Every row of the AKS tables on a change of its own: what is said, at which line; and that it is the row that says it.

#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests read their data, and fail by panicking"
)]

mod plan;
mod service;
mod skeleton;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use armplan::aks::facts::{Facts, Form, Scope};
use plan::{Found, plan};
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
    #[serde(default)]
    unseen: bool,
}

/// A finding as far as the cases say it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    rule: String,
    level: String,
    code: Option<String>,
    target: Option<String>,
    /// `before` where it stands in the state before: what is gone from the template.
    file: Option<String>,
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

/// All entries that have both sides, as changes.
pub(super) fn changes() -> Vec<(String, super::emit::Change)> {
    let change = |entry: &Entry| {
        let before = entry.before.as_ref()?;
        let is_live = entry.before_kind.as_deref() == Some("live");
        Some(super::emit::Change {
            before: if is_live {
                before.snapshot()
            } else {
                before.text()
            },
            is_live,
            after: entry.after.as_ref()?.text(),
            features: entry.features.clone(),
            as_of: entry
                .as_of
                .clone()
                .unwrap_or_else(|| "2026-11-23".to_owned()),
            stack: entry.mode.as_deref() == Some("stack"),
            ..super::emit::Change::default()
        })
    };
    entries()
        .iter()
        .filter(|entry| !entry.unseen)
        .filter_map(|entry| Some((name(entry), change(entry)?)))
        .collect()
}

fn facts() -> &'static Facts {
    Facts::embedded().unwrap_or_else(|errors| panic!("{errors:?}"))
}

/// All entries that a template can show, with their plans under the tables as they are.
static PLANS: LazyLock<Vec<(Entry, Plan)>> = LazyLock::new(|| {
    entries()
        .into_iter()
        .filter(|entry| !entry.unseen)
        .map(|entry| {
            let plan = plan(&entry, facts());
            (entry, plan)
        })
        .collect()
});

/// The findings, and the verdict.
type Plan = (Vec<Found>, String);

/// What is said about an entry, without the words.
fn said(plan: &Plan) -> BTreeSet<&Expected> {
    plan.0.iter().map(|found| &found.finding).collect()
}

/// Rows whose expected finding a change of the tables leaves in the plan as it was.
fn unmoved(mutated: impl Fn(&Entry) -> Facts) -> Vec<String> {
    let of_case = |entry: &Entry, plan: &Plan| -> Vec<Found> {
        let expected = |found: &&Found| Some(&found.finding) == entry.expect.as_ref();
        plan.0.iter().filter(expected).cloned().collect()
    };
    PLANS
        .iter()
        .filter(|(entry, _)| entry.expect.is_some())
        .filter(|(entry, known)| {
            of_case(entry, &plan(entry, &mutated(entry))) == of_case(entry, known)
        })
        .map(|(entry, _)| name(entry))
        .collect()
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
fn a_fact_is_looked_for_or_says_why_it_is_not() {
    let mut code = String::new();
    for file in walkdir::WalkDir::new("src/aks/legality") {
        let file = file.unwrap();
        if file.file_type().is_file() {
            code.push_str(&std::fs::read_to_string(file.path()).unwrap());
        }
    }
    let unseen: BTreeSet<String> = entries()
        .into_iter()
        .filter(|entry| entry.unseen)
        .map(|entry| entry.row)
        .collect();
    for fact in facts().facts() {
        let is_looked_for = code.contains(&format!("\"{}\"", fact.name));
        // A silent one only says how versions are compared.
        if fact.says.level.is_some() {
            assert_ne!(is_looked_for, fact.unseen.is_some(), "{}", fact.id);
        }
        assert_eq!(
            unseen.contains(&fact.id),
            fact.unseen.is_some(),
            "{}",
            fact.id
        );
    }
}

#[test]
fn a_member_without_cases_is_compared_somewhere_else() {
    let dead: Vec<&str> = facts()
        .properties()
        .iter()
        .filter(|row| row.changes.is_empty() && row.role.is_none() && !row.comparison.read_only)
        .map(|row| row.id.as_str())
        .collect();
    assert!(dead.is_empty(), "{dead:?}");
}

#[test]
fn entries_are_whole() {
    for entry in entries() {
        let shown = entry.after.is_some();
        assert!(
            shown != entry.unseen,
            "{}: states, or nothing to see",
            name(&entry)
        );
        assert!(shown || entry.expect.is_none(), "{}", name(&entry));
    }
}

#[test]
fn each_case_is_said_at_its_line() {
    let mut wrong = Vec::new();
    for (entry, plan) in PLANS.iter() {
        let said = said(plan);
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
fn without_its_row_a_case_has_another_plan() {
    let wrong = unmoved(|entry| facts().without(&entry.row));
    assert!(
        wrong.is_empty(),
        "{} rows change nothing: {wrong:?}",
        wrong.len()
    );
}

#[test]
fn with_its_verdict_turned_round_a_case_has_another_plan() {
    let wrong = unmoved(|entry| {
        let case = Some(entry.case.as_str()).filter(|case| !case.is_empty());
        facts().turned_round(&entry.row, case)
    });
    assert!(
        wrong.is_empty(),
        "{} verdicts change nothing: {wrong:?}",
        wrong.len()
    );
}

#[test]
fn a_state_against_itself_is_silent() {
    let mut wrong = Vec::new();
    for mut entry in entries().into_iter().filter(|entry| !entry.unseen) {
        entry.before = entry.after.clone();
        entry.before_kind = None;
        // Of a fixed member whose value cannot be known the plan warns, also where both sides write the same.
        let open = usize::from(entry.row == "U1");
        let (found, verdict) = plan(&entry, facts());
        let silent = verdict == "Ok" && found.len() == open;
        if !silent {
            wrong.push(format!("{}: {verdict} {found:?}", name(&entry)));
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
