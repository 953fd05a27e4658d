//! The AKS tables against the catalog they were written from and the types package.

#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests read their data, and fail by panicking"
)]

use std::collections::{BTreeMap, BTreeSet};

use armplan::aks::ApiVersion;
use armplan::aks::facts::{ApiRange, Facts, Scope, Verdict};
use armplan::diff::ServiceDefault;
use armplan::finding::{Confidence, Level};

fn facts() -> &'static Facts {
    Facts::embedded().unwrap_or_else(|errors| panic!("{errors:?}"))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// First and last versions of every member, by scope and path without marks for items and map values.
fn types() -> BTreeMap<(String, String), ApiRange> {
    let text = read("testdata/facts/types.csv");
    let api = |text: &str| text.parse::<ApiVersion>().ok();
    text.lines()
        .skip(1)
        .map(|line| {
            let fields: Vec<&str> = line.split(',').collect();
            let [scope, path, stable, preview, last] = fields.as_slice() else {
                panic!("{line}")
            };
            let (last_preview, last_stable) = last
                .split(';')
                .filter_map(api)
                .partition(ApiVersion::is_preview);
            let range = ApiRange {
                first_stable: api(stable),
                last_stable: Vec::into_iter(last_stable).next(),
                first_preview: api(preview),
                last_preview: Vec::into_iter(last_preview).next(),
            };
            let path = path.replace("[]", "").to_ascii_lowercase();
            (((*scope).to_owned(), path), range)
        })
        .collect()
}

/// The path of a row as the types table writes it: from the root of the resource.
fn rooted(scope: Scope, path: &str) -> (String, String) {
    let path = path.to_ascii_lowercase();
    match scope {
        Scope::Pool if matches!(path.as_str(), "name" | "id" | "systemdata") => {
            ("pool".to_owned(), path)
        }
        Scope::Pool => ("pool".to_owned(), format!("properties.{path}")),
        Scope::Cluster => ("cluster".to_owned(), format!("properties.{path}")),
        Scope::Resource => ("cluster".to_owned(), path),
    }
}

