//! Steps to a script for bash that runs them one after the other, stops at the first failure, and asks before what cannot
//! be undone.

use std::fmt::Write;

use crate::aks::facts::{Facts, Role};
use crate::aks::service::Operation;
use crate::plan::commands::{quoted, segment};
use crate::plan::{Sequence, Step, StepKind};

use super::{Described, DescribedStep, one_line};

/// The script.
pub(super) fn text(facts: &Facts, clusters: &[Described<'_>]) -> String {
    let mut out = HEAD.to_owned();
    let targets: Vec<Target> = clusters
        .iter()
        .enumerate()
        .map(|(at, cluster)| {
            Target::of(
                cluster.subject.sequence,
                (clusters.len() > 1).then_some(at + 1),
            )
        })
        .collect();
    for target in &targets {
        target.variables(&mut out);
    }
    out.push_str(OPTIONS);
    let uses_kubectl = lines(facts, clusters).any(|line| line.contains("kubectl "));
    out.push_str(FUNCTIONS);
    out.push_str(if uses_kubectl { KUBECTL } else { NO_KUBECTL });
    needs(&mut out, clusters);
    let total: usize = clusters.iter().map(|cluster| cluster.steps.len()).sum();
    for (cluster, target) in clusters.iter().zip(&targets) {
        let _ = write!(out, "\n{}", target.call());
        for step in &cluster.steps {
            block(&mut out, facts, cluster.subject.sequence, step);
        }
    }
    let end = if total == 1 {
        "The step has run.".to_owned()
    } else {
        format!("All {total} steps have run.")
    };
    let remains = clusters
        .iter()
        .any(|cluster| !cluster.subject.remaining.changes.is_empty());
    let rest = if remains {
        " What remains to change in the sources stands in runbook.md."
    } else {
        ""
    };
    let _ = writeln!(out, "\nprintf '\\n{end}{rest}\\n'");
    out
}

const HEAD: &str = r#"#!/usr/bin/env bash
# Written by armplan: runs the steps of runbook.md one after the other, stops at the first that fails, and asks before
# each one that cannot be undone.
#
#   ./run.sh [--yes] [--from STEP] [--current-context]
#
# --yes              does not ask
# --from STEP        begins with this step: after a failure, once its reason is gone
# --current-context  kubectl as it is set up; else with credentials of its own for the cluster of the steps
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

"#;

const OPTIONS: &str = r#"
ask=true
from=1
current_context=false
while (($# > 0)); do
  case $1 in
    --yes) ask=false ;;
    --current-context) current_context=true ;;
    --from)
      from=${2:-}
      if ! [[ $from =~ ^[0-9]+$ ]]; then
        printf 'run.sh: --from needs the number of a step\n' >&2
        exit 2
      fi
      from=$((10#$from))
      shift
      ;;
    *)
      printf 'run.sh: %s: no such option\n' "$1" >&2
      exit 2
      ;;
  esac
  shift
done
"#;

const FUNCTIONS: &str = r#"
cluster=
scope=()
current=0
kube_credentials=

at_end() {
  local status=$?
  if [[ -n $kube_credentials ]]; then
    rm -f "$kube_credentials"
  fi
  if ((status != 0 && current > 0)); then
    printf '\nStopped at step %d. Once the reason is gone: ./run.sh --from %d\n' "$current" "$current" >&2
  fi
}
trap at_end EXIT

# Whether a step is to run.
step() {
  if (($1 < from)); then
    return 1
  fi
  current=$1
  printf '\n== %s\n' "$2"
}

# Asks before a step that cannot be undone.
confirm() {
  local answer=
  if [[ $ask == true ]]; then
    read -r -p 'This step cannot be undone. Go on? [y/N] ' answer || true
    if [[ $answer != y && $answer != yes ]]; then
      printf 'Not confirmed.\n' >&2
      exit 1
    fi
  fi
}

# Deploys the template of a step, with the files of its parameters.
deploy() {
  local name=$1 parameters=()
  shift
  if (($# > 0)); then
    parameters=(--parameters "${@/#/@}")
  fi
  az deployment group create "${scope[@]}" --name "armplan-$name" --template-file "$name.json" \
    ${parameters[@]+"${parameters[@]}"} --output none
}

# Fails unless a command of az shows that the last operation has ended well.
succeeded() {
  local state
  state=$("$@" "${scope[@]}" --query provisioningState --output tsv)
  if [[ $state != Succeeded ]]; then
    printf 'provisioningState is %s\n' "$state" >&2
    exit 1
  fi
}

cluster_succeeded() {
  succeeded az aks show --name "$cluster"
}

pool_succeeded() {
  succeeded az aks nodepool show --cluster-name "$cluster" --name "$1"
}

# Fails before anything runs if a step lacks a file with the values that only you know.
needs() {
  if (($1 >= from)) && [[ ! -f $2 ]]; then
    printf 'run.sh: step %d needs %s with values for: %s (see runbook.md)\n' "$1" "$2" "$3" >&2
    exit 2
  fi
}

# The cluster of the next steps: resource group, subscription, name.
target() {
  scope=(--resource-group "$1")
  cluster=$3
  if [[ -n $2 ]]; then
    scope+=(--subscription "$2")
  fi
  credentials
}
"#;

const KUBECTL: &str = r#"
# kubectl talks to the cluster of the steps, whatever it is set up for otherwise.
credentials() {
  if [[ $current_context == true ]]; then
    return
  fi
  if [[ -z $kube_credentials ]]; then
    kube_credentials=$(mktemp)
  fi
  export KUBECONFIG=$kube_credentials
  az aks get-credentials "${scope[@]}" --name "$cluster" --file "$KUBECONFIG" --overwrite-existing --only-show-errors
}
"#;

const NO_KUBECTL: &str = r#"
# No step needs kubectl.
credentials() {
  : "$current_context"
}
"#;

/// Where the cluster of a sequence is, as variables of the script.
struct Target {
    group: Option<String>,
    subscription: Option<String>,
    cluster: Option<String>,
    suffix: String,
    name: String,
}

impl Target {
    fn of(sequence: &Sequence, number: Option<usize>) -> Self {
        Self {
            group: segment(&sequence.id, "resourceGroups"),
            subscription: segment(&sequence.id, "subscriptions"),
            cluster: sequence
                .cluster
                .known
                .then(|| sequence.cluster.text.clone()),
            suffix: number.map_or_else(String::new, |number| format!("_{number}")),
            name: sequence.cluster.text.clone(),
        }
    }

    /// The variables, with what is known of them; what is not known must be set.
    fn variables(&self, out: &mut String) {
        let suffix = &self.suffix;
        let of = format!("cluster {}", one_line(&self.name));
        let _ = writeln!(out, "# Where {of} is.");
        let group = match &self.group {
            Some(group) => format!("-{}", quoted(group)),
            None => "?set it to the resource group of the cluster".to_owned(),
        };
        let _ = writeln!(
            out,
            "RESOURCE_GROUP{suffix}=${{RESOURCE_GROUP{suffix}:{group}}}"
        );
        // The templates name the cluster too: a known name is not to be changed here alone.
        let cluster = match &self.cluster {
            Some(cluster) => quoted(cluster),
            None => format!("${{CLUSTER{suffix}:?set it to the name of the cluster}}"),
        };
        let _ = writeln!(out, "CLUSTER{suffix}={cluster}");
        let subscription = self.subscription.as_deref().map(quoted).unwrap_or_default();
        let _ = writeln!(out, "# Empty: the subscription that az is set to.");
        let _ = writeln!(
            out,
            "SUBSCRIPTION{suffix}=${{SUBSCRIPTION{suffix}-{subscription}}}"
        );
    }

    fn call(&self) -> String {
        let suffix = &self.suffix;
        format!(
            "target \"$RESOURCE_GROUP{suffix}\" \"$SUBSCRIPTION{suffix}\" \"$CLUSTER{suffix}\"\n"
        )
    }
}

/// Which steps need values that only the user knows.
fn needs(out: &mut String, clusters: &[Described<'_>]) {
    let steps = clusters.iter().flat_map(|cluster| &cluster.steps);
    let mut lines = String::new();
    for step in steps {
        let Some(template) = step.template.as_ref().filter(|one| !one.open.is_empty()) else {
            continue;
        };
        let names: Vec<&str> = template
            .open
            .iter()
            .map(|(name, ..)| name.as_str())
            .collect();
        let _ = writeln!(
            lines,
            "needs {} {} {}",
            step.step.number,
            step.given.as_deref().unwrap_or_default(),
            quoted(&names.join(", "))
        );
    }
    if !lines.is_empty() {
        out.push('\n');
        out.push_str(&lines);
    }
}

fn block(out: &mut String, facts: &Facts, sequence: &Sequence, described: &DescribedStep<'_>) {
    let step = described.step;
    let _ = write!(
        out,
        "\nif step {} {}; then\n",
        step.number,
        quoted(&described.title)
    );
    if step.is_irreversible() {
        out.push_str("  confirm\n");
    }
    for line in commands(facts, sequence, described) {
        let _ = writeln!(out, "  {line}");
    }
    out.push_str("fi\n");
}

fn lines<'a>(facts: &'a Facts, clusters: &'a [Described<'_>]) -> impl Iterator<Item = String> {
    clusters.iter().flat_map(move |cluster| {
        let steps = cluster.steps.iter();
        steps.flat_map(move |step| commands(facts, cluster.subject.sequence, step))
    })
}

/// The commands of a step, and those that show that it has ended well.
fn commands(facts: &Facts, sequence: &Sequence, described: &DescribedStep<'_>) -> Vec<String> {
    let step = described.step;
    let mut lines = if let Some(template) = &described.template {
        let mut line = format!("deploy {}", described.name);
        if template.values.is_some() {
            let _ = write!(line, " {}.parameters.json", described.name);
        }
        if let Some(given) = &described.given {
            let _ = write!(line, " {given}");
        }
        vec![line]
    } else {
        let place = Place::of(sequence);
        let commands = step.commands.iter();
        commands.map(|command| place.in_script(command)).collect()
    };
    match (step.kind, pool(sequence, step)) {
        (StepKind::Manual, _) if matches!(step.operation, Operation::Wait) => {
            lines.push("cluster_succeeded".to_owned());
        }
        (StepKind::DrainPool | StepKind::Manual, _) => {}
        (StepKind::DeletePool, _) | (_, None) => lines.push("cluster_succeeded".to_owned()),
        (_, Some(pool)) => lines.push(format!("pool_succeeded {}", quoted(&pool))),
    }
    if has_new_nodes(facts, sequence, step) {
        let pool = pool(sequence, step).unwrap_or_default();
        lines.push(format!(
            "kubectl wait --for=condition=Ready nodes --selector {} --timeout=15m",
            quoted(&format!("kubernetes.azure.com/agentpool={pool}"))
        ));
    }
    lines
}

fn pool(sequence: &Sequence, step: &Step) -> Option<String> {
    let key = step.pool.as_ref()?;
    let mut states = sequence.states.iter();
    let pool = states.find_map(|state| state.pool(key));
    Some(pool.map_or_else(|| key.clone(), |pool| pool.name.text.clone()))
}

/// Whether nodes have to become ready: of a pool without any, none does.
fn has_new_nodes(facts: &Facts, sequence: &Sequence, step: &Step) -> bool {
    let is_new = matches!(step.kind, StepKind::AddPool | StepKind::UpgradePool);
    let own = sequence
        .steps
        .iter()
        .position(|one| one.number == step.number);
    let after = own.and_then(|at| sequence.states.get(at + 1));
    let count =
        after.and_then(|state| state.pool_text(step.pool.as_deref()?, Role::PoolCount, facts));
    is_new && count.is_none_or(|count| count != "0")
}

/// What commands say of the place of a cluster, as the planner writes it.
struct Place {
    group: String,
    subscription: Option<String>,
}

impl Place {
    fn of(sequence: &Sequence) -> Self {
        let group = segment(&sequence.id, "resourceGroups");
        Self {
            group: group.map_or_else(|| "\"$RG\"".to_owned(), |group| quoted(&group)),
            subscription: segment(&sequence.id, "subscriptions").map(|one| quoted(&one)),
        }
    }

    /// The command with the variables of the script.
    fn in_script(&self, command: &str) -> String {
        let group = format!(" --resource-group {}", self.group);
        let mut command = command.replacen(&group, " \"${scope[@]}\"", 1);
        if let Some(subscription) = &self.subscription {
            command = command.replacen(&format!(" --subscription {subscription}"), "", 1);
        }
        command.replace("\"$CLUSTER\"", "\"$cluster\"")
    }
}
