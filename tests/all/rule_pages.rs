//! The examples in the pages of the rules: each is run, and must give the findings that its comments announce.

use std::collections::BTreeSet;
use std::path::Path;

use armplan::aks::Date;
use armplan::aks::facts::Facts;
use armplan::config::{BeforeConfig, ParameterArgument};
use armplan::engine::{ConfigChoice, Outcome, Request, Task, World, run_in};
use armplan::eval::Context;
use armplan::finding::Level;
use armplan::rules::{self, Rule};
use armplan::source::{Memory, Workspace};

/// The day for which the examples are run.
const TODAY: (u16, u8, u8) = (2026, 11, 24);

#[test]
fn the_examples_of_the_pages_hold() {
    let mut wrong = Vec::new();
    let mut examples = 0;
    for rule in rules::ALL {
        for example in read(rule.page) {
            examples += 1;
            let (expected, found) = (example.expected(), example.found(rule));
            if expected != found {
                wrong.push(format!(
                    "rules/{}.md, {}:\n  expected {expected:?}\n  found    {found:?}",
                    rule.id, example.title
                ));
            }
        }
    }
    assert!(examples >= 2 * rules::ALL.len());
    assert!(
        wrong.is_empty(),
        "{} of {examples} examples:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// A finding as a comment announces it: file, line, level, rule.
type Announced = (String, usize, String, String);

/// One `###` section below `## Examples`.
struct Example {
    title: String,
    /// File name and text.
    files: Vec<(String, String)>,
}

/// The examples of a page.
fn read(page: &str) -> Vec<Example> {
    let (_, examples) = page
        .split_once("\n## Examples\n")
        .expect("a page has examples");
    examples
        .split("### ")
        .skip(1)
        .map(|section| {
            let (title, rest) = section.split_once('\n').expect("a heading is a line");
            Example {
                title: title.to_owned(),
                files: fences(rest),
            }
        })
        .collect()
}

/// The fenced blocks of a section under the file names that their words stand for.
fn fences(text: &str) -> Vec<(String, String)> {
    let mut files = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some(words) = line.strip_prefix("```") else {
            continue;
        };
        let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        let words: Vec<&str> = words.split(' ').collect();
        let named = words.iter().find_map(|word| word.strip_prefix("file="));
        let name = match (words.contains(&"before"), words.contains(&"parameters")) {
            _ if named.is_some() => named.unwrap(),
            (true, true) => "before.parameters.json",
            (true, false) => "before.json",
            (false, true) => "main.parameters.json",
            (false, false) if words[0] == "bicep" => "main.bicep",
            (false, false) => "main.json",
        };
        assert!(matches!(words[0], "json" | "bicep"), "{words:?}");
        files.push((name.to_owned(), body.join("\n") + "\n"));
    }
    files
}

impl Example {
    fn has(&self, name: &str) -> bool {
        self.files.iter().any(|(file, _)| file == name)
    }

    /// The file that is checked.
    fn template(&self) -> &'static str {
        if self.has("main.bicep") {
            "main.bicep"
        } else {
            "main.json"
        }
    }

    fn deploys_to_a_group(&self) -> bool {
        let template = self.files.iter().find(|(file, _)| file == self.template());
        template.is_some_and(|(_, text)| !text.contains("/subscriptionDeploymentTemplate.json"))
    }

    /// What the comments announce.
    fn expected(&self) -> BTreeSet<Announced> {
        let mut expected = BTreeSet::new();
        for (file, text) in &self.files {
            for (index, line) in text.lines().enumerate() {
                for comment in line.split("// ").skip(1) {
                    let Some((level, rest)) = comment.split_once(": [") else {
                        continue;
                    };
                    let (rule, _) = rest.split_once(']').expect("a rule stands in brackets");
                    expected.insert((file.clone(), index + 1, level.to_owned(), rule.to_owned()));
                }
            }
        }
        expected
    }

    /// What is found: errors, and all findings of the page's rule.
    fn found(&self, rule: &Rule) -> BTreeSet<Announced> {
        let outcome = self.run();
        assert!(
            outcome.failures.is_empty(),
            "{}: {:?}",
            self.title,
            outcome.failures
        );
        outcome
            .findings
            .iter()
            .map(|reported| &reported.finding)
            .filter(|finding| finding.level == Level::Error || finding.rule == rule.id)
            .map(|finding| {
                let location = outcome.files.location(finding.place);
                let file = location.path.rsplit('/').next().unwrap().to_owned();
                (
                    file,
                    location.start.line,
                    finding.level.word().to_owned(),
                    finding.rule.to_owned(),
                )
            })
            .collect()
    }

    fn run(&self) -> Outcome {
        let mut tree = Memory::default();
        for (name, text) in &self.files {
            tree = tree.with(format!("/page/{name}"), text.as_str());
        }
        let parameters = |name: &str| {
            let file = self
                .has(name)
                .then(|| ParameterArgument::File(name.to_owned()));
            file.into_iter().collect::<Vec<_>>()
        };
        let task = if self.has("before.json") {
            Task::Plan {
                template: Some("main.json".to_owned()),
                before: Some(BeforeConfig::Template {
                    file: "before.json".to_owned(),
                    parameters: parameters("before.parameters.json"),
                }),
                mode: None,
            }
        } else {
            Task::Check {
                paths: vec![self.template().to_owned()],
                base: None,
            }
        };
        let request = Request {
            task,
            config: ConfigChoice::Off,
            root: None,
            allowed_paths: Vec::new(),
            environment: Vec::new(),
            external_inputs: Vec::new(),
            parameters: parameters("main.parameters.json"),
            context: Context {
                subscription: Some("00000000-0000-0000-0000-000000000001".into()),
                resource_group: self.deploys_to_a_group().then(|| "rg".into()),
                ..Context::default()
            },
            deployment: None,
            hints: None,
            as_of: Date::new(TODAY.0, TODAY.1, TODAY.2).unwrap(),
            features: Vec::new(),
            select: Vec::new(),
            ignore: Vec::new(),
            wishes: armplan::plan::Wishes::default(),
        };
        let workspace = Workspace::new(Path::new("/page"), &[self.template()], Some("/page"));
        let world = World {
            workspace: &workspace,
            after: &tree,
            base: None,
            facts: Facts::embedded().unwrap(),
        };
        run_in(&request, &world)
    }
}
