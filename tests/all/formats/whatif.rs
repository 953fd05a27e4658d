//! The look of `az deployment group what-if`: golden files, which were held against what azure-cli's own printer makes of
//! the same changes.

use std::path::Path;

use crate::program::{Ran, command};

const SCOPE: [&str; 8] = [
    "--subscription",
    "0b1f6471-1bf0-4dda-aec3-cb9272f09590",
    "--resource-group",
    "rg-shop",
    "--location",
    "westeurope",
    "--as-of",
    "2026-07-01",
];

#[test]
fn changes_look_as_in_what_if() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/whatif");
    let compared = ["plan", "after.json", "--before", "before.json"];
    for (golden, arguments) in [
        (
            "complete.txt",
            [&compared[..], &["--mode", "complete"]].concat(),
        ),
        ("incremental.txt", compared.to_vec()),
        (
            "new.txt",
            vec!["plan", "after.json", "--new", "-p", "environment=test"],
        ),
        (
            "unchanged.txt",
            vec!["plan", "before.json", "--before", "before.json"],
        ),
        (
            "colored.txt",
            [&compared[..], &["--color", "always"]].concat(),
        ),
    ] {
        let run = command(&folder, &[])
            .args(arguments)
            .args(["--format", "whatif"])
            .args(SCOPE)
            .output()
            .unwrap();
        let printed = Ran::of(run).stdout;
        let path = folder.join(golden);
        if std::env::var_os("ARMPLAN_BLESS").is_some() {
            std::fs::write(&path, &printed).unwrap();
        }
        let stored = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(
            stored, printed,
            "{golden} is stale: ARMPLAN_BLESS=1 cargo test --test all formats"
        );
    }
}
