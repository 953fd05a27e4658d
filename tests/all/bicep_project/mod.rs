//! A Bicep project end to end (`testdata/bicep/ledger`): parameter files, modules three deep, git, the module cache,
//! what lies outside, and what the user allows.

mod changes;
mod mistakes;
mod surroundings;
mod ways;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

const PROD: &str = "infra/prod.bicepparam";

/// A repository with the project in `infra`, committed on `main`, and a home folder of its own.
struct Project {
    folder: PathBuf,
    home: PathBuf,
}

impl Project {
    fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let base =
            std::env::temp_dir().join(format!("armplan-bicep-{}-{count}", std::process::id()));
        let _ = fs::remove_dir_all(&base);
        fs::create_dir_all(&base).unwrap();
        let base = base.canonicalize().unwrap();
        let project = Self {
            folder: base.join("repository"),
            home: base.join("home"),
        };
        fs::create_dir_all(&project.home).unwrap();
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/bicep/ledger");
        for entry in walkdir::WalkDir::new(&data) {
            let entry = entry.unwrap();
            if entry.file_type().is_file() {
                let to = project
                    .folder
                    .join("infra")
                    .join(entry.path().strip_prefix(&data).unwrap());
                fs::create_dir_all(to.parent().unwrap()).unwrap();
                fs::copy(entry.path(), to).unwrap();
            }
        }
        project.git(&["init", "-q", "-b", "main"]);
        project.git(&["add", "-A"]);
        project.git(&["commit", "-q", "-m", "start"]);
        project
    }

    /// git without the settings of whoever runs the tests.
    fn git(&self, arguments: &[&str]) {
        let run = Command::new("git")
            .current_dir(&self.folder)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .args(["-c", "user.name=test", "-c", "user.email=test@example.com"])
            .args(arguments)
            .output()
            .unwrap();
        assert!(
            run.status.success(),
            "git {arguments:?}: {}",
            said(&run.stderr)
        );
    }

    fn write(&self, path: &str, text: &str) {
        write(&self.folder.join(path), text);
    }

    fn write_home(&self, path: &str, text: &str) {
        write(&self.home.join(path), text);
    }

    /// Has the parameter file take the pool `batch` from a file beside it, under the name that the file may have it by.
    fn import_batch(&self, exported: &str) {
        self.edit(
            PROD,
            "  { name: 'batch', vmSize: size, count: 2, ephemeral: true }\n",
            "  batch\n",
        );
        self.edit(
            PROD,
            "var size = 'Standard_D8ds_v5'\n",
            &format!("import {{ {exported} }} from 'pools.bicep'\n"),
        );
    }

    /// Replaces text that stands in a file exactly once.
    fn edit(&self, path: &str, old: &str, new: &str) {
        let path = self.folder.join(path);
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text.matches(old).count(), 1, "{}: {old}", path.display());
        write(&path, &text.replacen(old, new, 1));
    }

    /// Path and characters of a location in the working tree.
    fn text_at(&self, location: &Value) -> (String, String) {
        let path = location["path"].as_str().unwrap();
        let text = fs::read_to_string(self.folder.join(path)).unwrap();
        let number = |side: &str, part: &str| {
            usize::try_from(location[side][part].as_u64().unwrap()).unwrap() - 1
        };
        let line = text.lines().nth(number("start", "line")).unwrap_or("");
        let line: Vec<u16> = line.encode_utf16().collect();
        let start = number("start", "column");
        let end = if number("end", "line") == number("start", "line") {
            number("end", "column")
        } else {
            line.len()
        };
        let marked = line.get(start..end).unwrap_or_default();
        (path.to_owned(), String::from_utf16_lossy(marked))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_armplan"));
        command
            .current_dir(&self.folder)
            .env("HOME", &self.home)
            .args(arguments);
        if matches!(arguments.first(), Some(&("check" | "plan"))) {
            command.args(["--as-of", "2026-07-01"]);
        }
        if !arguments.contains(&"--management-group") {
            command.args(["--subscription", "0b1f6471-1bf0-4dda-aec3-cb9272f09590"]);
            command.args(["--resource-group", "rg-ledger"]);
        }
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    fn json(&self, arguments: &[&str]) -> (i32, Value) {
        let mut all = arguments.to_vec();
        all.extend(["--format", "json"]);
        let output = self.run(&all);
        let document = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{arguments:?}: {error}: {}", said(&output.stderr)));
        (output.status.code().unwrap(), document)
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        // A folder that stays behind in the system's temporary folder fails no test.
        let _ = fs::remove_dir_all(self.folder.parent().unwrap());
    }
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn said(bytes: &[u8]) -> String {
    // The tool's failures are wrapped to the page.
    let text = String::from_utf8_lossy(bytes);
    let words = text.split_whitespace().filter(|word| *word != "│");
    words.collect::<Vec<_>>().join(" ")
}
