//! What can go wrong where bytes enter. All of it is the user's to mend, so each variant says how.

use miette::Diagnostic;
use thiserror::Error;

/// A file, a folder or a revision that cannot be read.
#[derive(Debug, Error, Diagnostic)]
pub enum SourceError {
    /// User error: nothing stands under this path.
    #[error("{path}: no such file{at}")]
    #[diagnostic(
        code(armplan::source::not_found),
        help(
            "paths are relative to the folder in which armplan runs, those of armplan.toml to its folder"
        )
    )]
    NotFound {
        /// As shown to the user.
        path: String,
        /// ` at REV`, or nothing.
        at: String,
    },

    /// User error: a folder where a file is needed.
    #[error("{path} is a folder, a file is needed")]
    #[diagnostic(code(armplan::source::is_folder))]
    IsFolder {
        /// As shown to the user.
        path: String,
    },

    /// User error: a file that lies outside what may be read.
    #[error("{path} lies outside {root}, which bounds what armplan reads")]
    #[diagnostic(
        code(armplan::source::outside_root),
        help(
            "name a folder that holds both with --root DIR, for instance --root {suggestion}, or allow this one with --allow-path {path}"
        )
    )]
    OutsideRoot {
        /// As shown to the user.
        path: String,
        /// The bound.
        root: String,
        /// The nearest folder that holds the bound and the file.
        suggestion: String,
    },

    /// User error: the operating system refuses.
    #[error("{path} cannot be read: {reason}")]
    #[diagnostic(code(armplan::source::unreadable))]
    Unreadable {
        /// As shown to the user.
        path: String,
        /// The system's words.
        reason: String,
    },

    /// User error: bytes that are not text.
    #[error("{path}:{line}:{column}: these bytes are not text")]
    #[diagnostic(
        code(armplan::source::not_text),
        help("save the file as UTF-8, or as UTF-16 with a byte order mark")
    )]
    NotText {
        /// As shown to the user.
        path: String,
        /// 1-based line of the first such byte.
        line: usize,
        /// 1-based column.
        column: usize,
    },

    /// User error: a file larger than any template or snapshot.
    #[error("{path} has {size} bytes, more than the {limit} that armplan reads")]
    #[diagnostic(code(armplan::source::too_large))]
    TooLarge {
        /// As shown to the user.
        path: String,
        /// Its size.
        size: u64,
        /// The bound.
        limit: u64,
    },

    /// User error: `-` without anything on standard input.
    #[error("standard input is empty")]
    #[diagnostic(
        code(armplan::source::empty_stdin),
        help("pipe a file into armplan, or name one instead of `-`")
    )]
    EmptyStdin,

    /// User error: a revision is asked for, but there is no git.
    #[error("the program `git` cannot be started: {reason}")]
    #[diagnostic(
        code(armplan::source::no_git),
        help(
            "install git, or give the earlier state as a file: --before FILE or --live FILE, or --new"
        )
    )]
    NoGit {
        /// The system's words.
        reason: String,
    },

    /// User error: a revision is asked for outside a repository.
    #[error("{path} is in no git repository, so it has no revision `{revision}`")]
    #[diagnostic(
        code(armplan::source::no_repository),
        help("give the earlier state as a file: --before FILE or --live FILE, or --new")
    )]
    NoRepository {
        /// As shown to the user.
        path: String,
        /// As asked for.
        revision: String,
    },

    /// User error: HEAD of a repository without a commit.
    #[error("{repository} has no commit yet")]
    #[diagnostic(
        code(armplan::source::no_commit),
        help("--new plans a first deployment")
    )]
    NoCommit {
        /// Its folder.
        repository: String,
    },

    /// User error: git does not know the revision.
    #[error("there is no revision `{revision}` in {repository}")]
    #[diagnostic(code(armplan::source::no_revision))]
    NoRevision {
        /// As asked for.
        revision: String,
        /// Its folder.
        repository: String,
        /// How to get it, or which one may be meant.
        #[help]
        help: String,
    },

    /// User error: two revisions without a common ancestor, or one beyond the edge of a shallow clone.
    #[error("`{revision}` and HEAD have no common ancestor in {repository}")]
    #[diagnostic(code(armplan::source::no_merge_base))]
    NoMergeBase {
        /// As asked for.
        revision: String,
        /// Its folder.
        repository: String,
        /// How to get it.
        #[help]
        help: String,
    },

    /// User error: the commit is there, the contents of a file are not (a partial clone).
    #[error("the contents of {path} at `{revision}` are not in this clone")]
    #[diagnostic(code(armplan::source::missing_object))]
    MissingObject {
        /// As shown to the user.
        path: String,
        /// As asked for.
        revision: String,
        /// How to get it.
        #[help]
        help: String,
    },

    /// git answers in a way that we do not know.
    #[error("git {command} failed: {reason}")]
    #[diagnostic(code(armplan::source::git_failed))]
    Git {
        /// The subcommand.
        command: String,
        /// What git said.
        reason: String,
    },
}

impl SourceError {
    /// What to do about it.
    pub fn way_out(&self) -> Option<String> {
        self.help().map(|help| help.to_string())
    }
}
