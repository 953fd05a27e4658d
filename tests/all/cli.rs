//! The binary itself: exit codes, what goes where, formats, colours and secrets.

use std::fs;
use std::process::Stdio;

use serde_json::Value as Json;

use super::program::*;

#[test]
fn a_changed_size_is_refused_at_its_line_and_told_in_both_formats() {
    let folder = Folder::new()
        .template("a.json", &pool("Standard_D4s_v5"))
        .committed()
        .template("a.json", &pool("Standard_D8s_v5"));
    let scope = [
        "--subscription",
        "00000000-0000-0000-0000-000000000001",
        "--resource-group",
        "rg",
        "--as-of",
        "2026-07-01",
    ];
    let plan = |more: &[&str]| folder.run(&[&["plan", "a.json"][..], &scope, more].concat());
    let text = plan(&[])
        .exits(1)
        .silent()
        .says("a.json:5:15")
        .says("HEAD:a.json:5:15");
    text.says("✗ aks-pool-vm-size-change")
        .says("git revision HEAD")
        .says("Blocked");
    let ran = plan(&["--format", "json", "--output", "text=plan.txt"])
        .exits(1)
        .silent();
    let document = ran.document();
    assert_eq!(document["verdict"], "blocked");
    assert_eq!(document["before"]["kind"], "git");
    let kinds: Vec<&str> = document["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| step["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["add-pool", "drain-pool", "delete-pool"]);
    let finding = &document["findings"][0];
    assert_eq!(finding["azure"]["code"], "PropertyChangeNotAllowed");
    assert_eq!(
        finding["location"]["start"],
        serde_json::json!({ "line": 5, "column": 15 })
    );
    assert_eq!(document["changes"][0]["changeType"], "Modify");
    assert_eq!(
        document["changes"][0]["delta"][0]["propertyChangeType"],
        "Modify"
    );
    assert!(
        fs::read_to_string(folder.0.join("plan.txt"))
            .unwrap()
            .contains("✗ aks-pool-vm-size-change")
    );
    plan(&["--fail-on", "never"]).exits(0);
    plan(&["--ignore", "aks-pool-vm-size-change"]).exits(0);
    plan(&["--quiet"])
        .exits(1)
        .says("error[aks-pool-vm-size-change]");
    assert!(!plan(&["--quiet"]).stdout.contains("Resource changes"));
    // The same against a file, and against nothing.
    let folder = folder.template("old.json", &pool("Standard_D4s_v5"));
    folder
        .run(&["plan", "a.json", "--before", "old.json"])
        .exits(1);
    folder.run(&["plan", "a.json", "--new"]).exits(0).says("+ ");
}

#[test]
fn exit_codes_tell_changes_incomplete_and_nothing_apart() {
    let folder = Folder::new().template("a.json", &pool("Standard_D4s_v5"));
    folder.run(&["plan", "a.json", "--new"]).exits(0);
    folder
        .run(&["plan", "a.json", "--new", "--detailed-exitcode"])
        .exits(5);
    folder
        .run(&[
            "plan",
            "a.json",
            "--before",
            "a.json",
            "--detailed-exitcode",
        ])
        .exits(0)
        .says("no changes");
    let ran = folder
        .run(&["plan", "a.json", "--before", "a.json", "--show-unchanged"])
        .exits(0);
    ran.says("= Microsoft.ContainerService/managedClusters/aks1/agentPools/user1");
    let open = Folder::new().template(
        "a.json",
        r#""parameters": { "n": { "type": "int" } }, "resources": [ { "type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-01-01", "name": "[concat('a', copyIndex())]", "location": "eastus", "copy": { "name": "c", "count": "[parameters('n')]" } } ]"#,
    );
    open.run(&["check", "a.json"])
        .exits(0)
        .says("Not evaluated");
    open.run(&["check", "a.json", "--strict"]).exits(4);
    open.run(&["check", "a.json", "--strict", "-p", "n=2"])
        .exits(0);
    let empty = Folder::new().with("notes.txt", "no template here");
    let ran = empty.run(&["check", "--format", "json"]).exits(3).silent();
    assert_eq!(ran.document()["deployments"], serde_json::json!([]));
}

