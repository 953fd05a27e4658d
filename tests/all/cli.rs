//! The binary itself, in a clean environment: exit codes, what goes where, formats, and what it says to bad input.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::Value as Json;

const TEMPLATE: &str = r#""$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0""#;
const PARAMETERS: &str = r#""$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#", "contentVersion": "1.0.0.0""#;

/// A folder of its own, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path =
            std::env::temp_dir().join(format!("armplan-cli-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        // Temporary folders are links on some systems.
        Self(path.canonicalize().unwrap())
    }

    fn with(self, name: &str, text: &str) -> Self {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    /// A template with these further sections.
    fn template(self, name: &str, sections: &str) -> Self {
        self.with(name, &format!("{{ {TEMPLATE},\n{sections}\n}}\n"))
    }

    fn parameters(self, name: &str, entries: &str) -> Self {
        self.with(
            name,
            &format!("{{ {PARAMETERS},\n\"parameters\": {{ {entries} }} }}\n"),
        )
    }

    fn git(&self, arguments: &[&str]) {
        let output = Command::new("git")
            .args([
                "-c",
                "user.name=t",
                "-c",
                "user.email=t@example.com",
                "-c",
                "commit.gpgsign=false",
            ])
            .args(arguments)
            .current_dir(&self.0)
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    fn committed(self) -> Self {
        self.git(&["init", "-q"]);
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", "first"]);
        self
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(arguments, "", &[])
    }

    fn run_with(&self, arguments: &[&str], stdin: &str, environment: &[(&str, &str)]) -> Ran {
        let mut child = command(&self.0, environment)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // The program may end without reading.
        let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
        Ran::of(child.wait_with_output().unwrap())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn command(folder: &Path, environment: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_armplan"));
    command
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .envs(environment.iter().copied());
    command
}

/// What a run gave.
#[derive(Debug)]
struct Ran {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Ran {
    fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    #[track_caller]
    fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}\n{}", self.stdout, self.stderr);
        self
    }

    #[track_caller]
    fn says(self, text: &str) -> Self {
        assert!(
            self.stdout.contains(text),
            "no {text:?} in:\n{}",
            self.stdout
        );
        self
    }

    #[track_caller]
    fn complains(self, text: &str) -> Self {
        assert!(
            self.stderr.contains(text),
            "no {text:?} in:\n{}",
            self.stderr
        );
        self
    }

    #[track_caller]
    fn silent(self) -> Self {
        assert_eq!(self.stderr, "");
        self
    }

    /// The whole of stdout as one document of the checked-in schema.
    #[track_caller]
    fn document(&self) -> Json {
        let document: Json = serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}:\n{}", self.stdout));
        let schema = fs::read_to_string(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/schemas/outcome.schema.json"
        ))
        .unwrap();
        let validator = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&document)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{}", errors.join("\n"));
        document
    }
}

/// A node pool of this size.
fn pool(size: &str) -> String {
    format!(
        r#""resources": [ {{
  "type": "Microsoft.ContainerService/managedClusters/agentPools", "apiVersion": "2025-05-01", "name": "aks1/user1",
  "properties": {{ "mode": "User", "count": 3, "osType": "Linux",
    "vmSize": "{size}" }}
}} ]"#
    )
}

const EMPTY: &str = r#""resources": []"#;

#[test]
fn a_file_that_is_not_there_does_not_hide_the_others() {
    let folder = Folder::new().template(
        "bad.json",
        r#""resources": [], "outputs": { "a": { "type": "string", "value": "[nope()]" } }"#,
    );
    folder
        .run(&["check", "missing.json", "bad.json"])
        .exits(2)
        .complains("missing.json: no such file")
        .complains("help:")
        .says("error[expr-unknown-function]")
        .says("bad.json:2:");
}

#[test]
fn text_that_is_no_json_is_a_finding_at_its_place() {
    let folder = Folder::new().with("a.json", "{\n  \"resources\": [ }\n");
    let ran = folder.run(&["check", "a.json"]).exits(1).silent();
    ran.says("error[json-valid]")
        .says("a.json:2:18")
        .says("help:");
    for arguments in [&["check", "a.json"][..], &["plan", "a.json", "--new"]] {
        let document = folder
            .run(&[arguments, &["--format", "json"]].concat())
            .exits(1)
            .document();
        assert_eq!(document["verdict"], "incomplete");
        assert_eq!(document["complete"], false);
    }
}

#[test]
fn a_template_without_schema_is_told_so() {
    let folder = Folder::new().with(
        "a.json",
        r#"{ "contentVersion": "1.0.0.0", "resources": [] }"#,
    );
    folder
        .run(&["check", "a.json"])
        .exits(1)
        .silent()
        .says("error[template-schema]")
        .says("a.json:1:1")
        .says("help:");
    folder
        .run(&["plan", "a.json", "--new"])
        .exits(1)
        .says("error[template-schema]");
}

