//! Deployments as teams write them (`testdata/real`): each edit's plan says what its `edits.toml` expects.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};

use super::cases::evaluate::evaluate;
use super::cases::plan::{Scratch, arguments, armplan, between};
use super::cases::{self, Case, Edit, Expected, Scope, Side, Tree, line};

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
    let mut wrong = Vec::new();
    for case in cases::all() {
        for error in evaluate(&case, &case.files).errors() {
            wrong.push(format!("{}: {error}", case.name));
        }
        for edit in &case.edits {
            let after = case.after(edit).expect("an edit that applies");
            for error in evaluate(&case, &after).errors() {
                wrong.push(format!("{}/{}: {error}", case.name, edit.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The findings of each edit's plan are the expected ones.
#[test]
fn real_edits_plan_as_expected() {
    let mut wrong = Vec::new();
    for case in cases::all() {
        for edit in &case.edits {
            let after = case.after(edit).expect("an edit that applies");
            let document = between(&case, &case.files, &after);
            for difference in differences(&case, edit, &after, &document) {
                wrong.push(format!("{}/{}: {difference}", case.name, edit.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Before and after in a repository: the program prints what stands beside the case.
#[test]
fn real_outputs_are_as_kept() {
    let mut wrong = Vec::new();
    for case in cases::all() {
        let scratch = Scratch::new();
        scratch.commit(&case.files);
        for edit in &case.edits {
            let after = case.after(edit).expect("an edit that applies");
            for (path, text) in &after {
                scratch.write(path, text);
            }
            let mut arguments = arguments(&case);
            arguments.extend(["--base", "HEAD"]);
            let text = armplan(scratch.path(), &arguments);
            arguments.extend(["--format", "json"]);
            let json = armplan(scratch.path(), &arguments);
            let status = Some(i32::from(edit.verdict == "blocked"));
            if text.status != status || json.status != status {
                let what = format!("{}/{}", case.name, edit.name);
                wrong.push(format!("{what}: exit {:?}, {}", text.status, text.errors));
            }
            let mut document = serde_json::to_string_pretty(&json.json()).expect("JSON");
            document.push('\n');
            let folder = cases::folder().join(&case.name).join("plan");
            for (name, output) in [("txt", &text.output), ("json", &document)] {
                let path = folder.join(format!("{}.{name}", edit.name));
                wrong.extend(golden(&path, output).err());
            }
        }
        no_output_is_left_over(&case);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// No output stands beside a case for an edit that it does not have.
fn no_output_is_left_over(case: &Case) {
    let folder = cases::folder().join(&case.name).join("plan");
    for entry in walkdir::WalkDir::new(folder).into_iter().flatten() {
        if entry.file_type().is_dir() {
            continue;
        }
        let stem = entry.path().file_stem().expect("a name").to_string_lossy();
        let known = case.edits.iter().any(|edit| edit.name == stem);
        assert!(known, "{} belongs to no edit", entry.path().display());
    }
}

/// Compares an output with the one in `testdata`, or writes it where `ARMPLAN_BLESS` is set.
fn golden(path: &Path, output: &str) -> Result<(), String> {
    if bless() {
        let folder = path.parent().expect("a folder");
        std::fs::create_dir_all(folder).expect("a writable folder");
        #[allow(clippy::disallowed_methods, reason = "a golden output, on demand")]
        std::fs::write(path, output).expect("a writable file");
        return Ok(());
    }
    #[allow(clippy::disallowed_methods, reason = "a golden output")]
    let known = std::fs::read_to_string(path).unwrap_or_default();
    let mut lines = output.lines().zip(known.lines()).enumerate();
    if known.replace("\r\n", "\n") == output {
        return Ok(());
    }
    let (at, ours, theirs) = lines
        .find(|(_, (ours, theirs))| ours != theirs)
        .map_or((0, "", ""), |(at, (ours, theirs))| (at + 1, ours, theirs));
    Err(format!(
        "{}:{at}: the output is not the one that was read and kept (ARMPLAN_BLESS=1 writes it anew)\n  kept: {theirs}\n  now:  {ours}",
        path.display()
    ))
}

fn bless() -> bool {
    #[allow(clippy::disallowed_methods, reason = "asked for by hand")]
    std::env::var("ARMPLAN_BLESS").is_ok_and(|value| value == "1")
}

/// What the document says otherwise than the edit expects.
fn differences(case: &Case, edit: &Edit, after: &Tree, document: &Value) -> Vec<String> {
    let mut differences = Vec::new();
    if document["verdict"] != edit.verdict.as_str() {
        differences.push(format!(
            "verdict {} and not {}",
            document["verdict"], edit.verdict
        ));
    }
    let mut found: Vec<&Value> = document["findings"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|finding| finding["level"] != "info")
        .collect();
    for expected in &edit.findings {
        let tree = match expected.side {
            Side::Before => &case.files,
            Side::After => after,
        };
        let mismatches: Vec<Vec<String>> = found
            .iter()
            .map(|finding| mismatch(expected, finding, tree))
            .collect();
        if let Some(at) = mismatches.iter().position(Vec::is_empty) {
            found.remove(at);
            continue;
        }
        let nearest = mismatches.iter().min_by_key(|reasons| reasons.len());
        differences.push(format!(
            "no {} of {}: {}",
            expected.rule,
            expected.resource,
            nearest.map_or_else(String::new, |reasons| reasons.join(", "))
        ));
    }
    for finding in found {
        differences.push(format!(
            "not expected: {} {} {} at {}",
            finding["level"], finding["rule"], finding["message"], finding["location"]
        ));
    }
    differences
}

fn mismatch(expected: &Expected, finding: &Value, tree: &Tree) -> Vec<String> {
    let mut reasons = Vec::new();
    let mut same = |what: &str, is: &Value, wanted: Value| {
        if *is != wanted {
            reasons.push(format!("{what} {is} and not {wanted}"));
        }
    };
    same("rule", &finding["rule"], json!(expected.rule));
    same("level", &finding["level"], json!(expected.level));
    let azure = &finding["azure"];
    let code = azure.get("code").unwrap_or(&Value::Null);
    same("code", code, json!(expected.code));
    if expected.target.is_some() {
        same("target", &azure["target"], json!(expected.target));
    }
    let location = &finding["location"];
    same("file", &location["path"], json!(expected.file));
    same("line", &location["start"]["line"], json!(expected.line));
    if expected.column.is_some() {
        same(
            "column",
            &location["start"]["column"],
            json!(expected.column),
        );
    }
    if let Some(text) = &expected.text {
        let shown = tree.get(&expected.file).map(|file| shown(file, location));
        same("text", &json!(shown), json!(text));
    }
    if let Some(trace) = &expected.trace {
        let kinds: Vec<&Value> = finding["trace"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|step| &step["kind"])
            .collect();
        same("trace", &json!(kinds), json!(trace));
    }
    let resource = finding["resource"].as_str().unwrap_or("");
    if !resource.ends_with(&expected.resource) {
        reasons.push(format!("resource {resource} and not {}", expected.resource));
    }
    reasons
}

/// The characters of a location on one line, without quotes.
fn shown(text: &str, location: &Value) -> String {
    let number = |side: &str, part: &str| {
        let number = location[side][part].as_u64().unwrap_or(1);
        usize::try_from(number).expect("a small number")
    };
    let Some(line) = line(text, number("start", "line")) else {
        return String::new();
    };
    let (start, end) = (number("start", "column"), number("end", "column"));
    let units: Vec<u16> = line.encode_utf16().collect();
    let units = units.get(start - 1..end - 1).unwrap_or_default();
    let text = String::from_utf16(units).expect("whole characters");
    let text = unquoted(&text);
    text.strip_suffix(['"', '\'']).unwrap_or(text).to_owned()
}
