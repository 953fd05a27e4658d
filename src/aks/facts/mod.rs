//! What AKS does, as data: the tables of `rules/aks` in the binary, read once, found by path or by name.
//! No property path, error code or version limit of the service stands in code.

mod calendar;
mod error;
mod pattern;
mod raw;
mod row;
mod sizes;
mod sources;
#[cfg(test)]
mod tests;
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
const CLUSTER_TYPE: &str = "Microsoft.ContainerService/managedClusters";
const POOL_TYPE: &str = "Microsoft.ContainerService/managedClusters/agentPools";

/// All facts.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    properties: Vec<Property>,
    /// Index into `properties` by scope and path in lower case.
    by_path: BTreeMap<Scope, BTreeMap<String, usize>>,
    /// Indexes into `properties` by scope and first name of the path in lower case.
    by_first: BTreeMap<Scope, BTreeMap<String, Vec<usize>>>,
    /// Index into `properties` of the first row with the role.
    by_role: BTreeMap<Role, usize>,
    by_name: BTreeMap<String, Fact>,
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
        for ((file, _), table) in tables.iter().zip(parsed(tables)) {
            match table {
                Ok(mut table) => {
                    wordings.add(file, &mut table, &mut errors);
                    read.push((*file, table));
                }
                Err(message) => {
                    errors.push(TableError::of_row(file, String::new(), "", message));
                }
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
        let mut checker = validate::Checker::new(file, table.checked.as_deref(), wordings, errors);
        checker.sources_of_rows(&mut table);
        calendar::read(&mut self.calendar, &mut table, &mut |row, key, message| {
            checker.error(&row, key, message);
        });
        self.series
            .extend(table.series.into_iter().map(sizes::Series::new));
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
            let is_first = self.add_row(property);
            if let Some(row) = self.properties.last().filter(|_| !is_first) {
                checker.error(&row.id, "path", format!("two rows for `{}`", row.path));
            }
        }
        for raw in table.fact {
            let Some(fact) = checker.fact(raw) else {
                continue;
            };
            let id = fact.id.clone();
            if let Some(other) = self.by_name.insert(fact.name.clone(), fact) {
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
        for (at, row) in self.properties.iter().enumerate() {
            if let Some(role) = row.role {
                self.by_role.entry(role).or_insert(at);
            }
            let first = row.path.split('.').next().unwrap_or_default();
            let of_scope = self.by_first.entry(row.scope).or_default();
            let below = of_scope.entry(first.to_ascii_lowercase());
            below.or_default().push(at);
        }
        for row in &mut self.properties {
            let start = format!("{}.", row.path.to_ascii_lowercase());
            let of_scope = by_path.get(&row.scope).into_iter();
            row.inner = of_scope
                .flat_map(|paths| paths.range(start.clone()..))
                .take_while(|(path, _)| path.starts_with(&start))
                .filter_map(|(_, at)| paths.get(*at).cloned())
                .collect();
        }
    }

    /// The row that covers a member: the one with the longest path that is the member's own or one above it.
    /// `path` has no array indexes and is matched without case.
    pub fn property(&self, scope: Scope, path: &[&str]) -> Option<&Property> {
        let of_scope = self.by_path.get(&scope)?;
        let mut key = path.join(".");
        key.make_ascii_lowercase();
        let mut depth = path.len();
        while depth > 0 {
            if let Some(at) = of_scope.get(&key) {
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

    /// Numbers of the rows of members whose paths begin with a name.
    pub fn below(&self, scope: Scope, first: &str) -> &[usize] {
        let of_scope = self.by_first.get(&scope);
        let rows = of_scope.and_then(|rows| rows.get(&first.to_ascii_lowercase()));
        rows.map_or(&[], Vec::as_slice)
    }

    /// The row of a member that conditions in code ask for.
    pub fn role(&self, role: Role) -> Option<&Property> {
        self.properties.get(*self.by_role.get(&role)?)
    }

    /// A fact whose condition stands in code.
    pub fn fact(&self, name: &str) -> Option<&Fact> {
        self.by_name.get(name)
    }

    /// All rows of members, in the order of the tables.
    pub fn properties(&self) -> &[Property] {
        &self.properties
    }

    /// All facts with conditions in code, by name.
    pub fn facts(&self) -> impl Iterator<Item = &Fact> {
        self.by_name.values()
    }

    /// Versions and their support.
    pub const fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// Whether two VM sizes surely differ (or surely agree) in a trait; none where it cannot be told.
    pub fn sizes_differ(&self, one: &str, two: &str, what: SizeTrait) -> Option<bool> {
        sizes::differ(&self.series, one, two, what)
    }

    /// Takes a row in; whether it is the first for its path.
    fn add_row(&mut self, property: Property) -> bool {
        let of_scope = self.by_path.entry(property.scope).or_default();
        let path = property.path.to_ascii_lowercase();
        let other = of_scope.insert(path, self.properties.len());
        self.properties.push(property);
        other.is_none()
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
            rest.add_row(property.clone());
        }
        rest.nest();
        rest.by_name = self
            .by_name
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
        for fact in turned.by_name.values_mut().filter(|fact| fact.id == id) {
            validate::turn_round(&mut fact.verdict, &mut fact.says);
        }
        turned
    }
}

/// The tables as they are written. Reading TOML takes most of the time of a start, so each table has a thread of its own,
/// or this one where there is none to be had.
fn parsed(tables: &[(&str, &str)]) -> Vec<Result<raw::Table, String>> {
    let parse = |text: &str| toml::from_str::<raw::Table>(text).map_err(|error| error.to_string());
    std::thread::scope(|scope| {
        let threads: Vec<_> = tables
            .iter()
            .map(|(_, text)| {
                std::thread::Builder::new()
                    .spawn_scoped(scope, move || parse(text))
                    .ok()
            })
            .collect();
        tables
            .iter()
            .zip(threads)
            .map(|((_, text), thread)| {
                let read = thread.and_then(|thread| thread.join().ok());
                read.unwrap_or_else(|| parse(text))
            })
            .collect()
    })
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
        if !is(resource_type, CLUSTER_TYPE) {
            return None;
        }
        let pools = self.role(Role::ClusterPools)?;
        Some(ChildArray {
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
