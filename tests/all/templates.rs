//! Whole templates against the official engine's answers: the same resources, values, unknowns and outputs.
//! Rows: `{id, scope, template | file, parameters, unknown[], secure[], snapshot | error}`.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::format_push_string,
    reason = "a test"
)]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use armplan::eval::Context;
use armplan::finding::Level;
use armplan::model::{ExternalInputs, NoFiles, Request, expand, read_parameter_file, template_of};
use armplan::report::{is_diagnostic, snapshot};
use armplan::syntax::json::Document;
use armplan::text::{Files, decode};
use serde_json::{Map, Value, json};

#[test]
fn engine_templates_hold() {
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/vectors/engine-templates.jsonl.gz");
    let rows = rows(&file);
    assert_eq!(rows.len(), 1865);
    let failed = run_all(&rows, None);
    assert!(
        failed.is_empty(),
        "{} rows differ:\n{}",
        failed.len(),
        show(&failed)
    );
}

/// Rows of real templates, on demand:
/// `ARMPLAN_ROWS=rows.jsonl.gz ARMPLAN_CORPUS=folder cargo test --release --test all rows_on_demand -- --ignored`.
#[test]
#[ignore = "takes a file from the environment"]
fn rows_on_demand() {
    let variable = |name: &str| {
        #[allow(
            clippy::disallowed_methods,
            reason = "a test on demand over files of the caller"
        )]
        std::env::var(name).ok()
    };
    let mut rows = rows(Path::new(&variable("ARMPLAN_ROWS").expect("ARMPLAN_ROWS")));
    if let Some(only) = variable("ARMPLAN_ONLY") {
        rows.retain(|row| row["id"].as_str().is_some_and(|id| id.contains(&only)));
    }
    let corpus = variable("ARMPLAN_CORPUS").map(PathBuf::from);
    let failed = run_all(&rows, corpus.as_deref());
    println!(
        "{} rows, {} differ\n{}",
        rows.len(),
        failed.len(),
        show(&failed)
    );
    assert!(failed.is_empty());
}

pub(crate) type Failed = Vec<(String, Vec<Difference>)>;

pub(crate) fn show(failed: &Failed) -> String {
    let mut text = String::new();
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, differences) in failed {
        let kind = differences
            .iter()
            .find(|d| d.kind != "text")
            .map_or("", |d| d.kind);
        *kinds.entry(kind).or_default() += 1;
    }
    text.push_str(&format!("{kinds:?}\n"));
    for (id, differences) in failed {
        text.push_str(&format!("{id}\n"));
        for difference in differences.iter().filter(|d| d.kind != "text").take(3) {
            let cut = |text: &str| text.chars().take(300).collect::<String>();
            text.push_str(&format!(
                "    {} {} | got {} | want {}\n",
                difference.kind,
                difference.path,
                cut(&difference.got.to_string()),
                cut(&difference.want.to_string())
            ));
        }
    }
    text
}

#[allow(clippy::disallowed_methods, reason = "test data")]
pub(crate) fn rows(path: &Path) -> Vec<Value> {
    let bytes = std::fs::read(path).expect("the rows");
    let reader = BufReader::new(flate2::read::GzDecoder::new(bytes.as_slice()));
    let lines = reader.lines().map(|line| line.expect("text"));
    lines
        .map(|line| serde_json::from_str(&line).expect("a row"))
        .collect()
}

fn run_all(rows: &[Value], corpus: Option<&Path>) -> Failed {
    let half = rows.len().div_ceil(4).max(1);
    std::thread::scope(|scope| {
        let run = |part: &'_ [Value]| -> Failed {
            let each = part.iter().map(|row| {
                let start = std::time::Instant::now();
                let found = differences(row, corpus);
                let took = start.elapsed();
                if took.as_secs() >= 2 {
                    println!("{} took {took:?}", id(row));
                }
                (id(row), found)
            });
            each.filter(|(_, found)| found.iter().any(|one| one.kind != "text"))
                .collect()
        };
        let workers: Vec<_> = rows
            .chunks(half)
            .map(|part| {
                std::thread::Builder::new()
                    .stack_size(64 << 20)
                    .spawn_scoped(scope, move || run(part))
                    .expect("a thread")
            })
            .collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().expect("no panic"))
            .collect()
    })
}

fn id(row: &Value) -> String {
    let text = |name: &str| row[name].as_str().unwrap_or("").to_owned();
    match &row["id"] {
        Value::String(id) => format!("{id} {}", text("file")),
        other => format!("{other} {}", text("file")),
    }
}

pub(crate) struct Difference {
    pub(crate) kind: &'static str,
    path: String,
    got: Value,
    want: Value,
}

pub(crate) fn difference(kind: &'static str, path: &str, got: &Value, want: &Value) -> Difference {
    Difference {
        kind,
        path: path.to_owned(),
        got: got.clone(),
        want: want.clone(),
    }
}

