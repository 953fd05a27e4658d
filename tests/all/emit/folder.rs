//! Where `--emit` writes, and where it does not.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::super::program::{Folder, Ran};
use super::goldens::case_folder;

const PLAN: [&str; 6] = [
    "plan",
    "after.json",
    "--before",
    "before.json",
    "--emit",
    "steps",
];

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn the_same_plan_is_written_once_and_is_the_same() {
    let folder = case_folder();
    folder.run(&PLAN).exits(1).silent();
    let steps = folder.0.join("steps");
    let written = names(&steps);
    let expected = [
        ".armplan",
        "01-add-pool-batch2.json",
        "run.sh",
        "runbook.md",
    ];
    assert_eq!(written, expected);
    let script = steps.join("run.sh");
    let before = fs::metadata(&script).unwrap().modified().unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(
            fs::metadata(&script).unwrap().permissions().mode() & 0o100,
            0o100
        );
        let page = fs::metadata(steps.join("runbook.md")).unwrap();
        assert_eq!(page.permissions().mode() & 0o100, 0);
    }
    // What is missing is written again, what is there stays.
    fs::remove_file(steps.join("runbook.md")).unwrap();
    folder.run(&PLAN).exits(1).silent();
    assert_eq!(names(&steps), written);
    assert_eq!(fs::metadata(&script).unwrap().modified().unwrap(), before);
    let other = case_folder();
    other.run(&PLAN).exits(1);
    for name in written {
        let text = |folder: &Folder| fs::read(folder.0.join("steps").join(&name)).unwrap();
        assert_eq!(text(&folder), text(&other), "{name}");
    }
}

#[test]
fn a_folder_with_other_things_is_refused() {
    let folder = case_folder().with("steps/notes.txt", "mine");
    folder
        .run(&PLAN)
        .exits(2)
        .complains("steps is not empty, and armplan has not written what is in it")
        .complains("name a folder that is new or empty")
        // The plan is shown all the same, without templates.
        .says("1. add-pool aks-orders/batch2\n");
    assert_eq!(names(&folder.0.join("steps")), ["notes.txt"]);

    let folder = case_folder().with("steps/.armplan", "another mark\n");
    folder.run(&PLAN).exits(2).complains("is not empty");
    assert_eq!(names(&folder.0.join("steps")), [".armplan"]);
}

#[test]
fn what_was_edited_or_is_of_another_plan_is_not_overwritten() {
    let folder = case_folder();
    folder.run(&PLAN).exits(1);
    let page = folder.0.join("steps/runbook.md");
    fs::write(&page, "my notes\n").unwrap();
    fs::remove_file(folder.0.join("steps/run.sh")).unwrap();
    folder
        .run(&PLAN)
        .exits(2)
        .complains("steps/runbook.md is there with another text, and armplan overwrites nothing")
        .complains("name another folder, or remove steps");
    assert_eq!(fs::read_to_string(&page).unwrap(), "my notes\n");
    assert!(
        !folder.0.join("steps/run.sh").exists(),
        "nothing is written then"
    );
}

#[cfg(unix)]
#[test]
fn a_link_is_not_followed() {
    let folder = case_folder().with("precious", "mine");
    folder.run(&PLAN).exits(1);
    let page = folder.0.join("steps/runbook.md");
    fs::remove_file(&page).unwrap();
    std::os::unix::fs::symlink(folder.0.join("precious"), &page).unwrap();
    folder
        .run(&PLAN)
        .exits(2)
        .complains("steps/runbook.md is there with another text");
    assert_eq!(
        fs::read_to_string(folder.0.join("precious")).unwrap(),
        "mine"
    );
    // A link to nothing is no place for a file either.
    fs::remove_file(&page).unwrap();
    std::os::unix::fs::symlink(folder.0.join("nothing"), &page).unwrap();
    folder.run(&PLAN).exits(2);
    assert!(!folder.0.join("nothing").exists());
}

#[test]
fn a_file_is_no_folder() {
    let folder = case_folder().with("steps", "a file");
    folder.run(&PLAN).exits(2).complains("steps is no folder");
    let folder = case_folder().with("file", "a file");
    let below = [
        "plan",
        "after.json",
        "--before",
        "before.json",
        "--emit",
        "file/steps",
    ];
    folder.run(&below).exits(2).complains("file/steps");
    assert_eq!(fs::read_to_string(folder.0.join("file")).unwrap(), "a file");
}

#[test]
fn nothing_is_written_where_something_cannot_be_read() {
    let folder = case_folder();
    for arguments in [
        &[
            "plan",
            "after.json",
            "--before",
            "gone.json",
            "--emit",
            "steps",
        ][..],
        &[
            "plan",
            "gone.json",
            "--before",
            "before.json",
            "--emit",
            "steps",
        ],
        &[
            "plan",
            "after.json",
            "--before",
            "before.json",
            "-p",
            "gone.json",
            "--emit",
            "steps",
        ],
        &[
            "plan",
            "after.json",
            "--before",
            "before.json",
            "--pool-name",
            "batch1=TOO-LONG-FOR-A-POOL",
            "--emit",
            "steps",
        ],
        &["plan", "after.json", "--before", "before.json", "--emit"],
    ] {
        folder.run(arguments).exits(2);
        assert!(!folder.0.join("steps").exists(), "{arguments:?}");
    }
    // `check` has no steps.
    folder
        .run(&["check", "after.json", "--emit", "steps"])
        .exits(2);
}

#[test]
fn without_steps_nothing_is_written() {
    let folder = case_folder();
    folder
        .run(&[
            "plan",
            "after.json",
            "--before",
            "after.json",
            "--emit",
            "steps",
        ])
        .exits(0)
        .says("There are no steps, so nothing was written to steps.");
    assert!(!folder.0.join("steps").exists());
}

/// A disk without room: the system refuses every file beyond a size.
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_nothing_behind() {
    let folder = case_folder();
    let run = |folder: &Folder| {
        let arguments = PLAN.join(" ");
        let output = Command::new("bash")
            .arg("-c")
            .arg(format!(
                "trap '' XFSZ; ulimit -f 1; exec \"$0\" {arguments}"
            ))
            .arg(env!("CARGO_BIN_EXE_armplan"))
            .current_dir(&folder.0)
            .output()
            .unwrap();
        Ran::of(output)
    };
    run(&folder)
        .exits(2)
        .complains("steps/runbook.md cannot be written")
        .says("1. add-pool aks-orders/batch2\n");
    assert!(!folder.0.join("steps").exists());
    // In a folder that was there nothing stays either, and the next run can use it.
    fs::create_dir(folder.0.join("steps")).unwrap();
    run(&folder).exits(2);
    assert_eq!(names(&folder.0.join("steps")), Vec::<String>::new());
    folder.run(&PLAN).exits(1).silent();
}

#[test]
fn what_a_run_left_that_was_cut_off_is_no_hindrance() {
    let folder = case_folder().with("steps/.armplan-1-0.tmp", "half");
    folder.run(&PLAN).exits(1).silent();
    assert!(folder.0.join("steps/run.sh").exists());
}

#[test]
fn a_check_of_everything_leaves_the_steps_alone() {
    let folder = case_folder();
    folder.run(&PLAN).exits(1);
    let ran = folder.run(&["check"]).exits(0);
    assert!(!ran.stdout.contains("steps/"), "{}", ran.stdout);
    // Who names them gets them.
    folder
        .run(&["check", "steps/01-add-pool-batch2.json"])
        .says("1 deployment");
}
