//! Damaged templates: every value of every file of `testdata/real` replaced by something that does not belong there. Nothing panics,
//! and no value is said to be refused without a change.

use armplan::syntax::json::{Document, Kind, Node};
use armplan::text::FileId;

use super::cases::plan::between;
use super::cases::{self, Case};

/// What takes a value's place.
const INSTEAD: [&str; 5] = [
    "null",
    "{}",
    "[[1]]",
    "\"[reference('x').y[0]]\"",
    "-9223372036854775808",
];

/// `cargo test --test all damaged -- --ignored`
#[test]
#[ignore = "takes minutes"]
fn damaged_templates_are_judged_too() {
    let mut runs = 0;
    for case in cases::all() {
        for (file, text) in case
            .files
            .iter()
            .filter(|(file, _)| *file != "armplan.toml")
        {
            let document = Document::parse(FileId(0), text.as_str().into());
            let mut places = Vec::new();
            if let Some(root) = document.root() {
                values(root, &mut places);
            }
            for (start, end) in places {
                for new in INSTEAD {
                    runs += 1;
                    judge(
                        &case,
                        file,
                        &format!("{}{new}{}", &text[..start], &text[end..]),
                    );
                }
            }
        }
    }
    assert!(runs > 10_000, "{runs} runs");
}

fn judge(case: &Case, file: &str, text: &str) {
    let mut after = case.files.clone();
    after.insert(file.to_owned(), text.to_owned());
    let judged = std::panic::catch_unwind(|| {
        between(case, &case.files, &after);
        // A template that is as damaged before: no change.
        let plan = between(case, &after, &after);
        let verdict = plan["verdict"].as_str().unwrap_or("").to_owned();
        assert!(
            matches!(verdict.as_str(), "ok" | "incomplete"),
            "{verdict}: {}",
            plan["findings"]
        );
    });
    assert!(judged.is_ok(), "{}/{file}:\n{text}", case.name);
}

fn values(node: Node<'_>, places: &mut Vec<(usize, usize)>) {
    let span = node.span();
    places.push((span.start as usize, span.end as usize));
    match node.kind() {
        Kind::Object => node
            .members()
            .for_each(|member| values(member.value, places)),
        Kind::Array => node.items().for_each(|item| values(item, places)),
        _ => {}
    }
}
