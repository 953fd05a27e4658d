//! SARIF: valid by the official schema, and what GitHub, Azure DevOps and viewers read of it.

use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use jsonschema::Validator;
use serde_json::Value as Json;

use super::refused;
use crate::program::Folder;

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

fn sarif(folder: &Folder, arguments: &[&str]) -> Json {
    let ran = folder.run(&[arguments, &["--format", "sarif"]].concat());
    assert_valid(&ran.stdout);
    serde_json::from_str(&ran.stdout).unwrap()
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
fn a_refused_change_stands_at_its_line() {
    let document = sarif(&refused(), &["plan", "infra/main.json"]);
    let result = &document["runs"][0]["results"][0];
    assert_eq!(result["ruleId"], "aks-pool-vm-size-change");
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "infra/main.json");
    assert_eq!(place["artifactLocation"]["uriBaseId"], "%SRCROOT%");
    assert_eq!(place["region"]["startLine"], 5);
}
