//! SARIF: valid by the official schema, and what GitHub, Azure DevOps and viewers read of it.

use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use armplan::rules;
use jsonschema::Validator;
use serde_json::Value as Json;

use super::refused;
use crate::program::{EMPTY, Folder};

/// The official schema has one pattern, in two places, that is no regular expression.
const BROKEN: &str = "^[a-zA-Z]{2}|^[a-zA-Z]{2}-[a-zA-Z]{2}]?$";
const MENDED: &str = "^[a-zA-Z]{2}(-[a-zA-Z]{2})?$";

/// Against the schema of the standard.
#[track_caller]
pub(super) fn assert_valid(text: &str) {
    let document: Json =
        serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}:\n{text}"));
    let errors: Vec<String> = schema()
        .iter_errors(&document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

/// The schema, out of a package that holds it: cargo knows where that is.
fn schema() -> &'static Validator {
    static SCHEMA: OnceLock<Validator> = OnceLock::new();
    SCHEMA.get_or_init(|| {
        let output = Command::new(env!("CARGO"))
            .args(["metadata", "--format-version", "1", "--locked"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let metadata: Json = serde_json::from_slice(&output.stdout).unwrap();
        let packages = metadata["packages"].as_array().unwrap();
        let package = packages
            .iter()
            .find(|package| package["name"] == "serde-sarif")
            .unwrap();
        let manifest = Path::new(package["manifest_path"].as_str().unwrap());
        let text = std::fs::read_to_string(manifest.with_file_name("src/schema.json")).unwrap();
        let broken = serde_json::to_string(BROKEN).unwrap();
        assert_eq!(text.matches(&broken).count(), 2, "another schema");
        let text = text.replace(&broken, &serde_json::to_string(MENDED).unwrap());
        jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap()
    })
}

/// The one run of a file, valid by the schema.
fn run_of(folder: &Folder, arguments: &[&str]) -> Json {
    let ran = folder.run(&[arguments, &["--format", "sarif"]].concat());
    assert_valid(&ran.stdout);
    let document: Json = serde_json::from_str(&ran.stdout).unwrap();
    document["runs"][0].clone()
}

/// The results of a run.
pub(super) fn results(folder: &Folder, arguments: &[&str]) -> Vec<Json> {
    let run = run_of(folder, arguments);
    run["results"].as_array().unwrap().clone()
}

#[test]
fn the_schema_refuses_what_is_wrong() {
    let ran = refused().run(&["plan", "infra/main.json", "--format", "sarif"]);
    let mut document: Json = serde_json::from_str(&ran.stdout).unwrap();
    document["runs"][0]["results"][0]["level"] = "fatal".into();
    document["runs"][0]["results"][0]["nosuch"] = 1.into();
    assert_eq!(schema().iter_errors(&document).count(), 2);
}

#[test]
fn all_rules_are_listed_whatever_was_found() {
    let folder = refused().template("fine.json", EMPTY);
    let found = run_of(&folder, &["plan", "infra/main.json"]);
    let fine = run_of(&folder, &["check", "fine.json"]);
    assert_eq!(found["tool"], fine["tool"]);
    let rules = found["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(rules.len(), rules::ALL.len());
    for (rule, described) in rules::ALL.iter().zip(rules) {
        let text = |path: &str| described.pointer(path).unwrap().as_str().unwrap();
        assert_eq!(text("/id"), rule.id);
        assert!(text("/name").len() <= 255 && !text("/name").contains('-'));
        for path in ["/shortDescription/text", "/fullDescription/text"] {
            let words = text(path);
            assert!(
                words.chars().count() <= 1024 && words.ends_with('.'),
                "{words}"
            );
        }
        // What GitHub shows as help is what the page says, without its heading and examples.
        assert!(
            text("/help/markdown").contains("## Way out\n"),
            "{}",
            rule.id
        );
        assert!(!text("/help/markdown").contains("```"), "{}", rule.id);
        assert!(!text("/help/text").is_empty());
        let tags = described["properties"]["tags"].as_array().unwrap();
        assert!(tags.contains(&rule.family.word().into()) && tags.len() <= 10);
        assert!(["very-high", "high", "medium"].contains(&text("/properties/precision")));
        // That would make a security alert of it.
        assert!(described["properties"].get("security-severity").is_none());
    }
    let result = &found["results"][0];
    let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
    assert_eq!(rules[index]["id"], result["ruleId"]);
}

#[test]
fn a_result_has_its_way_its_places_and_no_path_of_the_machine() {
    let folder = refused();
    let run = run_of(&folder, &["plan", "infra/main.json"]);
    assert_eq!(run["columnKind"], "utf16CodeUnits");
    assert!(run["originalUriBaseIds"]["%SRCROOT%"].get("uri").is_none());
    assert!(!run.to_string().contains(folder.0.to_str().unwrap()));
    let result = &run["results"][0];
    assert_eq!(result["ruleId"], "aks-pool-vm-size-change");
    assert_eq!(result["level"], "error");
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "infra/main.json");
    assert_eq!(place["artifactLocation"]["uriBaseId"], "%SRCROOT%");
    assert_eq!(place["region"]["startLine"], 5);
    assert_eq!(place["region"]["endLine"], 5);
    let steps: Vec<&str> = result["codeFlows"][0]["threadFlows"][0]["locations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| step["location"]["message"]["text"].as_str().unwrap())
        .collect();
    assert_eq!(steps, ["literal \"Standard_D8s_v5\"", "property `vmSize`"]);
    // Every link of the message leads to a place, and every place is linked.
    let text = result["message"]["text"].as_str().unwrap();
    let related = result["relatedLocations"].as_array().unwrap();
    for place in related {
        assert!(text.contains(&format!("]({})", place["id"])), "{text}");
    }
    assert_eq!(text.matches("](").count(), related.len());
}

#[test]
fn several_deployments_and_commands_are_told_apart() {
    let folder = refused();
    let id = |arguments: &[&str]| {
        let run = run_of(&folder, arguments);
        run["automationDetails"]["id"].as_str().unwrap().to_owned()
    };
    let plan = id(&["plan", "infra/main.json"]);
    let check = id(&["check", "infra/main.json"]);
    assert!(plan.ends_with("/plan/infra/main.json/"), "{plan}");
    assert!(check.ends_with("/check/"), "{check}");
}

#[test]
fn brackets_of_a_template_make_no_links() {
    let folder = Folder::new().template(
        "main.json",
        r#""resources": [ { "type": "A.B/c", "apiVersion": "1", "name": "[[x](1)]", "properties": { "a": "[nosuch('](1)')]" } },
        { "type": "A.B/c", "apiVersion": "1", "name": "[[x](1)]" } ]"#,
    );
    for result in results(&folder, &["check", "main.json"]) {
        let text = result["message"]["text"].as_str().unwrap();
        let related = result["relatedLocations"].as_array().map_or(0, Vec::len);
        let links = text.matches("](").count() - text.matches("\\](").count();
        assert_eq!(links, related, "{text}");
    }
}

#[test]
fn what_was_not_read_and_not_decided_is_told() {
    let folder = Folder::new().template(
        "main.json",
        r#""parameters": { "on": { "type": "bool" } }, "resources": [ { "type": "A.B/c", "apiVersion": "1", "name": "x",
        "condition": "[parameters('on')]" } ]"#,
    );
    let run = run_of(&folder, &["check", "main.json", "nosuch.json"]);
    let invocation = &run["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let told: Vec<&str> = invocation["toolExecutionNotifications"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["message"]["text"].as_str().unwrap())
        .collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(
        told[0].starts_with("nosuch.json: no such file."),
        "{told:?}"
    );
    assert!(
        told[1].starts_with("Not evaluated: a condition: parameter `on` has no value."),
        "{told:?}"
    );
}
