//! Measurements on a checkout of the Bicep module registry: deployments of its AKS module, and `check` of all of it.

use std::io;
use std::path::Path;
use std::process::Command;

use super::largest::parameter_file;
use super::measure::{in_turn, run};
use super::{Bench, JUDGED, row};

/// The tests of the registry's AKS module. The default one is three modules deep.
const TESTS: &str = "avm/res/container-service/managed-cluster/tests/e2e";
const WORKFLOWS: &str = ".github/workflows";
/// zizmor tells its worst finding by its exit code, 11 to 14.
const FOUND: [i32; 5] = [0, 11, 12, 13, 14];

/// The rows; each is whether it is within what is allowed.
pub(super) fn rows(bench: &Bench, registry: &Path) -> io::Result<Vec<bool>> {
    let test = |name: &str| registry.join(TESTS).join(name).join("main.test.bicep");
    // The test with the largest parameter set evaluates the module twice, beside two others that it needs.
    let largest = parameter_file(&test("max"), "../../../main.bicep", &bench.folder)?;
    let largest = bench.write("largest.bicepparam", &largest)?;
    let default = test("defaults").to_string_lossy().into_owned();
    Ok(vec![
        expand(bench, registry, "AKS module, default test", &default)?,
        expand(bench, registry, "AKS module, largest parameters", &largest)?,
        check(bench, registry)?,
    ])
}

fn expand(bench: &Bench, registry: &Path, what: &str, template: &str) -> io::Result<bool> {
    let root = registry.to_string_lossy();
    let arguments = ["expand", template, "--no-config", "--root", &root];
    let ratio = bench.against_hello(&arguments, &JUDGED)?;
    Ok(row(
        &format!("expand of the {what} / hello world"),
        ratio,
        5.0,
    ))
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
