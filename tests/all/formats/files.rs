//! `--output`: all formats of one run, to the byte the same each time, whole or not at all.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use super::{FORMATS, refused};
use crate::program::Ran;

const PLAN: [&str; 2] = ["plan", "infra/main.json"];

#[test]
fn one_run_writes_all_formats_and_each_run_the_same_bytes() {
    let folder = refused();
    let written = |prefix: &str, more: &[&str]| -> Vec<String> {
        let outputs: Vec<String> = FORMATS
            .iter()
            .flat_map(|format| ["--output".to_owned(), format!("{format}={prefix}-{format}")])
            .collect();
        let outputs: Vec<&str> = outputs.iter().map(String::as_str).collect();
        folder.run(&[&PLAN[..], &outputs, more].concat()).exits(1);
        FORMATS
            .iter()
            .map(|format| fs::read_to_string(folder.0.join(format!("{prefix}-{format}"))).unwrap())
            .collect()
    };
    let first = written("first", &[]);
    assert_eq!(
        first,
        written("second", &["--color", "always", "--format", "json"])
    );
    // Colours and the width of a terminal are for the terminal.
    assert!(first.iter().all(|text| !text.contains('\u{1b}')));
    for (format, text) in FORMATS.iter().zip(&first) {
        let printed = folder.run(&[&PLAN[..], &["--format", format]].concat());
        assert_eq!(&printed.stdout, text, "{format}");
    }
    assert_eq!(leftovers(&folder.0), Vec::<String>::new());
}

#[test]
fn a_file_that_is_replaced_keeps_its_mode_and_a_link_stays_one() {
    let folder = refused().with("real.json", "old");
    #[cfg(unix)]
    {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let path = folder.0.join("real.json");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        symlink("real.json", folder.0.join("link.json")).unwrap();
        folder
            .run(&[&PLAN[..], &["--output", "json=link.json"]].concat())
            .exits(1);
        assert!(
            folder
                .0
                .join("link.json")
                .symlink_metadata()
                .unwrap()
                .is_symlink()
        );
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o640);
        assert!(fs::read_to_string(&path).unwrap().starts_with('{'));
    }
}

#[test]
fn what_cannot_be_written_is_told_and_changes_no_file() {
    let folder = refused().with("kept.json", "old").with("folder/x", "");
    for (target, reason) in [
        ("nosuch/plan.sarif", "No such file"),
        ("folder", "directory"),
    ] {
        let output = format!("sarif={target}");
        folder
            .run(
                &[
                    &PLAN[..],
                    &["--output", "json=kept.json", "--output", &output],
                ]
                .concat(),
            )
            .exits(2)
            .says("Blocked")
            .complains(&format!("{target} cannot be written"))
            .complains(reason);
        assert_eq!(
            fs::read_to_string(folder.0.join("kept.json")).unwrap(),
            "old"
        );
    }
    assert_eq!(leftovers(&folder.0), Vec::<String>::new());
}

/// A limit of the size of files stands for a full disk: some bytes can be written, all cannot.
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_no_half_file() {
    let folder = refused().with("kept.sarif", "old").with("kept.txt", "old");
    let script = "trap '' XFSZ; ulimit -f 8; exec \"$@\"";
    let run = |arguments: &[&str]| {
        let program = Command::new("sh")
            .args(["-c", script, "sh", env!("CARGO_BIN_EXE_armplan")])
            .args(arguments)
            .current_dir(&folder.0)
            .output()
            .unwrap();
        Ran::of(program)
    };
    run(&[
        "plan",
        "infra/main.json",
        "--output",
        "concise=kept.txt",
        "--output",
        "sarif=kept.sarif",
        "--output",
        "sarif=new.sarif",
    ])
    .exits(2)
    .says("Blocked")
    .complains("kept.sarif cannot be written: File too large")
    .complains("no file of --output was changed");
    assert_eq!(
        fs::read_to_string(folder.0.join("kept.sarif")).unwrap(),
        "old"
    );
    assert_eq!(
        fs::read_to_string(folder.0.join("kept.txt")).unwrap(),
        "old"
    );
    assert!(!folder.0.join("new.sarif").exists());
    assert_eq!(leftovers(&folder.0), Vec::<String>::new());
}

#[cfg(target_os = "linux")]
#[test]
fn devices_are_written_to_and_not_replaced() {
    let folder = refused();
    folder
        .run(&[&PLAN[..], &["--output", "json=/dev/null"]].concat())
        .exits(1);
    folder
        .run(&[&PLAN[..], &["--output", "sarif=/dev/full"]].concat())
        .exits(2)
        .complains("/dev/full cannot be written: No space left on device");
    let ran = folder.run(
        &[
            &PLAN[..],
            &["--format", "json", "--output", "concise=/dev/stderr"],
        ]
        .concat(),
    );
    assert!(
        ran.stderr.contains("error[aks-pool-vm-size-change]"),
        "{}",
        ran.stderr
    );
    assert_eq!(ran.document()["verdict"], "blocked");
}

#[cfg(target_os = "linux")]
#[test]
fn standard_output_that_is_full_is_told_and_one_that_is_closed_is_not() {
    let folder = refused();
    for arguments in [
        &["plan", "infra/main.json", "--format", "sarif"][..],
        &["expand", "infra/main.json"],
        &["rules"],
        &["explain", "vmSize"],
    ] {
        let full = fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .unwrap();
        let program = crate::program::command(&folder.0, &[])
            .args(arguments)
            .stdout(full)
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        Ran::of(program)
            .exits(2)
            .complains("standard output cannot be written: No space left on device");
    }
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let program = crate::program::command(&folder.0, &[])
        .args(["plan", "infra/main.json", "--format", "sarif"])
        .stdout(writer)
        .output()
        .unwrap();
    Ran::of(program).exits(1).silent();
}

/// What a run left beside its files.
fn leftovers(folder: &Path) -> Vec<String> {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with(".armplan"))
        .collect()
}

#[test]
fn two_reports_do_not_share_a_path() {
    let folder = refused();
    let shared = ["--output", "json=out", "--output", "sarif=out"];
    folder
        .run(&[&PLAN[..], &shared].concat())
        .exits(2)
        .complains("two reports of --output are to be written to out");
    assert!(!folder.0.join("out").exists());
}
