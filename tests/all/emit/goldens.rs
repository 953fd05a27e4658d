//! `testdata/emit`: changes with the folder that `--emit` writes for each, and what every such folder has to be.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;
use serde_json::Value as Json;

use super::super::program::{Folder, command};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    #[expect(dead_code, reason = "for whoever reads the data")]
    about: String,
    /// What follows `armplan plan`.
    arguments: Vec<String>,
}

/// The cases: name, and a copy of its files in a folder of its own in which the steps were written to `steps`.
pub(super) fn emitted() -> Vec<(String, Folder)> {
    let mut cases = Vec::new();
    for entry in fs::read_dir(root()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let mut folder = Folder::new();
        for (name, text) in files(&path) {
            folder = folder.with(&name, &text);
        }
        let case: Case =
            toml::from_str(&fs::read_to_string(path.join("case.toml")).unwrap()).unwrap();
        let mut arguments = vec!["plan"];
        arguments.extend(case.arguments.iter().map(String::as_str));
        arguments.extend(["--emit", "steps"]);
        folder.run(&arguments).exits(1).silent();
        cases.push((name, folder));
    }
    cases.sort_by(|one, other| one.0.cmp(&other.0));
    assert!(cases.len() >= 3);
    cases
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/emit")
}

/// The files of a folder, not those below it.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let Ok(entries) = fs::read_dir(folder) else {
        return BTreeMap::new();
    };
    entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (
                name,
                fs::read_to_string(&path).unwrap().replace("\r\n", "\n"),
            )
        })
        .collect()
}

#[test]
fn the_written_folders_are_those_that_were_read_and_kept() {
    for (name, folder) in emitted() {
        let written = files(&folder.0.join("steps"));
        let kept = root().join(&name).join("steps");
        if std::env::var("ARMPLAN_BLESS").is_ok_and(|value| value == "1") {
            let _ = fs::remove_dir_all(&kept);
            fs::create_dir_all(&kept).unwrap();
            for (file, text) in &written {
                fs::write(kept.join(file), text).unwrap();
            }
            continue;
        }
        let expected = files(&kept);
        let names: Vec<&String> = expected.keys().collect();
        assert_eq!(written.keys().collect::<Vec<_>>(), names, "{name}");
        for (file, text) in &written {
            assert_eq!(
                text, &expected[file],
                "{name}/{file}: ARMPLAN_BLESS=1 writes it anew"
            );
        }
    }
}

#[test]
fn templates_declare_what_they_use_and_files_give_what_is_declared() {
    for (name, folder) in emitted() {
        let files = files(&folder.0.join("steps"));
        let templates = files.iter().filter(|(file, _)| is_template(file));
        let mut count = 0;
        for (file, text) in templates {
            count += 1;
            let template: Json = serde_json::from_str(text).unwrap();
            let declared = template["parameters"]
                .as_object()
                .cloned()
                .unwrap_or_default();
            let body = template["resources"].to_string();
            for parameter in declared.keys() {
                let call = format!("parameters('{parameter}')");
                assert!(
                    body.contains(&call),
                    "{name}/{file}: {parameter} is not used"
                );
            }
            let used = body.matches("parameters('").count();
            let known = declared
                .keys()
                .map(|one| body.matches(&format!("parameters('{one}')")).count());
            assert_eq!(
                used,
                known.sum::<usize>(),
                "{name}/{file} uses what it does not declare"
            );
            let values: Json = files
                .get(&file.replace(".json", ".parameters.json"))
                .map_or(Json::Null, |text| serde_json::from_str(text).unwrap());
            for (parameter, _) in values["parameters"].as_object().into_iter().flatten() {
                let kind = declared[parameter]["type"].as_str().unwrap();
                assert!(
                    !kind.starts_with("secure"),
                    "{name}/{file}: {parameter} has a value"
                );
            }
            let step = file.trim_end_matches(".json");
            assert!(
                files["run.sh"].contains(&format!("deploy {step}")),
                "{name}/{file}"
            );
            assert!(
                files["runbook.md"].contains(&format!("[`{file}`]({file})")),
                "{name}/{file}"
            );
            // It is a template without a fault.
            let path = format!("steps/{file}");
            let values = path.replace(".json", ".parameters.json");
            let mut arguments = vec!["expand", &path, "--no-config"];
            if folder.0.join(&values).exists() {
                arguments.extend(["-p", &values]);
            }
            folder.run(&arguments).exits(0).silent();
        }
        assert!(count > 0, "{name}");
    }
}

fn is_template(file: &str) -> bool {
    let stem = file.strip_suffix(".json");
    stem.is_some_and(|stem| !stem.ends_with(".parameters"))
}