fn context(row: &Value) -> Context {
    let given = |text: &str| Some(Arc::from(text));
    let mut context = Context {
        tenant: given("00000000-0000-0000-0000-00000000000a"),
        location: given("eastus"),
        deployment_name: given("dep"),
        ..Context::default()
    };
    let subscription = given("00000000-0000-0000-0000-000000000001");
    match row["scope"].as_str().unwrap_or("resourceGroup") {
        "resourceGroup" => {
            context.resource_group = given("rg");
            context.subscription = subscription;
        }
        "subscription" => context.subscription = subscription,
        "managementGroup" => context.management_group = given("mg"),
        _ => {}
    }
    context
}

/// What differs; an empty list for a row whose file is absent.
fn differences(row: &Value, corpus: Option<&Path>) -> Vec<Difference> {
    let text = match (row["file"].as_str(), corpus) {
        (Some(file), Some(corpus)) =>
        {
            #[allow(clippy::disallowed_methods, reason = "a corpus of the caller")]
            match std::fs::read(corpus.join(file)) {
                Ok(bytes) => decode(bytes).text,
                Err(_) => return Vec::new(),
            }
        }
        _ => row["template"].to_string(),
    };
    let files = Files::default();
    let entry = files.add("template.json", None, text);
    let template = template_of(&files, entry);
    let deployment = expand(Request {
        template,
        given: given(row, &files),
        context: context(row),
        loader: &NoFiles,
    });
    let refused = deployment
        .problems
        .iter()
        .any(|problem| problem.level == Level::Error && is_diagnostic(problem));
    let got = snapshot(&files, &deployment);
    if let Some(error) = row.get("error") {
        return if refused {
            Vec::new()
        } else {
            vec![difference("not-refused", "", &Value::Null, error)]
        };
    }
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

fn given(row: &Value, files: &Files) -> Vec<armplan::model::Given> {
    let Some(parameters) = row["parameters"].as_object() else {
        return Vec::new();
    };
    let unknown: Vec<&str> = row["unknown"].as_array().map_or(Vec::new(), |names| {
        names.iter().filter_map(Value::as_str).collect()
    });
    let values: Map<String, Value> = parameters
        .iter()
        .filter(|(name, _)| !unknown.contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), json!({ "value": value })))
        .collect();
    let schema =
        "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#";
    let file = json!({ "$schema": schema, "contentVersion": "1.0.0.0", "parameters": values });
    let id = files.add("values.parameters.json", None, file.to_string());
    let document = Document::parse(id, Arc::clone(&files.get(id).text));
    read_parameter_file(&document, &ExternalInputs::default()).given
}

pub(crate) fn has_items(value: &Value) -> bool {
    value.as_array().is_some_and(|items| !items.is_empty())
}

/// The engine prints defaults of secure parameters, we must not.
pub(crate) fn hide(row: &Value, found: &mut [Difference]) {
    let Some(secure) = row["secure"].as_array() else {
        return;
    };
    let names: Vec<String> = secure
        .iter()
        .filter_map(|name| Some(format!("parameters('{}')", name.as_str()?.to_lowercase())))
        .collect();
    for one in found.iter_mut().filter(|one| one.kind == "unknown-here") {
        let got = one.got.as_str().unwrap_or("").to_lowercase();
        if names.iter().any(|name| got.contains(name)) {
            one.kind = "text";
        }
    }
}

pub(crate) fn is_expression(value: &Value) -> bool {
    value.as_str().is_some_and(|text| {
        text.len() > 2 && text.starts_with('[') && text.ends_with(']') && !text.starts_with("[[")
    })
}

/// Blanks outside strings dropped, names in lower case.
fn normal(text: &str) -> String {
    let mut quoted = false;
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c == '\'' {
            quoted = !quoted;
        }
        if quoted {
            out.push(c);
        } else if !c.is_whitespace() {
            out.extend(c.to_lowercase());
        }
    }
    out
}

/// What stays open in the engine, though it may be known.
fn is_free(text: &str) -> bool {
    let text = text.to_lowercase();
    [
        "deployer",
        "newguid",
        "utcnow",
        "subscription().displayname",
        "tenant().countrycode",
        "tenant().displayname",
    ]
    .iter()
    .any(|word| text.contains(word))
}

