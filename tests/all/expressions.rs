//! Expressions against the answers of the official engine: every row of `testdata/vectors` with an expression.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::sync::Arc;

use armplan::eval::{Cloud, Context, Value, expression};
use armplan::model::{Deployment, NoFiles, Request, expand, template_of};
use armplan::report::{is_diagnostic, snapshot};
use armplan::text::Files;
use flate2::read::GzDecoder;
use serde_json::{Value as Json, json};

#[test]
fn published_examples() {
    check("functions");
}

#[test]
fn hashes() {
    check("hashes");
}

#[test]
fn traps() {
    check("traps");
}

#[test]
fn generated_expressions() {
    check("engine-expressions");
}

#[test]
fn generated_expressions_with_unknown_parameters() {
    check("engine-unknowns");
}

/// Cutting an expression anywhere gives a value or a problem, never a panic.
#[test]
fn cut_expressions_do_not_panic() {
    for (number, row) in rows("traps").enumerate() {
        let text = row["expr"].as_str().unwrap();
        // Each cut of every seventh row, and one cut of every other one.
        let step = if number % 7 == 0 { 1 } else { text.len() };
        for at in (0..text.len()).step_by(step.max(1)) {
            let Some(head) = text.get(..at) else { continue };
            let mut cut = row.clone();
            cut["expr"] = format!("{head}]").into();
            evaluate(&cut);
        }
    }
}

/// All rows of a file; the rows of `refuted.jsonl` must differ, with their reason.
fn check(name: &str) {
    let refuted: BTreeMap<String, String> = lines("testdata/vectors/refuted.jsonl")
        .filter(|row| row["file"] == name)
        .map(|row| (text(&row["expr"]), text(&row["reason"])))
        .collect();
    let (mut passed, mut failures) = (0, Vec::new());
    let mut still_refuted = 0;
    for row in rows(name) {
        let result = compare_row(&row);
        let known = refuted.contains_key(row["expr"].as_str().unwrap());
        match (result, known) {
            (Ok(()), false) => passed += 1,
            (Err(_), true) => still_refuted += 1,
            (Ok(()), true) => failures.push(format!(
                "{}\n    agrees, but is listed as refuted",
                row["expr"]
            )),
            (Err(failure), false) => failures.push(failure),
        }
    }
    assert_eq!(
        still_refuted,
        refuted.len(),
        "rows of refuted.jsonl that are not in {name}"
    );
    assert!(
        failures.is_empty(),
        "{name}: {passed} passed, {} failed\n{}",
        failures.len(),
        failures.join("\n")
    );
}

fn rows(name: &str) -> impl Iterator<Item = Json> {
    lines(&format!("testdata/vectors/{name}.jsonl.gz"))
}

