//! `--hints`: changed files select the deployments that use them, with and without a configuration.

use std::fs;

use super::program::*;

/// A template that links to others.
fn linking(paths: &[&str]) -> String {
    let links: Vec<String> = paths
        .iter()
        .enumerate()
        .map(|(at, path)| {
            format!(
                r#"{{ "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "d{at}",
                     "properties": {{ "mode": "Incremental", "templateLink": {{ "relativePath": "{path}" }} }} }}"#
            )
        })
        .collect();
    format!(
        r#""parameters": {{ "folder": {{ "type": "string", "defaultValue": "modules" }} }},
           "resources": [ {} ]"#,
        links.join(", ")
    )
}

/// The deployments that `check --hints` selects: template and first parameter file, where that is another file.
#[track_caller]
fn selected(folder: &Folder, hints: &[&str]) -> Vec<String> {
    let ran = folder.run(
        &[
            &["check", "--format", "json", "--fail-on", "never", "--hints"],
            hints,
        ]
        .concat(),
    );
    let ran = ran.exits(0).silent();
    let document = ran.document();
    let deployments = document["deployments"].as_array().unwrap();
    deployments
        .iter()
        .map(|deployment| {
            let (name, template) = (
                &deployment["name"],
                deployment["template"].as_str().unwrap(),
            );
            let mut words = vec![if name == template {
                template
            } else {
                name.as_str().unwrap()
            }];
            words.extend(
                deployment["parameters"][0]
                    .as_str()
                    .filter(|one| deployment["name"] != *one),
            );
            words.join(" ")
        })
        .collect()
}

const NONE: [&str; 0] = [];

const LIVE: &str = r#"{ "id": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-b/providers/Microsoft.ContainerService/managedClusters/aks1",
    "type": "Microsoft.ContainerService/managedClusters", "name": "aks1", "location": "eastus",
    "properties": { "kubernetesVersion": "1.33.2" } }"#;

#[test]
fn files_are_paired_by_name_where_nothing_is_configured() {
    let folder = Folder::new()
        .template("infra/main.json", EMPTY)
        .parameters("infra/main.test.parameters.json", "")
        .parameters("infra/main.prod.parameters.json", "")
        .template("infra/other.json", EMPTY)
        .with("README.md", "x")
        .with("package.json", "{}")
        .with("broken.json", "{ \"a\": ")
        .committed();
    let prod = "infra/main.prod.parameters.json";
    let both = [
        "infra/main.json infra/main.prod.parameters.json",
        "infra/main.json infra/main.test.parameters.json",
    ];
    assert_eq!(selected(&folder, &[prod]), both[..1]);
    assert_eq!(selected(&folder, &["infra/main.json"]), both);
    assert_eq!(selected(&folder, &[prod, "infra/main.json"]), both);
    assert_eq!(
        selected(&folder, &["infra"]),
        [&both[..], &["infra/other.json"]].concat()
    );
    let unrelated = [
        "README.md",
        "package.json",
        "broken.json",
        "gone.json",
        "gone/gone.md",
    ];
    assert_eq!(selected(&folder, &unrelated), NONE);
    assert_eq!(selected(&folder, &[]), NONE);
    // The same files, named without --hints, are mistakes.
    folder.run(&["check", "package.json"]).exits(2);
    folder.run(&["check", "gone.json"]).exits(2);
    let text = folder
        .run(&["check", "--hints", "README.md"])
        .exits(0)
        .silent();
    text.says("nothing to analyse");
    folder
        .run(&["check", "--hints", "README.md", "--strict"])
        .exits(0);
}

#[test]
fn a_linked_template_selects_those_that_link_to_it() {
    let folder = Folder::new()
        .template("main.json", &linking(&["modules/net.json"]))
        .parameters("main.parameters.json", "")
        .template("modules/net.json", &linking(&["deep/subnet.json"]))
        .template("modules/deep/subnet.json", EMPTY)
        .template("modules/alone.json", EMPTY)
        .template("unrelated.json", EMPTY)
        .committed();
    let main = ["main.json main.parameters.json"];
    assert_eq!(selected(&folder, &["modules/deep/subnet.json"]), main);
    assert_eq!(selected(&folder, &["modules/net.json", "main.json"]), main);
    assert_eq!(
        selected(&folder, &["modules/alone.json"]),
        ["modules/alone.json"]
    );
    // From another folder the paths are relative to it, and mean the same.
    let within = command(&folder.0.join("modules"), &[])
        .args(["check", "--format", "json", "--hints", "net.json"])
        .output()
        .unwrap();
    let document = Ran::of(within).exits(0).document();
    assert_eq!(document["deployments"][0]["template"], "main.json");
    // A template whose link leads nowhere now is one of those that are affected.
    fs::remove_file(folder.0.join("modules/deep/subnet.json")).unwrap();
    assert_eq!(selected(&folder, &["modules/deep/subnet.json"]), main);
}