#[test]
fn an_open_value_that_both_sides_write_alike_warns_and_leaves_the_plan_complete() {
    let open = r#""parameters": { "size": { "type": "string" } }, "resources": [ { "type": "Microsoft.ContainerService/managedClusters/agentPools", "apiVersion": "2025-05-01", "name": "aks1/user1", "properties": { "mode": "User", "count": 3, "vmSize": "[parameters('size')]" } } ]"#;
    let folder = Folder::new()
        .template("open.json", open)
        .template("given.json", &pool("Standard_D4s_v5"));
    for (before, verdict, complete) in [
        ("open.json", "ok", true),
        ("given.json", "incomplete", false),
    ] {
        let ran = folder
            .run(&["plan", "open.json", "--before", before, "--format", "json"])
            .exits(0);
        let document = ran.document();
        assert_eq!(document["verdict"], verdict, "{before}");
        assert_eq!(document["complete"], complete, "{before}");
        assert_eq!(document["notEvaluated"].as_array().unwrap().len(), 1);
        assert_eq!(document["findings"][0]["rule"], "aks-value-undecided");
        assert_eq!(document["findings"][0]["level"], "warning");
    }
}

#[test]
fn a_machine_format_is_one_document_also_where_input_is_missing() {
    let folder = Folder::new().template("a.json", EMPTY);
    for arguments in [
        &["check", "missing.json", "--format", "json"][..],
        &["plan", "missing.json", "--new", "--format", "json"],
        &[
            "plan",
            "a.json",
            "--live",
            "missing.json",
            "--format",
            "json",
        ],
        &["plan", "--format", "json"],
    ] {
        let ran = folder.run(arguments).exits(2);
        assert_eq!(ran.document()["complete"], false);
        assert!(!ran.stderr.is_empty());
    }
}

#[test]
fn the_configuration_names_deployments_that_share_a_state() {
    let cluster = |version: &str| {
        format!(
            r#""resources": [ {{ "type": "Microsoft.ContainerService/managedClusters", "apiVersion": "2025-05-01", "name": "aks1", "location": "eastus",
  "identity": {{ "type": "SystemAssigned" }},
  "properties": {{ "kubernetesVersion": "{version}", "dnsPrefix": "aks1", "agentPoolProfiles": [ {{ "name": "system", "mode": "System", "count": 3, "vmSize": "Standard_D4s_v5", "osType": "Linux" }} ] }} }} ]"#
        )
    };
    let folder = Folder::new()
        .template("infra/cluster.json", &cluster("1.34.1"))
        .template("infra/pool.json", &pool("Standard_D4s_v5"))
        .with(
            "armplan.toml",
            "[[deployment]]\nname = \"cluster\"\ntemplate = \"infra/cluster.json\"\nsubscription = \"s\"\nresource-group = \"g\"\n\n\
             [[deployment]]\nname = \"pool\"\ntemplate = \"infra/pool.json\"\nsubscription = \"s\"\nresource-group = \"g\"\n",
        )
        .committed()
        .template("infra/pool.json", &pool("Standard_D8s_v5"));
    let ran = folder
        .run(&["plan", "--format", "json", "--as-of", "2026-07-01"])
        .exits(1)
        .silent();
    let document = ran.document();
    let names: Vec<&str> = document["deployments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["cluster", "pool"]);
    assert_eq!(document["deployments"][0]["verdict"], "ok");
    assert_eq!(document["deployments"][1]["verdict"], "blocked");
    assert_eq!(document["findings"][0]["deployment"], 1);
    folder.run(&["plan", "--deployment", "cluster"]).exits(0);
    folder
        .run(&["plan", "--deployment", "none"])
        .exits(2)
        .complains("cluster, pool");
    folder
        .run(&["plan", "infra/pool.json"])
        .exits(1)
        .says("/subscriptions/s/resourceGroups/g");
    folder.run(&["plan", "--no-config"]).exits(2);
    let broken = Folder::new()
        .with("armplan.toml", "[[deployment]]\nname = 3\n")
        .template("a.json", EMPTY);
    broken.run(&["check"]).exits(2).complains("armplan.toml:2:");
}

