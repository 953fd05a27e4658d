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

# Where cluster aks-shop is.
RESOURCE_GROUP=${RESOURCE_GROUP:-rg-shop}
CLUSTER=aks-shop
# Empty: the subscription that az is set to.
SUBSCRIPTION=${SUBSCRIPTION-0b1f6471-1bf0-4dda-aec3-111122223333}

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

target "$RESOURCE_GROUP" "$SUBSCRIPTION" "$CLUSTER"

if step 1 'Step 1 of 6: add-pool aks-shop/system2'; then
  deploy 01-add-pool-system2 01-add-pool-system2.parameters.json
  pool_succeeded system2
  kubectl wait --for=condition=Ready nodes --selector kubernetes.azure.com/agentpool=system2 --timeout=15m
fi

if step 2 'Step 2 of 6: drain-pool aks-shop/system'; then
  kubectl get pdb --all-namespaces
  kubectl cordon --selector kubernetes.azure.com/agentpool=system
  kubectl drain --selector kubernetes.azure.com/agentpool=system --ignore-daemonsets --delete-emptydir-data
fi

if step 3 'Step 3 of 6: delete-pool aks-shop/system'; then
  confirm
  az aks nodepool delete "${scope[@]}" --cluster-name aks-shop --name system
  cluster_succeeded
fi

if step 4 'Step 4 of 6: add-pool aks-shop/batch2'; then
  deploy 04-add-pool-batch2 04-add-pool-batch2.parameters.json
  pool_succeeded batch2
  kubectl wait --for=condition=Ready nodes --selector kubernetes.azure.com/agentpool=batch2 --timeout=15m
fi

if step 5 'Step 5 of 6: drain-pool aks-shop/batch'; then
  kubectl get pdb --all-namespaces
  kubectl cordon --selector kubernetes.azure.com/agentpool=batch
  kubectl drain --selector kubernetes.azure.com/agentpool=batch --ignore-daemonsets --delete-emptydir-data
fi

if step 6 'Step 6 of 6: delete-pool aks-shop/batch'; then
  confirm
  az aks nodepool delete "${scope[@]}" --cluster-name aks-shop --name batch
  cluster_succeeded
fi

printf '\nAll 6 steps have run. What remains to change in the sources stands in runbook.md.\n'
