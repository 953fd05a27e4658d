//! Steps to commands of the Azure CLI and of kubectl.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::aks::facts::{Facts, Property, Role, Scope};
use crate::aks::read::read;
use crate::aks::service::{Operation, Service};
use crate::eval::{Data, Value};

use super::step::{Step, StepKind};
use super::{Query, migration};

/// An option of the CLI for a member.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct CliOption {
    scope: Scope,
    path: String,
    flag: String,
    off: Option<String>,
    #[serde(default)]
    form: Form,
    on: Vec<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Form {
    #[default]
    Value,
    Flag,
    List,
    Commas,
    Map,
}

#[derive(Deserialize)]
struct Table {
    option: Vec<CliOption>,
}

/// The options, read once; a test holds that the table is valid.
static OPTIONS: LazyLock<Vec<CliOption>> = LazyLock::new(|| {
    let table = toml::from_str::<Table>(include_str!("../../rules/aks/cli-options.toml"));
    table.map_or_else(|_| Vec::new(), |table| table.option)
});

/// Where a cluster is, as commands name it.
pub(super) struct Place {
    group: String,
    cluster: String,
    subscription: Option<String>,
}

impl Place {
    pub(super) fn of(service: &Service) -> Self {
        let cluster = service.cluster();
        let id = cluster
            .map(|cluster| cluster.id.as_str())
            .unwrap_or_default();
        let name = cluster.filter(|cluster| cluster.name.known);
        Self {
            group: segment(id, "resourceGroups")
                .map_or_else(|| "\"$RG\"".to_owned(), |group| quoted(&group)),
            cluster: name.map_or_else(
                || "\"$CLUSTER\"".to_owned(),
                |cluster| quoted(&cluster.name.text),
            ),
            subscription: segment(id, "subscriptions").map(|subscription| quoted(&subscription)),
        }
    }

    fn pool(&self, verb: &str, pool: &str) -> String {
        format!(
            "az aks nodepool {verb} --resource-group {} --cluster-name {} --name {}{}",
            self.group,
            self.cluster,
            quoted(pool),
            self.subscription()
        )
    }

    fn cluster(&self, verb: &str) -> String {
        format!(
            "az aks {verb} --resource-group {} --name {}{}",
            self.group,
            self.cluster,
            self.subscription()
        )
    }

    fn subscription(&self) -> String {
        self.subscription
            .as_ref()
            .map_or_else(String::new, |one| format!(" --subscription {one}"))
    }
}

/// The part of an id behind a name.
pub(super) fn segment(id: &str, name: &str) -> Option<String> {
    if id.starts_with('[') {
        return None;
    }
    let mut parts = id.split('/');
    parts.find(|part| part.eq_ignore_ascii_case(name))?;
    parts
        .next()
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
}

/// Text as one word of a shell.
pub(super) fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

/// The commands of a step.
pub(super) fn commands(
    query: Query<'_>,
    step: &Step,
    before: &Service,
    after: &Service,
) -> Vec<String> {
    let place = Place::of(before);
    let facts = query.facts;
    let name = step
        .pool
        .as_ref()
        .and_then(|key| after.pool(key).or_else(|| before.pool(key)))
        .map(|pool| pool.name.text.clone())
        .unwrap_or_default();
    let key = step.pool.clone().unwrap_or_default();
    let version = |service: &Service| service.version(&key, facts).map(|one| one.to_string());
    let selector = format!("kubernetes.azure.com/agentpool={name}");
    match step.kind {
        StepKind::AddPool => {
            let body = after.body(&key);
            let mut list = with_options(
                place.pool("add", &name),
                "add",
                facts,
                Scope::Pool,
                body,
                None,
            );
            list.push(format!(
                "{} --query provisioningState --output tsv",
                place.pool("show", &name)
            ));
            // kubectl finds no node to wait for in an empty pool.
            let count = after.pool_text(&key, Role::PoolCount, facts);
            if count.as_deref() != Some("0") {
                list.push(format!(
                    "kubectl wait --for=condition=Ready nodes --selector {selector} --timeout=15m"
                ));
            }
            list
        }
        StepKind::ScalePool => {
            let count = after
                .pool_text(&key, Role::PoolCount, facts)
                .unwrap_or_default();
            vec![format!(
                "{} --node-count {count}",
                place.pool("scale", &name)
            )]
        }
        StepKind::UpdatePool => update_pool(&place, facts, step, (&key, &name), (before, after)),
        StepKind::UpgradePool => vec![format!(
            "{} --kubernetes-version {} --yes",
            place.pool("upgrade", &name),
            version(after).unwrap_or_default()
        )],
        StepKind::RollBackPool => vec![
            place.pool("get-rollback-versions", &name),
            place.pool("rollback", &name),
        ],
        StepKind::DrainPool => vec![
            "kubectl get pdb --all-namespaces".to_owned(),
            format!("kubectl cordon --selector {selector}"),
            format!(
                "kubectl drain --selector {selector} --ignore-daemonsets --delete-emptydir-data"
            ),
        ],
        StepKind::DeletePool => vec![place.pool("delete", &name)],
        StepKind::UpgradeControlPlane => {
            let version = after
                .control_plane(facts)
                .map(|one| one.to_string())
                .unwrap_or_default();
            let alone = if together(before, after, facts) {
                ""
            } else {
                " --control-plane-only"
            };
            vec![
                place.cluster("get-upgrades") + " --output table",
                format!(
                    "{} --kubernetes-version {version}{alone} --yes",
                    place.cluster("upgrade")
                ),
            ]
        }
        StepKind::UpdateCluster if moves_pools(step) => {
            let flag = migration::option().map_or("", |(flag, _)| flag);
            vec![format!("{} {flag}", place.cluster("update"))]
        }
        StepKind::UpdateCluster => {
            let body = after.root();
            let mut list = with_options(
                place.cluster("update"),
                "update",
                facts,
                Scope::Cluster,
                body,
                Some(&step.paths),
            );
            if list.is_empty() {
                list.push("# no option of the CLI changes this: deploy the template of the step (--emit DIR)".to_owned());
            }
            list
        }
        StepKind::Manual => manual(&place, facts, step, &name, before),
    }
}

