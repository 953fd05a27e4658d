//! Lookups, the calendar, sizes, and what a wrong table says.

#![allow(
    clippy::disallowed_methods,
    reason = "tests read their data and write the checked-in schema"
)]

use super::{Facts, Role, Scope, SizeTrait, SupportState, TABLES, TableError, Verdict, raw};
use crate::aks::Minor;
use crate::diff::{MemberFacts, Omitted, ServiceDefault};

fn facts() -> Facts {
    Facts::from_tables(TABLES).unwrap_or_else(|errors| {
        let text: Vec<String> = errors.iter().map(ToString::to_string).collect();
        panic!("{}", text.join("\n"))
    })
}

fn minor(text: &str) -> Minor {
    text.parse().unwrap()
}

#[test]
fn rows_cover_what_is_below_them_and_longer_paths_win() {
    let facts = facts();
    let id = |scope, path: &[&str]| facts.property(scope, path).map(|row| row.id.clone());
    assert_eq!(id(Scope::Pool, &["VMSIZE"]).as_deref(), Some("P04"));
    assert_eq!(
        id(Scope::Pool, &["linuxOSConfig", "sysctls", "vmSwappiness"]).as_deref(),
        Some("P43")
    );
    assert_eq!(
        id(Scope::Cluster, &["httpProxyConfig", "noProxy"]).as_deref(),
        Some("M45b")
    );
    assert_eq!(
        id(Scope::Cluster, &["httpProxyConfig", "httpProxy"]).as_deref(),
        Some("M45a")
    );
    assert_eq!(
        id(Scope::Pool, &["nodeLabels", "a.b/c"]).as_deref(),
        Some("P39")
    );
    let proxy = facts
        .property(Scope::Cluster, &["httpProxyConfig"])
        .unwrap();
    assert_eq!(
        proxy.inner,
        [
            "httpProxyConfig.effectiveNoProxy",
            "httpProxyConfig.noProxy"
        ]
    );
    assert_eq!(id(Scope::Pool, &["noSuchMember"]), None);
    assert_eq!(id(Scope::Cluster, &["vmSize"]), None);
}

#[test]
fn the_comparison_reads_both_forms_of_a_pool() {
    let facts = facts();
    let cluster = "Microsoft.ContainerService/managedClusters";
    let pool = "microsoft.containerservice/managedclusters/AGENTPOOLS";
    let inline = facts
        .member(
            cluster,
            &["properties", "agentPoolProfiles", "osDiskSizeGB"],
        )
        .unwrap();
    assert_eq!(inline.default, ServiceDefault::Depends);
    assert_eq!(inline.empty, [serde_json::json!(0)]);
    assert_eq!(
        facts.member(pool, &["properties", "osDiskSizeGB"]),
        Some(inline)
    );
    assert_eq!(
        facts.member(pool, &["properties", "tags"]).unwrap().omitted,
        Omitted::Clears
    );
    assert!(
        facts
            .member(cluster, &["properties", "fqdn"])
            .unwrap()
            .read_only
    );
    assert!(facts.member(cluster, &["location"]).is_some());
    assert!(
        facts
            .member("Microsoft.Network/virtualNetworks", &["location"])
            .is_none()
    );
}

#[test]
fn every_role_has_one_row() {
    let facts = facts();
    for role in Role::ALL {
        let rows = facts
            .properties()
            .iter()
            .filter(|row| row.role == Some(*role))
            .count();
        assert_eq!(rows, 1, "{}", role.word());
    }
}

