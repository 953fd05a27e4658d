//! Real files: every one parses without a problem.

use std::fs;
use std::path::Path;

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
