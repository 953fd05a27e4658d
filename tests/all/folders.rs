//! Many templates in one run: what is found, and the order in which it is told, are those of each by itself.

use serde_json::Value as Json;

use super::program::Folder;

/// More than one thread works on.
const COUNT: usize = 40;

const MODULE: &str = "@maxLength(8)\nparam name string\nparam count int\n\
    resource r 'Microsoft.Test/things@2024-01-01' = {\n  name: name\n  properties: { c: count }\n}\n";

/// Every third passes a name that is too long; all use one module.
fn many() -> Folder {
    let mut folder = Folder::new().with("shared/module.bicep", MODULE);
    for number in 0..COUNT {
        let name = if number % 3 == 0 {
            "far-too-long"
        } else {
            "short"
        };
        let text = format!(
            "module m '../shared/module.bicep' = {{\n  name: 'm'\n  params: {{ name: '{name}', count: {number} }}\n}}\n"
        );
        folder = folder.with(&format!("app{number:02}/main.bicep"), &text);
        let text = format!(
            "\"resources\": [], \"outputs\": {{ \"o\": {{ \"type\": \"int\", \"value\": \"[div({number}, 0)]\" }} }}"
        );
        folder = folder.template(&format!("plain{number:02}/main.json"), &text);
    }
    // Both lead back.
    folder
        .with("ring/a.bicep", "module b 'b.bicep' = { name: 'b' }\n")
        .with("ring/b.bicep", "module a 'a.bicep' = { name: 'a' }\n")
        .with("shared/none.json", "{ \"no\": \"template\" }")
}

/// Rule, message, file and line of each finding. In which file of a circle the module is missing depends on where one starts.
fn told(document: &Json) -> Vec<String> {
    let findings = document["findings"].as_array().unwrap();
    findings
        .iter()
        .filter(|one| one["rule"] != "module-not-found")
        .map(|one| {
            format!(
                "{}:{} {} {}",
                one["location"]["path"].as_str().unwrap(),
                one["location"]["start"]["line"],
                one["rule"].as_str().unwrap(),
                one["message"].as_str().unwrap()
            )
        })
        .collect()
}

#[test]
fn a_folder_is_checked_like_each_of_its_templates() {
    let folder = many();
    let all = folder.run(&["check", ".", "--format", "json"]).exits(1);
    let document = all.document();
    let names: Vec<&str> = document["deployments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["template"].as_str().unwrap())
        .collect();
    assert_eq!(names.len(), 2 * COUNT + 2, "{names:?}");
    assert!(names.is_sorted(), "{names:?}");
    let mut alone = Vec::new();
    for name in names {
        let ran = folder.run(&["check", name, "--format", "json"]);
        alone.extend(told(&ran.document()));
    }
    alone.sort();
    alone.dedup();
    let mut together = told(&document);
    assert!(together.len() > COUNT, "{together:?}");
    together.sort();
    assert_eq!(together, alone);
    for _ in 0..5 {
        let again = folder.run(&["check", ".", "--format", "json"]).exits(1);
        assert_eq!(again.stdout, all.stdout);
    }
}

#[test]
fn a_compiled_template_beside_its_source_is_told_by_its_top() {
    let generator =
        "\"metadata\": { \"_generator\": { \"name\": \"bicep\", \"version\": \"0.40.2\" } }";
    let broken = "\"resources\": [], \"outputs\": { \"o\": { \"type\": \"int\", \"value\": \"[div(1, 0)]\" } }";
    // Far behind what is looked at first there is no text any more.
    let long = format!("{generator}, {broken}, \"x\": \"{}\"", "é".repeat(5000));
    let folder = Folder::new()
        .with("a/main.bicep", "output o int = 1\n")
        .template("a/main.json", &long)
        .template("b/main.json", &long);
    let document = folder
        .run(&["check", ".", "--format", "json"])
        .exits(1)
        .document();
    let names: Vec<&Json> = document["deployments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["template"])
        .collect();
    assert_eq!(names, ["a/main.bicep", "b/main.json"]);
}