#[test]
fn a_file_that_is_no_template_is_told_what_it_is() {
    let folder = Folder::new()
        .with("a.json", r#"{ "name": "x" }"#)
        .with("s.json", r#"{ "predictedResources": [] }"#)
        .parameters("p.json", "");
    folder
        .run(&["check", "a.json"])
        .exits(2)
        .complains("a.json is no template")
        .complains("help:");
    folder
        .run(&["plan", "s.json", "--new"])
        .exits(2)
        .complains("--live");
    folder
        .run(&["plan", "p.json", "--new"])
        .exits(2)
        .complains("-p");
}

#[test]
fn parameters_that_do_not_fit_point_into_the_parameter_file() {
    let folder = Folder::new()
        .template("main.json", r#""parameters": { "a": { "type": "string" }, "b": { "type": "int" } }, "resources": []"#)
        .parameters("main.parameters.json", r#""c": { "value": 1 }, "b": { "value": "x" }"#);
    let ran = folder.run(&["check", "main.json"]).exits(1).silent();
    let ran = ran
        .says("error[param-required-missing]")
        .says("error[param-unknown]")
        .says("error[expr-type-mismatch]");
    ran.says("main.parameters.json:2:").says("help:");
    // Without the file the values are unknown, and that is no mistake.
    fs::remove_file(folder.0.join("main.parameters.json")).unwrap();
    folder.run(&["check", "main.json"]).exits(0).silent();
}

#[test]
fn a_parameter_file_without_a_template_is_checked_by_itself() {
    let folder = Folder::new()
        .parameters("values.json", r#""a": 1"#)
        .parameters("fine.json", "");
    let ran = folder
        .run(&["check", "values.json", "--format", "json"])
        .exits(1);
    let document = ran.document();
    assert_eq!(document["findings"][0]["rule"], "param-file-value");
    assert_eq!(document["deployments"][0]["name"], "values.json");
    folder.run(&["check", "fine.json"]).exits(0).silent();
}

#[test]
fn definitions_that_need_themselves_loops_that_are_too_long_and_fail_are_findings() {
    for (sections, rule) in [
        (
            r#""variables": { "a": "[variables('b')]", "b": "[variables('a')]" }, "resources": []"#,
            "expr-cycle",
        ),
        (
            r#""resources": [ { "type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-01-01", "name": "[concat('a', copyIndex())]", "location": "eastus", "copy": { "name": "c", "count": 801 } } ]"#,
            "max-limits",
        ),
        (
            r#""resources": [], "outputs": { "a": { "type": "string", "value": "[fail('not like this')]" } }"#,
            "expr-fail-called",
        ),
    ] {
        let folder = Folder::new().template("a.json", sections);
        for arguments in [&["check", "a.json"][..], &["plan", "a.json", "--new"]] {
            let ran = folder.run(arguments).exits(1).silent();
            ran.says(&format!("error[{rule}]"))
                .says("a.json:2:")
                .says("help:");
        }
    }
}

#[test]
fn a_revision_that_does_not_exist_stops_only_the_comparison() {
    let folder = Folder::new()
        .template(
            "a.json",
            r#""resources": [], "outputs": { "a": { "type": "string", "value": "[nope()]" } }"#,
        )
        .committed();
    folder
        .run(&["plan", "a.json", "--base", "nowhere"])
        .exits(2)
        .complains("there is no revision `nowhere`")
        .complains("help:")
        .says("error[expr-unknown-function]")
        .says("Not compared");
}

#[test]
fn a_live_state_of_unknown_shape_and_an_empty_stdin_are_told() {
    let folder = Folder::new()
        .template("a.json", EMPTY)
        .with("live.json", r#"{ "a": 1 }"#);
    folder
        .run(&["plan", "a.json", "--live", "live.json"])
        .exits(2)
        .complains("live.json")
        .complains("help:");
    folder
        .run(&["plan", "a.json", "--live", "-"])
        .exits(2)
        .complains("standard input is empty")
        .complains("help:");
    let live = r#"{ "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/aks1/agentPools/user1",
        "name": "user1", "type": "Microsoft.ContainerService/managedClusters/agentPools", "properties": { "vmSize": "Standard_D4s_v5", "count": 3, "mode": "User", "osType": "Linux" } }"#;
    let folder = folder.template("pool.json", &pool("Standard_D8s_v5"));
    let ran = folder.run_with(&["plan", "pool.json", "--live", "-"], live, &[]);
    ran.exits(1)
        .silent()
        .says("error[aks-pool-vm-size-change]")
        .says("live state in <stdin>");
}

#[test]
fn usage_is_checked_before_anything_is_read() {
    let folder = Folder::new().template("a.json", EMPTY);
    for (arguments, words) in [
        (
            &["plan", "a.json", "--as-of", "yesterday"][..],
            "is not a day",
        ),
        (
            &["check", "a.json", "--ignore", "vm-size-change"],
            "aks-pool-vm-size-change",
        ),
        (
            &["plan", "a.json", "--new", "--base", "HEAD"],
            "cannot be used with",
        ),
        (&["plan", "a.json", "--format", "yaml"], "invalid value"),
        (&["check", "a.json", "--output", "json"], "FORMAT=PATH"),
        (
            &["plan", "a.json", "--new", "--management-group", "m"],
            "--management-group does not fit",
        ),
        (&["plan"], "armplan plan main.json"),
        (&["explain", "nothing-like-that"], "armplan rules"),
        (&["expand", "a.json", "--query", "$..["], "JSONPath"),
        (&["why", "a.json", "aks1", "vmSize"], "deploys no resource"),
    ] {
        folder.run(arguments).exits(2).complains(words);
    }
}

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
    assert_eq!(document["steps"], serde_json::json!([]));
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