#[test]
fn a_computed_link_is_followed_with_the_values_of_its_parameters() {
    let computed = "[concat(parameters('folder'), '/', 'net.json')]";
    let folder = Folder::new()
        .template("main.json", &linking(&[computed]))
        .parameters("main.parameters.json", r#""folder": { "value": "shared" }"#)
        .template("modules/net.json", EMPTY)
        .template("shared/net.json", EMPTY)
        .committed();
    let main = ["main.json main.parameters.json"];
    assert_eq!(selected(&folder, &["shared/net.json"]), main);
    assert_eq!(
        selected(&folder, &["modules/net.json"]),
        ["modules/net.json"]
    );
}

#[test]
fn configured_deployments_are_selected_by_all_that_they_name() {
    let folder = Folder::new()
        .template("a.json", &linking(&["shared/net.json"]))
        .template("b.json", EMPTY)
        .template("shared/net.json", EMPTY)
        .template("nobody.json", &linking(&["shared/net.json"]))
        .parameters("shared/all.json", "")
        .with("live.json", LIVE)
        .with(
            "armplan.toml",
            r#"
            [[deployment]]
            name = "first"
            template = "a.json"
            parameters = ["shared/all.json"]
            resource-group = "rg-a"
            [[deployment]]
            name = "second"
            template = "b.json"
            parameters = ["shared/all.json"]
            resource-group = "rg-b"
            before = { live = "live.json" }
            "#,
        )
        .committed();
    let (first, second) = ("first shared/all.json", "second shared/all.json");
    assert_eq!(selected(&folder, &["a.json"]), [first]);
    assert_eq!(selected(&folder, &["shared/net.json"]), [first]);
    assert_eq!(selected(&folder, &["b.json", "README.md"]), [second]);
    assert_eq!(selected(&folder, &["shared/all.json"]), [first, second]);
    assert_eq!(selected(&folder, &["armplan.toml"]), [first, second]);
    assert_eq!(selected(&folder, &["live.json"]), NONE);
    assert_eq!(
        selected(&folder, &["shared/all.json", "--deployment", "second"]),
        [second]
    );
    assert_eq!(
        selected(&folder, &["a.json", "--deployment", "second"]),
        NONE
    );
    assert_eq!(selected(&folder, &["b.json", "--no-config"]), ["b.json"]);
    folder
        .run(&["check", "--hints", "a.json", "--deployment", "third"])
        .exits(2)
        .complains("no deployment named `third`");
    // For a plan the snapshot is a part of the deployment.
    let plan = folder
        .run(&["plan", "--format", "json", "--hints", "live.json"])
        .exits(0);
    assert_eq!(plan.document()["deployments"][0]["name"], "second");
}

#[test]
fn bicep_files_select_what_imports_and_loads_them() {
    let folder = Folder::new()
        .with(
            "main.bicep",
            "import { size } from 'shared/types.bicep'\nparam s size = 'a'\n\
             module net 'modules/net.bicep' = { name: 'net' }\nvar notes = loadTextContent('notes.txt')\n\
             output all string = '${notes}${s}'\n",
        )
        .with("env/prod.bicepparam", "using '../main.bicep'\nparam s = loadTextContent('size.txt')\n")
        .parameters("main.test.parameters.json", r#""s": { "value": "b" }"#)
        .with("shared/types.bicep", "@export()\ntype size = string\n")
        .with("modules/net.bicep", "var subnets = loadJsonContent('subnets.json')\noutput s array = subnets\n")
        .with("modules/subnets.json", "[]")
        .with("modules/alone.bicep", "output x string = 'x'\n")
        .with("notes.txt", "n")
        .with("env/size.txt", "b")
        .with("README.md", "x")
        .committed();
    let prod = "env/prod.bicepparam";
    let both = ["main.bicep main.test.parameters.json", prod];
    for path in [
        "main.bicep",
        "shared/types.bicep",
        "modules/net.bicep",
        "modules/subnets.json",
        "notes.txt",
    ] {
        let mut found = selected(&folder, &[path]);
        found.sort_by_key(|name| name.contains("bicepparam"));
        assert_eq!(found, both, "{path}");
    }
    assert_eq!(selected(&folder, &["env/size.txt"]), [prod]);
    assert_eq!(selected(&folder, &[prod]), [prod]);
    assert_eq!(selected(&folder, &["main.test.parameters.json"]), both[..1]);
    assert_eq!(
        selected(&folder, &["modules/alone.bicep"]),
        ["modules/alone.bicep"]
    );
    assert_eq!(selected(&folder, &["README.md", "env"]), [prod]);
}

#[test]
fn every_folder_has_its_own_configuration() {
    let table = |template: &str| {
        format!("[[deployment]]\nname = \"{template}\"\ntemplate = \"{template}.json\"\n")
    };
    let folder = Folder::new()
        .template("one/one.json", &linking(&["../shared/net.json"]))
        .with("one/armplan.toml", &table("one"))
        .template("two/two.json", &linking(&["../shared/net.json"]))
        .with("two/armplan.toml", &table("two"))
        .template("shared/net.json", EMPTY)
        .with("broken/armplan.toml", "[[deployment]]\n")
        .committed();
    assert_eq!(selected(&folder, &["two/two.json"]), ["two"]);
    assert_eq!(
        selected(&folder, &["two/two.json", "one/one.json"]),
        ["one", "two"]
    );
    assert_eq!(selected(&folder, &["shared/net.json"]), ["one", "two"]);
    // Its own configuration is not passed over in silence.
    fs::write(folder.0.join("broken/x.json"), "{}").unwrap();
    folder.run(&["check", "--hints", "broken/x.json"]).exits(2);
}

#[test]
fn deployments_of_one_scope_are_judged_together_and_told_apart() {
    let cluster = r#""resources": [ { "type": "Microsoft.ContainerService/managedClusters", "apiVersion": "2025-05-01", "name": "aks1",
        "location": "eastus", "properties": { "kubernetesVersion": "1.33.2", "dnsPrefix": "a" } } ]"#;
    let newer = pool("Standard_D4s_v5").replace(
        r#""mode": "User""#,
        r#""mode": "User", "orchestratorVersion": "1.34.1""#,
    );
    let folder = Folder::new()
        .template("cluster.json", cluster)
        .template("pools.json", &newer)
        .with(
            "armplan.toml",
            "[[deployment]]\nname = \"cluster\"\ntemplate = \"cluster.json\"\n\
             [[deployment]]\nname = \"pools\"\ntemplate = \"pools.json\"\n",
        )
        .committed();
    let ran = folder.run(&[
        "check",
        "--as-of",
        "2026-07-01",
        "--format",
        "json",
        "--hints",
        "pools.json",
    ]);
    let document = ran.exits(1).document();
    let deployments = document["deployments"].as_array().unwrap();
    assert_eq!(deployments.len(), 1, "{document:#}");
    let finding = &document["findings"][0];
    assert_eq!(finding["location"]["path"], "pools.json", "{document:#}");
    // By itself the pool's version is fine.
    folder
        .run(&[
            "check",
            "--as-of",
            "2026-07-01",
            "--no-config",
            "pools.json",
        ])
        .exits(0);
}

