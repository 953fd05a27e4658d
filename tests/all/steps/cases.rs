//! Changes that need steps, one a folder: the whole plan, as text and as JSON, is what was read and kept.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use armplan::plan::Wishes;

use super::template;

fn folders() -> Vec<PathBuf> {
    let all = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("testdata/cases");
    let mut folders: Vec<PathBuf> = fs::read_dir(all)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}

/// More options of a case, one a line; the day, where the case has none of its own.
pub(crate) fn options(folder: &Path) -> Vec<String> {
    let own = fs::read_to_string(folder.join("options")).unwrap_or_default();
    let mut options: Vec<String> = own.lines().map(str::to_owned).collect();
    if !options.iter().any(|option| option == "--as-of") {
        options.extend(["--as-of", "2026-11-23"].map(str::to_owned));
    }
    options
}

fn plan(folder: &Path, format: &str) -> String {
    let before = if folder.join("live.json").is_file() {
        ["--live", "live.json"]
    } else {
        ["--before", "before.json"]
    };
    let ran = Command::new(env!("CARGO_BIN_EXE_armplan"))
        .args(["plan", "after.json", "--no-config"])
        .args([
            "--subscription",
            super::SUBSCRIPTION,
            "--resource-group",
            "rg-shop",
        ])
        .args(before)
        .args(["--format", format])
        .args(options(folder))
        .current_dir(folder)
        .env_clear()
        .output()
        .unwrap();
    let told = String::from_utf8(ran.stderr).unwrap();
    assert_eq!(told, "", "{}", folder.display());
    assert!(
        matches!(ran.status.code(), Some(0 | 1)),
        "{}",
        folder.display()
    );
    String::from_utf8(ran.stdout).unwrap()
}

#[test]
fn plans_are_as_they_were_read() {
    let mut stale = Vec::new();
    for folder in folders() {
        for (format, file) in [("text", "plan.txt"), ("json", "plan.json")] {
            let path = folder.join(file);
            let now = plan(&folder, format);
            if std::env::var_os("ARMPLAN_BLESS").is_some() {
                fs::write(&path, &now).unwrap();
            }
            if fs::read_to_string(&path).unwrap_or_default() != now {
                stale.push(path.display().to_string());
            }
        }
    }
    assert!(
        stale.is_empty(),
        "not as kept (ARMPLAN_BLESS=1 writes them anew; read the difference):\n{}",
        stale.join("\n")
    );
}

#[test]
fn the_list_of_recipes_names_every_case() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("testdata/cases");
    let page = fs::read_to_string(root.join("README.md")).unwrap();
    for folder in folders() {
        let name = folder.file_name().unwrap().to_str().unwrap();
        assert!(page.contains(&format!("`{name}`")), "{name}");
    }
    let rows = page.lines().filter(|line| line.starts_with("| "));
    for name in rows.flat_map(|row| row.split('`').skip(1).step_by(2)) {
        assert!(root.join(name).is_dir(), "{name}");
    }
}

/// What each case is there for: kinds of steps in their order, written down by hand.
#[test]
fn cases_have_the_steps_of_their_recipe() {
    for folder in folders() {
        let name = folder.file_name().unwrap().to_str().unwrap();
        let path = folder.join("steps");
        let wanted =
            fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let document: serde_json::Value = serde_json::from_str(&plan(&folder, "json")).unwrap();
        let steps: Vec<String> = document["steps"]
            .as_array()
            .unwrap()
            .iter()
            .map(|step| {
                format!(
                    "{} {}",
                    step["kind"].as_str().unwrap(),
                    step["target"].as_str().unwrap()
                )
            })
            .collect();
        let wanted: Vec<&str> = wanted
            .lines()
            .filter(|line| !line.starts_with('#'))
            .collect();
        assert_eq!(steps, wanted, "{name}");
    }
}

/// A cluster of one pool with labels, in a template.
fn cluster(version: &str, labels: &Value) -> String {
    template(&[json!({
        "type": "Microsoft.ContainerService/managedClusters", "apiVersion": "2025-10-01", "name": "aks-shop", "location": "westeurope",
        "identity": {"type": "SystemAssigned"},
        "properties": {"dnsPrefix": "shop", "kubernetesVersion": version, "agentPoolProfiles": [
            {"name": "system", "mode": "System", "vmSize": "Standard_D4s_v5", "count": 3, "osType": "Linux", "nodeLabels": labels}
        ]},
    })])
}

/// A version that leaves support is told; it makes no second deployment of a change that is one.
#[test]
fn the_calendar_alone_asks_for_no_steps() {
    let outcome = super::plan(
        &cluster("1.31.5", &json!({})),
        &cluster("1.31.5", &json!({"team": "shop"})),
        Wishes::default(),
    );
    let rules: Vec<&str> = outcome
        .findings
        .iter()
        .map(|one| one.finding.rule)
        .collect();
    assert!(rules.contains(&"aks-version-supported"), "{rules:?}");
    assert_eq!(outcome.sequences.len(), 0);
}

/// Out of support the way leads over the oldest version that is in support, not over the next one, which has left it too.
#[test]
fn the_way_out_of_an_unsupported_version_leads_over_a_supported_one() {
    let none = json!({});
    let plan = |from, to| {
        super::plan(
            &cluster(from, &none),
            &cluster(to, &none),
            Wishes::default(),
        )
    };
    let outcome = plan("1.31.5", "1.35.1");
    let steps = &outcome.sequences[0].sequence.steps;
    assert_eq!(steps.len(), 2, "{steps:#?}");
    assert!(steps[0].commands[1].contains("--kubernetes-version 1.34"));
    // Where no way leads, the reason is not that the minor versions come one by one.
    let outcome = plan("1.29.7", "1.33.5");
    let unreachable = &outcome.sequences[0].sequence.unreachable;
    assert!(
        unreachable[0].reason.contains("support"),
        "{unreachable:#?}"
    );
}
