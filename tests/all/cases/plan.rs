//! Runs `armplan plan` on a case: the program itself, in a repository of its own for the texts and documents that stand in `plan/`.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use armplan::aks::Date;
use armplan::aks::facts::Facts;
use armplan::config::{BeforeConfig, ParameterArgument};
use armplan::engine::{ConfigChoice, Request, Task, World, run_in};
use armplan::report;
use armplan::source::{Memory, Source, Workspace};
use serde_json::Value;

use super::evaluate::{GROUP, LOCATION, SUBSCRIPTION, context};
use super::{Case, Scope, Tree};

/// A folder that goes away with its value.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!(
            "armplan-test-{}-{}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        );
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).expect("a writable folder");
        Self(folder)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.0.join(path);
        let folder = path.parent().expect("a folder");
        std::fs::create_dir_all(folder).expect("a writable folder");
        #[allow(clippy::disallowed_methods, reason = "a folder of this test")]
        std::fs::write(path, text).expect("a writable file");
    }

    fn git(&self, arguments: &[&str]) {
        let output = command("git")
            .current_dir(&self.0)
            .args(["-c", "user.name=t", "-c", "user.email=t@example.com"])
            .args(["-c", "core.autocrlf=false", "-c", "commit.gpgsign=false"])
            .args(arguments)
            .output()
            .expect("git");
        assert!(output.status.success(), "git {arguments:?}: {output:?}");
    }

    /// A repository whose last commit holds these files.
    pub(crate) fn commit(&self, tree: &Tree) {
        for (path, text) in tree {
            self.write(path, text);
        }
        self.git(&["init", "-q"]);
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", "before"]);
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn command(program: &str) -> Command {
    #[allow(clippy::disallowed_methods, reason = "the program under test, and git")]
    Command::new(program)
}

/// What a run printed.
#[derive(Debug)]
pub(crate) struct Printed {
    pub(crate) status: Option<i32>,
    pub(crate) output: String,
    pub(crate) errors: String,
}

impl Printed {
    /// The document on standard output.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.output)
            .unwrap_or_else(|error| panic!("{error}: {}{}", self.output, self.errors))
    }
}

/// Runs the program in a folder.
pub(crate) fn armplan(folder: &Path, arguments: &[&str]) -> Printed {
    let output = command(env!("CARGO_BIN_EXE_armplan"))
        .current_dir(folder)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .expect("the program starts");
    Printed {
        status: output.status.code(),
        output: String::from_utf8(output.stdout).expect("UTF-8"),
        errors: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

/// The arguments of `plan` for a case: everything but what it is compared with.
pub(crate) fn arguments(case: &Case) -> Vec<&str> {
    let mut arguments = vec!["plan", "--as-of", "2026-07-01", "--color", "never"];
    if let Some(config) = &case.config {
        arguments.extend(["--config", config]);
        return arguments;
    }
    for feature in &case.features {
        arguments.extend(["--feature", feature]);
    }
    arguments.extend(case.template.as_deref());
    arguments.push("--no-config");
    for parameter in &case.parameters {
        arguments.extend(["-p", parameter]);
    }
    arguments.extend(["--subscription", SUBSCRIPTION, "--location", LOCATION]);
    arguments.extend(["--deployment-name", "main"]);
    if case.scope == Scope::ResourceGroup {
        arguments.extend(["--resource-group", GROUP]);
    }
    arguments
}

/// The plan from one tree to another, as a document.
pub(crate) fn between(case: &Case, before: &Tree, after: &Tree) -> Value {
    let request = Task::Plan {
        template: case.template.as_deref().map(in_memory),
        before: Some(BeforeConfig::Base("HEAD".to_owned())),
        mode: case.mode,
    };
    run(case, request, after, Some(before))
}

/// The plan from a live state to a tree, as a document.
pub(crate) fn from_live(case: &Case, live: &[Value], after: &Tree) -> Value {
    let mut after = after.clone();
    let mut names = Vec::new();
    for (at, state) in live.iter().enumerate() {
        let name = format!("live{at}.json");
        names.push(in_memory(&name));
        after.insert(name, state.to_string());
    }
    let request = Task::Plan {
        template: case.template.as_deref().map(in_memory),
        before: Some(BeforeConfig::Live(names)),
        mode: case.mode,
    };
    run(case, request, &after, None)
}

/// The folder that trees stand for.
const FOLDER: &str = "/tree";

fn in_memory(path: &str) -> String {
    format!("{FOLDER}/{path}")
}

fn memory(tree: &Tree) -> Memory {
    tree.iter().fold(Memory::default(), |memory, (path, text)| {
        memory.with(in_memory(path), text.as_str())
    })
}

/// Runs the engine on trees in memory; paths in the document are those of the tree.
fn run(case: &Case, task: Task, after: &Tree, base: Option<&Tree>) -> Value {
    let request = Request {
        task,
        config: match &case.config {
            Some(config) => ConfigChoice::File(in_memory(config)),
            None => ConfigChoice::Off,
        },
        root: None,
        allowed_paths: Vec::new(),
        environment: Vec::new(),
        external_inputs: Vec::new(),
        parameters: case
            .parameters
            .iter()
            .map(|one| match ParameterArgument::parse(one) {
                ParameterArgument::File(path) => ParameterArgument::File(in_memory(&path)),
                value @ ParameterArgument::Value { .. } => value,
            })
            .collect(),
        context: context(case),
        deployment: None,
        hints: None,
        as_of: case
            .as_of
            .unwrap_or_else(|| Date::new(2026, 7, 1).expect("a date")),
        features: case.features.clone(),
        select: Vec::new(),
        ignore: Vec::new(),
        wishes: armplan::plan::Wishes::default(),
    };
    let workspace = Workspace::new(Path::new(FOLDER), &[], Some(FOLDER));
    let after = memory(after);
    let base = base.map(memory);
    let outcome = run_in(
        &request,
        &World {
            workspace: &workspace,
            after: &after,
            base: base.as_ref().map(|base| base as &dyn Source),
            facts: Facts::embedded().expect("valid tables"),
        },
    );
    let text = report::json(&outcome).replace(&format!("{FOLDER}/"), "");
    serde_json::from_str(&text).expect("JSON")
}

/// What a plan says that is not silence: changes, findings, and a verdict other than ok.
pub(crate) fn noise(plan: &Value) -> Vec<String> {
    let mut noise = Vec::new();
    if plan["verdict"] != "ok" {
        noise.push(format!("verdict {}", plan["verdict"]));
    }
    for change in plan["changes"].as_array().into_iter().flatten() {
        if change["changeType"] != "NoChange" && change["changeType"] != "Ignore" {
            noise.push(format!(
                "{} {} {}",
                change["changeType"], change["resourceId"], change["delta"]
            ));
        }
    }
    for finding in plan["findings"].as_array().into_iter().flatten() {
        noise.push(format!(
            "{} {} {}",
            finding["rule"], finding["message"], finding["location"]
        ));
    }
    for undecided in plan["notEvaluated"].as_array().into_iter().flatten() {
        noise.push(format!("not evaluated: {undecided}"));
    }
    noise
}
