//! What a refused change carries into each format: the steps that get round it, the edit that remains, or that there are none.

use std::fs;
use std::path::Path;

use serde_json::Value as Json;

use crate::program::{Folder, Ran};

/// A case of `testdata/cases`, planned in a format.
fn planned(case: &str, format: &str) -> Ran {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/cases");
    let mut folder = Folder::new();
    for name in ["before.json", "after.json"] {
        let text = fs::read_to_string(from.join(case).join(name)).unwrap();
        folder = folder.with(name, &text);
    }
    let arguments = ["plan", "after.json", "--before", "before.json"];
    let more = ["-p", "adminPassword=not-a-real-one", "--format", format];
    let more = if case == "replace-system-pool" {
        &more[..]
    } else {
        &more[2..]
    };
    folder.run(&[&arguments, more].concat()).exits(1)
}

const STEPS: &str = "These steps get there: 1. add-pool aks-shop/system2, 2. drain-pool aks-shop/system, 3. delete-pool aks-shop/system.";
const EDIT: &str =
    "Then the template has to say it: after.json:31: the pool's name 'system' becomes 'system2'.";

#[test]
fn alerts_name_the_steps_and_the_edit_that_remains() {
    for format in ["sarif", "gitlab", "github", "azure-pipelines"] {
        let text = planned("replace-system-pool", format).stdout;
        assert!(text.contains(STEPS), "{format}\n{text}");
        assert!(text.contains(EDIT), "{format}\n{text}");
    }
    let text = planned("replace-system-pool", "junit").stdout;
    assert!(text.contains(STEPS), "{text}");
    assert!(text.contains(EDIT), "{text}");
}

#[test]
fn sarif_shows_the_commands_where_there_is_room() {
    let text = planned("replace-system-pool", "sarif").stdout;
    let document: Json = serde_json::from_str(&text).unwrap();
    let results = document["runs"][0]["results"].as_array().unwrap();
    let of_rule = |result: &&Json| result["ruleId"] == "aks-pool-vm-size-change";
    let message = &results.iter().find(of_rule).unwrap()["message"];
    let page = message["markdown"].as_str().unwrap();
    assert!(
        page.contains("**2.** `drain-pool aks-shop/system`: "),
        "{page}"
    );
    assert!(page.contains("```sh\naz aks nodepool delete "), "{page}");
}

#[test]
fn lines_say_how_many_steps_there_are() {
    for format in ["concise", "github", "azure-pipelines"] {
        let text = planned("replace-system-pool", format).stdout;
        let line = "\n3 steps get there: --format text shows them, --emit DIR writes them.\n";
        assert!(text.contains(line), "{format}\n{text}");
        let text = planned("another-dns-prefix", format).stdout;
        let line = "\nNo steps get 'aks-shop' there: a new cluster is needed.\n";
        assert!(text.contains(line), "{format}\n{text}");
    }
}

#[test]
fn the_help_of_a_finding_tells_steps_edits_and_why_there_are_none() {
    let help = |case: &str, rule: &str| -> Vec<String> {
        let document = planned(case, "json").document();
        let findings = document["findings"].as_array().unwrap();
        let own = findings.iter().filter(|finding| finding["rule"] == rule);
        own.map(|finding| finding["help"].as_str().unwrap().to_owned())
            .collect()
    };
    let helps = help("replace-system-pool", "aks-pool-vm-size-change");
    assert!(
        helps[0].ends_with(&format!(". {STEPS} {EDIT}")),
        "{helps:?}"
    );
    let helps = help("another-dns-prefix", "aks-cluster-immutable-property");
    assert_eq!(
        helps,
        ["create a cluster with the new value and move the workloads over"]
    );
}

#[test]
fn what_hangs_on_a_new_cluster_says_why() {
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/cases/another-dns-prefix");
    let read = |name: &str| -> Json {
        serde_json::from_str(&fs::read_to_string(case.join(name)).unwrap()).unwrap()
    };
    let mut after = read("after.json");
    after["resources"][0]["properties"]["agentPoolProfiles"][0]["vmSize"] =
        "Standard_D8s_v5".into();
    let folder = Folder::new()
        .with("before.json", &read("before.json").to_string())
        .with("after.json", &after.to_string());
    let ran = folder.run(&[
        "plan",
        "after.json",
        "--before",
        "before.json",
        "--format",
        "json",
    ]);
    let document = ran.exits(1).document();
    let findings = document["findings"].as_array().unwrap();
    let own = findings
        .iter()
        .find(|finding| finding["rule"] == "aks-pool-vm-size-change");
    let help = own.unwrap()["help"].as_str().unwrap();
    let why = ". No steps get there, a new cluster is needed: AKS fixes `dnsPrefix`";
    assert!(help.contains(why), "{help}");
    assert_eq!(document["steps"].as_array().unwrap().len(), 0);
}
