//! What AKS does, as data: the tables of `rules/aks` in the binary, read once, found by path or by name.
//! No property path, error code or version limit of the service stands in code.

mod calendar;
mod error;
mod pattern;
mod raw;
mod row;
mod sizes;
mod validate;
mod words;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::diff::{ChildArray, Comparison, MemberFacts};

pub use calendar::{Calendar, OsRange, OsShift, Support, SupportState, Window};
pub use error::TableError;
pub use pattern::{Pattern, Patterns, Stated};
pub use row::{ApiRange, Change, Evidence, Fact, Of, Property, Says, When};
pub use words::{ApiKind, Form, Loudness, Relation, Role, Scope, SizeTrait, Verdict, Vnet, WayOut};

/// File names with the texts of `rules/aks`.
macro_rules! tables {
    ($($file:literal,)+) => {
        &[$(($file, include_str!(concat!("../../../rules/aks/", $file)))),+]
    };
}

/// The tables of this repository: file name and text.
pub const TABLES: &[(&str, &str)] = tables![
    "wording.toml",
    "agent-pools.toml",
    "managed-clusters.toml",
    "network-transitions.toml",
    "inline-pools.toml",
    "versions.toml",
    "calendar.toml",
    "operations.toml",
    "vm-sizes.toml",
];

const NO_SOURCE: &str = "a row needs at least one source";
const CLUSTER_TYPE: &str = "microsoft.containerservice/managedclusters";
const POOL_TYPE: &str = "microsoft.containerservice/managedclusters/agentpools";

/// All facts.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    properties: Vec<Property>,
    /// Index into `properties` by scope and path in lower case.
    by_path: BTreeMap<(Scope, String), usize>,
    facts: BTreeMap<String, Fact>,
    calendar: Calendar,
    series: Vec<sizes::Series>,
}

impl Facts {
    /// The tables in the binary. They are read once, when first asked for; a test holds that they are valid.
    pub fn embedded() -> Result<&'static Self, &'static [TableError]> {
        static FACTS: LazyLock<Result<Facts, Vec<TableError>>> =
            LazyLock::new(|| Facts::from_tables(TABLES));
        FACTS.as_ref().map_err(Vec::as_slice)
    }

    /// Reads tables given as file name and text; all errors at once.
    pub fn from_tables(tables: &[(&str, &str)]) -> Result<Self, Vec<TableError>> {
        let mut errors = Vec::new();
        let mut read = Vec::new();
        let mut wordings = validate::Wordings::default();
        for (file, text) in tables {
            match toml::from_str::<raw::Table>(text) {
                Ok(mut table) => {
                    wordings.add(file, &mut table, &mut errors);
                    read.push((*file, table));
                }
                Err(error) => errors.push(TableError::of_row(
                    file,
                    String::new(),
                    "",
                    error.to_string(),
                )),
            }
        }
        let mut facts = Self::default();
        for (file, table) in read {
            facts.add(file, table, &wordings, &mut errors);
        }
        facts.nest();
        if errors.is_empty() {
            Ok(facts)
        } else {
            Err(errors)
        }
    }

    fn add(
        &mut self,
        file: &str,
        mut table: raw::Table,
        wordings: &validate::Wordings,
        errors: &mut Vec<TableError>,
    ) {
        calendar::read(&mut self.calendar, &mut table, &mut |row, key, message| {
            errors.push(TableError::of_row(file, row, key, message));
        });
        for raw in std::mem::take(&mut table.series) {
            if raw.sources.is_empty() {
                errors.push(TableError::of_row(
                    file,
                    raw.family.clone(),
                    "sources",
                    NO_SOURCE.to_owned(),
                ));
            }
            self.series.push(sizes::Series::new(raw));
        }
        let mut checker = validate::Checker::new(file, table.checked.as_deref(), wordings, errors);
        let read_only: Vec<_> = table
            .read_only
            .into_iter()
            .flat_map(|raw| checker.read_only(raw))
            .collect();
        let properties: Vec<_> = table
            .property
            .into_iter()
            .filter_map(|raw| checker.property(raw))
            .collect();
        for property in properties.into_iter().chain(read_only) {
            let key = (property.scope, property.path.to_ascii_lowercase());
            if self.by_path.insert(key, self.properties.len()).is_some() {
                checker.error(
                    &property.id,
                    "path",
                    format!("two rows for `{}`", property.path),
                );
            }
            self.properties.push(property);
        }
        for raw in table.fact {
            let Some(fact) = checker.fact(raw) else {
                continue;
            };
            let id = fact.id.clone();
            if let Some(other) = self.facts.insert(fact.name.clone(), fact) {
                checker.error(
                    &id,
                    "fact",
                    format!("`{}` is the name of {} too", other.name, other.id),
                );
            }
        }
    }

