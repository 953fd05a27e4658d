//! What the binary says to bad input: one clear message with place and help, the right exit code, and all the rest.

use std::fs;

use super::program::*;

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
        .with("notes.md", "# Notes\n")
        .parameters("p.json", "");
    folder
        .run(&["check", "a.json"])
        .exits(2)
        .complains("a.json is no template")
        .complains("help:");
    folder
        .run(&["check", "notes.md"])
        .exits(2)
        .complains("notes.md is no template");
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
        (&["plan"], "armplan plan main.bicep"),
        (&["explain", "nothing-like-that"], "armplan rules"),
        (&["expand", "a.json", "--query", "$..["], "JSONPath"),
        (&["why", "a.json", "aks1", "vmSize"], "deploys no resource"),
    ] {
        folder.run(arguments).exits(2).complains(words);
    }
}
