//! The tree of a git revision, read with the `git` program: no shell, no network, nothing written.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio};
use std::sync::{Mutex, PoisonError};

use super::{Bytes, Disk, Source, SourceError, Workspace};

/// The files of the repository as they were at a revision. Files outside the repository have no revisions: they are
/// read from the disk.
#[derive(Debug)]
pub struct Git<'w> {
    workspace: &'w Workspace,
    repository: PathBuf,
    revision: String,
    commit: String,
    /// One process, one question at a time.
    reader: Mutex<Option<Reader>>,
}

/// A running `git cat-file --batch`: one process for all files.
#[derive(Debug)]
struct Reader {
    process: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Drop for Reader {
    fn drop(&mut self) {
        // It holds no state; that it may be gone already does not matter.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl<'w> Git<'w> {
    /// Finds a revision: `REV`, or `REV...` for its merge base with HEAD.
    pub fn open(workspace: &'w Workspace, revision: &str) -> Result<Self, SourceError> {
        let Some(repository) = workspace.repository() else {
            return Err(SourceError::NoRepository {
                path: workspace.display(workspace.current()),
                revision: revision.to_owned(),
            });
        };
        let commit = match revision.strip_suffix("...") {
            Some(other) => merge_base(repository, other)?,
            None => resolve(repository, revision)?,
        };
        Ok(Self {
            workspace,
            repository: repository.to_owned(),
            revision: revision.to_owned(),
            commit,
            reader: Mutex::new(None),
        })
    }

    /// The revision as it was asked for.
    pub fn revision(&self) -> &str {
        &self.revision
    }

    /// The commit it stands for.
    pub fn commit(&self) -> &str {
        &self.commit
    }

    /// The path inside the repository, `/` separated; none for what lies outside, and for the compiler's module cache,
    /// which is the same at every revision.
    fn inside(&self, path: &Path) -> Option<String> {
        if self.workspace.is_cached(path) {
            return None;
        }
        let inner = path.strip_prefix(&self.repository).ok()?;
        let parts: Vec<_> = inner
            .components()
            .map(|part| part.as_os_str().to_string_lossy())
            .collect();
        Some(parts.join("/"))
    }

    fn blob(&self, inner: &str, shown: &str) -> Result<Vec<u8>, SourceError> {
        let missing = || SourceError::NotFound {
            path: shown.to_owned(),
            at: format!(" at {}", self.revision),
        };
        match self.ask(inner)? {
            Answer::Blob(bytes) => Ok(bytes),
            Answer::Tree => Err(SourceError::IsFolder {
                path: shown.to_owned(),
            }),
            // "missing" is said both of a path that the tree lacks and of a blob that a partial clone lacks.
            Answer::Missing if !inner.contains('\n') && self.lists(inner)? => Err(SourceError::MissingObject {
                path: shown.to_owned(),
                revision: self.revision.clone(),
                help: "fetch the file contents: `git fetch --refetch --filter=blob:limit=10m origin`, \
                       or clone without a filter"
                    .to_owned(),
            }),
            Answer::Missing => Err(missing()),
        }
    }

    fn ask(&self, inner: &str) -> Result<Answer, SourceError> {
        // The protocol has one request a line; such a file is as good as absent.
        if inner.contains('\n') {
            return Ok(Answer::Missing);
        }
        let mut slot = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        let reader = match &mut *slot {
            Some(reader) => reader,
            empty => empty.insert(Reader::start(&self.repository)?),
        };
        reader.ask(&format!("{}:{inner}", self.commit))
    }

    fn lists(&self, inner: &str) -> Result<bool, SourceError> {
        let listed = run(
            &self.repository,
            &[
                "ls-tree",
                "-z",
                "--full-tree",
                "--name-only",
                &self.commit,
                "--",
                inner,
            ],
        )?;
        Ok(!listed.stdout.is_empty())
    }
}

impl Source for Git<'_> {
    fn bytes(&self, path: &Path) -> Result<Bytes, SourceError> {
        let Some(inner) = self.inside(path) else {
            return Disk::new(self.workspace).bytes(path);
        };
        if !self.workspace.admits(path) {
            return Err(self.workspace.outside(path));
        }
        let shown = self.workspace.display(path);
        Ok(Bytes {
            bytes: self.blob(&inner, &shown)?,
            path: shown,
            revision: Some(self.revision.clone()),
        })
    }

    fn names(&self, folder: &Path) -> Result<Vec<String>, SourceError> {
        let Some(inner) = self.inside(folder) else {
            return Disk::new(self.workspace).names(folder);
        };
        if !self.workspace.admits(folder) {
            return Err(self.workspace.outside(folder));
        }
        // `REV:folder` is that folder's own tree, the root's for an empty one.
        let tree = format!("{}:{inner}", self.commit);
        let output = run(&self.repository, &["ls-tree", "-z", &tree])?;
        if !output.status.success() {
            return Err(SourceError::NotFound {
                path: self.workspace.display(folder),
                at: format!(" at {}", self.revision),
            });
        }
        let mut names: Vec<String> = String::from_utf8_lossy(&output.stdout)
            .split('\0')
            .filter_map(|line| line.split_once('\t'))
            // `MODE TYPE OID`: links and files are blobs, folders trees, submodules commits.
            .filter(|(about, _)| about.split(' ').nth(1) == Some("blob"))
            .map(|(_, name)| name.to_owned())
            .collect();
        names.sort();
        Ok(names)
    }

    fn is_file(&self, path: &Path) -> bool {
        let Some(inner) = self.inside(path) else {
            return Disk::new(self.workspace).is_file(path);
        };
        // Asks the running process only: looking for a configuration in each folder above a file starts no other.
        self.workspace.admits(path) && matches!(self.ask(&inner), Ok(Answer::Blob(_)))
    }

    fn list(&self, folder: &Path) -> Result<Vec<PathBuf>, SourceError> {
        let Some(inner) = self.inside(folder) else {
            return Disk::new(self.workspace).list(folder);
        };
        let mut arguments = vec!["ls-tree", "-r", "-z", "--full-tree", "--name-only"];
        arguments.push(&self.commit);
        if !inner.is_empty() {
            arguments.extend(["--", &inner]);
        }
        let output = successful("ls-tree", run(&self.repository, &arguments)?)?;
        let mut found: Vec<PathBuf> = String::from_utf8_lossy(&output.stdout)
            .split('\0')
            .filter(|path| !path.is_empty())
            .map(|path| self.repository.join(path))
            .filter(|path| visible(path, folder))
            .collect();
        found.sort();
        Ok(found)
    }
}

fn visible(path: &Path, folder: &Path) -> bool {
    path.strip_prefix(folder).is_ok_and(|inner| {
        inner
            .components()
            .all(|part| !part.as_os_str().as_encoded_bytes().starts_with(b"."))
    })
}

enum Answer {
    Blob(Vec<u8>),
    Tree,
    Missing,
}

impl Reader {
    fn start(repository: &Path) -> Result<Self, SourceError> {
        let mut process = command(repository)
            .args(["cat-file", "--batch", "--follow-symlinks"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| no_git(&error))?;
        match (process.stdin.take(), process.stdout.take()) {
            (Some(requests), Some(answers)) => Ok(Self {
                process,
                requests,
                answers: BufReader::new(answers),
            }),
            _ => Err(failed("cat-file", "it has no pipes")),
        }
    }

    fn ask(&mut self, object: &str) -> Result<Answer, SourceError> {
        let mut header = String::new();
        writeln!(self.requests, "{object}")
            .and_then(|()| self.requests.flush())
            .and_then(|()| self.answers.read_line(&mut header))
            .map_err(|error| failed("cat-file", error))?;
        // `OID TYPE SIZE`; else `OBJECT missing`, or `dangling|loop|notdir|symlink SIZE` for links that lead nowhere.
        let words: Vec<&str> = header.trim_end().rsplitn(3, ' ').collect();
        match words.as_slice() {
            [size, "blob", _] => Ok(Answer::Blob(self.contents(size)?)),
            [size, "tree", _] => {
                self.contents(size)?;
                Ok(Answer::Tree)
            }
            ["missing", ..] => Ok(Answer::Missing),
            [size, "dangling" | "loop" | "notdir" | "symlink"] => {
                self.contents(size)?;
                Ok(Answer::Missing)
            }
            _ => Err(failed("cat-file", format!("`{}`", header.trim_end()))),
        }
    }

    fn contents(&mut self, size: &str) -> Result<Vec<u8>, SourceError> {
        let size: usize = size.parse().map_err(|error| failed("cat-file", error))?;
        let mut bytes = vec![0; size + 1];
        self.answers
            .read_exact(&mut bytes)
            .map_err(|error| failed("cat-file", error))?;
        bytes.pop();
        Ok(bytes)
    }
}

/// The commit of a revision.
fn resolve(repository: &Path, revision: &str) -> Result<String, SourceError> {
    let peeled = format!("{revision}^{{commit}}");
    let arguments = [
        "rev-parse",
        "--verify",
        "--quiet",
        "--end-of-options",
        &peeled,
    ];
    let output = run(repository, &arguments)?;
    if output.status.success() {
        return Ok(first_line(&output));
    }
    // Quiet refusals are revisions that do not exist; git has words for all other trouble.
    if !output.stderr.is_empty() && !mentions_revision(&output) {
        return Err(said("rev-parse", &output));
    }
    if revision == "HEAD" {
        return Err(SourceError::NoCommit {
            repository: repository.display().to_string(),
        });
    }
    Err(SourceError::NoRevision {
        revision: revision.to_owned(),
        repository: repository.display().to_string(),
        help: if is_shallow(repository)? {
            fetch_help(revision)
        } else {
            "`git branch --all` lists the branches; `git fetch origin` brings those that are new"
                .to_owned()
        },
    })
}

fn mentions_revision(output: &Output) -> bool {
    let words = String::from_utf8_lossy(&output.stderr);
    ["revision", "ambiguous", "bad object"]
        .iter()
        .any(|word| words.contains(word))
}

/// The merge base of a revision and HEAD.
fn merge_base(repository: &Path, revision: &str) -> Result<String, SourceError> {
    let theirs = resolve(repository, revision)?;
    let ours = resolve(repository, "HEAD")?;
    let output = run(repository, &["merge-base", &theirs, &ours])?;
    if output.status.success() {
        return Ok(first_line(&output));
    }
    if !output.stderr.is_empty() {
        return Err(said("merge-base", &output));
    }
    Err(SourceError::NoMergeBase {
        revision: revision.to_owned(),
        repository: repository.display().to_string(),
        help: if is_shallow(repository)? {
            "this is a shallow clone: `git fetch --unshallow origin` brings its history, in a workflow \
             `fetch-depth: 0` of actions/checkout"
                .to_owned()
        } else {
            format!("compare with the revision itself: --base {revision}")
        },
    })
}

fn fetch_help(revision: &str) -> String {
    let wanted = match revision.strip_prefix("origin/") {
        Some(branch) => format!("{branch}:refs/remotes/origin/{branch}"),
        None => revision.to_owned(),
    };
    format!(
        "this is a shallow clone: `git fetch --depth=1 origin {wanted}` brings the commit, in a workflow \
         `fetch-depth: 0` of actions/checkout the whole history"
    )
}

fn is_shallow(repository: &Path) -> Result<bool, SourceError> {
    let output = run(repository, &["rev-parse", "--is-shallow-repository"])?;
    Ok(first_line(&output) == "true")
}

/// git in a repository, free of what a hook that runs us has set, without network and in plain English.
fn command(repository: &Path) -> Command {
    let mut command = Command::new("git");
    for name in [
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_PREFIX",
        "GIT_COMMON_DIR",
    ] {
        command.env_remove(name);
    }
    command
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("LC_ALL", "C")
        .arg("-C")
        .arg(repository);
    command
}

fn run(repository: &Path, arguments: &[&str]) -> Result<Output, SourceError> {
    command(repository)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| no_git(&error))
}

fn successful(subcommand: &str, output: Output) -> Result<Output, SourceError> {
    if output.status.success() {
        Ok(output)
    } else {
        Err(said(subcommand, &output))
    }
}

fn first_line(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().next().unwrap_or("").to_owned()
}

fn said(subcommand: &str, output: &Output) -> SourceError {
    failed(
        subcommand,
        String::from_utf8_lossy(&output.stderr).trim_end(),
    )
}

fn failed(subcommand: &str, reason: impl std::fmt::Display) -> SourceError {
    SourceError::Git {
        command: subcommand.to_owned(),
        reason: reason.to_string(),
    }
}

fn no_git(error: &std::io::Error) -> SourceError {
    SourceError::NoGit {
        reason: error.to_string(),
    }
}
