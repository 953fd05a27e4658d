//! `run.sh` with an `az` and a `kubectl` that only write down what they are asked.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use super::super::program::{Folder, Ran};
use super::goldens::emitted;

/// Writes its call down, fails where the file `fails` says so, and answers like the real one as far as the script asks.
const FAKE: &str = r#"#!/usr/bin/env bash
call="$(basename "$0") $*"
printf '%s\n' "$call" >> "$FAKES/calls"
if [[ -f $FAKES/fails ]] && grep -qxF -- "$call" "$FAKES/fails"; then
  printf 'refused\n' >&2
  exit 3
fi
if [[ $call == *"--query provisioningState"* ]]; then
  cat "$FAKES/state"
fi
"#;

/// A written folder with fakes in front of everything on the path.
struct Scene {
    folder: Folder,
}

impl Scene {
    fn of(name: &str) -> Self {
        let (_, folder) = emitted()
            .into_iter()
            .find(|(case, _)| case == name)
            .unwrap();
        let folder = folder
            .with("fakes/az", FAKE)
            .with("fakes/kubectl", FAKE)
            .with("fakes/state", "Succeeded\n");
        for program in ["az", "kubectl"] {
            let path = folder.0.join("fakes").join(program);
            fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        Self { folder }
    }

    fn run(&self, arguments: &[&str], answers: &str, environment: &[(&str, &str)]) -> Ran {
        use std::io::Write;
        let fakes = self.folder.0.join("fakes");
        let _ = fs::remove_file(fakes.join("calls"));
        let path = std::env::var("PATH").unwrap();
        let mut child = Command::new(self.folder.0.join("steps/run.sh"))
            .args(arguments)
            .env_clear()
            .env("PATH", format!("{}:{path}", fakes.display()))
            .env("FAKES", &fakes)
            .env("TMPDIR", &self.folder.0)
            .envs(environment.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let _ = child.stdin.take().unwrap().write_all(answers.as_bytes());
        Ran::of(child.wait_with_output().unwrap())
    }

    /// What `az` and `kubectl` were asked, in order.
    fn calls(&self) -> Vec<String> {
        let text = fs::read_to_string(self.folder.0.join("fakes/calls")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    fn fails(&self, call: &str) {
        fs::write(self.folder.0.join("fakes/fails"), format!("{call}\n")).unwrap();
    }
}

const SCOPE: &str = "--resource-group rg-shop --subscription 0b1f6471-1bf0-4dda-aec3-111122223333";

/// The calls of the case `system-pool-in-the-array`, but for the file with credentials.
fn all_calls() -> Vec<String> {
    [
        "az deployment group create SCOPE --name armplan-01-add-pool-system2 --template-file 01-add-pool-system2.json --parameters @01-add-pool-system2.parameters.json --output none",
        "az aks nodepool show --cluster-name aks-shop --name system2 SCOPE --query provisioningState --output tsv",
        "kubectl wait --for=condition=Ready nodes --selector kubernetes.azure.com/agentpool=system2 --timeout=15m",
        "az deployment group create SCOPE --name armplan-02-update-pool-system1 --template-file 02-update-pool-system1.json --parameters @02-update-pool-system1.parameters.json --output none",
        "az aks nodepool show --cluster-name aks-shop --name system1 SCOPE --query provisioningState --output tsv",
        "kubectl get pdb --all-namespaces",
        "kubectl cordon --selector kubernetes.azure.com/agentpool=system1",
        "kubectl drain --selector kubernetes.azure.com/agentpool=system1 --ignore-daemonsets --delete-emptydir-data",
        "az aks nodepool delete SCOPE --cluster-name aks-shop --name system1",
        "az aks show --name aks-shop SCOPE --query provisioningState --output tsv",
    ]
    .iter()
    .map(|call| call.replace("SCOPE", SCOPE))
    .collect()
}

/// The calls behind the one for credentials.
#[track_caller]
fn behind_credentials(calls: &[String]) -> Vec<String> {
    let start = format!("az aks get-credentials {SCOPE} --name aks-shop --file ");
    assert!(calls[0].starts_with(&start), "{calls:?}");
    calls[1..].to_vec()
}

#[test]
fn steps_run_in_order_and_the_irreversible_one_is_asked_for() {
    let scene = Scene::of("system-pool-in-the-array");
    scene
        .run(&[], "y\n", &[])
        .exits(0)
        .says("All 4 steps have run");
    assert_eq!(behind_credentials(&scene.calls()), all_calls());
    // The credentials are gone again.
    let left = fs::read_dir(&scene.folder.0).unwrap().count();
    scene.run(&["--yes"], "", &[]).exits(0);
    assert_eq!(behind_credentials(&scene.calls()), all_calls());
    assert_eq!(fs::read_dir(&scene.folder.0).unwrap().count(), left);
}

#[test]
fn without_a_yes_the_irreversible_step_does_not_run() {
    let scene = Scene::of("system-pool-in-the-array");
    for answer in ["n\n", "\n", ""] {
        scene
            .run(&[], answer, &[])
            .exits(1)
            .complains("Not confirmed.")
            .complains("./run.sh --from 4");
        assert_eq!(behind_credentials(&scene.calls()), all_calls()[..8]);
    }
}

#[test]
fn it_stops_at_the_first_failure_and_goes_on_from_there() {
    let scene = Scene::of("system-pool-in-the-array");
    for (at, step) in [(0, 1), (2, 1), (3, 2), (7, 3), (8, 4)] {
        scene.fails(&all_calls()[at]);
        let ran = scene.run(&["--yes"], "", &[]);
        assert_eq!(ran.code, 3, "{ran:?}");
        ran.complains(&format!("Stopped at step {step}."));
        assert_eq!(behind_credentials(&scene.calls()), all_calls()[..=at]);
    }
    fs::remove_file(scene.folder.0.join("fakes/fails")).unwrap();
    scene.run(&["--yes", "--from", "03"], "", &[]).exits(0);
    assert_eq!(behind_credentials(&scene.calls()), all_calls()[5..]);
}

#[test]
fn it_stops_where_a_deployment_has_not_succeeded() {
    let scene = Scene::of("system-pool-in-the-array");
    fs::write(scene.folder.0.join("fakes/state"), "Failed\n").unwrap();
    scene
        .run(&["--yes"], "", &[])
        .exits(1)
        .complains("provisioningState is Failed");
    assert_eq!(behind_credentials(&scene.calls()), all_calls()[..2]);
}

#[test]
fn the_scope_can_be_another_one_and_kubectl_as_it_is_set_up() {
    let scene = Scene::of("system-pool-in-the-array");
    let environment = [("RESOURCE_GROUP", "rg other"), ("SUBSCRIPTION", "")];
    scene
        .run(&["--yes", "--current-context"], "", &environment)
        .exits(0);
    let expected: Vec<String> = all_calls()
        .iter()
        .map(|call| call.replace(SCOPE, "--resource-group rg other"))
        .collect();
    assert_eq!(scene.calls(), expected);
}

#[test]
fn wrong_options_run_nothing() {
    let scene = Scene::of("system-pool-in-the-array");
    for arguments in [&["--from"][..], &["--from", "two"], &["--form", "2"]] {
        scene.run(arguments, "", &[]).exits(2);
        assert!(scene.calls().is_empty());
    }
}

#[test]
fn values_that_only_the_user_knows_are_asked_for_before_anything_runs() {
    let scene = Scene::of("open-values");
    scene
        .run(&["--yes"], "", &[])
        .complains("RESOURCE_GROUP: set it to the resource group of the cluster");
    let environment = [("RESOURCE_GROUP", "rg"), ("CLUSTER", "aks")];
    scene
        .run(&["--yes"], "", &environment)
        .exits(2)
        .complains("step 1 needs 01-upgrade-control-plane.given.json with values for: clusterName, ticket, sshKey, windowsPassword, vnetSubnetID");
    assert!(scene.calls().is_empty());
    for name in ["01-upgrade-control-plane", "03-upgrade-pool-system"] {
        let path = scene.folder.0.join(format!("steps/{name}.given.json"));
        fs::write(path, "{}").unwrap();
    }
    scene.run(&["--yes"], "", &environment).exits(0);
    let deployed: Vec<String> = scene
        .calls()
        .iter()
        .filter_map(|call| {
            call.split_once("--parameters ")
                .map(|(_, files)| files.to_owned())
        })
        .collect();
    assert_eq!(
        deployed,
        [
            "@01-upgrade-control-plane.parameters.json @01-upgrade-control-plane.given.json --output none",
            "@02-upgrade-control-plane.parameters.json @01-upgrade-control-plane.given.json --output none",
            "@03-upgrade-pool-system.given.json --output none",
        ]
    );
}
