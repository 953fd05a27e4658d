//! What is the same is no change: a template against itself, against what runs after its own deployment, and against the same in other words.

use std::path::Path;

use armplan::source::{FileKind, classify};
use serde_json::Value;

use super::cases::evaluate::{Evaluated, GROUP, evaluate};
use super::cases::live::{self, FORMS, Form};
use super::cases::plan::{armplan, between, from_live, noise};
use super::cases::{self, Case, Tree, concrete, rewrite};

#[test]
fn a_case_against_itself_is_silent() {
    let mut heard = Vec::new();
    for case in cases::all() {
        listen(
            &mut heard,
            &case.name,
            &between(&case, &case.files, &case.files),
        );
    }
    assert!(heard.is_empty(), "{}", heard.join("\n"));
}

/// Every template of `testdata`, without values for its parameters: nothing changes, whatever is unknown.
#[test]
fn every_template_against_itself_changes_nothing() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    let mut heard = Vec::new();
    let mut templates = 0;
    for entry in walkdir::WalkDir::new(&folder).sort_by_file_name() {
        let entry = entry.expect("a readable folder");
        let path = entry.path();
        if path.extension().is_none_or(|extension| extension != "json")
            || classify(&cases::text(path)) != FileKind::Template
        {
            continue;
        }
        templates += 1;
        let name = path.to_string_lossy();
        let arguments = [
            "plan",
            &name,
            "--before",
            &name,
            "--no-config",
            "--format",
            "json",
        ];
        let plan = armplan(&folder, &arguments).json();
        for change in plan["changes"].as_array().into_iter().flatten() {
            let kind = &change["changeType"];
            if kind != "NoChange" && kind != "Ignore" {
                heard.push(format!("{name}: {kind} {}", change["resourceId"]));
            }
        }
        if !matches!(plan["verdict"].as_str(), Some("ok" | "incomplete")) {
            heard.push(format!("{name}: verdict {}", plan["verdict"]));
        }
    }
    assert!(templates > 20, "{templates} templates");
    assert!(heard.is_empty(), "{}", heard.join("\n"));
}

#[test]
fn a_case_in_other_words_is_silent() {
    let mut heard = Vec::new();
    let mut moved = 0;
    for case in cases::all() {
        let reordered: Tree = rewritten(&case, rewrite::reordered);
        listen(
            &mut heard,
            &format!("{}, members in another order", case.name),
            &between(&case, &case.files, &reordered),
        );
        let parameterized = rewritten(&case, |text| {
            let (text, literals) = rewrite::parameterized(text);
            moved += literals;
            text
        });
        listen(
            &mut heard,
            &format!("{}, literals in parameters", case.name),
            &between(&case, &case.files, &parameterized),
        );
    }
    assert!(moved > 200, "{moved} literals were moved");
    assert!(heard.is_empty(), "{}", heard.join("\n"));
}

/// All templates of a case in other words.
fn rewritten(case: &Case, mut rewrite: impl FnMut(&str) -> String) -> Tree {
    let one = |(path, text): (&String, &String)| {
        let text = if classify(text) == FileKind::Template {
            rewrite(text)
        } else {
            text.clone()
        };
        (path.clone(), text)
    };
    case.files.iter().map(one).collect()
}

/// A cluster as a template of literals against the same with other spelling, other order, and a pool that moved out.
#[test]
fn a_cluster_in_other_words_is_silent() {
    let mut heard = Vec::new();
    let mut moved = 0;
    for case in cases::all() {
        for (cluster, pools) in clusters(&resources(&evaluate(&case, &case.files))) {
            let before = concrete::template(&cluster, &pools);
            let spelled = concrete::in_other_spelling(&cluster, &pools);
            let name = format!("{}, {}", case.name, cluster["name"]);
            let what = format!("{name}, spelled otherwise");
            listen(&mut heard, &what, &between_values(&before, &spelled));
            if let Some(after) = concrete::pool_moved_out(&cluster, &pools) {
                moved += 1;
                let what = format!("{name}, a pool moved out");
                listen(&mut heard, &what, &between_values(&before, &after));
                let what = format!("{name}, a pool moved in");
                listen(&mut heard, &what, &between_values(&after, &before));
            }
        }
    }
    assert!(moved >= 4, "{moved} pools were moved");
    assert!(heard.is_empty(), "{}", heard.join("\n"));
}

#[test]
fn what_runs_after_a_deployment_is_silent() {
    let mut heard = Vec::new();
    for case in cases::all() {
        let resources = resources(&evaluate(&case, &case.files));
        let clusters = live::run(&resources);
        for form in FORMS {
            let elsewhere = |one: &live::LiveCluster| {
                let id = one.cluster["id"].as_str().unwrap_or("");
                !id.contains(&format!("/resourceGroups/{GROUP}/"))
            };
            // An exported template does not say of which group it is.
            if form == Form::Export && clusters.iter().any(elsewhere) {
                continue;
            }
            let mut respelled = clusters.clone();
            for one in &mut respelled {
                concrete::spell_otherwise(&mut one.cluster, &mut one.pools);
            }
            for (clusters, how) in [(&clusters, "as it is"), (&respelled, "spelled otherwise")] {
                let live = live::files(form, clusters, &resources);
                let plan = from_live(&case, &live, &case.files);
                listen(
                    &mut heard,
                    &format!("{}, {form:?}, {how}", case.name),
                    &plan,
                );
            }
        }
    }
    assert!(heard.is_empty(), "{}", heard.join("\n"));
}

fn listen(heard: &mut Vec<String>, what: &str, plan: &Value) {
    for noise in noise(plan) {
        heard.push(format!("{what}: {noise}"));
    }
}

/// The evaluated resources as `expand` prints them.
fn resources(evaluated: &Evaluated) -> Vec<Value> {
    let mut all = Vec::new();
    for deployment in &evaluated.deployments {
        let snapshot = armplan::report::snapshot(&evaluated.files, deployment);
        let resources = snapshot["predictedResources"].as_array();
        all.extend(resources.into_iter().flatten().cloned());
    }
    all
}

/// Each cluster with its child pools.
fn clusters(resources: &[Value]) -> Vec<(Value, Vec<Value>)> {
    let of_type = |wanted: &'static str| {
        resources.iter().filter(move |resource| {
            let kind = resource["type"].as_str().unwrap_or("");
            kind.eq_ignore_ascii_case(wanted)
        })
    };
    of_type("Microsoft.ContainerService/managedClusters")
        .map(|cluster| {
            let id = cluster["id"].as_str().unwrap_or("").to_ascii_lowercase();
            let pools = of_type("Microsoft.ContainerService/managedClusters/agentPools")
                .filter(|pool| {
                    let pool = pool["id"].as_str().unwrap_or("").to_ascii_lowercase();
                    pool.starts_with(&format!("{id}/"))
                })
                .cloned()
                .collect();
            (cluster.clone(), pools)
        })
        .collect()
}

/// The plan between two templates without parameters. They are deployed to the group of all cases, whatever group the
/// cluster stands in.
fn between_values(before: &Value, after: &Value) -> Value {
    let tree = |template: &Value| Tree::from([("main.json".to_owned(), template.to_string())]);
    between(&Case::of_template("main.json"), &tree(before), &tree(after))
}
