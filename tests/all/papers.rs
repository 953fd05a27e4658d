//! The papers at the root: what they show is what the program does, and what they name is there.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use armplan::config::Config;
use armplan::text::Files;

const PAPERS: [&str; 6] = [
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "rules/README.md",
    "testdata/README.md",
];

#[test]
fn the_example_of_the_readme_prints_what_it_shows() {
    let readme = paper("README.md");
    let command = fence_behind(&readme, "<!-- example -->");
    let (_, arguments) = command
        .split_once(" -- ")
        .expect("cargo run ... -- arguments");
    let run = Command::new(env!("CARGO_BIN_EXE_armplan"))
        .args(arguments.split_whitespace())
        .current_dir(root())
        .env_clear()
        .output()
        .unwrap();
    let printed = String::from_utf8(run.stdout).unwrap();
    assert_eq!(String::from_utf8(run.stderr).unwrap(), "");
    assert_eq!(run.status.code(), Some(1), "{printed}");
    assert!(printed.contains("PropertyChangeNotAllowed"), "{printed}");

    let shown = fence_behind(&readme, "<!-- output -->");
    let printed = printed
        .trim_end()
        .lines()
        .map(str::trim_end)
        .collect::<Vec<_>>()
        .join("\n");
    if std::env::var_os("ARMPLAN_BLESS").is_some() {
        let wanted = readme.replacen(
            &format!("```text\n{shown}```"),
            &format!("```text\n{printed}\n```"),
            1,
        );
        fs::write(root().join("README.md"), wanted).unwrap();
    } else {
        assert_eq!(
            shown.trim_end(),
            printed,
            "README.md is stale: ARMPLAN_BLESS=1 cargo test --test all papers"
        );
    }
}

#[test]
fn the_readme_has_one_command_that_runs_the_tests() {
    assert_eq!(
        fence_behind(&paper("README.md"), "<!-- tests -->").trim(),
        "cargo test"
    );
}

#[test]
fn the_commands_of_the_readme_are_those_of_the_program() {
    let readme = paper("README.md");
    let told: BTreeSet<String> = readme
        .lines()
        .filter(|line| line.starts_with("| `armplan "))
        .flat_map(|row| {
            let cell = row.split(" | ").next().unwrap().trim_start_matches("| ");
            cell.split("`, `")
                .map(|one| {
                    let one = one.trim_matches('`');
                    let one = one.strip_prefix("armplan ").unwrap_or(one);
                    one.split(' ').next().unwrap().to_owned()
                })
                .collect::<Vec<_>>()
        })
        .collect();
    let help = armplan(&["--help"]);
    let listed: BTreeSet<String> = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| {
            let words = line.strip_prefix("  ")?;
            (!words.starts_with(' ')).then(|| words.split(' ').next().unwrap().to_owned())
        })
        .filter(|name| name != "help")
        .collect();
    assert_eq!(told, listed);
}

#[test]
fn options_that_the_papers_name_exist() {
    let mut known = BTreeSet::new();
    for command in ["check", "plan", "expand", "why", "explain", "rules"] {
        known.extend(options(&armplan(&[command, "--help"])));
    }
    let mut unknown = Vec::new();
    for name in ["README.md", "ARCHITECTURE.md"] {
        let mut text = paper(name);
        if name == "README.md" {
            // What the program prints has commands of other programs in it.
            text = text.replacen(fence_behind(&text.clone(), "<!-- output -->"), "", 1);
        }
        for line in text
            .lines()
            .filter(|line| !line.contains("cargo ") && !line.contains("git diff"))
        {
            unknown.extend(
                options(line)
                    .into_iter()
                    .filter(|option| !known.contains(option))
                    .map(|option| format!("{name}: {option}")),
            );
        }
    }
    assert_eq!(unknown, Vec::<String>::new());
}

#[test]
fn the_readme_shows_every_place_as_its_example_has_it() {
    let mut readme = paper("README.md");
    let folder = root().join("examples/places");
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let example = fs::read_to_string(&path).unwrap();
        let mark = format!("<!-- examples/places/{name} -->");
        let shown = fence_behind(&readme, &mark).to_owned();
        if std::env::var_os("ARMPLAN_BLESS").is_some() {
            readme = readme.replacen(&format!("{shown}```"), &format!("{example}```"), 1);
            fs::write(root().join("README.md"), &readme).unwrap();
        } else {
            assert_eq!(
                shown, example,
                "README.md is stale: ARMPLAN_BLESS=1 cargo test --test all papers"
            );
        }
    }
}