/// Whether a command moves pools that are availability sets.
pub(super) fn moves_pools(step: &Step) -> bool {
    matches!(&step.operation, Operation::Migrate { pools, .. } if !pools.is_empty())
}

/// Whether the pools went up with the control plane.
fn together(before: &Service, after: &Service, facts: &Facts) -> bool {
    let keys = before
        .cluster()
        .into_iter()
        .flat_map(|cluster| cluster.pools.keys());
    keys.into_iter()
        .any(|key| before.version(key, facts) != after.version(key, facts))
}

fn update_pool(
    place: &Place,
    facts: &Facts,
    step: &Step,
    (key, name): (&str, &str),
    (before, after): (&Service, &Service),
) -> Vec<String> {
    let is_on = |service: &Service| {
        service
            .pool_text(key, Role::PoolAutoscaler, facts)
            .is_some_and(|text| text.eq_ignore_ascii_case("true"))
    };
    let mut start = place.pool("update", name);
    let mut paths = step.paths.clone();
    let bounds: Vec<&Property> = [Role::PoolMinCount, Role::PoolMaxCount]
        .into_iter()
        .filter_map(|role| facts.role(role))
        .collect();
    let of_autoscaler = |path: &String| bounds.iter().any(|row| row.path == *path);
    match (is_on(before), is_on(after)) {
        // The CLI asks for both bounds with each of these.
        (true, true) if paths.iter().any(of_autoscaler) => {
            start.push_str(" --update-cluster-autoscaler");
            paths.retain(|path| !of_autoscaler(path));
            paths.extend(bounds.iter().map(|row| row.path.clone()));
        }
        (false, true) => {
            paths.retain(|path| !of_autoscaler(path));
            paths.extend(bounds.iter().map(|row| row.path.clone()));
        }
        (_, false) => paths.retain(|path| !of_autoscaler(path)),
        (true, true) => {}
    }
    let list = with_options(
        start,
        "update",
        facts,
        Scope::Pool,
        after.body(key),
        Some(&paths),
    );
    if list.is_empty() {
        vec![
            "# no option of the CLI changes this: deploy the template of the step (--emit DIR)"
                .to_owned(),
        ]
    } else {
        list
    }
}

/// Whether a state is that of something that runs.
pub(super) fn starts(facts: &Facts, is_pool: bool, state: &str) -> bool {
    let role = if is_pool {
        Role::PoolPowerState
    } else {
        Role::ClusterPowerState
    };
    state == super::cluster_phases::running(facts, role)
}

/// Whether the last operation of the cluster has failed.
pub(super) fn is_failed(facts: &Facts, service: &Service) -> bool {
    let state = service.cluster_text(Role::ClusterProvisioningState, facts);
    let fact = facts.fact("cluster-failed");
    state.is_some_and(|state| fact.is_some_and(|fact| fact.lists("failed", &state)))
}

fn manual(place: &Place, facts: &Facts, step: &Step, name: &str, before: &Service) -> Vec<String> {
    match &step.operation {
        Operation::Power { pool, state } => {
            let starts = starts(facts, pool.is_some(), state);
            let verb = if starts { "start" } else { "stop" };
            match pool {
                Some(_) => {
                    // Here the pool's name has an option of its own.
                    let command = place.pool(verb, name);
                    vec![command.replacen(" --name ", " --nodepool-name ", 1)]
                }
                None => vec![place.cluster(verb)],
            }
        }
        // Without any other option it sets the cluster to what is stored.
        _ if is_failed(facts, before) => vec![format!("{} --yes", place.cluster("update"))],
        _ => vec![
            format!("{} --updated", place.cluster("wait")),
            format!(
                "{} --query provisioningState --output tsv",
                place.cluster("show")
            ),
        ],
    }
}

