//! Paths as text: lexical only, nothing here asks the disk.

use std::path::{Component, Path, PathBuf};

/// A path without `.` and `..`; `..` at the root stays there.
pub fn normal(path: &Path) -> PathBuf {
    let mut result = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                result.pop();
            }
            other => result.push(other),
        }
    }
    result
}

/// The path that `relative` names when it stands in the file `base` (a linked template's `relativePath`).
pub fn beside(base: &Path, relative: &str) -> PathBuf {
    let folder = base.parent().unwrap_or(Path::new(""));
    normal(&folder.join(relative.replace('\\', "/")))
}

/// `path` as seen from `folder`, with `/` separators and `..` where it needs them.
pub(super) fn relative(path: &Path, folder: &Path) -> String {
    let mut ours = path.components().peekable();
    let mut theirs = folder.components().peekable();
    while let (Some(a), Some(b)) = (ours.peek(), theirs.peek()) {
        if a != b {
            break;
        }
        ours.next();
        theirs.next();
    }
    let ups = theirs.map(|_| "..".to_owned());
    let downs = ours.map(|part| part.as_os_str().to_string_lossy().into_owned());
    let parts: Vec<String> = ups.chain(downs).collect();
    if parts.is_empty() {
        ".".to_owned()
    } else {
        parts.join("/")
    }
}

/// The deepest folder that holds both.
pub(super) fn common(one: &Path, other: &Path) -> PathBuf {
    one.components()
        .zip(other.components())
        .take_while(|(a, b)| a == b)
        .map(|(a, _)| a)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_lexical() {
        assert_eq!(normal(Path::new("/a/./b/../c")), Path::new("/a/c"));
        assert_eq!(normal(Path::new("/../a")), Path::new("/a"));
        assert_eq!(
            beside(Path::new("/a/main.json"), "nested\\..\\x.json"),
            Path::new("/a/x.json")
        );
        assert_eq!(relative(Path::new("/a/b/c"), Path::new("/a/d")), "../b/c");
        assert_eq!(relative(Path::new("/a/b"), Path::new("/a/b")), ".");
        assert_eq!(
            common(Path::new("/a/b/c"), Path::new("/a/bc")),
            Path::new("/a")
        );
    }
}
