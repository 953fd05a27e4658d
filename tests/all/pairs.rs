//! Pairs of a Bicep file and the template that the compiler makes of it: both deploy the same.
#![allow(clippy::expect_used, clippy::print_stdout, reason = "a test")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use armplan::eval::Context;
use armplan::model::{Library, Places, Request, expand};
use armplan::report::snapshot;
use armplan::source::{Disk, Workspace};
use armplan::text::Files;
use serde_json::{Value, json};

use crate::corpus::{made_up, variable};
use crate::templates::{Difference, Failed, compare, show};

/// Each folder of `testdata/pairs` has a `main.bicep` and the `main.json` that it stands for, written by hand, and perhaps
/// `parameters.json` with a value for each parameter.
#[test]
fn pairs_deploy_the_same() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/pairs");
    let mut failed: Failed = Vec::new();
    let names = folders(&folder);
    assert!(names.len() >= 40, "{} pairs", names.len());
    for name in names {
        let pair = folder.join(&name);
        let (bicep, json) = (
            evaluated(&pair, "main.bicep"),
            evaluated(&pair, "main.json"),
        );
        assert_eq!(json["diagnostics"], json!([]), "{name}");
        let found = differences(&bicep, &json);
        if !found.is_empty() || bicep["diagnostics"] != json["diagnostics"] {
            println!("{name}: {}", bicep["diagnostics"]);
            failed.push((name, found));
        }
    }
    assert!(
        failed.is_empty(),
        "{} pairs differ:\n{}",
        failed.len(),
        show(&failed)
    );
}

/// `cargo build --release && CORPUS=<folder> ARMPLAN_BINARY=target/release/armplan cargo test --test all corpus_pairs -- --ignored --nocapture`:
/// the pairs of `pairs/index.jsonl`, with parameter values made up by type.
#[test]
#[ignore = "takes a corpus from the environment"]
fn corpus_pairs() {
    let corpus = PathBuf::from(variable("CORPUS").expect("CORPUS names a folder"));
    let corpus = corpus.canonicalize().expect("a folder");
    let only = variable("ARMPLAN_ONLY").unwrap_or_default();
    let rows: Vec<Value> = text(&corpus.join("pairs/index.jsonl"))
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .filter(|row: &Value| row["id"].as_str().is_some_and(|id| id.contains(&only)))
        .collect();
    let next = AtomicUsize::new(0);
    let seen = Mutex::new(BTreeMap::<usize, Vec<Difference>>::new());
    std::thread::scope(|scope| {
        for worker in 0..2 {
            let (corpus, rows, next, seen) = (&corpus, &rows, &next, &seen);
            scope.spawn(move || {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(row) = rows.get(at) else { break };
                    let found = pair_of_corpus(corpus, row, worker);
                    seen.lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .insert(at, found);
                }
            });
        }
    });
    let mut failed: Failed = Vec::new();
    let mut kinds: BTreeMap<String, (usize, usize, usize)> = BTreeMap::new();
    for (at, found) in seen.into_inner().unwrap_or_else(PoisonError::into_inner) {
        let word = |name: &str| rows[at][name].as_str().unwrap_or("").to_owned();
        let count = kinds
            .entry(format!("{} {}", word("repo"), word("kind")))
            .or_default();
        let differs = found.iter().any(|one| one.kind != "text");
        count.0 += 1;
        count.1 += usize::from(!differs);
        count.2 += usize::from(found.is_empty());
        if differs {
            failed.push((format!("{} {}", word("id"), word("generator")), found));
        }
    }
    println!("{}", show(&failed));
    for (kind, (all, same, alike)) in kinds {
        println!("{kind}: {all} pairs, {same} deploy the same, {alike} in the same words");
    }
    assert!(failed.is_empty(), "{} pairs differ", failed.len());
}

fn differences(got: &Value, want: &Value) -> Vec<Difference> {
    compare(got, want)
}

#[allow(clippy::disallowed_methods, reason = "test data")]
fn folders(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("testdata/pairs");
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| folder.join(name).join("main.bicep").is_file())
        .collect();
    names.sort();
    names
}

#[allow(clippy::disallowed_methods, reason = "test data")]
fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

