//! Where alerts stand: the changed line wherever that is, one alert for a rule and a line, columns in UTF-16 units.

use serde_json::Value as Json;

use super::sarif::results;
use crate::program::{Folder, pool};

const SCHEMA: &str = r#""$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0""#;

/// Pools of these names, of a size that a parameter gives.
fn pools(names: &str) -> String {
    format!(
        r#""parameters": {{ "size": {{ "type": "string" }} }}, "variables": {{ "names": [{names}] }},
"resources": [ {{ "type": "Microsoft.ContainerService/managedClusters/agentPools", "apiVersion": "2025-05-01",
  "name": "[concat('shop/', variables('names')[copyIndex()])]",
  "copy": {{ "name": "pools", "count": "[length(variables('names'))]", "mode": "serial", "batchSize": 1 }},
  "properties": {{ "mode": "User", "count": 3, "vmSize": "[parameters('size')]" }} }} ]"#
    )
}

fn cluster(pools: &str) -> String {
    format!(
        r#""resources": [ {{ "type": "Microsoft.ContainerService/managedClusters", "apiVersion": "2025-05-01",
  "name": "shop", "location": "westeurope", "identity": {{ "type": "SystemAssigned" }},
  "properties": {{ "kubernetesVersion": "1.34", "dnsPrefix": "shop", "agentPoolProfiles": [
{pools}
] }} }} ]"#
    )
}

fn inline(name: &str) -> String {
    let mode = if name == "system" { "System" } else { "User" };
    format!(r#"{{ "name": "{name}", "mode": "{mode}", "count": 3, "vmSize": "Standard_D4s_v5" }}"#)
}

/// Line, first and last column of a result.
fn region(result: &Json) -> [u64; 4] {
    let region = &result["locations"][0]["physicalLocation"]["region"];
    ["startLine", "startColumn", "endLine", "endColumn"].map(|name| region[name].as_u64().unwrap())
}

fn uri(result: &Json) -> &str {
    result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        .as_str()
        .unwrap()
}

fn of_rule<'r>(results: &'r [Json], rule: &str) -> Vec<&'r Json> {
    results.iter().filter(|one| one["ruleId"] == rule).collect()
}

const SIZE: &str = "aks-pool-vm-size-change";

#[test]
fn columns_count_utf16_units_behind_emoji_and_carriage_returns() {
    let text = |size: &str| {
        format!(
            "{{ {SCHEMA},\r\n\"resources\": [ {{ \"type\": \"Microsoft.ContainerService/managedClusters/agentPools\",\r\n\
             \"apiVersion\": \"2025-05-01\", \"name\": \"aks1/user1\", \"properties\": {{ \"mode\": \"User\", \"count\": 3,\r\n\
             \"nodeLabels\": {{ \"a\": \"😀é\" }}, \"vmSize\": \"{size}\" }} }} ] }}\r\n"
        )
    };
    let folder = Folder::new()
        .with("größe 😀/main.json", &text("Standard_D4s_v5"))
        .committed()
        .with("größe 😀/main.json", &text("Standard_D8s_v5"));
    let plan = ["plan", "größe 😀/main.json"];
    let results = results(&folder, &plan);
    let result = of_rule(&results, SIZE)[0];
    assert_eq!(uri(result), "gr%C3%B6%C3%9Fe%20%F0%9F%98%80/main.json");
    // `"nodeLabels": { "a": "` is 22 units, the emoji two, `é` one.
    assert_eq!(region(result), [4, 41, 4, 58]);
    let step = &result["codeFlows"][0]["threadFlows"][0]["locations"][1]["location"];
    assert_eq!(step["physicalLocation"]["region"]["startColumn"], 31);
    let place = "file=größe 😀/main.json,line=4,endLine=4,col=41,endColumn=58,";
    folder
        .run(&[&plan[..], &["--format", "github"]].concat())
        .says(place);
    folder
        .run(&[&plan[..], &["--format", "azure-pipelines"]].concat())
        .says("sourcepath=größe 😀/main.json;linenumber=4;columnnumber=41;");
    folder
        .run(&[&plan[..], &["--format", "concise"]].concat())
        .says("größe 😀/main.json:4:41: error[");
    folder
        .run(&[&plan[..], &["--format", "markdown", "--link-base", "https://h/o/r/blob/c/"]].concat())
        .says("[größe 😀/main.json:4](https://h/o/r/blob/c/gr%C3%B6%C3%9Fe%20%F0%9F%98%80/main.json#L4)");
}

