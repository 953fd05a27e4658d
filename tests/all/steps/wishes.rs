//! Wishes that cannot be met: a message, exit code 2, and no steps.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use armplan::plan::{Sequence, Step, StepKind, Wishes};
use serde_json::json;

use super::super::program::Folder;

/// A run of the program on the case of the README, with options.
fn run(name: &str, options: &[&str]) -> (Option<i32>, String, String) {
    let case = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("testdata/cases")
        .join(name);
    let ran = Command::new(env!("CARGO_BIN_EXE_armplan"))
        .args([
            "plan",
            "after.json",
            "--before",
            "before.json",
            "--no-config",
        ])
        .args(options)
        .current_dir(case)
        .env_clear()
        .output()
        .unwrap();
    (
        ran.status.code(),
        String::from_utf8(ran.stdout).unwrap(),
        String::from_utf8(ran.stderr).unwrap(),
    )
}

#[test]
fn a_name_can_be_given() {
    let (code, text, told) = run("replace-pool", &["--pool-name", "batch1=big"]);
    assert_eq!((code, told.as_str()), (Some(1), ""));
    assert!(text.contains("add-pool aks-orders/big"), "{text}");
    assert!(text.contains("pool 'big' stands for 'batch1'"), "{text}");
}

#[test]
fn wishes_that_cannot_be_met_are_told() {
    for (case, options, words) in [
        (
            "replace-pool",
            &["--pool-name", "batch1=batch1"][..],
            "has a pool 'batch1'",
        ),
        (
            "replace-pool",
            &["--pool-name", "other=big"],
            "no pool 'other' is replaced in this plan, only 'batch1' is",
        ),
        (
            "replace-pool",
            &["--pool-name", "batch1=Big"],
            "cannot be a pool's name",
        ),
        (
            "replace-pool",
            &["--pool-name", "batch1=muchlongername"],
            "at most 12",
        ),
        (
            "replace-windows-pool",
            &["--pool-name", "win1=windows"],
            "at most 6",
        ),
        (
            "replace-pool",
            &["--pool-name", "batch1=a", "--pool-name", "batch1=b"],
            "names the pool that takes the place of 'batch1' twice",
        ),
        (
            "replace-pool",
            &["--pool-name", "batch1=a", "--pool-name", "other=a"],
            "gives the name 'a' to two pools",
        ),
        ("replace-pool", &["--pool-name", "batch1"], "OLD=NEW"),
    ] {
        let (code, text, told) = run(case, options);
        assert_eq!(code, Some(2), "{options:?}: {told}");
        let flat: String = told
            .split_whitespace()
            .filter(|word| *word != "│")
            .collect::<Vec<_>>()
            .join(" ");
        assert!(flat.contains(words), "{options:?}: {told}");
        assert!(!text.contains("add-pool"), "{text}");
    }
}

/// Two deployments, of clusters that share nothing but the names of their pools.
fn two_deployments(options: &[&str]) -> (Option<i32>, String, String) {
    let cases = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("testdata/cases");
    let mut folder = Folder::new();
    let mut config = String::new();
    for (name, case) in [
        ("orders", "replace-pool"),
        ("windows", "replace-windows-pool"),
    ] {
        for side in ["before", "after"] {
            let text = fs::read_to_string(cases.join(case).join(format!("{side}.json"))).unwrap();
            folder = folder.with(&format!("{name}.{side}.json"), &text);
        }
        let table = format!(
            "[[deployment]]\nname = \"{name}\"\ntemplate = \"{name}.after.json\"\nbefore = {{ template = \"{name}.before.json\" }}\nresource-group = \"{name}\"\n"
        );
        config.push_str(&table);
    }
    let folder = folder.with("armplan.toml", &config);
    let ran = Command::new(env!("CARGO_BIN_EXE_armplan"))
        .arg("plan")
        .args(options)
        .current_dir(&folder.0)
        .env_clear()
        .output()
        .unwrap();
    let written = folder.0.join("out").exists();
    assert_eq!(written, ran.status.code() == Some(1));
    (
        ran.status.code(),
        String::from_utf8(ran.stdout).unwrap(),
        String::from_utf8(ran.stderr).unwrap(),
    )
}