#[test]
fn a_plan_of_changed_files_judges_their_change() {
    let folder = Folder::new()
        .template("a.json", &pool("Standard_D4s_v5"))
        .with("notes.txt", "x")
        .committed();
    let plan = |hints: &[&str]| {
        folder.run(&[&["plan", "--as-of", "2026-07-01", "--hints"], hints].concat())
    };
    plan(&["a.json"]).exits(0).says("no changes");
    let size = folder.0.join("a.json");
    let text = fs::read_to_string(&size).unwrap();
    fs::write(size, text.replace("D4s", "D8s")).unwrap();
    plan(&["a.json", "notes.txt"])
        .exits(1)
        .says("aks-pool-vm-size-change");
    plan(&["a.json", "--base", "HEAD"]).exits(1);
    plan(&["notes.txt"]).exits(0);
    plan(&[]).exits(0);
    folder
        .run(&[
            "check",
            "--as-of",
            "2026-07-01",
            "--base",
            "HEAD",
            "--hints",
            "a.json",
        ])
        .exits(1)
        .says("aks-pool-vm-size-change");
    folder
        .run(&["check", "--as-of", "2026-07-01", "--hints", "a.json"])
        .exits(0);
    folder
        .run(&["plan", "a.json", "a.json"])
        .exits(2)
        .complains("changed files with --hints");
    // Given parameters take the place of those that are found.
    folder
        .run(&["plan", "--hints", "a.json", "-p", "gone.json"])
        .exits(2);
}
