//! Real templates from a folder outside the repository: each is expanded, planned as a first deployment and against itself, and checked,
//! in processes of their own. What comes out is a report to read; crashes, endless runs and changes out of nothing are failures.
//!
//! `CORPUS=<folder> [ARMPLAN_ORACLE=<arm-real.jsonl.gz>] [ARMPLAN_ONLY=<part of a path>] [ARMPLAN_BINARY=<program>] cargo test --release --test all corpus -- --ignored --nocapture`

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use armplan::syntax::json::{Document, Kind, Node};
use armplan::text::FileId;
use serde_json::{Value, json};

use super::cases;

/// A run that takes longer has no bound.
const PATIENCE: Duration = Duration::from_secs(60);
/// Findings of one rule that the report names.
const EXAMPLES: usize = 12;

#[test]
#[ignore = "takes a corpus from the environment"]
fn corpus() {
    let corpus = PathBuf::from(variable("CORPUS").expect("CORPUS names a folder"));
    let rows = rows(&corpus);
    println!("{} templates", rows.len());
    let report = Mutex::new(Report::default());
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for worker in 0..2 {
            let (corpus, rows, report, next) = (&corpus, &rows, &report, &next);
            scope.spawn(move || {
                let scratch = tempfile(worker);
                while let Some(row) = rows.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let seen = look_at(corpus, row, &scratch);
                    report
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .add(row, seen);
                }
            });
        }
    });
    let report = report.into_inner().unwrap_or_else(PoisonError::into_inner);
    report.print();
    assert_eq!(report.failures, Vec::<String>::new());
}

#[allow(clippy::disallowed_methods, reason = "a test on demand")]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// `ARMPLAN_BINARY` where a program built elsewhere is to be looked at.
fn program() -> String {
    variable("ARMPLAN_BINARY").unwrap_or_else(|| env!("CARGO_BIN_EXE_armplan").to_owned())
}

fn tempfile(worker: usize) -> PathBuf {
    let name = format!("armplan-corpus-{}-{worker}.json", std::process::id());
    std::env::temp_dir().join(name)
}

/// One template with values for its parameters.
#[derive(Clone, Debug)]
struct Row {
    /// Path below the corpus.
    file: String,
    scope: String,
    parameters: Value,
    /// Whether the official engine took the template with these values; none where nobody asked it.
    accepted: Option<bool>,
}

/// The templates of the index, with the parameter values of the oracle where there is a row, else made-up ones.
fn rows(corpus: &Path) -> Vec<Row> {
    let only = variable("ARMPLAN_ONLY").unwrap_or_default();
    let oracle = variable("ARMPLAN_ORACLE").map_or_else(BTreeMap::new, |path| oracle(&path));
    let mut rows: BTreeMap<String, Row> = oracle.clone();
    for line in cases::text(&corpus.join("arm/index.jsonl")).lines() {
        let entry: Value = serde_json::from_str(line).expect("a JSON line");
        let file = entry["file"].as_str().expect("a path").to_owned();
        let scope = entry["scope"]
            .as_str()
            .unwrap_or("resourceGroup")
            .to_owned();
        rows.entry(file.clone()).or_insert_with(|| {
            let text = lossy(&corpus.join(&file));
            Row {
                parameters: made_up(&text),
                accepted: None,
                file,
                scope,
            }
        });
    }
    rows.into_values()
        .filter(|row| row.file.contains(&only) && corpus.join(&row.file).is_file())
        .collect()
}

fn lossy(path: &Path) -> String {
    #[allow(clippy::disallowed_methods, reason = "files of the caller")]
    let bytes = std::fs::read(path).unwrap_or_default();
    armplan::text::decode(bytes).text
}

/// Rows of an oracle file by template; of several for one template the first.
fn oracle(path: &str) -> BTreeMap<String, Row> {
    #[allow(clippy::disallowed_methods, reason = "a file of the caller")]
    let bytes = std::fs::read(path).expect("the oracle");
    let mut text = String::new();
    flate2::read::GzDecoder::new(bytes.as_slice())
        .read_to_string(&mut text)
        .expect("compressed text");
    let mut rows = BTreeMap::new();
    for line in text.lines() {
        let entry: Value = serde_json::from_str(line).expect("a JSON line");
        let file = entry["file"].as_str().expect("a path").to_owned();
        rows.entry(file.clone()).or_insert_with(|| Row {
            file,
            scope: entry["scope"]
                .as_str()
                .unwrap_or("resourceGroup")
                .to_owned(),
            parameters: entry["parameters"].clone(),
            accepted: Some(entry.get("error").is_none()),
        });
    }
    rows
}

