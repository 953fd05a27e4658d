//! Mistakes around a project: each is told once, where it is, and nothing false follows from it.

use serde_json::{Value, json};

use super::{PROD, Project};

/// Rule and line of each finding.
fn told(plan: &Value) -> Vec<(&str, u64)> {
    let findings = plan["findings"].as_array().unwrap().iter();
    findings
        .map(|finding| {
            let line = finding["location"]["start"]["line"].as_u64().unwrap();
            (finding["rule"].as_str().unwrap(), line)
        })
        .collect()
}

#[test]
fn a_misspelt_secure_parameter_is_told_once_and_its_value_is_not_shown() {
    let project = Project::new();
    let main = "infra/main.bicep";
    project.edit(
        main,
        "param proxyPassword string = ''",
        "param proxyPassword string",
    );
    let text = std::fs::read_to_string(project.folder.join(PROD)).unwrap();
    project.write(PROD, &format!("{text}\nparam proxyPasword = 'tr0ub4dor'\n"));
    let wanted = [("param-required-missing", 1), ("param-unknown", 11)];
    for command in ["check", "plan"] {
        let (code, outcome) = project.json(&[command, PROD]);
        assert_eq!(code, 1, "{outcome:#}");
        assert_eq!(told(&outcome), wanted, "{command}: {outcome:#}");
        for format in ["text", "sarif", "html", "github"] {
            let output = project.run(&[command, PROD, "--format", format]);
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(!text.contains("tr0ub4dor"), "{format}: {text}");
        }
    }
    // What the file does not give may be given beside it.
    let (_, plan) = project.json(&["plan", PROD, "-p", "proxyPassword=x"]);
    assert_eq!(told(&plan), [wanted[1]], "{plan:#}");
}

#[test]
fn an_import_that_fails_is_told_once_and_drops_no_pool() {
    let project = Project::new();
    project.write(
        "infra/pools.bicep",
        "@export()\nvar batch = { name: 'batch', vmSize: 'Standard_D8ds_v5', count: 2, ephemeral: true }\n",
    );
    project.import_batch("batches");
    let (code, plan) = project.json(&["plan", PROD]);
    assert_eq!(
        (code, &plan["verdict"]),
        (1, &json!("incomplete")),
        "{plan:#}"
    );
    assert_eq!(
        told(&plan),
        [("expr-undefined-symbol", 4), ("expr-undefined-symbol", 8)],
        "{plan:#}"
    );
    assert_eq!(plan["steps"], json!([]));
}

#[test]
fn a_value_that_is_not_allowed_makes_no_other_cluster() {
    let project = Project::new();
    project.edit("infra/base.bicepparam", "'prod'", "'production'");
    let (code, plan) = project.json(&["plan", PROD]);
    assert_eq!(
        (code, &plan["verdict"]),
        (1, &json!("incomplete")),
        "{plan:#}"
    );
    assert_eq!(told(&plan), [("expr-type-mismatch", 3)], "{plan:#}");
}

#[test]
fn a_template_that_is_not_at_hand_leaves_the_plan_incomplete_and_names_the_way() {
    let project = Project::new();
    project.edit(
        PROD,
        "using 'main.bicep'",
        "using 'br/public:avm/res/x/y:1.0.0'",
    );
    let outside = ["--root", "infra/modules", "infra/modules/own.bicepparam"];
    project.write("infra/modules/own.bicepparam", "using '../main.bicep'\n");
    for (arguments, way) in [
        (&[PROD][..], "bicep restore infra/prod.bicepparam"),
        (&outside[..], "--root "),
    ] {
        let (code, plan) = project.json(&[&["plan"], arguments].concat());
        assert_eq!((code, &plan["complete"]), (0, &json!(false)), "{plan:#}");
        let reason = plan["notEvaluated"][0]["reason"].as_str().unwrap();
        assert!(reason.contains(way), "{reason}");
        let (_, check) = project.json(&[&["check"], arguments].concat());
        assert_eq!(check["verdict"], "incomplete");
        assert_eq!(told(&check), [("module-not-found", 1)], "{check:#}");
        let help = check["findings"][0]["help"].as_str().unwrap();
        assert!(help.contains(way), "{help}");
        let strict = project.run(&[&["plan", "--strict"], arguments].concat());
        assert_eq!(strict.status.code(), Some(4));
    }
}

