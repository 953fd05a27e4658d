//! Changes that need steps, one a folder: the whole plan, as text and as JSON, is what was read and kept.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

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

/// More options, one a line.
fn options(folder: &Path) -> Vec<String> {
    fs::read_to_string(folder.join("options"))
        .unwrap_or_default()
        .lines()
        .map(str::to_owned)
        .collect()
}

fn plan(folder: &Path, format: &str) -> String {
    let before = if folder.join("live.json").is_file() {
        ["--live", "live.json"]
    } else {
        ["--before", "before.json"]
    };
    let ran = Command::new(env!("CARGO_BIN_EXE_armplan"))
        .args(["plan", "after.json", "--no-config", "--as-of", "2026-11-23"])
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

/// A version that leaves support is told; it makes no second deployment of a change that is one.
#[test]
fn the_calendar_alone_asks_for_no_steps() {
    let cluster = |labels: Value| {
        template(&[json!({
            "type": "Microsoft.ContainerService/managedClusters", "apiVersion": "2025-10-01", "name": "aks-shop", "location": "westeurope",
            "identity": {"type": "SystemAssigned"},
            "properties": {"dnsPrefix": "shop", "kubernetesVersion": "1.31.5", "agentPoolProfiles": [
                {"name": "system", "mode": "System", "vmSize": "Standard_D4s_v5", "count": 3, "osType": "Linux", "nodeLabels": labels}
            ]},
        })])
    };
    let outcome = super::plan(
        &cluster(json!({})),
        &cluster(json!({"team": "shop"})),
        armplan::plan::Wishes::default(),
    );
    let rules: Vec<&str> = outcome
        .findings
        .iter()
        .map(|one| one.finding.rule)
        .collect();
    assert!(rules.contains(&"aks-version-supported"), "{rules:?}");
    assert_eq!(outcome.sequences.len(), 0);
}