fn lines(path: &str) -> Box<dyn Iterator<Item = Json>> {
    let file = File::open(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let parse = |line: std::io::Result<String>| serde_json::from_str(&line.unwrap()).unwrap();
    if std::path::Path::new(path)
        .extension()
        .is_some_and(|end| end == "gz")
    {
        Box::new(BufReader::new(GzDecoder::new(file)).lines().map(parse))
    } else {
        Box::new(BufReader::new(file).lines().map(parse))
    }
}

fn text(value: &Json) -> String {
    value.as_str().unwrap().to_owned()
}

fn compare_row(row: &Json) -> Result<(), String> {
    let (deployment, printed) = evaluate(row);
    let problems: Vec<&str> = deployment
        .problems
        .iter()
        .filter(|problem| is_diagnostic(problem))
        .map(|problem| problem.message.as_str())
        .collect();
    let failure = |got: &str, want: &str| {
        format!(
            "{}\n    want {want}\n    got  {got}\n    problems {problems:?}",
            row["expr"]
        )
    };
    let got = &printed["predictedResources"][0]["properties"]["v"];
    if let Some(error) = row.get("error") {
        return if problems.is_empty() {
            Err(failure(&got.to_string(), &format!("a failure: {error}")))
        } else {
            Ok(())
        };
    }
    if !problems.is_empty() {
        let want = row.get("expected").or_else(|| row.get("unknown"));
        return Err(failure("a failure", &want.unwrap().to_string()));
    }
    if let Some(want) = row["unknown"].as_str() {
        let got = format!("[{}]", expression(value_of(&deployment)));
        return if normal(&got) == normal(want) {
            Ok(())
        } else {
            Err(failure(&got, want))
        };
    }
    let want = &row["expected"];
    if same(got, want) {
        Ok(())
    } else {
        Err(failure(&got.to_string(), &want.to_string()))
    }
}

fn value_of(deployment: &Deployment) -> &Value {
    let properties = deployment.resources[0].body.get("properties").unwrap();
    &properties
        .value
        .as_object()
        .unwrap()
        .get("v")
        .unwrap()
        .value
}

/// The row's expression in the body of a resource.
fn evaluate(row: &Json) -> (Deployment, Json) {
    let given = |name: &str| {
        row.get("context")
            .and_then(|context| context[name].as_str())
    };
    let scope = given("scope").unwrap_or("resourceGroup");
    let has_own = row.get("context").is_some();
    let pick = |name: &str, default: &str| -> Option<Arc<str>> {
        match given(name) {
            Some(value) => Some(value.into()),
            None if has_own => None,
            None => Some(default.into()),
        }
    };
    let context = Context {
        tenant: pick("tenantId", "00000000-0000-0000-0000-00000000000a"),
        management_group: pick("managementGroupId", "mg"),
        subscription: pick("subscriptionId", "00000000-0000-0000-0000-000000000001"),
        resource_group: pick("resourceGroup", "rg"),
        location: pick("location", "eastus"),
        deployment_name: pick("deploymentName", "dep"),
        cloud: given("cloud").map(|_| Cloud::Public),
        ..Context::default()
    };
    let files = Files::default();
    let template = template(row, scope);
    let id = files.add("main.json", None, template.to_string());
    let deployment = expand(Request {
        template: template_of(&files, id),
        given: Vec::new(),
        context,
        loader: &NoFiles,
    });
    let printed = snapshot(&files, &deployment);
    (deployment, printed)
}

fn template(row: &Json, scope: &str) -> Json {
    let schema = match scope {
        "subscription" => "2018-05-01/subscriptionDeploymentTemplate.json#",
        "managementGroup" => "2019-08-01/managementGroupDeploymentTemplate.json#",
        "tenant" => "2019-08-01/tenantDeploymentTemplate.json#",
        _ => "2019-04-01/deploymentTemplate.json#",
    };
    let mut parameters = serde_json::Map::new();
    for (name, value) in row["parameters"].as_object().into_iter().flatten() {
        let kind = match value {
            Json::Bool(_) => "bool",
            Json::Number(_) => "int",
            Json::Array(_) => "array",
            Json::Object(_) => "object",
            _ => "string",
        };
        parameters.insert(name.clone(), json!({"type": kind, "defaultValue": value}));
    }
    for list in ["unknown_params", "unknown"] {
        for (name, kind) in row[list].as_object().into_iter().flatten() {
            parameters.insert(name.clone(), json!({"type": kind}));
        }
    }
    json!({
        "$schema": format!("https://schema.management.azure.com/schemas/{schema}"),
        "contentVersion": "1.0.0.0",
        "parameters": parameters,
        "variables": row.get("variables").cloned().unwrap_or_else(|| json!({})),
        "resources": [{
            "type": "Ns.Test/things",
            "apiVersion": "2020-01-01",
            "name": "thing",
            "properties": {"v": row["expr"]},
        }],
    })
}

fn is_expression(text: &str) -> bool {
    text.len() > 2 && text.starts_with('[') && text.ends_with(']') && !text.starts_with("[[")
}

/// Known values must be equal, open ones in the words of the engine. Text of the shape `[..]` is printed `[[`.
fn same(got: &Json, want: &Json) -> bool {
    match (got, want) {
        (Json::String(got), Json::String(want)) => {
            got == want
                || is_expression(want) && normal(got) == normal(want)
                || want.starts_with('[') && want.ends_with(']') && *got == format!("[{want}")
        }
        (Json::Array(got), Json::Array(want)) => {
            got.len() == want.len() && got.iter().zip(want).all(|(got, want)| same(got, want))
        }
        (Json::Object(got), Json::Object(want)) => {
            let names =
                |got: &String, want: &String| same(&got.clone().into(), &want.clone().into());
            got.len() == want.len()
                && got
                    .iter()
                    .zip(want)
                    .all(|((got_name, got), (want_name, want))| {
                        names(got_name, want_name) && same(got, want)
                    })
        }
        (Json::Number(got), Json::Number(want)) => got == want,
        (got, want) => got == want,
    }
}

/// Blanks outside of texts dropped, names in lower case.
fn normal(text: &str) -> String {
    let mut out = String::new();
    let mut quoted = false;
    for c in text.chars() {
        quoted ^= c == '\'';
        match c {
            c if quoted || c == '\'' => out.push(c),
            c if c.is_whitespace() => {}
            c => out.extend(c.to_lowercase()),
        }
    }
    out
}