#[test]
fn a_plan_says_how_a_module_is_restored() {
    let project = Project::new();
    let main = "infra/main.bicep";
    let text = std::fs::read_to_string(project.folder.join(main)).unwrap();
    project.write(
        main,
        &format!("{text}\nmodule vault 'br/public:avm/res/x/y:1.0.0' = {{}}\n"),
    );
    let output = project.run(&["plan", PROD]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.contains("the nested deployment 'vault': `br/public:avm/res/x/y:1.0.0` was not read: `bicep restore infra/main.bicep`"),
        "{text}"
    );
}

#[test]
fn scope_options_have_to_fit_a_configured_template_too() {
    let project = Project::new();
    project.write(
        "armplan.toml",
        "[[deployment]]\nname = \"ledger\"\ntemplate = \"infra/prod.bicepparam\"\n",
    );
    for chosen in [[PROD].as_slice(), &["--deployment", "ledger"]] {
        let all = [&["plan", "--management-group", "other"], chosen].concat();
        let output = project.run(&all);
        assert_eq!(output.status.code(), Some(2), "{all:?}");
    }
    assert_eq!(
        project
            .run(&["plan", "--management-group", "other"])
            .status
            .code(),
        Some(0)
    );
}

#[test]
fn a_configuration_that_cannot_be_read_is_told_alone() {
    let project = Project::new();
    project.write(
        "armplan.toml",
        "[[deployment]]\nname = \"ledger\"\ntemplate = \"infra/prod.bicepparam\"\nresource-grup = \"x\"\n",
    );
    for chosen in [&[][..], &["--deployment", "ledger"]] {
        let output = project.run(&[&["plan"], chosen].concat());
        assert_eq!(output.status.code(), Some(2));
        let failures = super::said(&output.stderr);
        assert!(
            failures.contains("did you mean `resource-group`?"),
            "{failures}"
        );
        assert_eq!(failures.matches('×').count(), 1, "{failures}");
    }
}

#[test]
fn what_decides_where_modules_lie_selects_those_that_use_them() {
    let project = Project::new();
    project.write(
        "infra/bicepconfig.json",
        "{\"moduleAliases\": {\"br\": {\"own\": {\"registry\": \"registry.example\"}}}}",
    );
    project.write(
        "armplan.toml",
        "[modules]\n\"br/own:\" = \"vendor/{path}.bicep\"\n",
    );
    project.write("vendor/note.bicep", "output note string = 'n'\n");
    project.write("vendor/other.bicep", "output note string = 'o'\n");
    let main = "infra/main.bicep";
    let text = std::fs::read_to_string(project.folder.join(main)).unwrap();
    project.write(
        main,
        &format!("{text}\nmodule note 'br/own:note:1.0' = {{}}\n"),
    );
    let selected = |hint: &str| {
        let (_, plan) = project.json(&["plan", "--new", "--hints", hint]);
        let deployments = plan["deployments"].as_array().unwrap().iter();
        let names = deployments.map(|one| one["name"].as_str().unwrap().to_owned());
        names.collect::<Vec<_>>()
    };
    let both = ["infra/dev.bicepparam", PROD];
    assert_eq!(selected("infra/bicepconfig.json"), both);
    assert_eq!(selected("vendor/note.bicep"), both);
    assert_eq!(selected("vendor/other.bicep"), ["vendor/other.bicep"]);
    assert_eq!(selected("infra/settings/package.json"), [""; 0]);
}
