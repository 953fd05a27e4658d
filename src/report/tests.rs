//! What is too much: each format stays within what its reader takes, keeps the errors, and says what it left out.

use super::{Style, View, github, html, job_summary, markdown, sarif};
use crate::engine::{Outcome, Reported};
use crate::finding::Level;
use crate::rules;
use crate::text::Span;

const VIEW: View<'_> = View {
    style: Style::PLAIN,
    quiet: false,
    show_unchanged: false,
    failing: Some(Level::Error),
    strict: false,
    link_base: None,
};

/// Findings on lines of their own: notes in the first two thirds of the file, errors in the last.
fn outcome(count: u32, message: &str) -> Outcome {
    let mut outcome = Outcome::empty(false);
    let text = "x\n".repeat(count as usize);
    let file = outcome.files.add("infra/main.json", None, text);
    let [first, second, ..] = rules::ALL else {
        panic!("no rules");
    };
    outcome.findings = (0..count)
        .map(|line| {
            let is_error = line >= count / 3 * 2;
            let rule = if is_error { first } else { second };
            let level = if is_error { Level::Error } else { Level::Info };
            let place = Span::new(file, line * 2, line * 2 + 1);
            let words = format!("{message} {line}");
            Reported {
                deployment: 0,
                finding: rule.finding(place, words).level(level),
            }
        })
        .collect();
    outcome
}

#[test]
fn sarif_keeps_within_what_github_takes_and_keeps_the_errors() {
    let words = "something is wrong with the following, and it takes a while to say what it is: ";
    for (count, message) in [(30_000, words.to_owned()), (300, words.repeat(500))] {
        let bytes = sarif(&outcome(count, &message));
        assert!(bytes.len() <= 10_000_000, "{}", bytes.len());
        let document: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        let run = &document["runs"][0];
        let results = run["results"].as_array().unwrap();
        assert!(results.len() <= 25_000);
        let of_level = |level: &str| results.iter().filter(|one| one["level"] == level).count();
        let errors = count as usize / 3;
        if results.len() > errors {
            assert_eq!(of_level("error"), errors);
        } else {
            assert_eq!(of_level("note"), 0);
        }
        let lines: Vec<u64> = results
            .iter()
            .map(|one| &one["locations"][0]["physicalLocation"]["region"]["startLine"])
            .map(|line| line.as_u64().unwrap())
            .collect();
        assert!(lines.is_sorted());
        let notification = &run["invocations"][0]["toolExecutionNotifications"][0];
        let dropped = count as usize - results.len();
        let said = notification["message"]["text"].as_str().unwrap();
        assert!(
            said.starts_with(&format!("{dropped} further results")),
            "{said}"
        );
    }
}

#[test]
fn annotations_are_ten_of_a_level_and_the_rest_stands_in_the_log() {
    let printed = String::from_utf8(github(&outcome(30_000, "it is wrong"))).unwrap();
    let lines: Vec<&str> = printed.lines().collect();
    let commands: Vec<&str> = lines
        .iter()
        .filter_map(|line| line.strip_prefix("::")?.split(' ').next())
        .collect();
    let expected = [vec!["error"; 10], vec!["notice"; 10]].concat();
    assert_eq!(commands.get(..20), Some(&expected[..]));
    assert_eq!(commands.len(), 22, "{:?}", commands.get(20..));
    let begin = lines
        .iter()
        .position(|line| line.starts_with("::group::"))
        .unwrap();
    let end = lines
        .iter()
        .position(|line| *line == "::endgroup::")
        .unwrap();
    assert!(lines[begin].starts_with("::group::29980 findings without annotation"));
    assert_eq!(end - begin - 1, 29_980);
}

#[test]
fn markdown_keeps_within_a_comment_and_a_summary_and_says_what_it_left_out() {
    for (count, message) in [
        (30_000, "it is wrong".to_owned()),
        (5, "long ".repeat(20_000)),
    ] {
        let outcome = outcome(count, &message);
        for (bytes, limit) in [
            (markdown(&outcome, VIEW), 65_536),
            (job_summary(&outcome, VIEW), 1 << 20),
        ] {
            assert!(bytes.len() < limit, "{}", bytes.len());
            let text = String::from_utf8(bytes).unwrap();
            let shown = text.lines().filter(|line| line.starts_with("- ")).count();
            let left_out: usize = text
                .lines()
                .filter_map(|line| {
                    line.strip_prefix('_')?
                        .split(' ')
                        .next()?
                        .parse::<usize>()
                        .ok()
                })
                .sum();
            assert_eq!(shown + left_out, count as usize);
            assert_eq!(
                text.matches("<details").count(),
                text.matches("</details>").count()
            );
        }
    }
}

#[test]
fn a_page_has_everything() {
    let page = String::from_utf8(html(&outcome(3_000, "it is wrong"), VIEW)).unwrap();
    assert_eq!(page.matches("it is wrong").count(), 0);
    assert_eq!(page.matches("It is wrong").count(), 3_000);
}
