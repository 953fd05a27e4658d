//! `armplan check` over Bicep that the compiler refuses: each mistake at its line, under its rule.

use std::fs;
use std::process::Command;

use serde_json::Value;

const MAIN: &str = "\
param size string = smal
var names = ['a' 'b']
var twice = 1
var twice = 2
module pools 'pools.bicep' = {
  params: { nme: 'x' }
}
output pool string = pools.outputs.nam
output length int = length()
resource a 'Microsoft.Network/virtualNetworks@2023-11-01' = { name: b.id }
resource b 'Microsoft.Network/virtualNetworks@2023-11-01' = { name: a.id }
output loop array = concat([for i in [1]: i])
";
const POOLS: &str = "param name string\noutput name string = name\n";

#[test]
fn check_reports_each_mistake_at_its_line() {
    let folder = std::env::temp_dir().join(format!("armplan-bicep-check-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("main.bicep"), MAIN).unwrap();
    fs::write(folder.join("pools.bicep"), POOLS).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_armplan"))
        .args([
            "check",
            "main.bicep",
            "--no-config",
            "--root",
            ".",
            "--format",
            "json",
        ])
        .current_dir(&folder)
        .output()
        .unwrap();
    fs::remove_dir_all(&folder).unwrap();
    assert_eq!(output.status.code(), Some(1));
    let outcome: Value = serde_json::from_slice(&output.stdout).unwrap();
    let found: Vec<(u64, &str)> = outcome["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| {
            finding["level"] == "error" && finding["location"]["path"] == "main.bicep"
        })
        .map(|finding| {
            let line = finding["location"]["start"]["line"].as_u64().unwrap();
            (line, finding["rule"].as_str().unwrap())
        })
        .collect();
    for wanted in [
        (1, "expr-undefined-symbol"),
        (2, "expr-syntax"),
        (3, "duplicate-declaration"),
        (4, "duplicate-declaration"),
        (6, "param-unknown"),
        (6, "param-required-missing"),
        (8, "expr-undefined-symbol"),
        (9, "expr-wrong-arity"),
        (10, "expr-cycle"),
        (11, "expr-cycle"),
        (12, "expr-copy-invalid"),
    ] {
        assert!(found.contains(&wanted), "{wanted:?} is not in {found:?}");
    }
    let mut once = found.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), found.len(), "told twice: {found:?}");
}
