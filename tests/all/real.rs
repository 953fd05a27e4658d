//! Deployments as teams write them (`testdata/real`): each edit's plan says what its `edits.toml` expects.

use std::collections::BTreeSet;

use super::cases::evaluate::evaluate;
use super::cases::{self, Case, Expected, Scope, Side, line};

/// The cases themselves: edits that apply, places that exist, names that are used once.
#[test]
fn real_cases_hold_together() {
    let cases = cases::all();
    assert!(cases.len() >= 14, "{} deployments", cases.len());
    for case in &cases {
        let named = usize::from(case.template.is_some()) + usize::from(case.config.is_some());
        assert_eq!(named, 1, "{}: a template or a configuration", case.name);
        assert!(!case.about.is_empty(), "{}", case.name);
        inputs_are_there(case);
        assert!(case.edits.len() >= 3, "{} has too few edits", case.name);
        let names: BTreeSet<&str> = case.edits.iter().map(|edit| edit.name.as_str()).collect();
        assert_eq!(names.len(), case.edits.len(), "{}", case.name);
        for edit in &case.edits {
            let what = format!("{}/{}", case.name, edit.name);
            assert!(!edit.why.is_empty(), "{what}");
            let after = case
                .after(edit)
                .unwrap_or_else(|error| panic!("{what}: {error}"));
            assert_ne!(after, case.files, "{what} changes nothing");
            for expected in &edit.findings {
                let tree = match expected.side {
                    Side::Before => &case.files,
                    Side::After => &after,
                };
                let text = tree.get(&expected.file).expect("the file of a finding");
                let line = line(text, expected.line).expect("the line of a finding");
                if let Some(part) = &expected.text {
                    assert!(line.contains(part), "{what}: no {part:?} in {line:?}");
                }
                expectation_makes_sense(expected, line, &what);
            }
            let refused = edit.findings.iter().any(|finding| finding.level == "error");
            assert_eq!(refused, edit.verdict == "blocked", "{what}");
        }
    }
}

fn inputs_are_there(case: &Case) {
    for named in case.config.iter().chain(&case.template) {
        let text = case.files.get(named).expect("the named file");
        let subscription = text.contains("subscriptionDeploymentTemplate.json");
        assert_eq!(case.scope == Scope::Subscription, subscription, "{named}");
    }
    for parameters in case.parameters.iter().filter(|one| !one.contains('=')) {
        assert!(case.files.contains_key(parameters), "{parameters}");
    }
}

fn expectation_makes_sense(expected: &Expected, line: &str, what: &str) {
    assert!(expected.rule.starts_with("aks-"), "{what}");
    assert!(
        expected.target.is_none() || expected.code.is_some(),
        "{what}"
    );
    assert!(!expected.resource.starts_with('/'), "{what}");
    if let (Some(column), Some(part)) = (expected.column, &expected.text) {
        let units: Vec<u16> = line.encode_utf16().skip(column - 1).collect();
        let rest = String::from_utf16(&units).expect("a whole character");
        assert!(unquoted(&rest).starts_with(part), "{what}: {rest:?}");
    }
    for kind in expected.trace.iter().flatten() {
        assert!(TRACE_KINDS.contains(&kind.as_str()), "{what}: {kind}");
    }
}

fn unquoted(text: &str) -> &str {
    text.strip_prefix(['"', '\'']).unwrap_or(text)
}

const TRACE_KINDS: [&str; 9] = [
    "property",
    "literal",
    "parameter-file",
    "command-line",
    "default",
    "variable",
    "function",
    "copy",
    "module",
];

/// Every template is one that the engine takes, before and after each edit.
#[test]
fn real_cases_evaluate() {
    for case in cases::all() {
        let before = evaluate(&case, &case.files);
        assert_eq!(before.errors(), Vec::<String>::new(), "{}", case.name);
        for edit in &case.edits {
            let after = evaluate(&case, &case.after(edit).expect("an edit that applies"));
            let what = format!("{}/{}", case.name, edit.name);
            assert_eq!(after.errors(), Vec::<String>::new(), "{what}");
        }
    }
}
