//! Templates made to break the program: it ends with a finding, by its own bounds.

use std::fmt::Write;

use serde_json::Value as Json;

use super::program::Folder;

/// Runs `expand` and `plan --new`, and gives the findings of the plan as text.
#[track_caller]
fn survives(sections: &str) -> (Json, String) {
    let folder = Folder::new().template("main.json", sections);
    let expanded = folder.run(&["expand", "main.json"]);
    assert!(
        expanded.code <= 3,
        "expand: {} {}",
        expanded.code,
        expanded.stderr
    );
    assert!(!expanded.stderr.contains("panicked"), "{}", expanded.stderr);
    let planned = folder.run(&["plan", "main.json", "--new", "--format", "json"]);
    assert!(
        planned.code <= 3,
        "plan: {} {}",
        planned.code,
        planned.stderr
    );
    let plan: Json = serde_json::from_str(&planned.stdout).unwrap();
    let findings = plan["findings"].to_string();
    let snapshot = serde_json::from_str(&expanded.stdout).unwrap_or_default();
    (snapshot, findings)
}

fn output(value: &str) -> String {
    format!(r#""resources": [], "outputs": {{ "o": {{ "type": "object", "value": {value} }} }}"#)
}

#[test]
fn json_nested_ten_thousand_levels() {
    // Wide enough for 4 MB, too.
    let wide = "1,".repeat(1_900_000);
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let deep = format!("{}1{}", open.repeat(10_000), close.repeat(10_000));
        let value = format!("[{wide}{deep}]");
        let (_, findings) = survives(&output(&value));
        assert!(findings.contains("json-"), "{findings:.2000}");
    }
}

#[test]
fn expressions_nested_ten_thousand_levels() {
    for (open, inner, close) in [
        ("not(", "true()", ")"),
        ("createArray(", "1", ")"),
        ("", "parameters('a')", ".a"),
        ("", "parameters('a')", "[0]"),
        ("createObject('a', ", "1", ")"),
        ("concat('x', ", "'y'", ")"),
    ] {
        let text = format!("{}{inner}{}", open.repeat(10_000), close.repeat(10_000));
        let (_, findings) = survives(&output(&format!("\"[{text}]\"")));
        assert!(findings.contains("expr-"), "{open}: {findings:.2000}");
    }
}

/// Deployments in each other.
fn nested(levels: usize, scope: &str) -> String {
    let mut text = r#""resources": []"#.to_owned();
    for level in 0..levels {
        text = format!(
            r#""resources": [ {{ "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "d{level}",
"properties": {{ "mode": "Incremental", "expressionEvaluationOptions": {{ "scope": "{scope}" }}, "template": {{
"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0",
{text} }} }} }} ]"#
        );
    }
    text
}

#[test]
fn deployments_nested_two_hundred_deep() {
    for scope in ["inner", "outer"] {
        // These nest the JSON too deep, those only the deployments.
        for levels in [200, 45] {
            let (_, findings) = survives(&nested(levels, scope));
            assert_ne!(findings, "[]", "{levels} {scope}");
        }
        let (_, findings) = survives(&nested(30, scope));
        assert_eq!(findings, "[]");
    }
}

#[test]
fn loops_in_loops() {
    let twice = "map(range(0, 800), lambda('i', map(range(0, 800), lambda('j', add(lambdaVariables('i'), lambdaVariables('j'))))))";
    let (snapshot, findings) = survives(&output(&format!(
        "\"[createObject('n', length({twice}))]\""
    )));
    assert_eq!(snapshot["outputs"]["o"]["n"], 800);
    assert_eq!(findings, "[]");
    // Ten million steps are a while without optimisation: once is enough.
    let thrice = format!("map(range(0, 800), lambda('k', length({twice})))");
    let value = format!("\"[createObject('n', {thrice})]\"");
    let folder = Folder::new().template("main.json", &output(&value));
    let ran = folder.run(&["expand", "main.json"]).exits(1);
    assert!(ran.stdout.contains("limit"), "{:.2000}", ran.stdout);
}

/// Variables of which each needs the next.
fn chain(length: usize) -> String {
    let mut variables = String::new();
    for at in 1..length {
        write!(
            variables,
            "\"v{}\": \"[createObject('n', add(variables('v{at}').n, 1))]\", ",
            at - 1
        )
        .unwrap();
    }
    format!(
        r#""variables": {{ {variables} "v{}": {{ "n": 1 }} }}, {}"#,
        length - 1,
        output("\"[variables('v0')]\"")
    )
}