#[test]
fn scripts_are_clean() {
    let cases = emitted();
    for (name, folder) in &cases {
        let script = folder.0.join("steps/run.sh");
        let parsed = Command::new("bash")
            .arg("-n")
            .arg(&script)
            .status()
            .unwrap();
        assert!(parsed.success(), "{name}");
        // Not every machine has it.
        if let Ok(output) = Command::new("shellcheck").arg(&script).output() {
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(output.status.success(), "{name}: {said}");
        }
    }
}

#[test]
fn secrets_are_asked_for_and_written_nowhere() {
    let (_, folder) = emitted()
        .into_iter()
        .find(|(name, _)| name == "open-values")
        .unwrap();
    let files = files(&folder.0.join("steps"));
    for (name, text) in &files {
        assert!(!text.contains("battery"), "{name}");
    }
    let template: Json = serde_json::from_str(&files["01-upgrade-control-plane.json"]).unwrap();
    for parameter in ["sshKey", "windowsPassword"] {
        assert_eq!(template["parameters"][parameter]["type"], "secureString");
        assert!(
            template["parameters"][parameter]
                .get("defaultValue")
                .is_none()
        );
        assert!(files["runbook.md"].contains(&format!("`{parameter}` | secureString")));
    }
}

#[test]
fn steps_name_their_templates() {
    let folder = case_folder();
    let arguments = [
        "plan",
        "after.json",
        "--before",
        "before.json",
        "--emit",
        "out/steps/",
    ];
    folder
        .run(&arguments)
        .exits(1)
        .says("(out/steps/01-add-pool-batch2.json)")
        .says("All steps stand in out/steps: read out/steps/runbook.md, then out/steps/run.sh runs them.");
    let json = folder
        .run(&[&arguments[..], &["--format", "json"]].concat())
        .exits(1);
    let document = json.document();
    let templates: Vec<&Json> = document["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| &step["template"])
        .collect();
    assert_eq!(templates[0], "out/steps/01-add-pool-batch2.json");
    assert!(templates[1..].iter().all(|template| template.is_null()));
    let again = folder.run(&[
        "plan",
        "after.json",
        "--before",
        "before.json",
        "--format",
        "json",
    ]);
    assert!(again.document()["steps"][0]["template"].is_null());
}

/// The case of the README.
pub(super) fn case_folder() -> Folder {
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/cases/replace-pool");
    let text = |name: &str| fs::read_to_string(case.join(name)).unwrap();
    Folder::new()
        .with("before.json", &text("before.json"))
        .with("after.json", &text("after.json"))
}

/// The files of each case of `testdata/cases` one behind the other; of the script, what differs from case to case.
#[test]
fn the_files_of_every_recipe_are_those_that_were_read_and_kept() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/cases");
    let mut folders: Vec<PathBuf> = fs::read_dir(cases)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    let mut stale = Vec::new();
    let mut count = 0;
    for case in folders {
        let now = recipe(&case);
        count += usize::from(!now.is_empty());
        let path = case.join("emitted.txt");
        if std::env::var("ARMPLAN_BLESS").is_ok_and(|value| value == "1") && !now.is_empty() {
            fs::write(&path, &now).unwrap();
        }
        if fs::read_to_string(&path).unwrap_or_default() != now {
            stale.push(path.display().to_string());
        }
    }
    assert!(
        stale.is_empty(),
        "not as kept (ARMPLAN_BLESS=1):\n{}",
        stale.join("\n")
    );
    assert!(count > 20, "{count}");
}

fn recipe(case: &Path) -> String {
    let target = Folder::new();
    let steps = target.0.join("steps").display().to_string();
    let before = if case.join("live.json").is_file() {
        ["--live", "live.json"]
    } else {
        ["--before", "before.json"]
    };
    let ran = command(case, &[])
        .args(["plan", "after.json", "--no-config"])
        .args(["--subscription", "11111111-1111-1111-1111-111111111111"])
        .args(["--resource-group", "rg-shop", "--emit", &steps])
        .args(before)
        .args(crate::steps::cases::options(case))
        .output()
        .unwrap();
    assert_eq!(
        String::from_utf8_lossy(&ran.stderr),
        "",
        "{}",
        case.display()
    );
    let mut out = String::new();
    for (name, text) in files(&target.0.join("steps")) {
        let text = match name.as_str() {
            ".armplan" => continue,
            "run.sh" => {
                let at = text.find("\ntarget \"").unwrap();
                text[at + 1..].to_owned()
            }
            _ => text,
        };
        let _ = write!(out, "=== {name}\n{text}");
    }
    out
}