#[test]
fn the_python_package_takes_its_version_from_the_crate() {
    let project: toml::Table = fs::read_to_string(root().join("pyproject.toml"))
        .unwrap()
        .parse()
        .unwrap();
    assert_eq!(project["project"]["dynamic"][0].as_str(), Some("version"));
    assert!(project["project"].get("version").is_none());
    assert_eq!(
        project["project"]["description"].as_str(),
        Some(env!("CARGO_PKG_DESCRIPTION"))
    );
}

#[test]
fn the_configuration_of_the_readme_is_one() {
    let readme = paper("README.md");
    let (_, rest) = readme.split_once("```toml\n").unwrap();
    let (text, _) = rest.split_once("```").unwrap();
    let files = Files::default();
    let file = files.add("armplan.toml".to_owned(), None, text.to_owned());
    let config = Config::parse(&files, file).unwrap_or_else(|error| panic!("{error:?}"));
    assert_eq!(config.deployments.len(), 1);
}

#[test]
fn links_and_paths_of_the_papers_lead_somewhere() {
    let mut missing = Vec::new();
    for name in PAPERS {
        let text = paper(name);
        let folder = root().join(name).parent().unwrap().to_path_buf();
        for target in text.split("](").skip(1) {
            let target = target.split(')').next().unwrap();
            if !target.starts_with("https://") && !folder.join(target).exists() {
                missing.push(format!("{name}: {target}"));
            }
        }
        for quoted in text.split('`').skip(1).step_by(2) {
            if is_path(quoted) && !root().join(quoted).exists() {
                missing.push(format!("{name}: {quoted}"));
            }
        }
    }
    assert_eq!(missing, Vec::<String>::new());
}

/// Paths of this repository, written out: not patterns and not placeholders.
fn is_path(quoted: &str) -> bool {
    let inside = [
        "src/",
        "tests/",
        "rules/",
        "testdata/",
        "schemas/",
        "examples/",
        ".ci/",
    ];
    inside.iter().any(|folder| quoted.starts_with(folder)) && !quoted.contains(['*', '<', ' '])
}

#[test]
fn the_architecture_lists_every_module() {
    let lib = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let modules: Vec<&str> = lib
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
        .collect();
    let architecture = paper("ARCHITECTURE.md");
    let listed: Vec<&str> = architecture
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .collect();
    assert_eq!(listed, modules);
}

#[test]
fn every_folder_of_the_test_data_is_told() {
    let told = paper("testdata/README.md");
    for entry in fs::read_dir(root().join("testdata")).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if entry.file_type().unwrap().is_dir() {
            assert!(told.contains(&format!("| `{name}/")), "testdata/{name}");
        }
    }
}

/// `--name`, as it stands in a text.
fn options(text: &str) -> BTreeSet<String> {
    text.match_indices("--")
        .filter(|(at, _)| !text[..*at].ends_with(['-', '<', '!', '|']))
        .filter_map(|(at, _)| {
            let name: String = text[at + 2..]
                .chars()
                .take_while(|c| c.is_ascii_lowercase() || *c == '-')
                .collect();
            name.starts_with(|c: char| c.is_ascii_lowercase())
                .then(|| format!("--{name}"))
        })
        .collect()
}

/// The text of the fenced block behind a line.
fn fence_behind<'t>(text: &'t str, mark: &str) -> &'t str {
    let (_, rest) = text
        .split_once(&format!("{mark}\n"))
        .unwrap_or_else(|| panic!("no {mark}"));
    let (_, block) = rest
        .strip_prefix("```")
        .unwrap_or_else(|| panic!("no block behind {mark}"))
        .split_once('\n')
        .unwrap();
    block.split_once("```").unwrap().0
}

fn armplan(arguments: &[&str]) -> String {
    let run = Command::new(env!("CARGO_BIN_EXE_armplan"))
        .args(arguments)
        .env_clear()
        .output()
        .unwrap();
    String::from_utf8(run.stdout).unwrap()
}

fn paper(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}