#[test]
fn the_calendar_tells_states_and_windows() {
    let facts = facts();
    let calendar = facts.calendar();
    let state = |version: &str, day: &str| {
        calendar
            .state(minor(version), day.parse().unwrap())
            .unwrap()
    };
    for (version, day, expected) in [
        ("1.37", "2026-08-31", SupportState::Future),
        ("1.37", "2026-09-01", SupportState::Preview),
        ("1.37", "2026-10-01", SupportState::Community),
        ("1.34", "2026-11-30", SupportState::Community),
        ("1.34", "2026-12-01", SupportState::Platform),
        ("1.33", "2026-11-23", SupportState::LongTerm),
        ("1.30", "2026-08-01", SupportState::Ended),
        ("1.12", "2020-01-01", SupportState::Ended),
        ("1.60", "2026-11-23", SupportState::Future),
    ] {
        assert_eq!(state(version, day), expected, "{version} on {day}");
    }
    for (version, window) in [("1.35", 3), ("1.28", 3), ("1.27", 2), ("1.20", 2)] {
        assert_eq!(calendar.window(minor(version)), Some(window), "{version}");
    }
    let windows = calendar.os_range("windows2019").unwrap();
    assert!(windows.has(minor("1.32")) && !windows.has(minor("1.33")));
    assert!(
        calendar
            .os_shift("Ubuntu", minor("1.34"), minor("1.35"))
            .is_some()
    );
    assert!(
        calendar
            .os_shift("Ubuntu", minor("1.35"), minor("1.36"))
            .is_none()
    );
    assert!(
        calendar
            .os_shift("Ubuntu2204", minor("1.34"), minor("1.35"))
            .is_none()
    );
}

#[test]
fn sizes_differ_only_where_it_is_known() {
    let facts = facts();
    for (one, two, what, expected) in [
        (
            "Standard_D4s_v5",
            "Standard_D4ps_v5",
            SizeTrait::Architecture,
            Some(true),
        ),
        (
            "Standard_D4s_v5",
            "Standard_D8s_v5",
            SizeTrait::Architecture,
            Some(false),
        ),
        (
            "Standard_D4s_v5",
            "Standard_DC4as_v5",
            SizeTrait::Confidential,
            Some(true),
        ),
        (
            "Standard_D4s_v5",
            "Standard_D4s_v6",
            SizeTrait::DiskController,
            Some(true),
        ),
        (
            "Standard_E4bs_v5",
            "Standard_E4s_v6",
            SizeTrait::DiskController,
            Some(false),
        ),
        (
            "Standard_D2_v2",
            "Standard_D4s_v6",
            SizeTrait::Generation,
            Some(true),
        ),
        (
            "Standard_DS2_v2",
            "Standard_D4s_v5",
            SizeTrait::Generation,
            Some(false),
        ),
        (
            "Standard_D4s_v5",
            "Standard_HB120rs_v3",
            SizeTrait::Generation,
            None,
        ),
        ("Standard_D4s_v5", "huge", SizeTrait::Architecture, None),
    ] {
        assert_eq!(
            facts.sizes_differ(one, two, what),
            expected,
            "{one} {two} {}",
            what.word()
        );
    }
}

#[test]
fn rows_can_be_taken_away_and_turned_round() {
    let facts = facts();
    let rest = facts.without("P04");
    assert!(rest.property(Scope::Pool, &["vmSize"]).is_none());
    assert!(rest.property(Scope::Pool, &["osType"]).is_some());
    assert!(facts.without("V3").fact("skew-too-old").is_none());
    let turned = facts.turned_round("P04", Some("old-api"));
    let row = turned.property(Scope::Pool, &["vmSize"]).unwrap();
    let old = row
        .changes
        .iter()
        .find(|change| change.case == "old-api")
        .unwrap();
    assert_eq!((old.verdict, old.says.level), (Verdict::Allowed, None));
    let other = row
        .changes
        .iter()
        .find(|change| change.case == "in-place")
        .unwrap();
    assert_eq!(other.verdict, Verdict::ReimagesPool);
}

const WORDING: &str = r#"
    [[wording]]
    verdict = "refused"
    pool = true
    level = "error"
    rule = "aks-pool-immutable-property"
    way-out = "none"
    message = "no"
"#;

