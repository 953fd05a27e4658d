//! Real files: every one parses without a problem.

use std::fs;
use std::path::Path;

use armplan::ir::{Checked, check_bicep};

use super::surroundings::Around;
use super::{Parsed, kind_of};

/// Pages of the documentation that show a form with `<placeholders>`.
const FORMS: [&str; 4] = [
    "conditional-definition.bicep",
    "dependsOn-definition.bicep",
    "iterative-definition.bicep",
    "scope-definition.bicep",
];

/// `CORPUS=<folder> cargo test --test all bicep::corpus -- --ignored --nocapture`
#[test]
#[ignore = "takes a folder of real files"]
fn real_files_parse_without_a_problem() {
    let root = std::env::var("CORPUS").expect("CORPUS=<folder>");
    let (mut files, mut bytes, mut wrong) = (0, 0, Vec::new());
    for entry in walkdir::WalkDir::new(root)
        .follow_links(true)
        .sort_by_file_name()
    {
        let entry = entry.unwrap();
        let path = entry.path().to_string_lossy();
        let Some(kind) = kind_of(&path).filter(|_| {
            Path::is_file(entry.path()) && !FORMS.iter().any(|form| path.ends_with(form))
        }) else {
            continue;
        };
        let text = String::from_utf8(fs::read(entry.path()).unwrap()).unwrap();
        let text = text.trim_start_matches('\u{feff}');
        (files, bytes) = (files + 1, bytes + text.len());
        let parsed = Parsed::new(&path, text, kind);
        wrong.extend(
            parsed
                .problems()
                .first()
                .map(|first| format!("{path}:{first}")),
        );
    }
    println!(
        "{files} files, {bytes} bytes, {} with problems",
        wrong.len()
    );
    assert!(files > 0);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Files that the compiler refuses as well: they name files or symbols that are not there.
const REFUSED: [&str; 9] = [
    "samples/deploy-stages/main.bicep",
    "samples/deploy-stages/stage1-byo.bicep",
    "All-in-One-Bicep/main.bicep",
    "deployment-script/deploymentscript-keyvault-subscription.bicep",
    "modules/function-scope.bicep",
    "modules/local-file-definition-json.bicep",
    "modules/local-file-definition.bicep",
    "outputs/module-output.bicep",
    "synapse-keys/keys.bicep",
];

/// `CORPUS=<folder> cargo test --test all bicep::corpus -- --ignored --nocapture`
#[test]
#[ignore = "takes a folder of real files"]
fn real_files_have_no_error() {
    let root = std::env::var("CORPUS").expect("CORPUS=<folder>");
    let around = Around::new(|path| fs::read_to_string(format!("/{path}")).ok());
    let checked = Checked::default();
    let (mut files, mut wrong) = (0, Vec::new());
    let start = std::time::Instant::now();
    for entry in walkdir::WalkDir::new(root)
        .follow_links(true)
        .sort_by_file_name()
    {
        let entry = entry.unwrap();
        let path = entry
            .path()
            .to_string_lossy()
            .trim_start_matches('/')
            .to_owned();
        let scaffold = path.ends_with("src/src.main.test.bicep");
        let refused = REFUSED.iter().any(|refused| path.ends_with(refused));
        if scaffold
            || refused
            || kind_of(&path).is_none()
            || FORMS.iter().any(|form| path.ends_with(form))
        {
            continue;
        }
        let Some(file) = around.bicep(&path) else {
            continue;
        };
        files += 1;
        let text = around.files.get(file.file);
        for problem in &*check_bicep(&file, &around, &checked) {
            let at = text.position(problem.place.start);
            wrong.push(format!(
                "{path}:{}:{} {}",
                at.line, at.column, problem.message
            ));
        }
    }
    println!(
        "{files} files, {} errors, {:?}",
        wrong.len(),
        start.elapsed()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
