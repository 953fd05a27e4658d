//! The configuration reader, tried on texts.

#![allow(
    clippy::disallowed_methods,
    reason = "the schema file is compared with the types"
)]

use miette::Diagnostic;

use super::*;

fn parse(text: &str) -> Result<Config, Box<ConfigError>> {
    let files = Files::default();
    let file = files.add("armplan.toml", None, text);
    Config::parse(&files, file)
}

#[test]
fn a_full_table() {
    let config = parse(
        r#"
cloud = "AzureUSGovernment"
[[deployment]]
name = "prod"
template = "infra/main.json"
parameters = ["infra/prod.parameters.json", "nodeCount=5", "./a=b.json"]
subscription = "s"
resource-group = "rg"
mode = "complete"
features = ["Microsoft.ContainerService/X"]
before = { live = "live.json" }
[[deployment]]
name = "dev"
template = "infra/main.json"
cloud = "AzureCloud"
before = { template = "old.json", parameters = ["old.parameters.json"] }
"#,
    )
    .unwrap();
    let [prod, dev] = config.deployments.as_slice() else {
        panic!("two deployments");
    };
    assert_eq!(
        prod.parameters,
        [
            ParameterArgument::File("infra/prod.parameters.json".to_owned()),
            ParameterArgument::Value {
                name: "nodeCount".to_owned(),
                text: "5".to_owned()
            },
            ParameterArgument::File("./a=b.json".to_owned()),
        ]
    );
    assert_eq!(prod.cloud, Some(CloudName::UsGovernment));
    assert_eq!(prod.mode, Mode::Complete);
    assert_eq!(
        prod.before,
        Some(BeforeConfig::Live(vec!["live.json".to_owned()]))
    );
    assert_eq!(dev.cloud, Some(CloudName::Public));
    assert_eq!(dev.mode, Mode::Incremental);
    assert!(
        matches!(&dev.before, Some(BeforeConfig::Template { parameters, .. }) if parameters.len() == 1)
    );
    assert!(config.deployment("dev").is_some());
}

#[test]
fn what_is_wrong_has_a_place_and_a_way_out() {
    let table = "[[deployment]]\nname = \"a\"\ntemplate = \"t\"\n";
    for (text, words, place, help) in [
        (
            "[[deployment]]\nname = \"a\"\ntempalte = \"t\"\n",
            "tempalte",
            "tempalte",
            Some("did you mean `template`?"),
        ),
        (
            &format!("{table}resource_group = \"rg\"\n"),
            "resource_group",
            "resource_group",
            Some("did you mean `resource-group`?"),
        ),
        (
            &format!("{table}mode = \"complet\"\n"),
            "complet",
            "\"complet\"",
            Some("did you mean `complete`?"),
        ),
        (
            "deployments = 1\n",
            "deployments",
            "deployments",
            Some("did you mean `deployment`?"),
        ),
        ("xyzzy = 1\n", "xyzzy", "xyzzy", None),
        (
            "[[deployment]]\nname = \"a\"\n",
            "template",
            "[[deployment]]",
            None,
        ),
        (
            &format!("{table}before = {{ base = \"x\", new = true }}\n"),
            "exactly one",
            "{ base = \"x\", new = true }",
            Some("base = "),
        ),
        (
            &format!("{table}before = {{ new = false }}\n"),
            "exactly one",
            "{ new = false }",
            Some("new = true"),
        ),
        (
            &format!("{table}before = {{ base = \"x\", parameters = [\"p\"] }}\n"),
            "belong to its `template`",
            "{ base",
            Some("template = "),
        ),
        (
            &format!("{table}{table}"),
            "named `a`",
            "\"a\"",
            Some("one deployment"),
        ),
        (
            "[[deployment]]\nname = \" \"\ntemplate = \"t\"\n",
            "empty",
            "\" \"",
            Some("value"),
        ),
        ("a = = 1", "", "=", None),
        (
            "[modules]\n\"./main.bicep\" = \"x\"\n",
            "names no module",
            "\"./main.bicep\"",
            Some("br/public:"),
        ),
        (
            "[modules]\n\"br/public:avm/\" = \"vendor/main.json\"\n",
            "would be one file",
            "\"vendor/main.json\"",
            Some("{path}"),
        ),
        (
            "[modules]\n\"br/public:a:1\" = \" \"\n",
            "empty",
            "\" \"",
            Some("file"),
        ),
    ] {
        let error = parse(text).expect_err(text);
        assert!(error.to_string().contains(words), "{text}: {error}");
        let marked = &text[error.range()];
        assert!(
            marked.starts_with(place),
            "{text}: marks {marked:?}, {error}"
        );
        let given = error.help().map(|help| help.to_string());
        match help {
            Some(help) => assert!(
                given.as_deref().unwrap_or("").contains(help),
                "{text}: {given:?}"
            ),
            None => assert_eq!(given, None, "{text}"),
        }
    }
}

#[test]
fn modules_are_read_by_key() {
    let config = parse(
        "[modules]\n\"ts/specs:a:1\" = \"a.json\"\n\"br/public:avm/\" = \"avm/{path}/{version}/main.json\"\n",
    )
    .unwrap();
    let [avm, spec] = config.modules.as_slice() else {
        panic!("two modules");
    };
    assert!(avm.is_beginning());
    assert_eq!(avm.path, "avm/{path}/{version}/main.json");
    assert_eq!(spec.reference, "ts/specs:a:1");
    assert!(!spec.is_beginning());
}

/// `ARMPLAN_BLESS=1 cargo test` rewrites the file.
#[test]
fn the_json_schema_is_current() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/schemas/armplan-toml.schema.json"
    );
    let schema = schemars::schema_for!(raw::Config);
    let mut current = serde_json::to_string_pretty(&schema).unwrap();
    current.push('\n');
    if std::env::var_os("ARMPLAN_BLESS").is_some() {
        std::fs::write(path, &current).unwrap();
    }
    let stored = std::fs::read_to_string(path).unwrap_or_default();
    assert_eq!(
        stored, current,
        "run ARMPLAN_BLESS=1 cargo test the_json_schema_is_current"
    );
}

/// What the types accept and what the schema accepts is the same.
#[test]
fn the_json_schema_agrees_with_the_reader() {
    let schema = serde_json::to_value(schemars::schema_for!(raw::Config)).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for (text, valid) in [
        ("", true),
        ("cloud = \"AzureCloud\"", true),
        ("cloud = \"azure\"", false),
        (
            "[[deployment]]\nname = \"a\"\ntemplate = \"t\"\nbefore = {live = [\"x\"]}",
            true,
        ),
        ("[[deployment]]\nname = \"a\"\n", false),
        (
            "[[deployment]]\nname = \"a\"\ntemplate = \"t\"\nx = 1",
            false,
        ),
    ] {
        let value: toml::Value = toml::from_str(text).unwrap();
        let value = serde_json::to_value(value).unwrap();
        assert_eq!(validator.is_valid(&value), valid, "{text}");
        assert_eq!(parse(text).is_ok(), valid, "{text}");
    }
}