const ROW: &str = r#"
    checked = "2026-11-23"
    [[property]]
    id = "P99"
    fact = "f"
    scope = "pool"
    path = "a.b"
    stable = "2024-01-01"
    compare = "text"
    confidence = "high"
    sources = ["Azure/AKS#1"]
    about = "x"
    [[property.change]]
    case = "c"
    verdict = "refused"
"#;

fn errors(row: &str) -> Vec<TableError> {
    Facts::from_tables(&[("wording.toml", WORDING), ("t.toml", row)])
        .map_or_else(|errors| errors, |_| Vec::new())
}

#[test]
fn a_wrong_row_says_its_file_row_and_key() {
    assert_eq!(errors(ROW), []);
    for (from, to, row, key) in [
        (r#"checked = "2026-11-23""#, "", "P99", "checked"),
        ("2026-11-23", "23.11.2026", "", "checked"),
        (r#"["Azure/AKS#1"]"#, "[]", "P99", "sources"),
        ("Azure/AKS#1", "hearsay", "P99", "sources"),
        ("2024-01-01", "2024-01-01-preview", "P99", "stable"),
        ("2024-01-01", "soon", "P99", "stable"),
        ("a.b", "a..b", "P99", "path"),
        ("a.b", "a[0].b", "P99", "path"),
        (
            r#"confidence = "high""#,
            r#"confidence = "low""#,
            "P99/c",
            "level",
        ),
        (
            r#"verdict = "refused""#,
            r#"verdict = "ignored""#,
            "P99/c",
            "verdict",
        ),
        (
            r#"case = "c""#,
            "case = \"c\"\napi-from = \"x\"",
            "P99/c",
            "api-from",
        ),
        (
            r#"case = "c""#,
            "case = \"c\"\nlevel = \"none\"",
            "P99/c",
            "level",
        ),
        (
            r#"case = "c""#,
            "case = \"c\"\nrule = \"AKS101\"",
            "P99/c",
            "rule",
        ),
        (
            r#"case = "c""#,
            "case = \"c\"\nway-out = \"new-cluster\"",
            "P99/c",
            "way",
        ),
    ] {
        let found = errors(&ROW.replacen(from, to, 1));
        assert!(
            found
                .iter()
                .any(|error| error.file == "t.toml" && error.row == row && error.key == key),
            "{to}: {found:?}"
        );
    }
}

#[test]
fn unknown_keys_and_words_are_errors() {
    for (from, to) in [
        ("about", "abuot"),
        ("\"refused\"", "\"forbidden\""),
        ("\"pool\"", "\"node\""),
        ("\"text\"", "\"fuzzy\""),
    ] {
        let found = errors(&ROW.replacen(from, to, 1));
        assert!(!found.is_empty() && found[0].file == "t.toml", "{to}");
    }
}

#[test]
fn two_rows_for_one_path_are_an_error() {
    let second = ROW
        .replacen(r#"checked = "2026-11-23""#, "", 1)
        .replace("P99", "P98");
    let found = errors(&format!("{ROW}{second}"));
    assert!(found.iter().any(|error| error.key == "path"), "{found:?}");
}

/// `ARMPLAN_BLESS=1 cargo test` rewrites the file.
#[test]
fn the_json_schema_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/aks-facts.schema.json");
    let mut current = serde_json::to_string_pretty(&schemars::schema_for!(raw::Table)).unwrap();
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

#[test]
fn the_json_schema_agrees_with_the_tables() {
    let schema = serde_json::to_value(schemars::schema_for!(raw::Table)).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let json = |text: &str| {
        let value: toml::Value = toml::from_str(text).unwrap();
        serde_json::to_value(value).unwrap()
    };
    for (file, text) in TABLES {
        let errors: Vec<String> = validator
            .iter_errors(&json(text))
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{file}: {errors:?}");
    }
    for (from, to) in [
        ("about", "abuot"),
        ("\"refused\"", "\"forbidden\""),
        ("\"P99\"", "99"),
    ] {
        assert!(
            !validator.is_valid(&json(&ROW.replacen(from, to, 1))),
            "{to}"
        );
    }
}
