//! Measurements on a checkout of the Bicep module registry: deployments of its AKS module, and `check` of all of it.

use std::io;
use std::path::Path;
use std::process::Command;

use super::measure::{in_turn, run};
use super::{Bench, JUDGED, row};

/// Tests of the registry's AKS module, three modules deep: the default one, and the one with the largest parameter set.
const DEPLOYMENTS: [&str; 2] = ["defaults", "max"];
const TESTS: &str = "avm/res/container-service/managed-cluster/tests/e2e";
const WORKFLOWS: &str = ".github/workflows";
/// zizmor tells its worst finding by its exit code, 11 to 14.
const FOUND: [i32; 5] = [0, 11, 12, 13, 14];

/// The rows; each is whether it is within what is allowed.
pub(super) fn rows(bench: &Bench, registry: &Path) -> io::Result<Vec<bool>> {
    let mut rows = Vec::new();
    for test in DEPLOYMENTS {
        rows.push(expand(bench, registry, test)?);
    }
    rows.push(check(bench, registry)?);
    Ok(rows)
}

fn expand(bench: &Bench, registry: &Path, test: &str) -> io::Result<bool> {
    let template = registry.join(TESTS).join(test).join("main.test.bicep");
    let template = template.to_string_lossy().into_owned();
    let root = registry.to_string_lossy();
    let arguments = ["expand", &template, "--no-config", "--root", &root];
    let ratio = bench.against_hello(&arguments, &JUDGED)?;
    let what = format!("expand of the AKS module's test {test} / hello world");
    Ok(row(&what, ratio, 5.0))
}

fn check(bench: &Bench, registry: &Path) -> io::Result<bool> {
    let root = registry.to_string_lossy();
    let arguments = ["check", &root, "--no-config", "--quiet"];
    let workflows = registry.join(WORKFLOWS).to_string_lossy().into_owned();
    let zizmor = Path::new("zizmor");
    if Command::new(zizmor).arg("--version").output().is_err() {
        let (ours, theirs) = in_turn(
            5,
            || run(&bench.armplan, &arguments, &JUDGED),
            || run(&bench.hello, &[], &[0]),
        )?;
        println!(
            "{:58} {:9.2}x  (zizmor is not on the path)",
            "check of the registry / hello world",
            ours / theirs
        );
        return Ok(true);
    }
    let audit = ["--offline", "--no-config", "--quiet", &workflows];
    let (ours, theirs) = in_turn(
        5,
        || run(&bench.armplan, &arguments, &JUDGED),
        || run(zizmor, &audit, &FOUND),
    )?;
    Ok(row(
        "check of the registry / zizmor on its workflows",
        ours / theirs,
        4.0,
    ))
}