/// A value for each parameter without a default, by its type and bounds.
pub(crate) fn made_up(text: &str) -> Value {
    let document = Document::parse(FileId(0), text.into());
    let mut values = serde_json::Map::new();
    let declared = document.root().and_then(|root| root.get("parameters"));
    for member in declared.into_iter().flat_map(Node::members) {
        let declaration = member.value;
        let optional = ["defaultValue", "nullable"]
            .iter()
            .any(|name| declaration.get(name).is_some());
        if let (false, Some(name), Some(value)) =
            (optional, member.key.string(), value_for(declaration))
        {
            values.insert(name.into_owned(), value);
        }
    }
    Value::Object(values)
}

fn value_for(declaration: Node<'_>) -> Option<Value> {
    if let Some(first) = declaration
        .get("allowedValues")
        .and_then(|all| all.items().next())
    {
        return plain(first);
    }
    let bound = |name: &str| {
        let node = declaration.get(name)?;
        node.source().parse::<i64>().ok()
    };
    let kind = declaration.get("type")?.string()?.to_ascii_lowercase();
    Some(match kind.as_str() {
        "int" => json!(bound("minValue").or_else(|| bound("maxValue")).unwrap_or(1)),
        "bool" => json!(true),
        "array" => json!([]),
        "object" | "secureobject" => json!({}),
        "string" => {
            let length = bound("minLength").unwrap_or(0).max(5);
            let length = length.min(bound("maxLength").unwrap_or(length));
            let wanted = usize::try_from(length).unwrap_or(5);
            json!("sample".chars().cycle().take(wanted).collect::<String>())
        }
        "securestring" => json!("Sample-Pass-1234"),
        _ => return None,
    })
}

fn plain(node: Node<'_>) -> Option<Value> {
    match node.kind() {
        Kind::PlainString | Kind::EscapedString => node.string().map(|text| json!(text)),
        _ => serde_json::from_str(node.source()).ok(),
    }
}

/// What was seen of one template.
#[derive(Debug, Default)]
struct Seen {
    failures: Vec<String>,
    slowest: Duration,
    /// Unknown values of AKS resources: reason and where.
    unknown: Vec<(String, String)>,
    /// AKS resources.
    aks: usize,
    /// Findings of level error: command, rule, message with place.
    errors: Vec<(&'static str, String, String)>,
}

fn look_at(corpus: &Path, row: &Row, scratch: &Path) -> Seen {
    let mut seen = Seen::default();
    let template = corpus.join(&row.file);
    let template = template.to_string_lossy();
    let values: serde_json::Map<String, Value> = row
        .parameters
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.clone(), json!({ "value": value })))
        .collect();
    let file = json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
        "contentVersion": "1.0.0.0",
        "parameters": values,
    });
    #[allow(
        clippy::disallowed_methods,
        reason = "a file for the program under test"
    )]
    std::fs::write(scratch, file.to_string()).expect("a writable folder");
    let parameters = scratch.to_string_lossy();
    let root = corpus.to_string_lossy();
    let scope: &[&str] = match row.scope.as_str() {
        "subscription" => &["--subscription", "00000000-0000-0000-0000-000000000001"],
        "managementGroup" => &["--management-group", "mg"],
        "tenant" => &[],
        _ => &[
            "--subscription",
            "00000000-0000-0000-0000-000000000001",
            "--resource-group",
            "rg",
        ],
    };
    let common: Vec<&str> = [
        "--no-config",
        "--root",
        &root,
        "-p",
        &parameters,
        "--tenant",
        "00000000-0000-0000-0000-00000000000a",
        "--location",
        "eastus",
        "--deployment-name",
        "dep",
    ]
    .into_iter()
    .chain(scope.iter().copied())
    .collect();
    seen.run(
        "expand",
        &[&["expand", &template], common.as_slice()].concat(),
    );
    let json = ["--format", "json", "--as-of", "2026-07-01"];
    let new = [&["plan", &template, "--new"], json.as_slice(), &common].concat();
    if let Some(plan) = seen.run("plan --new", &new) {
        seen.unknown_values(&plan);
        seen.errors_of("plan --new", &plan);
    }
    let same = [
        &["plan", &template, "--before", &template],
        json.as_slice(),
        &common,
    ]
    .concat();
    if let Some(plan) = seen.run("plan against itself", &same) {
        seen.nothing_changes(&plan);
    }
    let check = [&["check", &template], json.as_slice(), &common].concat();
    if let Some(check) = seen.run("check", &check) {
        seen.errors_of("check", &check);
    }
    seen
}

