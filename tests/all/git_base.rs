//! `--base` end to end, in repositories of their own: the change of a branch is judged against the revision it came from.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

const TEMPLATE: &str = "infra/aks-agentpools.json";
const PARAMETERS: &str = "infra/aks-agentpools.parameters.json";

#[test]
fn a_variable_changed_on_a_branch_is_refused_at_its_line() {
    let repository = Repository::with_the_node_pool("variable");
    repository.git(&["checkout", "-q", "-b", "bigger"]);
    repository.edit(TEMPLATE, "Standard_DS2_v2", "Standard_DS3_v2");
    repository.commit();

    let (code, plan) = repository.plan(&["--base", "main"]);
    assert_eq!(code, 1, "{plan:#}");
    assert_eq!(plan["verdict"], "blocked");
    assert_eq!(plan["before"], json!({"kind": "git", "label": "main"}));
    let findings = plan["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1, "{plan:#}");
    let finding = &findings[0];
    assert_eq!(finding["rule"], "aks-pool-vm-size-change");
    assert_eq!(
        finding["azure"],
        json!({"code": "PropertyChangeNotAllowed", "target": "properties.vmSize"})
    );
    let line = repository.line_of(TEMPLATE, "\"agentVmSize\"");
    assert_eq!(finding["location"]["path"], TEMPLATE);
    assert_eq!(finding["location"]["start"]["line"], line);
    let trace = finding["trace"].as_array().unwrap();
    let kinds: Vec<&str> = trace
        .iter()
        .map(|step| step["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["property", "variable"]);
    let property = repository.line_of(TEMPLATE, "\"vmSize\"");
    assert_eq!(trace[0]["location"]["start"]["line"], property);
    assert_eq!(trace[1]["location"]["start"]["line"], line);
    let previous = &finding["related"][0]["location"];
    assert_eq!(previous["path"], TEMPLATE);
    assert_eq!(previous["revision"], "main");
    assert_eq!(previous["start"]["line"], line);
}

#[test]
fn an_uncommitted_change_is_compared_with_head() {
    let repository = Repository::with_the_node_pool("uncommitted");
    assert_eq!(repository.plan(&[]).1["verdict"], "ok");
    repository.edit(TEMPLATE, "Standard_DS2_v2", "Standard_DS3_v2");
    let (code, plan) = repository.plan(&[]);
    assert_eq!(code, 1);
    assert_eq!(plan["before"], json!({"kind": "git", "label": "HEAD"}));
}

#[test]
fn the_same_change_in_a_parameter_file_points_into_that_file() {
    let repository = Repository::with_the_node_pool("parameter");
    // The size moves from the variable to a parameter, with the same value: no change.
    repository.edit(
        TEMPLATE,
        "\"agentVmSize\": \"Standard_DS2_v2\"",
        "\"agentVmSize\": \"[parameters('vmSize')]\"",
    );
    repository.edit(
        TEMPLATE,
        "\"parameters\": {\n",
        "\"parameters\": {\n    \"vmSize\": { \"type\": \"string\" },\n",
    );
    repository.edit(
        PARAMETERS,
        "\"parameters\": {\n",
        "\"parameters\": {\n    \"vmSize\": { \"value\": \"Standard_DS2_v2\" },\n",
    );
    let (code, plan) = repository.plan(&["--base", "main"]);
    assert_eq!((code, &plan["verdict"]), (0, &json!("ok")), "{plan:#}");
    repository.commit();
    repository.git(&["checkout", "-q", "-b", "bigger"]);
    repository.edit(PARAMETERS, "Standard_DS2_v2", "Standard_DS3_v2");
    repository.commit();

    for base in ["main", "main..."] {
        let (code, plan) = repository.plan(&["--base", base]);
        assert_eq!(code, 1, "{plan:#}");
        let finding = &plan["findings"][0];
        assert_eq!(finding["azure"]["code"], "PropertyChangeNotAllowed");
        let line = repository.line_of(PARAMETERS, "\"vmSize\"");
        let place = &finding["location"];
        assert_eq!(place["path"], PARAMETERS);
        assert_eq!(place["start"]["line"], line);
        let last = finding["trace"].as_array().unwrap().last().unwrap();
        assert_eq!(last["kind"], "parameter-file");
        assert_eq!(last["location"], *place);
        assert_eq!(finding["related"][0]["location"]["path"], PARAMETERS);
        assert_eq!(finding["related"][0]["location"]["revision"], base);
    }
}

#[test]
fn three_dots_compare_with_the_merge_base() {
    let repository = Repository::with_the_node_pool("merge-base");
    repository.git(&["checkout", "-q", "-b", "bigger"]);
    repository.edit(TEMPLATE, "\"agentCount\": 3", "\"agentCount\": 5");
    repository.commit();
    repository.git(&["checkout", "-q", "main"]);
    repository.edit(TEMPLATE, "Standard_DS2_v2", "Standard_DS3_v2");
    repository.commit();
    repository.git(&["checkout", "-q", "bigger"]);

    // Against main itself the branch takes the larger nodes back; against the point where it left main it only scales.
    let (code, plan) = repository.plan(&["--base", "main"]);
    assert_eq!((code, &plan["verdict"]), (1, &json!("blocked")), "{plan:#}");
    let (code, plan) = repository.plan(&["--base", "main..."]);
    assert_eq!((code, &plan["verdict"]), (0, &json!("changes")), "{plan:#}");
    let changes = plan["changes"].as_array().unwrap();
    let paths: Vec<&Value> = changes[0]["delta"]
        .as_array()
        .unwrap()
        .iter()
        .map(|delta| &delta["path"])
        .collect();
    assert_eq!(paths, ["properties.count"]);
}

#[test]
fn a_revision_that_does_not_exist_is_unusable() {
    let repository = Repository::with_the_node_pool("no-revision");
    for base in ["release/9", "release/9..."] {
        let run = repository.run(&["--base", base]);
        assert_eq!(run.status.code(), Some(2), "{base}");
        let said = said(&run.stderr);
        assert!(said.contains("there is no revision `release/9`"), "{said}");
        assert!(said.contains("git fetch"), "no help: {said}");
        let plan: Value = serde_json::from_slice(&run.stdout).expect("a whole document");
        assert_eq!(plan["complete"], false);
    }
}

#[test]
fn a_shallow_clone_without_the_commit_names_the_fetch() {
    let origin = Repository::with_the_node_pool("shallow-origin");
    let first = origin.git(&["rev-parse", "HEAD"]);
    origin.edit(TEMPLATE, "Standard_DS2_v2", "Standard_DS3_v2");
    origin.commit();

    let clone = Repository::empty("shallow-clone");
    let from = format!("file://{}", origin.folder.display());
    clone.git(&["clone", "-q", "--depth=1", &from, "."]);
    let run = clone.run(&["--base", &first]);
    assert_eq!(run.status.code(), Some(2));
    let said = said(&run.stderr);
    assert!(said.contains("shallow clone"), "{said}");
    assert!(said.contains("git fetch --depth=1 origin"), "{said}");

    // What the help says brings the commit, and then the change is judged.
    clone.git(&["fetch", "-q", "--depth=1", "origin", &first]);
    assert_eq!(clone.plan(&["--base", &first]).0, 1);
}

#[test]
fn a_file_that_the_revision_lacks_is_a_first_deployment() {
    let repository = Repository::with_the_node_pool("new-file");
    fs::rename(
        repository.folder.join(TEMPLATE),
        repository.folder.join("infra/pools.json"),
    )
    .unwrap();
    // A version that is in support: the old one may stay, but is refused for a new pool.
    repository.edit("infra/pools.json", "1.15.7", "1.34.2");
    let run = repository.armplan(
        "infra/pools.json",
        &["-p", PARAMETERS, "--base", "main", "--format", "json"],
    );
    assert_eq!(run.status.code(), Some(0), "{}", said(&run.stderr));
    let plan: Value = serde_json::from_slice(&run.stdout).unwrap();
    assert_eq!(plan["before"]["kind"], "none", "{plan:#}");
    assert_eq!(plan["verdict"], "changes");
    assert_eq!(plan["changes"][0]["changeType"], "Create");
}

/// A git repository in a folder of its own.
struct Repository {
    folder: PathBuf,
}

impl Repository {
    fn empty(name: &str) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!(
            "armplan-base-{}-{number}-{name}",
            std::process::id()
        ));
        fs::create_dir_all(&folder).unwrap();
        let folder = folder.canonicalize().unwrap();
        Self { folder }
    }

    /// The template of the README's example, committed on `main`.
    fn with_the_node_pool(name: &str) -> Self {
        let repository = Self::empty(name);
        repository.git(&["init", "-q", "-b", "main"]);
        fs::create_dir(repository.folder.join("infra")).unwrap();
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/real/node-pool-2023");
        for path in [TEMPLATE, PARAMETERS] {
            let from = data.join(Path::new(path).file_name().unwrap());
            fs::copy(from, repository.folder.join(path)).unwrap();
        }
        repository.commit();
        repository
    }

    /// git without the settings of whoever runs the tests.
    fn git(&self, arguments: &[&str]) -> String {
        let run = Command::new("git")
            .current_dir(&self.folder)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .args(["-c", "user.name=test", "-c", "user.email=test@example.com"])
            .args(["-c", "uploadpack.allowReachableSHA1InWant=true"])
            .args(arguments)
            .output()
            .unwrap();
        assert!(
            run.status.success(),
            "git {arguments:?}: {}",
            said(&run.stderr)
        );
        said(&run.stdout).trim().to_owned()
    }

    fn commit(&self) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", "change"]);
    }

    /// Replaces text that stands in a file exactly once.
    fn edit(&self, path: &str, old: &str, new: &str) {
        let path = self.folder.join(path);
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text.matches(old).count(), 1, "{old}");
        fs::write(path, text.replacen(old, new, 1)).unwrap();
    }

    /// The first line with this text, from 1.
    fn line_of(&self, path: &str, part: &str) -> usize {
        let text = fs::read_to_string(self.folder.join(path)).unwrap();
        1 + text.lines().position(|line| line.contains(part)).unwrap()
    }

    /// Plans the node pool, as JSON: exit code and document.
    fn plan(&self, options: &[&str]) -> (i32, Value) {
        let run = self.run(options);
        let plan = serde_json::from_slice(&run.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}", said(&run.stderr)));
        (run.status.code().unwrap(), plan)
    }

    fn run(&self, options: &[&str]) -> Output {
        let mut all = vec!["-p", PARAMETERS, "--format", "json"];
        all.extend(options);
        self.armplan(TEMPLATE, &all)
    }

    fn armplan(&self, template: &str, options: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_armplan"))
            .current_dir(&self.folder)
            .args(["plan", template, "--as-of", "2026-07-01"])
            .args(options)
            .output()
            .unwrap()
    }
}

impl Drop for Repository {
    fn drop(&mut self) {
        // A folder that stays behind in the system's temporary folder fails no test.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn said(bytes: &[u8]) -> String {
    // The tool's failures are wrapped to the page.
    let text = String::from_utf8_lossy(bytes);
    text.split_whitespace()
        .filter(|word| *word != "│")
        .collect::<Vec<_>>()
        .join(" ")
}