fn diff(got: &Value, want: &Value, path: &str, out: &mut Vec<Difference>) {
    let mut push = |kind| out.push(difference(kind, path, got, want));
    if let (Some(text), Some(have)) = (want.as_str(), got.as_str())
        && text.starts_with('[')
        && text.ends_with(']')
        && have.strip_prefix('[') == Some(text)
    {
        return;
    }
    if got == "(secure)" && path.starts_with("outputs/") {
        return push("text");
    }
    if is_expression(want) {
        let text = want.as_str().unwrap_or("");
        if !is_expression(got) {
            if !is_free(text) {
                push("known-here");
            }
        } else if normal(got.as_str().unwrap_or("")) != normal(text) {
            push("text");
        }
        return;
    }
    if is_expression(got) {
        return push("unknown-here");
    }
    match (got, want) {
        (Value::Object(got), Value::Object(want)) => diff_objects(got, want, path, out),
        (Value::Array(have), Value::Array(wanted)) => {
            if have.len() != wanted.len() {
                return push("length");
            }
            for (at, (have, wanted)) in have.iter().zip(wanted).enumerate() {
                diff(have, wanted, &format!("{path}/{at}"), out);
            }
        }
        (Value::Number(have), Value::Number(wanted)) => {
            let same =
                have == wanted || (have.as_f64() == wanted.as_f64() && have.as_f64().is_some());
            if !same {
                push("value");
            }
        }
        _ if got != want => push("value"),
        _ => {}
    }
}

fn diff_objects(
    got: &Map<String, Value>,
    want: &Map<String, Value>,
    path: &str,
    out: &mut Vec<Difference>,
) {
    let bare = |key: &String| match key.strip_prefix('[') {
        Some(rest) if rest.starts_with('[') && rest.ends_with(']') && want.contains_key(rest) => {
            rest.to_owned()
        }
        _ => key.clone(),
    };
    let got: Map<String, Value> = got
        .iter()
        .map(|(key, value)| (bare(key), value.clone()))
        .collect();
    for (key, wanted) in want {
        let similar = || {
            got.iter()
                .find(|(name, _)| name.to_lowercase() == key.to_lowercase())
                .map(|one| one.1)
        };
        let path = format!("{path}/{key}");
        match got.get(key).or_else(similar) {
            Some(have) => diff(have, wanted, &path, out),
            None => out.push(difference("missing", &path, &Value::Null, wanted)),
        }
    }
    for (key, have) in &got {
        if !want
            .keys()
            .any(|name| name.to_lowercase() == key.to_lowercase())
        {
            out.push(difference(
                "extra",
                &format!("{path}/{key}"),
                have,
                &Value::Null,
            ));
        }
    }
}

fn by_id(resources: &Value) -> BTreeMap<String, Vec<&Value>> {
    let mut table: BTreeMap<String, Vec<&Value>> = BTreeMap::new();
    for resource in resources.as_array().into_iter().flatten() {
        let id = &resource["id"];
        let text = id.as_str().unwrap_or("");
        let key = if is_expression(id) {
            normal(text)
        } else {
            text.to_owned()
        };
        table.entry(key.to_lowercase()).or_default().push(resource);
    }
    table
}

pub(crate) fn compare(got: &Value, want: &Value) -> Vec<Difference> {
    let mut out = Vec::new();
    let (mut have, wanted) = (
        by_id(&got["predictedResources"]),
        by_id(&want["predictedResources"]),
    );
    let kind = |rows: &[&Value]| rows[0]["type"].as_str().unwrap_or("").to_lowercase();
    for (key, rows) in wanted.iter().filter(|(key, _)| key.starts_with('[')) {
        if have.contains_key(key) {
            continue;
        }
        let other = have
            .iter()
            .find(|(other, found)| {
                other.starts_with('[')
                    && !wanted.contains_key(*other)
                    && kind(found) == kind(rows)
                    && found.len() == rows.len()
            })
            .map(|(other, _)| other.clone());
        if let Some(found) = other.and_then(|other| have.remove(&other)) {
            have.insert(key.clone(), found);
        }
    }
    for (key, rows) in &wanted {
        let Some(found) = have.get(key) else {
            out.push(difference("no-resource", key, &Value::Null, &Value::Null));
            continue;
        };
        if found.len() != rows.len() {
            out.push(difference(
                "copies",
                key,
                &found.len().into(),
                &rows.len().into(),
            ));
            continue;
        }
        for (have, wanted) in found.iter().zip(rows) {
            diff(
                have,
                wanted,
                wanted["name"].as_str().unwrap_or(""),
                &mut out,
            );
        }
    }
    let gave_up = has_items(&want["diagnostics"]);
    for key in have
        .keys()
        .filter(|key| !wanted.contains_key(*key) && !gave_up)
    {
        out.push(difference(
            "extra-resource",
            key,
            &Value::Null,
            &Value::Null,
        ));
    }
    let empty = Value::Object(Map::new());
    let outputs = |value: &Value| {
        if value["outputs"].is_object() {
            value["outputs"].clone()
        } else {
            empty.clone()
        }
    };
    diff(&outputs(got), &outputs(want), "outputs", &mut out);
    if gave_up {
        out.retain(|one| {
            let open = one.want.as_str().unwrap_or("").to_lowercase();
            !(one.kind == "known-here" && open.contains("microsoft.resources/deployments"))
        });
    }
    out
}
