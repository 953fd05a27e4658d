//! A plan to the files of a folder: a template for each deployment, a runbook, and a script that runs the steps.

mod diff;
mod expression;
mod flow;
mod parameters;
mod remaining;
mod runbook;
mod script;
mod template;
mod values;

pub use flow::flow;
pub use remaining::{Change, Remaining, remaining};

use crate::aks::facts::Facts;
use crate::aks::service::Operation;
use crate::model::Deployment;
use crate::text::Files;

use super::{Sequence, Step};

use template::{Source, Template};

/// What is written.
#[derive(Clone, Copy)]
pub struct Query<'a> {
    /// What AKS does, and which members only it writes.
    pub facts: &'a Facts,
    /// The texts of the run.
    pub files: &'a Files,
    /// The steps, cluster by cluster, in the order in which they run.
    pub subjects: &'a [Subject<'a>],
}

/// The steps for one cluster, and where they come from.
pub struct Subject<'a> {
    /// The steps.
    pub sequence: &'a Sequence,
    /// What is asked for.
    pub after: Vec<&'a Deployment>,
    /// What was there.
    pub before: Vec<&'a Deployment>,
    /// The template with its parameters, in words.
    pub template: String,
    /// What it was compared with, in words.
    pub compared: String,
    /// What remains to change in the sources.
    pub remaining: &'a Remaining,
}

/// One file of the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmittedFile {
    /// Its name.
    pub name: String,
    /// Its text.
    pub text: String,
    /// Whether it is a program.
    pub executable: bool,
}

/// All files, and which step has which template.
#[derive(Clone, Debug, Default)]
pub struct Emission {
    /// In the order in which they are written: what runs the others comes last.
    pub files: Vec<EmittedFile>,
    /// Number of a step, name of its template.
    pub templates: Vec<(usize, String)>,
}

/// The files for some sequences of steps; none where there are no steps.
pub fn emit(query: Query<'_>) -> Emission {
    let mut emission = Emission::default();
    let total: usize = query
        .subjects
        .iter()
        .map(|subject| subject.sequence.steps.len())
        .sum();
    if total == 0 {
        return emission;
    }
    let mut clusters = Vec::new();
    for subject in query.subjects {
        if subject.sequence.steps.is_empty() {
            continue;
        }
        let source = Source::new(query.facts, query.files, subject);
        let own = subject.sequence.steps.iter();
        let mut steps: Vec<DescribedStep<'_>> = own
            .map(|step| described(&source, subject.sequence, step, total))
            .collect();
        share_given(&mut steps);
        clusters.push(Described {
            subject,
            steps,
            notes: subject.remaining.notes(query.files),
            diff: subject.remaining.diff(query.files),
        });
    }
    for step in clusters.iter().flat_map(|cluster| &cluster.steps) {
        let Some(template) = &step.template else {
            continue;
        };
        let name = format!("{}.json", step.name);
        emission.templates.push((step.step.number, name.clone()));
        emission.files.push(file(name, template.text.clone()));
        if let Some(values) = &template.values {
            let name = format!("{}.parameters.json", step.name);
            emission.files.push(file(name, values.clone()));
        }
    }
    let steps = || clusters.iter().flat_map(|cluster| &cluster.steps);
    if steps().any(|step| step.given.is_some()) {
        // Secrets may stand in these files.
        emission
            .files
            .push(file(".gitignore".to_owned(), "*.given.json\n".to_owned()));
    }
    emission
        .files
        .push(file("runbook.md".to_owned(), runbook::text(&clusters)));
    emission.files.push(EmittedFile {
        executable: true,
        ..file("run.sh".to_owned(), script::text(query.facts, &clusters))
    });
    emission
}

fn file(name: String, text: String) -> EmittedFile {
    EmittedFile {
        name,
        text,
        executable: false,
    }
}

/// The steps of one cluster, ready to be written.
struct Described<'a> {
    subject: &'a Subject<'a>,
    steps: Vec<DescribedStep<'a>>,
    /// What remains to change, in words and as lines of a diff.
    notes: Vec<String>,
    diff: Vec<String>,
}

/// One step, ready to be written.
struct DescribedStep<'a> {
    step: &'a Step,
    /// `01-add-pool-np2`.
    name: String,
    /// `Step 1 of 3: add-pool aks/np2`.
    title: String,
    template: Option<Template>,
    /// The file with values that only the user knows, where some are needed.
    given: Option<String>,
}

/// Steps that need the same values take them from one file, which has the name of the first of them.
fn share_given(steps: &mut [DescribedStep<'_>]) {
    for at in 0..steps.len() {
        let Some((before, [step, ..])) = steps.split_at_mut_checked(at) else {
            return;
        };
        let Some(template) = step.template.as_ref().filter(|one| !one.open.is_empty()) else {
            continue;
        };
        let same = before.iter().find(|other| {
            let other = other.template.as_ref();
            other.is_some_and(|other| other.open == template.open)
        });
        let shared = same.and_then(|other| other.given.clone());
        step.given = shared.or_else(|| Some(format!("{}.given.json", step.name)));
    }
}

fn described<'a>(
    source: &Source<'_>,
    sequence: &Sequence,
    step: &'a Step,
    total: usize,
) -> DescribedStep<'a> {
    let title = format!(
        "Step {} of {total}: {}",
        step.number,
        one_line(&step.head())
    );
    let template = match &step.operation {
        Operation::Put(request) => Some(template::of(source, sequence, step, request, &title)),
        _ => None,
    };
    DescribedStep {
        step,
        name: name(sequence, step, total),
        title,
        template,
        given: None,
    }
}

/// Longest part of a file's name that names the target: deployments have names of 64 characters at most.
const LONGEST: usize = 28;

/// The name of a step's files: number, kind, and the pool or the cluster.
fn name(sequence: &Sequence, step: &Step, total: usize) -> String {
    let target = match &step.pool {
        Some(pool) => pool.as_str(),
        None if sequence.cluster.known => &sequence.cluster.text,
        None => "",
    };
    let is_plain = |c: &char| c.is_ascii_alphanumeric() || *c == '-' || *c == '_';
    let target: String = target.chars().filter(is_plain).take(LONGEST).collect();
    let width = total.to_string().len().max(2);
    let mut name = format!("{:0width$}-{}", step.number, step.kind.word());
    if !target.is_empty() {
        name.push('-');
        name.push_str(&target);
    }
    name
}

/// Text of a template on one line, without characters that steer a terminal.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}
