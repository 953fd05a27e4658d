//! Changes and states of clusters through the whole program: which errors and warnings, with which code, at which line.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A finding: file, line, level, rule, code.
type Announced = (String, u64, String, String, String);

#[test]
fn the_rules_of_the_2023_document_hold() {
    hold("testdata/judgement/document.md");
}

#[test]
fn questions_from_real_threads_are_answered() {
    hold("testdata/judgement/threads.md");
}

fn hold(path: &str) {
    let text = std::fs::read_to_string(path).unwrap();
    let mut wrong = Vec::new();
    let mut count = 0;
    for (number, section) in text.split("\n## ").skip(1).enumerate() {
        count += 1;
        let title = section.lines().next().unwrap_or("");
        let folder = std::env::temp_dir().join(format!(
            "armplan-judgement-{}-{}-{number}",
            std::process::id(),
            Path::new(path).file_stem().unwrap().to_string_lossy()
        ));
        std::fs::create_dir_all(&folder).unwrap();
        let (expected, found) = (announced(section, &folder), run(section, &folder));
        std::fs::remove_dir_all(&folder).unwrap();
        if expected != found {
            wrong.push(format!(
                "{title}:\n  expected {expected:?}\n  found    {found:?}"
            ));
        }
    }
    assert!(count > 15, "{count} cases");
    assert!(wrong.is_empty(), "{path}:\n{}", wrong.join("\n"));
}

/// Writes the templates of a section; what their comments announce.
fn announced(section: &str, folder: &Path) -> BTreeSet<Announced> {
    let mut announced = BTreeSet::new();
    for block in section.split("\n```json").skip(1) {
        let (kind, text) = block.split_once('\n').unwrap();
        let text = text.split("\n```").next().unwrap();
        let name = match kind.trim() {
            "" => "after.json".to_owned(),
            kind => format!("{kind}.json"),
        };
        std::fs::write(folder.join(&name), text).unwrap();
        for (line, number) in text.lines().zip(1..) {
            let Some((_, comment)) = line.split_once(" // ") else {
                continue;
            };
            let (level, rest) = comment.split_once(": [").unwrap();
            let (rule, code) = rest.split_once(']').unwrap();
            announced.insert((
                name.clone(),
                number,
                level.to_owned(),
                rule.to_owned(),
                code.trim().to_owned(),
            ));
        }
    }
    announced
}

fn run(section: &str, folder: &Path) -> BTreeSet<Announced> {
    let binary = PathBuf::from(env!("CARGO_BIN_EXE_armplan"));
    let mut command = Command::new(binary);
    if section.contains("\n```json before") {
        command.args(["plan", "after.json", "--before", "before.json"]);
    } else {
        command.args(["check", "after.json"]);
    }
    let args = section
        .lines()
        .find_map(|line| line.strip_prefix("args: `"));
    command.args(args.unwrap_or("").trim_end_matches('`').split_whitespace());
    let output = command
        .args(["--no-config", "--format", "json", "--as-of", "2026-11-24"])
        .args(["--subscription", "00000000-0000-0000-0000-000000000001"])
        .args(["--resource-group", "rg"])
        .current_dir(folder)
        .output()
        .unwrap();
    let outcome: serde_json::Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    let text = |value: &serde_json::Value| value.as_str().unwrap_or("").to_owned();
    outcome["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["level"] != "info")
        .map(|finding| {
            (
                text(&finding["location"]["path"]),
                finding["location"]["start"]["line"].as_u64().unwrap(),
                text(&finding["level"]),
                text(&finding["rule"]),
                text(&finding["azure"]["code"]),
            )
        })
        .collect()
}
