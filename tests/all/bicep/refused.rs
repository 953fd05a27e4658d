//! The files of `testdata/syntax/bicep/refused`: each line that says so is refused, under the rule that it names, and no other.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use armplan::ir::{Checked, check_bicep};
use armplan::rules;

use super::kind_of;
use super::surroundings::Around;

/// Rules by line.
type Lines = BTreeMap<usize, Vec<String>>;

fn folder() -> &'static Path {
    Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/testdata/syntax/bicep/refused"
    ))
}

fn read(path: &str) -> Option<String> {
    fs::read_to_string(folder().join(path)).ok()
}

fn names() -> Vec<String> {
    let entries = fs::read_dir(folder()).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| kind_of(name).is_some()).collect();
    names.sort();
    assert!(names.len() > 4);
    names
}

/// What the comments of a file say.
fn announced(text: &str) -> Lines {
    let mut wanted = Lines::new();
    for (at, line) in text.lines().enumerate() {
        let Some((_, rules)) = line.split_once("// error: ") else {
            continue;
        };
        let rules = rules.split(' ').map(|rule| rule.trim_matches(['[', ']']));
        wanted.insert(at + 1, rules.map(str::to_owned).collect());
    }
    wanted
}

#[test]
fn mistakes_are_told_once_and_on_their_line() {
    for name in names() {
        let around = Around::new(read);
        let file = around.bicep(&name).unwrap();
        let checked = Checked::default();
        let problems = check_bicep(&file, &around, &checked);
        let text = around.files.get(file.file);
        let mut found = Lines::new();
        for problem in file.problems.iter().chain(&*problems) {
            let line = text.position(problem.place.start).line;
            let rule = rules::of_problem(problem.kind).id;
            found.entry(line).or_default().push(rule.to_owned());
        }
        assert_eq!(found, announced(&read(&name).unwrap()), "{name}");
    }
}

/// What the program says of them: evaluation adds nothing to lines that cannot be evaluated.
#[test]
fn the_program_tells_of_the_same_lines() {
    for name in names() {
        let output = Command::new(env!("CARGO_BIN_EXE_armplan"))
            .args(["check", &name, "--no-config", "--format", "json"])
            .current_dir(folder())
            .output()
            .unwrap();
        let outcome: Value = serde_json::from_slice(&output.stdout).unwrap();
        let mut found: Vec<usize> = Vec::new();
        for finding in outcome["findings"].as_array().unwrap() {
            let here = finding["location"]["path"]
                .as_str()
                .unwrap()
                .ends_with(&name);
            if finding["level"] == "error" && here {
                let line = finding["location"]["start"]["line"].as_u64().unwrap();
                found.push(usize::try_from(line).unwrap());
            }
        }
        found.dedup();
        let wanted: Vec<usize> = announced(&read(&name).unwrap()).into_keys().collect();
        assert_eq!(found, wanted, "{name}");
    }
}