#[test]
fn chains_of_variables() {
    let (snapshot, findings) = survives(&chain(300));
    assert_eq!(snapshot["outputs"]["o"]["n"], 300, "{findings:.2000}");
    survives(&chain(500));
    let (_, findings) = survives(&chain(20_000));
    assert!(findings.contains("nested too deep"), "{findings:.2000}");
}

#[test]
fn resources_that_wait_for_each_other() {
    let mut resources = String::new();
    for at in 0..5_000 {
        write!(
            resources,
            r#"{{ "type": "A.B/c", "apiVersion": "1", "name": "r{at}", "dependsOn": ["r{}"] }},"#,
            at + 1
        )
        .unwrap();
    }
    resources.pop();
    let (snapshot, _) = survives(&format!(r#""resources": [{resources}]"#));
    assert_eq!(
        snapshot["predictedResources"].as_array().map(Vec::len),
        Some(5_000)
    );
}

/// A name for what is said of the name before it, twice: `made` says how.
fn doubled(first: &str, made: impl Fn(&str) -> String) -> String {
    let mut text = format!("var v0 = {first}\n");
    for at in 0..40 {
        let next = made(&format!("v{at}"));
        writeln!(text, "var v{} = {next}", at + 1).unwrap();
    }
    text
}

#[test]
fn objects_that_hold_the_one_before_twice() {
    let variables = doubled("{ n: 1 }", |last| format!("{{ a: {last}, b: {last} }}"));
    let folder = Folder::new().with("main.bicep", &format!("{variables}output o object = v40\n"));
    for arguments in [&["expand", "main.bicep"][..], &["check", "main.bicep"]] {
        let ran = folder.run(arguments).exits(1);
        assert!(ran.stdout.contains("larger than a template may be"));
    }
}

#[test]
fn secrets_that_were_made_of_the_one_before_twice() {
    let variables = doubled("''", |last| format!("'${{{last}}}${{{last}}}'"));
    let folder = Folder::new()
        .with(
            "main.bicep",
            "@secure()\nparam p string\noutput o int = length(p)\n",
        )
        .with(
            "main.bicepparam",
            &format!("using 'main.bicep'\n{variables}param p = 'a${{v40}}'\n"),
        );
    folder.run(&["check", "main.bicepparam"]).exits(0);
}

#[test]
fn modules_that_use_the_next_one_twice() {
    let mut folder = Folder::new().with("m30.bicep", "@secure()\nparam p string = 'x'\n");
    for at in 0..30 {
        let next = at + 1;
        let text = format!(
            "module a 'm{next}.bicep' = {{ name: 'a' }}\nmodule b 'm{next}.bicep' = {{ name: 'b' }}\n"
        );
        folder = folder.with(&format!("m{at}.bicep"), &text);
    }
    let ran = folder.run(&["check", "m0.bicep"]).exits(1);
    assert!(ran.stdout.contains("max-limits"), "{:.2000}", ran.stdout);
}

#[test]
fn names_put_together_of_billions_of_pieces() {
    let mut text = "var v0 = ''\n".to_owned();
    for at in 0..3 {
        let pieces = format!("${{v{at}}}").repeat(1500);
        writeln!(text, "var v{} = '{pieces}'", at + 1).unwrap();
    }
    text +=
        "resource a 'Microsoft.Storage/storageAccounts@2023-01-01' = { name: v3, location: 'x' }\n";
    let folder = Folder::new().with("main.bicep", &text);
    let ran = folder.run(&["check", "main.bicep"]).exits(1);
    assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
}

#[test]
fn json_paths_that_come_to_everything_again_and_again() {
    let deep = format!("{}1{}", "[".repeat(60), "]".repeat(60));
    let path = format!("${}", "..*".repeat(12));
    let folder = Folder::new().with("deep.json", &deep).with(
        "main.bicep",
        &format!("output o array = loadJsonContent('deep.json', '{path}')\n"),
    );
    let ran = folder.run(&["check", "main.bicep"]).exits(1);
    assert!(
        ran.stdout.contains("takes too many steps"),
        "{:.2000}",
        ran.stdout
    );
}
