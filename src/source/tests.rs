//! Reading from disk and git, tried on folders of their own.

use std::fs;
use std::process::Command;

use super::*;

/// A scratch folder that goes away with the test.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("armplan-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Self(folder.canonicalize().unwrap())
    }

    fn write(&self, path: &str, text: &str) -> &Self {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    fn git(&self, arguments: &[&str]) -> String {
        let output = Command::new("git")
            .arg("-C")
            .arg(&self.0)
            .args(["-c", "user.name=t", "-c", "user.email=t@example.org"])
            .args([
                "-c",
                "init.defaultBranch=main",
                "-c",
                "commit.gpgsign=false",
            ])
            .args(["-c", "protocol.file.allow=always"])
            .args(arguments)
            .output()
            .unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    fn commit(&self) -> String {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", "x"]);
        self.git(&["rev-parse", "HEAD"])
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn help(error: &SourceError) -> String {
    miette::Diagnostic::help(error).map_or_else(String::new, |help| help.to_string())
}

#[test]
fn a_revision_reads_like_the_working_tree() {
    let scratch = Scratch::new("git-read");
    scratch.git(&["init", "-q"]);
    scratch
        .write("infra/main.json", "old")
        .write("infra/.hidden/x.json", "h")
        .write("infra/ü b.json", "u");
    let first = scratch.commit();
    scratch
        .write("infra/main.json", "new")
        .write("infra/more.json", "m");
    scratch.commit();
    let workspace = Workspace::new(&scratch.0.join("infra"), &["main.json"], None);
    assert_eq!(workspace.repository(), Some(scratch.0.as_path()));
    let disk = Disk::new(&workspace);
    let git = Git::open(&workspace, "HEAD~1").unwrap();
    assert_eq!(git.commit(), first);
    let main = workspace.absolute("main.json");
    assert_eq!(disk.read(&main).unwrap().text, "new");
    let old = git.read(&main).unwrap();
    assert_eq!(
        (old.path.as_str(), old.text.as_str()),
        ("infra/main.json", "old")
    );
    assert_eq!(old.revision.as_deref(), Some("HEAD~1"));
    assert_eq!(git.read(&workspace.absolute("ü b.json")).unwrap().text, "u");
    let missing = git.read(&workspace.absolute("more.json")).unwrap_err();
    assert_eq!(
        missing.to_string(),
        "infra/more.json: no such file at HEAD~1"
    );
    assert!(matches!(
        git.read(&scratch.0.join("infra")),
        Err(SourceError::IsFolder { .. })
    ));
    let listed = git.list(&scratch.0.join("infra")).unwrap();
    assert_eq!(listed, [main, scratch.0.join("infra/ü b.json")]);
    // In the middle of the answers nothing is out of step.
    assert_eq!(
        git.read(&workspace.absolute("main.json")).unwrap().text,
        "old"
    );
}

#[test]
fn merge_bases_and_unknown_revisions() {
    let scratch = Scratch::new("git-revisions");
    scratch.git(&["init", "-q"]);
    let workspace = Workspace::new(&scratch.0, &[], None);
    assert!(matches!(
        Git::open(&workspace, "HEAD"),
        Err(SourceError::NoCommit { .. })
    ));
    scratch.write("a", "base");
    let base = scratch.commit();
    scratch.git(&["checkout", "-q", "-b", "side"]);
    scratch.write("a", "side");
    scratch.commit();
    scratch.git(&["checkout", "-q", "main"]);
    scratch.write("b", "main");
    scratch.commit();
    assert_eq!(Git::open(&workspace, "side...").unwrap().commit(), base);
    for revision in ["nope", "--exec=x", "nope...", "", "a b"] {
        let error = Git::open(&workspace, revision).unwrap_err();
        assert!(
            matches!(error, SourceError::NoRevision { .. }),
            "{revision}: {error:?}"
        );
        assert!(help(&error).contains("git fetch"), "{revision}");
    }
    scratch.git(&["checkout", "-q", "--orphan", "other"]);
    scratch.commit();
    assert!(matches!(
        Git::open(&workspace, "main..."),
        Err(SourceError::NoMergeBase { .. })
    ));
    let outside = Scratch::new("git-none");
    let nowhere = Workspace::new(&outside.0, &[], None);
    assert!(matches!(
        Git::open(&nowhere, "HEAD"),
        Err(SourceError::NoRepository { .. })
    ));
}

#[test]
fn a_shallow_clone_names_the_fetch() {
    let origin = Scratch::new("git-origin");
    origin.git(&["init", "-q"]);
    origin.write("a", "1");
    let first = origin.commit();
    origin.write("a", "2");
    origin.commit();
    origin.git(&["checkout", "-q", "-b", "side", "HEAD~1"]);
    origin.write("a", "3");
    origin.commit();
    let clones = Scratch::new("git-shallow");
    let url = format!("file://{}", origin.0.display());
    clones.git(&[
        "clone",
        "-q",
        "--depth=1",
        "--no-single-branch",
        "-b",
        "main",
        &url,
        "c",
    ]);
    let folder = clones.0.join("c");
    let workspace = Workspace::new(&folder, &[], None);
    let error = Git::open(&workspace, &first).unwrap_err();
    assert!(
        help(&error).contains(&format!("git fetch --depth=1 origin {first}")),
        "{error:?}"
    );
    assert!(help(&error).contains("fetch-depth: 0"));
    let error = Git::open(&workspace, "origin/gone").unwrap_err();
    assert!(
        help(&error).contains("origin gone:refs/remotes/origin/gone"),
        "{error:?}"
    );
    let error = Git::open(&workspace, "origin/side...").unwrap_err();
    assert!(
        matches!(error, SourceError::NoMergeBase { .. }),
        "{error:?}"
    );
    assert!(help(&error).contains("--unshallow"));
}

#[test]
fn the_root_bounds_what_is_read() {
    let scratch = Scratch::new("root");
    scratch
        .write("repo/.git/HEAD", "")
        .write("repo/infra/main.json", "m")
        .write("shared/x.json", "x");
    let main = scratch.0.join("repo/infra/main.json");
    let named = [main.to_str().unwrap(), "-"];
    let workspace = Workspace::new(&scratch.0.join("repo/infra"), &named, None);
    assert_eq!(workspace.root(), scratch.0.join("repo"));
    assert_eq!(workspace.display(&main), "infra/main.json");
    assert_eq!(workspace.display(Path::new(STDIN)), "<stdin>");
    let outside = beside(&main, "../../shared/x.json");
    assert_eq!(workspace.display(&outside), "../../shared/x.json");
    let error = Disk::new(&workspace).read(&outside).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("../../shared/x.json lies outside"),
        "{error}"
    );
    assert!(help(&error).contains(&format!("--root {}", scratch.0.display())));
    let wider = Workspace::new(workspace.current(), &named, Some("../.."));
    assert_eq!(Disk::new(&wider).read(&outside).unwrap().text, "x");
    let mut allowed = workspace.clone();
    allowed.allow(outside.clone());
    assert_eq!(Disk::new(&allowed).read(&outside).unwrap().text, "x");
    #[cfg(unix)]
    {
        let link = scratch.0.join("repo/infra/link.json");
        std::os::unix::fs::symlink(&outside, &link).unwrap();
        let error = Disk::new(&workspace).read(&link).unwrap_err();
        assert!(matches!(error, SourceError::OutsideRoot { .. }), "{error}");
    }
}

#[test]
fn without_a_repository_the_folder_bounds() {
    let scratch = Scratch::new("no-repo");
    scratch.write("a/b/main.json", "{}");
    let file = scratch.0.join("a/b/main.json");
    let named = [file.to_str().unwrap()];
    assert_eq!(
        Workspace::new(&scratch.0.join("a"), &named, None).root(),
        scratch.0.join("a")
    );
    assert_eq!(
        Workspace::new(&scratch.0.join("z"), &named, None).root(),
        scratch.0.join("a/b")
    );
}

#[test]
fn walking_leaves_out_what_git_ignores() {
    let scratch = Scratch::new("walk");
    for path in [
        ".git/config",
        "main.json",
        "out/main.json",
        "a/keep.json",
        "a/gen/x.json",
        "a/gen/keep.json",
        ".azure/x.json",
        "b/local.json",
        "b/c/secret.json",
        "d/out/x.json",
    ] {
        scratch.write(path, "{}");
    }
    scratch
        .write(".gitignore", "/out/\nlocal.json\n")
        .write("a/.gitignore", "gen/*\n!gen/keep.json\n")
        .write(".git/info/exclude", "secret.json\n");
    let workspace = Workspace::new(&scratch.0, &[], None);
    let disk = Disk::new(&workspace);
    let shown = |folder: &str| -> Vec<String> {
        let files = disk.list(&workspace.absolute(folder)).unwrap();
        files.iter().map(|path| workspace.display(path)).collect()
    };
    assert_eq!(
        shown("."),
        [
            "a/gen/keep.json",
            "a/keep.json",
            "d/out/x.json",
            "main.json"
        ]
    );
    assert_eq!(shown("a/gen"), ["a/gen/keep.json"]);
    assert_eq!(shown("b"), Vec::<String>::new());
    assert!(disk.list(&workspace.absolute("nope")).is_err());
}

#[test]
fn unreadable_inputs_say_why() {
    let scratch = Scratch::new("bad");
    fs::write(scratch.0.join("latin.json"), b"{\n\xe9}").unwrap();
    let workspace = Workspace::new(&scratch.0, &[], None);
    let disk = Disk::new(&workspace);
    let read = |path: &str| {
        disk.read(&workspace.absolute(path))
            .unwrap_err()
            .to_string()
    };
    assert_eq!(read("nope.json"), "nope.json: no such file");
    assert_eq!(
        read("latin.json"),
        "latin.json:2:1: these bytes are not text"
    );
    assert_eq!(read("."), ". is a folder, a file is needed");
    let piped = |bytes: &[u8]| Disk::with_stdin(&workspace, bytes.to_vec()).read(Path::new(STDIN));
    assert!(matches!(piped(b" \n"), Err(SourceError::EmptyStdin)));
    assert_eq!(piped(b"{}").unwrap().path, "<stdin>");
}

#[test]
fn the_nearest_configuration_stops_at_the_repository() {
    let scratch = Scratch::new("nearest");
    scratch
        .write("armplan.toml", "")
        .write("r/.git/HEAD", "")
        .write("r/a/b/x", "");
    assert_eq!(nearest("armplan.toml", &scratch.0.join("r/a/b")), None);
    scratch.write("r/armplan.toml", "");
    assert_eq!(
        nearest("armplan.toml", &scratch.0.join("r/a/b")),
        Some(scratch.0.join("r/armplan.toml"))
    );
}
