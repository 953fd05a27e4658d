//! The JSON parser against the `jsonc-parser` crate: the same spans on every file that both take without complaint.
#![allow(clippy::expect_used, clippy::print_stdout, reason = "a test")]

use std::path::{Path, PathBuf};

use armplan::syntax::json::{Document, Node};
use armplan::text::{FileId, decode};
use jsonc_parser::ast;
use jsonc_parser::common::Ranged;

#[test]
fn spans_agree_on_testdata() {
    let (compared, different) = compare(&Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata"));
    assert_eq!(different, Vec::<PathBuf>::new());
    assert!(compared > 0, "no file was compared");
}

/// `ARMPLAN_JSON_FOLDER=<folder> cargo test --test all spans_agree_on_a_folder -- --ignored`
#[test]
#[ignore = "takes a folder from the environment"]
fn spans_agree_on_a_folder() {
    #[allow(
        clippy::disallowed_methods,
        reason = "a test on demand over files of the caller"
    )]
    let folder = std::env::var("ARMPLAN_JSON_FOLDER").expect("a folder");
    let (compared, different) = compare(Path::new(&folder));
    println!("{compared} files compared, {} differ", different.len());
    assert_eq!(different, Vec::<PathBuf>::new());
}

fn compare(folder: &Path) -> (usize, Vec<PathBuf>) {
    let mut compared = 0;
    let mut different = Vec::new();
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
        let path = entry.expect("a readable folder").into_path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        #[allow(clippy::disallowed_methods, reason = "test data")]
        let bytes = std::fs::read(&path).expect("a readable file");
        let text = decode(bytes).text;
        let Some(theirs) = their_spans(&text) else {
            continue;
        };
        let document = Document::parse(FileId(0), text.as_str().into());
        let mut ours = Vec::new();
        if let Some(root) = document.root() {
            our_spans(root, &mut ours);
        }
        compared += 1;
        if ours != theirs {
            different.push(path);
        }
    }
    (compared, different)
}

fn our_spans(node: Node<'_>, spans: &mut Vec<(usize, usize)>) {
    let span = node.span();
    spans.push((span.start as usize, span.end as usize));
    for member in node.members() {
        our_spans(member.key, spans);
        our_spans(member.value, spans);
    }
    for item in node.items() {
        our_spans(item, spans);
    }
}

/// None where that crate refuses the text.
fn their_spans(text: &str) -> Option<Vec<(usize, usize)>> {
    let parsed = jsonc_parser::parse_to_ast(
        text,
        &jsonc_parser::CollectOptions::default(),
        &jsonc_parser::ParseOptions::default(),
    );
    let value = parsed.ok()?.value?;
    let mut spans = Vec::new();
    collect(&value, &mut spans);
    Some(spans)
}

fn collect(value: &ast::Value<'_>, spans: &mut Vec<(usize, usize)>) {
    spans.push((value.range().start, value.range().end));
    match value {
        ast::Value::Object(object) => {
            for member in &object.properties {
                spans.push((member.name.range().start, member.name.range().end));
                collect(&member.value, spans);
            }
        }
        ast::Value::Array(array) => {
            for item in &array.elements {
                collect(item, spans);
            }
        }
        _ => {}
    }
}
