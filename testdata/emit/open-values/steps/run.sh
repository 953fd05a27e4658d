#!/usr/bin/env bash
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

# Where cluster [parameters('clusterName')] is.
RESOURCE_GROUP=${RESOURCE_GROUP:?set it to the resource group of the cluster}
CLUSTER=${CLUSTER:?set it to the name of the cluster}
# Empty: the subscription that az is set to.
SUBSCRIPTION=${SUBSCRIPTION-}

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

needs 1 01-upgrade-control-plane.given.json 'clusterName, ticket, sshKey, windowsPassword, vnetSubnetID'
needs 2 01-upgrade-control-plane.given.json 'clusterName, ticket, sshKey, windowsPassword, vnetSubnetID'
needs 3 03-upgrade-pool-system.given.json 'clusterName, vnetSubnetID'

target "$RESOURCE_GROUP" "$SUBSCRIPTION" "$CLUSTER"

if step 1 'Step 1 of 3: upgrade-control-plane [parameters('\''clusterName'\'')] (1.34)'; then
  confirm
  deploy 01-upgrade-control-plane 01-upgrade-control-plane.parameters.json 01-upgrade-control-plane.given.json
  cluster_succeeded
fi

if step 2 'Step 2 of 3: upgrade-control-plane [parameters('\''clusterName'\'')] (1.35.1)'; then
  confirm
  deploy 02-upgrade-control-plane 02-upgrade-control-plane.parameters.json 01-upgrade-control-plane.given.json
  cluster_succeeded
fi

if step 3 'Step 3 of 3: upgrade-pool [parameters('\''clusterName'\'')]/system (1.34.2)'; then
  deploy 03-upgrade-pool-system 03-upgrade-pool-system.given.json
  pool_succeeded system
  kubectl wait --for=condition=Ready nodes --selector kubernetes.azure.com/agentpool=system --timeout=15m
fi

printf '\nAll 3 steps have run.\n'