fn evaluated(folder: &Path, name: &str) -> Value {
    let files = Files::default();
    let workspace = Workspace::new(folder, &[name], folder.to_str());
    let places = Places::default();
    let library = Library::new(Arc::new(Disk::new(&workspace)), &files, &places);
    let template = library.template(&folder.join(name)).expect("a template");
    let values = folder.join("parameters.json");
    let given = if values.is_file() {
        library
            .parameters(&values)
            .expect("parameters")
            .given
            .clone()
    } else {
        Vec::new()
    };
    let given_text = |text: &str| Some(Arc::from(text));
    let context = Context {
        tenant: given_text("00000000-0000-0000-0000-00000000000a"),
        subscription: given_text("00000000-0000-0000-0000-000000000001"),
        resource_group: given_text("rg"),
        management_group: given_text("mg"),
        location: given_text("eastus"),
        deployment_name: given_text("dep"),
        ..Context::default()
    };
    let deployment = expand(Request {
        template,
        given,
        context,
        loader: &library,
    });
    snapshot(&files, &deployment)
}

fn pair_of_corpus(corpus: &Path, row: &Value, worker: usize) -> Vec<Difference> {
    let path = |name: &str| corpus.join(row[name].as_str().unwrap_or(""));
    let json = text(&path("json"));
    let values: serde_json::Map<String, Value> = made_up(&json)
        .as_object()
        .map(|values| {
            values
                .iter()
                .map(|(name, value)| (name.clone(), json!({"value": value})))
                .collect()
        })
        .unwrap_or_default();
    let schema =
        "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#";
    let file = json!({"$schema": schema, "contentVersion": "1.0.0.0", "parameters": values});
    let scratch = std::env::temp_dir().join(format!(
        "armplan-pairs-{}-{worker}.json",
        std::process::id()
    ));
    #[allow(clippy::disallowed_methods, reason = "a test on demand")]
    std::fs::write(&scratch, file.to_string()).expect("a scratch file");
    let run = |template: &Path| {
        expanded(
            corpus,
            template,
            &scratch,
            row["scope"].as_str().unwrap_or(""),
        )
    };
    let (bicep, compiled) = (run(&path("bicep")), run(&path("json")));
    let mut found = differences(&bicep, &compiled);
    // A name that stands for an expression fails once in Bicep, and wherever it is written out in JSON.
    let errors = |value: &Value| -> BTreeSet<String> {
        let all = value["diagnostics"].as_array().into_iter().flatten();
        let messages =
            all.filter_map(|one| Some(one.as_str()?.split_once(" Error ")?.1.to_owned()));
        messages.collect()
    };
    if errors(&bicep) != errors(&compiled) {
        let (got, want) = (&bicep["diagnostics"], &compiled["diagnostics"]);
        found.push(crate::templates::difference("diagnostics", "", got, want));
    }
    found
}

#[allow(clippy::disallowed_methods, reason = "a test on demand")]
fn expanded(corpus: &Path, template: &Path, values: &Path, scope: &str) -> Value {
    let program =
        variable("ARMPLAN_BINARY").unwrap_or_else(|| env!("CARGO_BIN_EXE_armplan").to_owned());
    let mut command = Command::new(program);
    command
        .env("HOME", corpus.join("home"))
        .arg("expand")
        .arg(template)
        .arg("-p")
        .arg(values);
    command.arg("--root").arg(corpus);
    command.args([
        "--no-config",
        "--location",
        "eastus",
        "--deployment-name",
        "dep",
    ]);
    command.args(["--tenant", "00000000-0000-0000-0000-00000000000a"]);
    let subscription = ["--subscription", "00000000-0000-0000-0000-000000000001"];
    match scope {
        "subscription" => command.args(subscription),
        "managementGroup" => command.args(["--management-group", "mg"]),
        "tenant" => &mut command,
        _ => command.args(subscription).args(["--resource-group", "rg"]),
    };
    let output = command.output().expect("the program");
    serde_json::from_slice(&output.stdout).unwrap_or_else(
        |_| json!({"diagnostics": [format!("Error {}", String::from_utf8_lossy(&output.stderr))]}),
    )
}