#[test]
fn what_one_rule_says_of_one_line_is_one_result() {
    let names = (1..=12)
        .map(|n| format!("\"p{n}\""))
        .collect::<Vec<_>>()
        .join(", ");
    let folder = Folder::new()
        .template("pools.json", &pools(&names))
        .parameters("p.json", "\n\"size\": { \"value\": \"Standard_D4s_v5\" }")
        .committed()
        .parameters("p.json", "\n\"size\": { \"value\": \"Standard_D8s_v5\" }");
    let results = results(&folder, &["plan", "pools.json", "-p", "p.json"]);
    let sizes = of_rule(&results, SIZE);
    let [result] = sizes[..] else {
        panic!("{} results", sizes.len());
    };
    // The changed line is one of the parameter file.
    assert_eq!((uri(result), region(result)[0]), ("p.json", 3));
    let text = result["message"]["text"].as_str().unwrap();
    assert!(
        text.starts_with("The VM size of pool 'p1', 'p10', 'p11', 'p12', 'p2', 'p3', 'p4', 'p5', 'p6', 'p7' and 2 more cannot change"),
        "{text}"
    );
    assert!(
        text.contains("See [property `vmSize`](1), the value before at HEAD:p.json:3:"),
        "{text}"
    );
    assert_eq!(result["relatedLocations"].as_array().unwrap().len(), 1);
    assert_eq!(result["codeFlows"].as_array().unwrap().len(), 1);
}

#[test]
fn a_value_of_the_command_line_stands_at_its_property() {
    let folder = Folder::new().template("pools.json", &pools("\"a\""));
    let results = results(
        &folder,
        &[
            "plan",
            "pools.json",
            "-p",
            "size=Standard_D8s_v5",
            "--before",
            "pools.json",
            "--before-params",
            "before.json",
        ],
    );
    assert!(results.is_empty());
    let folder = folder.parameters(
        "before.json",
        "\"size\": { \"value\": \"Standard_D4s_v5\" }",
    );
    let results = super::sarif::results(
        &folder,
        &[
            "plan",
            "pools.json",
            "-p",
            "size=Standard_D8s_v5",
            "--before",
            "pools.json",
            "--before-params",
            "before.json",
        ],
    );
    let result = of_rule(&results, SIZE)[0];
    assert_eq!((uri(result), region(result)[0]), ("pools.json", 6));
    let text = result["message"]["text"].as_str().unwrap();
    assert!(
        text.contains("command line `size` at <command line>:1:6"),
        "{text}"
    );
}

#[test]
fn a_removed_pool_stands_at_its_cluster() {
    let both = [inline("system"), inline("work")].join(",\n");
    let folder = Folder::new()
        .template("main.json", &cluster(&both))
        .committed()
        .template("main.json", &cluster(&inline("system")));
    let results = results(&folder, &["plan", "main.json"]);
    let result = of_rule(&results, "aks-pool-dropped-from-cluster")[0];
    assert_eq!(region(result), [3, 11, 3, 17]);
    let text = result["message"]["text"].as_str().unwrap();
    assert!(text.contains("at HEAD:main.json:6:"), "{text}");
}

#[test]
fn what_stands_on_standard_input_has_no_file() {
    let before = pool("Standard_D4s_v5");
    let folder = Folder::new().template("before.json", &before);
    let text = format!("{{ {SCHEMA}, {} }}", pool("Standard_D8s_v5"));
    for (format, line) in [
        (
            "github",
            "::error title=aks-pool-vm-size-change::The VM size",
        ),
        (
            "azure-pipelines",
            "##vso[task.logissue type=error;code=aks-pool-vm-size-change;]The VM size",
        ),
    ] {
        folder
            .run_with(
                &["plan", "-", "--before", "before.json", "--format", format],
                &text,
                &[],
            )
            .exits(1)
            .says(line);
    }
}

#[test]
fn fingerprints_outlive_edits_elsewhere() {
    let fingerprint = |names: &[&str], above: &str| {
        let pools: Vec<String> = names.iter().map(|name| inline(name)).collect();
        let text = |size: &str| {
            let pools = pools.join(",\n").replace(
                "\"work\", \"mode\": \"User\", \"count\": 3, \"vmSize\": \"Standard_D4s_v5\"",
                size,
            );
            format!("{above}{}", cluster(&pools))
        };
        let folder = Folder::new()
            .template(
                "main.json",
                &text(
                    "\"work\", \"mode\": \"User\", \"count\": 3, \"vmSize\": \"Standard_D4s_v5\"",
                ),
            )
            .committed()
            .template(
                "main.json",
                &text(
                    "\"work\", \"mode\": \"User\", \"count\": 3, \"vmSize\": \"Standard_D8s_v5\"",
                ),
            );
        let results = results(&folder, &["plan", "main.json"]);
        let own = of_rule(&results, SIZE)[0]["partialFingerprints"].clone();
        assert_eq!(own.as_object().unwrap().len(), 1);
        own["armplan/v1"].as_str().unwrap().to_owned()
    };
    let first = fingerprint(&["system", "work"], "");
    assert_eq!(first, fingerprint(&["system", "other", "work"], "\n\n"));
    assert!(first.ends_with(":1"), "{first}");
}

#[test]
fn two_results_have_two_fingerprints() {
    let folder = Folder::new().template(
        "main.json",
        "\"outputs\": {\n\"a\": { \"type\": \"string\", \"value\": \"[nosuch()]\" },\n\"b\": { \"type\": \"string\", \"value\": \"[nosuch()]\" } },\n\"resources\": []",
    );
    let results = results(&folder, &["check", "main.json"]);
    let unknown = of_rule(&results, "expr-unknown-function");
    assert_eq!(unknown.len(), 2);
    assert_ne!(
        unknown[0]["partialFingerprints"],
        unknown[1]["partialFingerprints"]
    );
}