/// A command with the options for members of a body: for all of them, or for some. None where a member that is asked
/// for has no option.
fn with_options(
    start: String,
    verb: &str,
    facts: &Facts,
    scope: Scope,
    body: Option<&Value>,
    paths: Option<&[String]>,
) -> Vec<String> {
    let Some(body) = body else { return vec![start] };
    let mut command = start;
    let mut without = Vec::new();
    let of_scope = |row: &&Property| match scope {
        Scope::Pool => row.scope == Scope::Pool,
        _ => row.scope != Scope::Pool,
    };
    for row in facts.properties().iter().filter(of_scope) {
        let asked = paths.is_none_or(|paths| paths.contains(&row.path));
        if !asked || row.comparison.read_only {
            continue;
        }
        let reading = read(body, &super::bodies::full_path(row));
        let option = OPTIONS.iter().find(|option| {
            option.scope == row.scope
                && option.path == row.path
                && option.on.iter().any(|on| on == verb)
        });
        match (option, reading.value()) {
            (Some(option), value) => {
                if let Some(words) = option.words(verb, value) {
                    command.push(' ');
                    command.push_str(&words);
                } else if paths.is_some() {
                    without.push(row.path.clone());
                }
            }
            // An object whose members have options of their own is said by them.
            (None, Some(_)) if row.inner.is_empty() => without.push(row.path.clone()),
            (None, None) if paths.is_some() => without.push(row.path.clone()),
            (None, _) => {}
        }
    }
    if without.is_empty() {
        return vec![command];
    }
    if paths.is_some_and(|paths| paths.len() == without.len()) {
        return Vec::new();
    }
    vec![
        command,
        format!(
            "# without an option of the CLI: {}; the template of the step has it (--emit DIR)",
            without.join(", ")
        ),
    ]
}

impl CliOption {
    /// The option with its value; none where it says nothing.
    fn words(&self, verb: &str, value: Option<&Value>) -> Option<String> {
        let value = value?;
        if value.has_unknown() || value.has_shade() {
            return Some(format!("{} \"<{}>\"", self.flag, self.path));
        }
        let text = |value: &Value| crate::aks::read::scalar(value);
        let flag = &self.flag;
        match (self.form, &value.data) {
            (_, Data::Null) => None,
            (Form::Flag, Data::Bool(true)) => Some(flag.clone()),
            // What is added is without it from the start.
            (Form::Flag, _) => self.off.clone().filter(|_| verb == "update"),
            (Form::List, Data::Array(array)) => {
                let items: Vec<String> = array
                    .items
                    .iter()
                    .filter_map(text)
                    .map(|item| quoted(&item))
                    .collect();
                (!items.is_empty()).then(|| format!("{flag} {}", items.join(" ")))
            }
            (Form::Commas, Data::Array(array)) => {
                let items: Vec<String> = array.items.iter().filter_map(text).collect();
                Some(format!("{flag} {}", quoted(&items.join(","))))
            }
            (Form::Map, Data::Object(object)) => {
                let items: Vec<String> = object
                    .entries
                    .iter()
                    .map(|entry| {
                        quoted(&format!(
                            "{}={}",
                            entry.key,
                            text(&entry.value).unwrap_or_default()
                        ))
                    })
                    .collect();
                Some(format!(
                    "{flag} {}",
                    if items.is_empty() {
                        "''".to_owned()
                    } else {
                        items.join(" ")
                    }
                ))
            }
            _ => Some(format!("{flag} {}", quoted(&text(value)?))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Form, OPTIONS, Table, quoted, segment};
    use crate::aks::facts::Facts;
    use crate::eval::{Data, Origin, Value};

    #[test]
    fn options_are_of_members_that_the_tables_know() {
        let table =
            toml::from_str::<Table>(include_str!("../../rules/aks/cli-options.toml")).unwrap();
        assert_eq!(OPTIONS.len(), table.option.len());
        let facts = Facts::embedded().unwrap();
        for option in &table.option {
            let known = facts
                .properties()
                .iter()
                .any(|row| row.scope == option.scope && row.path == option.path);
            assert!(known, "{}", option.path);
        }
    }

    #[test]
    fn nothing_switches_off_what_is_only_added() {
        let off = Value::new(Data::Bool(false), Origin::None);
        for option in OPTIONS.iter().filter(|option| option.form == Form::Flag) {
            assert_eq!(option.words("add", Some(&off)), None, "{}", option.path);
            assert_eq!(option.words("update", Some(&off)), option.off);
        }
    }

    #[test]
    fn words_of_a_shell() {
        assert_eq!(quoted("a-b_1"), "a-b_1");
        assert_eq!(quoted("a b"), "'a b'");
        assert_eq!(quoted("it's"), "'it'\\''s'");
        assert_eq!(quoted("$(x)"), "'$(x)'");
        assert_eq!(quoted(""), "''");
    }

    #[test]
    fn parts_of_ids() {
        let id = "/subscriptions/s/resourceGroups/rg/providers/x";
        assert_eq!(segment(id, "resourcegroups").as_deref(), Some("rg"));
        assert_eq!(segment("[resourceId('x')]", "resourceGroups"), None);
    }
}