#[test]
fn colours_follow_option_and_environment() {
    let folder = Folder::new().template(
        "a.json",
        r#""resources": [], "outputs": { "a": { "type": "string", "value": "[nope()]" } }"#,
    );
    let is_colored = |arguments: &[&str], environment: &[(&str, &str)]| {
        folder
            .run_with(
                &[&["check", "a.json"][..], arguments].concat(),
                "",
                environment,
            )
            .stdout
            .contains('\u{1b}')
    };
    assert!(!is_colored(&[], &[]));
    assert!(is_colored(&["--color", "always"], &[]));
    assert!(is_colored(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(!is_colored(
        &[],
        &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]
    ));
    assert!(!is_colored(
        &["--color", "never"],
        &[("CLICOLOR_FORCE", "1")]
    ));
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let folder = Folder::new();
    let mut child = command(&folder.0, &[])
        .arg("rules")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let ran = Ran::of(child.wait_with_output().unwrap());
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
}

#[test]
fn secrets_are_not_shown() {
    let folder = Folder::new()
        .template(
            "main.json",
            r#""parameters": { "password": { "type": "secureString", "minLength": 20 }, "n": { "type": "int" } },
"resources": [ { "type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-01-01", "name": "a", "location": "eastus", "tags": { "p": "[parameters('password')]" } } ],
"outputs": { "o": { "type": "string", "value": "[parameters('password')]" } }"#,
        )
        .parameters("p.json", r#""password": { "value": "hunter2" }, "n": { "value": "x" }"#);
    for arguments in [
        &["check", "main.json", "-p", "p.json"][..],
        &["check", "main.json", "-p", "p.json", "--format", "json"],
        &["plan", "main.json", "-p", "p.json", "--new"],
        &[
            "plan",
            "main.json",
            "-p",
            "p.json",
            "--new",
            "--format",
            "json",
        ],
        &["expand", "main.json", "-p", "p.json"],
        &["why", "main.json", "-p", "p.json", "a", "tags"],
        &["check", "main.json", "-p", "password=hunter2"],
        &["why", "main.json", "-p", "password=hunter2", "a", "tags"],
    ] {
        let ran = folder.run(arguments);
        assert!(
            !ran.stdout.contains("hunter2") && !ran.stderr.contains("hunter2"),
            "{arguments:?}:\n{}{}",
            ran.stdout,
            ran.stderr
        );
    }
}

#[test]
fn the_other_commands_answer() {
    let folder = Folder::new().template("a.json", &pool("Standard_D4s_v5"));
    let rules: Json =
        serde_json::from_str(&folder.run(&["rules", "--format", "json"]).exits(0).stdout).unwrap();
    assert_eq!(rules["schemaVersion"], "1");
    for key in [
        "id",
        "level",
        "family",
        "summary",
        "appliesTo",
        "fixable",
        "aliases",
    ] {
        assert!(!rules["rules"][0][key].is_null(), "{key}");
    }
    folder
        .run(&["rules"])
        .exits(0)
        .says("aks-pool-vm-size-change");
    folder
        .run(&["explain", "aks-pool-vm-size-change"])
        .exits(0)
        .says("# aks-pool-vm-size-change");
    folder
        .run(&["explain", "PropertyChangeNotAllowed"])
        .exits(0)
        .says("node pool: vmSize");
    for property in [
        "vmSize",
        "properties.vmSize",
        "agentPoolProfiles[0].vmSize",
        "/properties/vmSize",
    ] {
        folder
            .run(&["explain", property])
            .exits(0)
            .says("node pool: vmSize");
    }
    folder
        .run(&["why", "a.json", "user1", "vmSize"])
        .exits(0)
        .says("a.json:5:15")
        .says("\"Standard_D4s_v5\"");
    let sizes = folder
        .run(&[
            "expand",
            "a.json",
            "--query",
            "$.predictedResources[*].properties.vmSize",
        ])
        .exits(0);
    assert_eq!(
        serde_json::from_str::<Json>(&sizes.stdout).unwrap(),
        serde_json::json!(["Standard_D4s_v5"])
    );
    for shell in ["bash", "zsh", "fish", "powershell"] {
        folder.run(&["completions", shell]).exits(0).says("armplan");
    }
    folder.run(&["man"]).exits(0).says(".TH armplan");
    folder.run(&["--version"]).exits(0).says("armplan ");
    folder.run(&["--help"]).exits(0).says("Exit codes");
}

/// The build script's reason: the loader has no pointers to write.
#[cfg(all(target_os = "linux", target_env = "gnu", target_endian = "little"))]
#[test]
#[allow(clippy::disallowed_methods, reason = "the program under test")]
fn the_program_is_linked_at_a_fixed_address() {
    const FIXED: [u8; 2] = [2, 0];
    let program = std::fs::read(env!("CARGO_BIN_EXE_armplan")).expect("the program");
    assert_eq!(program[16..18], FIXED, "the type in the ELF header");
}
