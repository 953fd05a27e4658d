//! The pipeline of the README for Azure Pipelines: its script runs as an agent runs it, on a merge commit.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::program::{Folder, Ran, pool};

fn pipeline() -> String {
    fs::read_to_string(root().join("examples/azure-pipelines.yml")).unwrap()
}

/// The block behind `- bash: |`, without its indentation.
fn script(pipeline: &str) -> String {
    let (before, rest) = pipeline.split_once("- bash: |\n").unwrap();
    let step = before.rsplit('\n').next().unwrap().len();
    let lines: Vec<&str> = rest
        .lines()
        .take_while(|line| line.is_empty() || line.starts_with(&" ".repeat(step + 4)))
        .map(|line| line.get(step + 4..).unwrap_or(""))
        .collect();
    assert!(lines.len() > 5, "{lines:?}");
    lines.join("\n")
}

/// A pull request with this size that was merged for its pipeline; the main branch went on meanwhile.
fn merged(size: &str) -> Folder {
    let folder = Folder::new()
        .template("infra/main.json", &pool("Standard_D4s_v5"))
        .with(
            "armplan.toml",
            "[[deployment]]\nname = \"pools\"\ntemplate = \"infra/main.json\"\n",
        )
        .committed();
    folder.git(&["branch", "-M", "main"]);
    folder.git(&["checkout", "-q", "-b", "change"]);
    let folder = folder.template("infra/main.json", &pool(size));
    folder.git(&["commit", "-q", "--allow-empty", "-am", "change"]);
    folder.git(&["checkout", "-q", "main"]);
    let folder = folder.with("other.txt", "x");
    folder.git(&["add", "-A"]);
    folder.git(&["commit", "-q", "-m", "other"]);
    folder.git(&["merge", "-q", "--no-ff", "-m", "merge", "change"]);
    folder
}

fn run(folder: &Folder) -> Ran {
    let reports = folder.0.join("reports");
    fs::create_dir_all(&reports).unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_armplan")).parent().unwrap();
    let path = std::env::var_os("PATH").unwrap();
    let path = std::iter::once(program.to_path_buf()).chain(std::env::split_paths(&path));
    let output = Command::new("bash")
        .args(["--noprofile", "--norc", "-c", &script(&pipeline())])
        .current_dir(&folder.0)
        .env_clear()
        .env("PATH", std::env::join_paths(path).unwrap())
        .env("REPORTS", &reports)
        .output()
        .unwrap();
    Ran::of(output)
}

#[test]
fn a_refused_change_fails_the_step_and_all_reports_are_there() {
    let folder = merged("Standard_D8s_v5");
    let ran = run(&folder)
        .exits(1)
        .silent()
        .says("##vso[task.logissue type=error;sourcepath=infra/main.json;linenumber=5;columnnumber=15;code=aks-pool-vm-size-change;]The VM size");
    let report = |name: &str| fs::read_to_string(folder.0.join("reports").join(name)).unwrap();
    let uploaded = ran
        .stdout
        .lines()
        .find_map(|line| line.strip_prefix("##vso[task.uploadsummary]"))
        .unwrap();
    assert!(fs::read_to_string(uploaded).unwrap().contains("blocked"));
    super::sarif::assert_valid(&report("armplan.sarif"));
    let text = report("armplan.xml");
    let tests = super::xml(&text);
    assert_eq!(tests.root_element().attribute("failures"), Some("1"));
}

#[test]
fn an_allowed_change_passes() {
    run(&merged("Standard_D4s_v5"))
        .exits(0)
        .silent()
        .says("Plan: ");
}

#[test]
fn the_readme_shows_the_pipeline_that_is_tested() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    assert!(readme.contains(&format!("```yaml\n{}```", pipeline())));
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
