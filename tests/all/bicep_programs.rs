//! Small Bicep programs against the official answers: what would be deployed, or that the file is refused.
//! Rows: `{id, feature, files, files_hex?, entry?, params?, context?, scope, unknown?, secure?, snapshot | error}`.
#![allow(clippy::expect_used, reason = "a test")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use armplan::eval::Context;
use armplan::finding::Level;
use armplan::model::{Deployment, Library, Places, Request, check_given, expand};
use armplan::report::{is_diagnostic, snapshot};
use armplan::source::Memory;
use armplan::text::Files;
use serde_json::Value;

use crate::templates::{Difference, Failed, compare, difference, has_items, hide, rows, show};

/// Rows whose answer is not ours, each with its reason.
const EXPLAINED: [(&str, &str); 6] = [
    ("op-014~u", NULLABLE),
    ("real-001~u", NULLABLE),
    ("real-016~u", NULLABLE),
    (
        "spec-021~u",
        "a member whose name is not known may be the one that is asked for",
    ),
    (
        "scope-008",
        "a module of the tenant deploys to the tenant, not to the management group around it",
    ),
    (
        "scope-008~u",
        "and one whose management group is not known does not deploy to the one around it",
    ),
];

const NULLABLE: &str = "a parameter without a value that takes null is null; the answer was given for one whose value is not known";

/// Codes of the compiler for types of values and for experiments, which no evaluation needs.
const LEFT_OUT: [&str; 7] = [
    "BCP033", "BCP034", "BCP046", "BCP070", "BCP075", "BCP135", "BCP349",
];

#[test]
fn bicep_programs_hold() {
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/vectors/bicep-programs.jsonl.gz");
    let rows = rows(&file);
    assert_eq!(rows.len(), 743);
    let mut failed: Failed = Vec::new();
    let mut explained = 0;
    for row in &rows {
        let id = row["id"].as_str().expect("an id");
        let found = differences(row);
        let differs = found.iter().any(|one| one.kind != "text");
        if EXPLAINED.iter().any(|(known, _)| *known == id) {
            assert!(differs, "{id} holds: it needs no explanation");
            explained += 1;
        } else if differs && !is_left_out(row) {
            failed.push((id.to_owned(), found));
        }
    }
    assert_eq!(explained, EXPLAINED.len());
    assert!(
        failed.is_empty(),
        "{} rows differ:\n{}",
        failed.len(),
        show(&failed)
    );
}

/// Whether the compiler refuses it only because of what is left out.
fn is_left_out(row: &Value) -> bool {
    let known = |code: &Value| LEFT_OUT.contains(&code.as_str().unwrap_or(""));
    let codes = row["error"]["codes"].as_array();
    codes.is_some_and(|codes| !codes.is_empty() && codes.iter().all(known))
}

fn differences(row: &Value) -> Vec<Difference> {
    let mut source = Memory::default();
    let texts = row["files"].as_object().expect("files");
    for (name, text) in texts {
        let text = text
            .as_str()
            .map_or_else(|| text.to_string(), ToOwned::to_owned);
        source = source.with(Path::new("/p").join(name), text);
    }
    for (name, hex) in row["files_hex"].as_object().into_iter().flatten() {
        source = source.with_bytes(
            Path::new("/p").join(name),
            bytes(hex.as_str().unwrap_or("")),
        );
    }
    let entry = Path::new("/p").join(row["entry"].as_str().unwrap_or("main.bicep"));
    let entry = if texts.contains_key("main.bicep") || row["entry"].is_string() {
        entry
    } else {
        PathBuf::from("/p/main.json")
    };
    let mut parameters = texts
        .contains_key("main.bicepparam")
        .then(|| PathBuf::from("/p/main.bicepparam"));
    if let Some(params) = row["params"].as_str().filter(|params| !params.is_empty()) {
        let name = entry
            .file_name()
            .and_then(|name| name.to_str())
            .expect("a name");
        source = source.with(
            "/p/oracle-main.bicepparam",
            format!("using '{name}'\n{params}"),
        );
        parameters = Some(PathBuf::from("/p/oracle-main.bicepparam"));
    }
    let files = Files::default();
    let deployment = evaluate(row, source, &files, &entry, parameters.as_deref());
    let refused = deployment
        .problems
        .iter()
        .any(|problem| problem.level == Level::Error && is_diagnostic(problem));
    if let Some(error) = row.get("error") {
        return if refused {
            Vec::new()
        } else {
            vec![difference("not-refused", "", &Value::Null, error)]
        };
    }
    let got = snapshot(&files, &deployment);
    let want = &row["snapshot"];
    let mut found = compare(&got, want);
    hide(row, &mut found);
    if has_items(&got["diagnostics"]) && !has_items(&want["diagnostics"]) {
        found.push(difference(
            "diagnostics",
            "",
            &got["diagnostics"],
            &want["diagnostics"],
        ));
    }
    found
}

fn evaluate(
    row: &Value,
    source: Memory,
    files: &Files,
    entry: &Path,
    parameters: Option<&Path>,
) -> Deployment {
    let places = Places::default();
    let library = Library::new(Arc::new(source), files, &places);
    let template = library.template(entry).expect("the entry");
    let (mut given, mut problems) = (Vec::new(), Vec::new());
    if let Some(path) = parameters {
        let file = library.parameters(path).expect("the parameters");
        problems.extend(file.problems.iter().cloned());
        problems.extend(check_given(&template, &file.given, file.beside));
        given.extend(file.given.iter().cloned());
    }
    let mut deployment = expand(Request {
        template,
        given,
        context: context(row),
        loader: &library,
    });
    deployment.problems.extend(problems);
    deployment
}

fn context(row: &Value) -> Context {
    let given = |name: &str, usual: Option<&str>| match row["context"].as_object() {
        Some(context) => context.get(name).and_then(Value::as_str).map(Arc::from),
        None => usual.map(Arc::from),
    };
    let scope = row["scope"].as_str().unwrap_or("resourceGroup");
    let in_subscription = matches!(scope, "resourceGroup" | "subscription");
    Context {
        tenant: given("tenant", Some("00000000-0000-0000-0000-00000000000a")),
        subscription: given(
            "subscription",
            in_subscription.then_some("00000000-0000-0000-0000-000000000001"),
        ),
        resource_group: given("resource-group", (scope == "resourceGroup").then_some("rg")),
        management_group: given(
            "management-group",
            (scope == "managementGroup").then_some("mg"),
        ),
        location: given("location", Some("eastus")),
        deployment_name: given("deployment-name", Some("dep")),
        ..Context::default()
    }
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u32> = hex.chars().filter_map(|c| c.to_digit(16)).collect();
    let pairs = digits.chunks_exact(2);
    pairs
        .filter_map(|pair| match pair {
            [high, low] => u8::try_from(high * 16 + low).ok(),
            _ => None,
        })
        .collect()
}