#[test]
fn a_name_is_for_the_deployments_that_have_such_a_pool() {
    let (code, text, told) = two_deployments(&["--pool-name", "batch1=big", "--emit", "out"]);
    assert_eq!((code, told.as_str()), (Some(1), ""), "{text}");
    assert!(text.contains("add-pool aks-orders/big"), "{text}");
    assert!(text.contains("add-pool aks-shop/win2"), "{text}");

    let (code, text, told) = two_deployments(&["--pool-name", "other=big", "--emit", "out"]);
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("only 'batch1', 'win1' are"), "{told}");
    assert!(!text.contains("add-pool"), "{text}");
}

#[test]
fn steps_are_the_same_each_time() {
    let folders =
        fs::read_dir(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("testdata/cases")).unwrap();
    let folders = folders.map(Result::unwrap);
    for folder in folders.filter(|entry| entry.path().is_dir()).take(6) {
        let name = folder.file_name().into_string().unwrap();
        let options = ["--format", "json"];
        assert_eq!(run(&name, &options), run(&name, &options), "{name}");
    }
}

/// A Windows pool under a name that Windows has no room for: nothing leads there, and no step tries to.
#[test]
fn a_pool_that_cannot_have_its_name_is_out_of_reach() {
    let cluster = |windows: &str| {
        let pool = |name: &str, mode: &str, os: &str| {
            json!({"name": name, "mode": mode, "osType": os, "type": "VirtualMachineScaleSets",
                "vmSize": "Standard_D4s_v5", "count": 1})
        };
        super::template(&[json!({
            "type": "Microsoft.ContainerService/managedClusters", "apiVersion": "2025-09-01", "name": "shop",
            "location": "westeurope", "identity": {"type": "SystemAssigned"},
            "properties": {
                "kubernetesVersion": "1.34.2", "dnsPrefix": "shop",
                "windowsProfile": {"adminUsername": "azureuser"},
                "agentPoolProfiles": [pool("system", "System", "Linux"), pool("win1", "User", "Windows"), pool(windows, "User", "Windows")],
            },
        })])
    };
    let plan = |after: &str| super::plan(&cluster("win2"), &cluster(after), Wishes::default());
    let outcome = plan("renamed");
    assert!(outcome.failures.is_empty(), "{:?}", outcome.failures);
    let sequence = &outcome.sequences[0].sequence;
    let added = |sequence: &Sequence| {
        let mut steps = sequence.steps.iter();
        steps.any(|step| step.kind == StepKind::AddPool)
    };
    assert!(!added(sequence));
    // The pool that it was to follow keeps its pods.
    let is_deletion = |step: &Step| step.kind == StepKind::DeletePool;
    assert!(!sequence.steps.iter().any(is_deletion));
    let left = &sequence.unreachable[0];
    assert_eq!(left.target, "renamed");
    assert!(
        left.reason.contains("cannot be the name of a pool"),
        "{}",
        left.reason
    );

    let outcome = plan("win3");
    assert!(added(&outcome.sequences[0].sequence));
    assert!(outcome.sequences[0].sequence.unreachable.is_empty());
}

/// A cluster that is full has no room for the pool that would take the place of another, unless one goes.
#[test]
fn a_full_cluster_has_no_room_for_another_pool() {
    let cluster = |count: usize, size: &str| {
        let pools: Vec<_> = (0..count)
            .map(|at| {
                let (mode, size) = if at == 0 { ("System", "Standard_D4s_v5") } else { ("User", size) };
                json!({"name": format!("p{at}x"), "mode": mode, "osType": "Linux", "type": "VirtualMachineScaleSets",
                    "vmSize": if at == 1 { size } else { "Standard_D4s_v5" }, "count": 1})
            })
            .collect();
        super::template(&[json!({
            "type": "Microsoft.ContainerService/managedClusters", "apiVersion": "2025-09-01", "name": "shop",
            "location": "westeurope", "identity": {"type": "SystemAssigned"},
            "properties": {"kubernetesVersion": "1.34.2", "dnsPrefix": "shop", "agentPoolProfiles": pools},
        })])
    };
    let plan = |count: usize| {
        let (before, after) = (
            cluster(count, "Standard_D4s_v5"),
            cluster(count, "Standard_D8s_v5"),
        );
        let outcome = super::plan(&before, &after, Wishes::default());
        assert!(outcome.failures.is_empty(), "{:?}", outcome.failures);
        outcome.sequences.into_iter().next().unwrap().sequence
    };
    let full = plan(100);
    assert!(full.steps.is_empty());
    assert!(
        full.unreachable[0]
            .reason
            .contains("more pools than it takes")
    );
    assert_eq!(plan(99).steps.len(), 3);
}