#[test]
fn versions_agree_with_the_types_package() {
    let types = types();
    let mut wrong = Vec::new();
    for row in facts().properties() {
        let (scope, path) = rooted(row.scope, &row.path);
        // A row for one key of a map (`identityProfile.kubeletidentity`) has the versions of the map's values.
        let of_map = path.rsplit_once('.').map(|(map, _)| format!("{map}{{}}"));
        let known = types
            .get(&(scope.clone(), path.clone()))
            .or_else(|| types.get(&(scope, of_map.unwrap_or_default())));
        match known {
            None => wrong.push(format!("{} {}: not in the types package", row.id, row.path)),
            Some(known) if row.fact != "read-only" && *known != row.api => {
                wrong.push(format!(
                    "{} {}: {:?} instead of {known:?}",
                    row.id, row.path, row.api
                ));
            }
            Some(_) => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn versions_and_other_members_of_cases_exist() {
    let types = types();
    let mut wrong = Vec::new();
    for row in facts().properties() {
        for change in &row.changes {
            use armplan::aks::facts::Of;
            let others = change.when.iter().map(|when| {
                let scope = match when.of {
                    Of::Pool | Of::AnyPool | Of::NoPool => Scope::Pool,
                    Of::Cluster => Scope::Cluster,
                    Of::Resource => Scope::Resource,
                };
                (scope, when.path.clone())
            });
            for (scope, path) in others.chain(
                change
                    .alongside
                    .iter()
                    .map(|path| (row.scope, path.clone())),
            ) {
                let covered = facts().property(scope, &path.split('.').collect::<Vec<_>>());
                if !types.contains_key(&rooted(scope, &path)) || covered.is_none() {
                    wrong.push(format!("{}/{}: `{path}`", row.id, change.case));
                }
            }
            if change.api_from.is_some()
                && change.api_from >= change.api_before
                && change.api_before.is_some()
            {
                wrong.push(format!("{}/{}: no API version fits", row.id, change.case));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Ids of rows without the letter that tells several members of one catalog row apart.
fn catalog_rows() -> BTreeSet<String> {
    let facts = facts();
    let ids = facts.properties().iter().map(|row| &row.id);
    let ids = ids.chain(facts.facts().map(|fact| &fact.id));
    ids.map(|id| {
        id.trim_end_matches(|c: char| c.is_ascii_lowercase())
            .to_owned()
    })
    .collect()
}

#[test]
fn every_row_of_the_catalog_is_there() {
    let there = catalog_rows();
    let series = |prefix: &'static str, last: usize, width: usize| {
        (1..=last).map(move |number| format!("{prefix}{number:0width$}"))
    };
    let wanted = series("P", 70, 2)
        .chain(series("M", 57, 2))
        .chain(series("I", 15, 1))
        .chain(series("V", 34, 1))
        .chain(series("O", 20, 1));
    let missing: Vec<String> = wanted.filter(|id| !there.contains(id)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn ids_are_given_once() {
    let mut seen = BTreeSet::new();
    let facts = facts();
    let properties = facts
        .properties()
        .iter()
        .filter(|row| row.fact != "read-only");
    for id in properties
        .map(|row| &row.id)
        .chain(facts.facts().map(|fact| &fact.id))
    {
        assert!(seen.insert(id.clone()), "{id} is given twice");
    }
}

#[test]
fn guesses_are_never_errors() {
    let facts = facts();
    let says = facts
        .properties()
        .iter()
        .flat_map(|row| row.changes.iter().map(|change| (&row.id, &change.says)))
        .chain(facts.facts().map(|fact| (&fact.id, &fact.says)));
    for (id, says) in says {
        assert!(!says.evidence.sources.is_empty(), "{id}");
        assert!(
            says.evidence.confidence != Confidence::Low || says.level != Some(Level::Error),
            "{id}"
        );
    }
}

#[test]
fn refusals_name_codes_of_the_service() {
    let text = read("testdata/facts/error-codes.csv");
    let known: BTreeSet<&str> = text.lines().skip(1).collect();
    let facts = facts();
    let codes = facts
        .properties()
        .iter()
        .flat_map(|row| {
            row.changes
                .iter()
                .map(|change| (&row.id, &change.says.code))
        })
        .chain(facts.facts().map(|fact| (&fact.id, &fact.says.code)));
    for (id, code) in codes {
        if let Some(code) = code {
            assert!(known.contains(code.as_str()), "{id}: {code}");
        }
    }
}

#[test]
fn the_last_case_of_a_refusing_row_is_open() {
    // A row that refuses some moves must say what happens with all the others, or leave them allowed on purpose.
    let on_purpose = ["M09a", "M09b", "M31", "M41", "PV06"];
    for row in facts().properties() {
        let refuses = row
            .changes
            .iter()
            .any(|change| change.verdict == Verdict::Refused);
        let Some(last) = row.changes.last().filter(|_| refuses) else {
            continue;
        };
        let open = last.when.is_empty()
            && !last.from.is_condition()
            && !last.to.is_condition()
            && last.relation.is_none()
            && last.api_from.is_none()
            && last.api_before.is_none();
        let two_valued = matches!(&row.comparison.default, ServiceDefault::Constant(value) if value.is_boolean());
        assert!(
            open || two_valued || on_purpose.contains(&row.id.as_str()),
            "{}",
            row.id
        );
    }
}

#[test]
fn placeholders_are_known() {
    let known = [
        "pool",
        "cluster",
        "before",
        "after",
        "path",
        "api",
        "gate",
        "pool-version",
        "control-plane",
        "behind",
        "limit",
        "day",
        "sku",
        "range",
        "version",
        "reason",
        "channel",
        "plan",
        "tier",
        "state",
        "list",
        "nodes",
        "vcpus",
        "count",
        "needed",
        "policy",
        "hours",
        "days",
        "target",
        "free",
    ];
    let facts = facts();
    let says = facts
        .properties()
        .iter()
        .flat_map(|row| row.changes.iter().map(|change| (&row.id, &change.says)))
        .chain(facts.facts().map(|fact| (&fact.id, &fact.says)));
    for (id, says) in says {
        for text in [&says.message, &says.way] {
            for part in text.split('{').skip(1) {
                let name = part.split('}').next().unwrap_or_default();
                assert!(known.contains(&name), "{id}: {{{name}}}");
            }
        }
    }
}