impl Seen {
    /// Runs the program; none where it gave no JSON.
    fn run(&mut self, what: &str, arguments: &[&str]) -> Option<Value> {
        let start = Instant::now();
        #[allow(clippy::disallowed_methods, reason = "the program under test")]
        let mut child = Command::new(program())
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut output = child.stdout.take().expect("a pipe");
        let mut errors = child.stderr.take().expect("a pipe");
        let reader = std::thread::spawn(move || {
            let mut bytes = Vec::new();
            let _ = output.read_to_end(&mut bytes);
            bytes
        });
        let complaints = std::thread::spawn(move || {
            let mut bytes = Vec::new();
            let _ = errors.read_to_end(&mut bytes);
            bytes
        });
        let status = loop {
            if let Some(status) = child.try_wait().expect("a child of ours") {
                break Some(status);
            }
            if start.elapsed() > PATIENCE {
                let _ = child.kill();
                let _ = child.wait();
                break None;
            }
            std::thread::sleep(Duration::from_millis(2));
        };
        let text = reader.join().unwrap_or_default();
        let complaints = complaints.join().unwrap_or_default();
        self.slowest = self.slowest.max(start.elapsed());
        let Some(status) = status else {
            self.failures.push(format!("{what}: no end"));
            return None;
        };
        if !matches!(status.code(), Some(0 | 1 | 3 | 4)) {
            let complaint = String::from_utf8_lossy(&complaints).replace('\n', " ");
            let complaint: String = complaint.chars().take(300).collect();
            self.failures.push(format!("{what}: {status}: {complaint}"));
            return None;
        }
        let parsed = serde_json::from_slice(&text);
        if parsed.is_err() {
            self.failures.push(format!("{what}: no JSON"));
        }
        parsed.ok()
    }

    fn unknown_values(&mut self, plan: &Value) {
        for change in plan["changes"].as_array().into_iter().flatten() {
            let id = change["resourceId"].as_str().unwrap_or("");
            if !is_aks(id) {
                continue;
            }
            self.aks += 1;
            for unknown in change["unknown"].as_array().into_iter().flatten() {
                let reason = unknown["reason"].as_str().unwrap_or("?").to_owned();
                self.unknown.push((
                    reason,
                    format!("{} {}", unknown["pointer"], unknown["expression"]),
                ));
            }
        }
    }

    fn errors_of(&mut self, command: &'static str, report: &Value) {
        for finding in report["findings"].as_array().into_iter().flatten() {
            if finding["level"] == "error" {
                let rule = finding["rule"].as_str().unwrap_or("?").to_owned();
                let message = format!(
                    "{}:{}: {}",
                    finding["location"]["path"].as_str().unwrap_or("?"),
                    finding["location"]["start"]["line"],
                    finding["message"].as_str().unwrap_or("?")
                );
                self.errors.push((command, rule, message));
            }
        }
    }

    fn nothing_changes(&mut self, plan: &Value) {
        for change in plan["changes"].as_array().into_iter().flatten() {
            let kind = change["changeType"].as_str().unwrap_or("?");
            if !matches!(kind, "NoChange" | "Ignore") {
                self.failures.push(format!(
                    "against itself: {kind} of {}",
                    change["resourceId"]
                ));
            }
        }
        let verdict = plan["verdict"].as_str().unwrap_or("?");
        if !matches!(verdict, "ok" | "incomplete") {
            self.failures
                .push(format!("against itself: verdict {verdict}"));
        }
    }
}

fn is_aks(id: &str) -> bool {
    id.to_ascii_lowercase()
        .contains("microsoft.containerservice/managedclusters")
}

/// What was seen of all templates.
#[derive(Debug, Default)]
struct Report {
    failures: Vec<String>,
    templates: usize,
    aks: usize,
    slowest: Vec<(Duration, String)>,
    unknown: BTreeMap<String, Vec<String>>,
    errors: BTreeMap<(&'static str, String, &'static str), Vec<String>>,
}

impl Report {
    fn add(&mut self, row: &Row, seen: Seen) {
        self.templates += 1;
        self.aks += seen.aks;
        self.slowest.push((seen.slowest, row.file.clone()));
        for failure in seen.failures {
            self.failures.push(format!("{}: {failure}", row.file));
        }
        let engine = match row.accepted {
            Some(true) => "taken by the engine",
            Some(false) => "refused by the engine",
            None => "not shown to the engine",
        };
        for (reason, place) in seen.unknown {
            self.unknown
                .entry(format!("{reason}, {engine}"))
                .or_default()
                .push(format!("{}: {place}", row.file));
        }
        for (command, rule, message) in seen.errors {
            self.errors
                .entry((command, rule, engine))
                .or_default()
                .push(message);
        }
    }

    fn print(&self) {
        println!("{} templates, {} AKS resources", self.templates, self.aks);
        let mut slowest = self.slowest.clone();
        slowest.sort();
        for (time, file) in slowest.iter().rev().take(5) {
            println!("slow: {time:?} {file}");
        }
        for (reason, places) in &self.unknown {
            println!("unknown AKS values, {reason}: {}", places.len());
            print_examples(places);
        }
        for ((command, rule, engine), messages) in &self.errors {
            println!("{command}: {rule}, {engine}: {}", messages.len());
            print_examples(messages);
        }
        println!("{} failures", self.failures.len());
        for failure in &self.failures {
            println!("  {failure}");
        }
    }
}

fn print_examples(all: &[String]) {
    for one in all.iter().take(EXAMPLES) {
        println!("    {one}");
    }
}
