//! All files under a folder, without hidden ones, without what git ignores, and without the steps of plans: a template of a
//! step is right at its turn only.

use std::path::{Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use walkdir::WalkDir;

use super::folder;

/// Files under `root`, sorted by path.
pub(super) fn files(root: &Path, repository: Option<&Path>) -> Vec<PathBuf> {
    let mut stack = Ignores::above(root, repository);
    let mut found = Vec::new();
    let mut walk = WalkDir::new(root).sort_by_file_name().into_iter();
    while let Some(entry) = walk.next() {
        // A folder that cannot be opened holds nothing for us.
        let Ok(entry) = entry else { continue };
        let is_folder = entry.file_type().is_dir();
        let hidden = entry.depth() > 0 && entry.file_name().as_encoded_bytes().starts_with(b".");
        stack.enter(entry.path());
        let steps = entry.depth() > 0 && is_folder && folder::is_ours(entry.path());
        if hidden || steps || (entry.depth() > 0 && stack.ignores(entry.path(), is_folder)) {
            if is_folder {
                walk.skip_current_dir();
            }
        } else if is_folder {
            stack.push(entry.path());
        } else if entry.file_type().is_file() {
            found.push(entry.into_path());
        }
    }
    found
}

/// The `.gitignore` files from the repository's root down to the folder being walked.
struct Ignores {
    stack: Vec<(PathBuf, Gitignore)>,
}

impl Ignores {
    /// Those of the folders above `folder`, and `.git/info/exclude`.
    fn above(folder: &Path, repository: Option<&Path>) -> Self {
        let mut ignores = Self { stack: Vec::new() };
        let Some(repository) = repository.filter(|root| folder.starts_with(root)) else {
            return ignores;
        };
        let mut builder = GitignoreBuilder::new(repository);
        builder.add(repository.join(".git/info/exclude"));
        if let Ok(matcher) = builder.build() {
            ignores.stack.push((repository.to_owned(), matcher));
        }
        let mut above: Vec<&Path> = folder
            .ancestors()
            .skip(1)
            .take_while(|path| path.starts_with(repository))
            .collect();
        above.reverse();
        for path in above {
            ignores.push(path);
        }
        ignores
    }

    /// Adds the `.gitignore` of a folder; one that does not parse in parts counts with its good parts, as in git.
    fn push(&mut self, folder: &Path) {
        let (matcher, _) = Gitignore::new(folder.join(".gitignore"));
        if !matcher.is_empty() {
            self.stack.push((folder.to_owned(), matcher));
        }
    }

    /// Drops what does not apply to `path`.
    fn enter(&mut self, path: &Path) {
        self.stack.retain(|(folder, _)| path.starts_with(folder));
    }

    /// The deepest file that says something decides.
    fn ignores(&self, path: &Path, is_folder: bool) -> bool {
        for (_, matcher) in self.stack.iter().rev() {
            let found = matcher.matched(path, is_folder);
            if !found.is_none() {
                return found.is_ignore();
            }
        }
        false
    }
}