    /// Tells each row which rows stand below it.
    fn nest(&mut self) {
        let by_path = &self.by_path;
        let paths: Vec<String> = self.properties.iter().map(|row| row.path.clone()).collect();
        for row in &mut self.properties {
            let start = format!("{}.", row.path.to_ascii_lowercase());
            row.inner = by_path
                .range((row.scope, start.clone())..)
                .take_while(|((scope, path), _)| *scope == row.scope && path.starts_with(&start))
                .filter_map(|(_, at)| paths.get(*at).cloned())
                .collect();
        }
    }

    /// The row that covers a member: the one with the longest path that is the member's own or one above it.
    /// `path` has no array indexes and is matched without case.
    pub fn property(&self, scope: Scope, path: &[&str]) -> Option<&Property> {
        let mut key = path.join(".").to_ascii_lowercase();
        let mut depth = path.len();
        while depth > 0 {
            if let Some(at) = self.by_path.get(&(scope, key.clone())) {
                return self.properties.get(*at);
            }
            depth -= 1;
            let length = path
                .iter()
                .take(depth)
                .map(|segment| segment.len() + 1)
                .sum::<usize>();
            key.truncate(length.saturating_sub(1));
        }
        None
    }

    /// The row of a member that conditions in code ask for.
    pub fn role(&self, role: Role) -> Option<&Property> {
        self.properties
            .iter()
            .find(|property| property.role == Some(role))
    }

    /// A fact whose condition stands in code.
    pub fn fact(&self, name: &str) -> Option<&Fact> {
        self.facts.get(name)
    }

    /// All rows of members, in the order of the tables.
    pub fn properties(&self) -> &[Property] {
        &self.properties
    }

    /// All facts with conditions in code, by name.
    pub fn facts(&self) -> impl Iterator<Item = &Fact> {
        self.facts.values()
    }

    /// Versions and their support.
    pub const fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// Whether two VM sizes surely differ (or surely agree) in a trait; none where it cannot be told.
    pub fn sizes_differ(&self, one: &str, two: &str, what: SizeTrait) -> Option<bool> {
        sizes::differ(&self.series, one, two, what)
    }

    /// The same without the rows of an id (`P04`): nothing is known of them any more.
    #[must_use]
    pub fn without(&self, id: &str) -> Self {
        let mut rest = Self {
            calendar: self.calendar.clone(),
            series: self.series.clone(),
            ..Self::default()
        };
        for property in self.properties.iter().filter(|property| property.id != id) {
            let key = (property.scope, property.path.to_ascii_lowercase());
            rest.by_path.insert(key, rest.properties.len());
            rest.properties.push(property.clone());
        }
        rest.nest();
        rest.facts = self
            .facts
            .iter()
            .filter(|(_, fact)| fact.id != id)
            .map(|(name, fact)| (name.clone(), fact.clone()))
            .collect();
        rest
    }

    /// The same with the verdict of a row turned round, of one case or of all: what was refused is allowed, the rest refused.
    #[must_use]
    pub fn turned_round(&self, id: &str, case: Option<&str>) -> Self {
        let mut turned = self.clone();
        for property in turned
            .properties
            .iter_mut()
            .filter(|property| property.id == id)
        {
            for change in &mut property.changes {
                if case.is_none_or(|case| case == change.case) {
                    validate::turn_round(&mut change.verdict, &mut change.says);
                    change.gate = None;
                }
            }
        }
        for fact in turned.facts.values_mut().filter(|fact| fact.id == id) {
            validate::turn_round(&mut fact.verdict, &mut fact.says);
        }
        turned
    }
}

impl MemberFacts for Facts {
    fn member(&self, resource_type: &str, path: &[&str]) -> Option<&Comparison> {
        let below = match path {
            [first, rest @ ..] if is(first, "properties") && !rest.is_empty() => Some(rest),
            _ => None,
        };
        let property = if is(resource_type, POOL_TYPE) {
            self.property(Scope::Pool, below?)
        } else if is(resource_type, CLUSTER_TYPE) {
            match below {
                Some([pools, member @ ..]) if !member.is_empty() && self.is_pools(pools) => {
                    self.property(Scope::Pool, member)
                }
                Some(below) => self.property(Scope::Cluster, below),
                None => self.property(Scope::Resource, path),
            }
        } else {
            None
        };
        property.map(|property| &property.comparison)
    }

    fn child_array(&self, resource_type: &str) -> Option<ChildArray<'_>> {
        let pools = self.role(Role::ClusterPools)?;
        is(resource_type, CLUSTER_TYPE).then(|| ChildArray {
            path: std::iter::once("properties")
                .chain(pools.path.split('.'))
                .collect(),
            child_type: POOL_TYPE,
        })
    }
}

impl Facts {
    fn is_pools(&self, member: &str) -> bool {
        self.role(Role::ClusterPools)
            .is_some_and(|pools| is(member, &pools.path))
    }
}

fn is(segment: &str, name: &str) -> bool {
    segment.eq_ignore_ascii_case(name)
}

#[cfg(test)]
mod tests {
    use super::{Facts, Role, Scope, SizeTrait, SupportState, TABLES, TableError, Verdict};
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
        for role in Role::ALL.iter() {
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
        sources = ["types"]
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
            (r#"["types"]"#, "[]", "P99", "sources"),
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
}
