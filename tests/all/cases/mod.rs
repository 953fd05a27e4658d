//! `testdata/real`: folders and their `edits.toml` as cases, and a case's files before and after an edit.

pub(crate) mod concrete;
pub(crate) mod evaluate;
pub(crate) mod live;
pub(crate) mod plan;
pub(crate) mod rewrite;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use armplan::aks::Date;
use armplan::config::Mode;
use serde::Deserialize;

/// The files of one side: path in the case's folder to text, without a byte order mark.
pub(crate) type Tree = BTreeMap<String, String>;

/// One folder of `testdata/real`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    /// Name of the folder.
    #[serde(skip)]
    pub(crate) name: String,
    /// All JSON and configuration files but `edits.toml` and the outputs.
    #[serde(skip)]
    pub(crate) files: Tree,
    /// The day of the support calendar; absent: 2026-07-01.
    #[serde(skip)]
    pub(crate) as_of: Option<Date>,
    /// What happens to what leaves the template; absent: it stays.
    #[serde(skip)]
    pub(crate) mode: Option<Mode>,
    /// What it shows.
    pub(crate) about: String,
    /// The template on the command line.
    pub(crate) template: Option<String>,
    /// What follows each `-p`.
    #[serde(default)]
    pub(crate) parameters: Vec<String>,
    /// The configuration, instead of a template.
    pub(crate) config: Option<String>,
    /// Preview features that are registered.
    #[serde(default)]
    pub(crate) features: Vec<String>,
    /// The deployment scope, where it is no resource group.
    #[serde(default)]
    pub(crate) scope: Scope,
    /// What somebody might change.
    #[serde(rename = "edit")]
    pub(crate) edits: Vec<Edit>,
}

/// Where a case is deployed to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Scope {
    #[default]
    ResourceGroup,
    Subscription,
}

/// One edit with what the plan must say.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Edit {
    pub(crate) name: String,
    /// Why AKS answers as it does.
    pub(crate) why: String,
    pub(crate) verdict: String,
    #[serde(rename = "change")]
    pub(crate) changes: Vec<Change>,
    #[serde(rename = "finding", default)]
    pub(crate) findings: Vec<Expected>,
}

/// A replacement of text.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Change {
    pub(crate) file: String,
    pub(crate) old: String,
    pub(crate) new: String,
}

/// An expected finding.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expected {
    pub(crate) rule: String,
    pub(crate) level: String,
    pub(crate) code: Option<String>,
    pub(crate) target: Option<String>,
    /// How the resource's id ends.
    pub(crate) resource: String,
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) column: Option<usize>,
    /// The characters of the place without quotes.
    pub(crate) text: Option<String>,
    /// Kinds of the trace's steps.
    pub(crate) trace: Option<Vec<String>>,
    #[serde(default)]
    pub(crate) side: Side,
}

/// The tree in which a place is looked up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Side {
    Before,
    #[default]
    After,
}

/// The folder of all cases.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/real")
}

/// All cases, by name.
pub(crate) fn all() -> Vec<Case> {
    let mut cases = Vec::new();
    for entry in walkdir::WalkDir::new(folder())
        .min_depth(1)
        .max_depth(1)
        .sort_by_file_name()
    {
        let entry = entry.expect("a readable folder");
        if entry.path().join("edits.toml").is_file() {
            cases.push(read(entry.path()));
        }
    }
    cases
}

fn read(folder: &Path) -> Case {
    let edits = text(&folder.join("edits.toml"));
    let mut case: Case = toml::from_str(&edits)
        .unwrap_or_else(|error| panic!("{}/edits.toml: {error}", folder.display()));
    case.name = folder
        .file_name()
        .expect("a name")
        .to_string_lossy()
        .into_owned();
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.expect("a readable folder");
        let path = entry
            .path()
            .strip_prefix(folder)
            .expect("a path below the folder")
            .to_string_lossy()
            .replace('\\', "/");
        let output = path.starts_with("plan/");
        let input = entry
            .path()
            .extension()
            .is_some_and(|ending| ending == "json")
            || path == "armplan.toml";
        if entry.file_type().is_file() && input && !output {
            case.files.insert(path, text(entry.path()));
        }
    }
    case
}

/// A file as text without a byte order mark.
#[allow(clippy::disallowed_methods, reason = "test data")]
pub(crate) fn text(path: &Path) -> String {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let decoded = armplan::text::decode(bytes);
    assert_eq!(decoded.first_invalid, None, "{}", path.display());
    decoded.text
}

impl Case {
    /// A template without parameters.
    pub(crate) fn of_template(template: &str) -> Self {
        Self {
            template: Some(template.to_owned()),
            ..Self::default()
        }
    }

    /// The files after an edit; says which text is not there exactly once.
    pub(crate) fn after(&self, edit: &Edit) -> Result<Tree, String> {
        let mut files = self.files.clone();
        for change in &edit.changes {
            let Some(text) = files.get_mut(&change.file) else {
                return Err(format!("no file {}", change.file));
            };
            let lines = |part: &str| {
                if text.contains("\r\n") {
                    part.replace('\n', "\r\n")
                } else {
                    part.to_owned()
                }
            };
            let (old, new) = (lines(&change.old), lines(&change.new));
            let found = text.matches(&old).count();
            if found != 1 {
                return Err(format!("{old:?} occurs {found} times in {}", change.file));
            }
            *text = text.replace(&old, &new);
        }
        Ok(files)
    }
}

/// One line of a text, from 1.
pub(crate) fn line(text: &str, number: usize) -> Option<&str> {
    text.lines().nth(number.checked_sub(1)?)
}
