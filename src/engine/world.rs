//! Where a run takes place: folders, trees of files, tables; and the runs on the disk of this machine.

use std::path::{Path, PathBuf};

use crate::aks::facts::Facts;
use crate::config::{Config, FILE_NAME};
use crate::model::Deployment;
use crate::source::{self, Disk, Source, Workspace};
use crate::text::Files;

use super::base::Bases;
use super::failure::Failure;
use super::hints;
use super::outcome::Outcome;
use super::request::{ConfigChoice, Request};
use super::side::Side;
use super::targets::{self, Configured};

/// Where a run takes place.
#[derive(Clone, Copy)]
pub struct World<'w> {
    /// Current folder, repository, and the bound of what is read.
    pub workspace: &'w Workspace,
    /// The tree that is judged; live files and templates given with `--before` are read from it as well.
    pub after: &'w dyn Source,
    /// Stands in for the tree of every git revision.
    pub base: Option<&'w dyn Source>,
    /// What AKS does.
    pub facts: &'w Facts,
}

/// An evaluated template, for the commands that stop there.
#[derive(Debug)]
pub struct Evaluation {
    /// All texts that were read.
    pub files: Files,
    /// What would be deployed; none where the template cannot be read.
    pub deployment: Option<Deployment>,
    /// What could not be read or used.
    pub failures: Vec<Failure>,
}

/// Runs a request on the disk and the repository of this machine.
pub fn run(request: &Request) -> Outcome {
    let outcome = Facts::embedded()
        .map_err(|errors| {
            Failure::Table(errors.first().map_or_else(String::new, ToString::to_string))
        })
        .and_then(|facts| with_world(request, facts, super::run_in));
    outcome.unwrap_or_else(|failure| Outcome {
        failures: vec![failure],
        ..Outcome::empty(request.is_plan())
    })
}

/// Evaluates one template of this machine.
pub fn evaluate_one(request: &Request) -> Evaluation {
    with_world(request, &Facts::default(), evaluation).unwrap_or_else(|failure| Evaluation {
        files: Files::default(),
        deployment: None,
        failures: vec![failure],
    })
}

fn evaluation(request: &Request, world: &World<'_>) -> Evaluation {
    let files = Files::default();
    let mut failures = Vec::new();
    let configured = configurations(request, world, &files, &mut failures);
    let targets = targets::find(request, world.workspace, world.after, &configured);
    failures.extend(targets.failures);
    let bases = Bases::new(world.workspace, world.after, world.base, &files);
    let deployment = targets
        .deployments
        .into_iter()
        .next()
        .and_then(|target| Side::load(request, world, &files, &bases, target, &mut failures))
        .map(|side| side.after);
    Evaluation {
        files,
        deployment,
        failures,
    }
}

fn with_world<T>(
    request: &Request,
    facts: &Facts,
    work: impl FnOnce(&Request, &World<'_>) -> T,
) -> Result<T, Failure> {
    let mut named = request.named();
    if let (true, ConfigChoice::File(path)) = (named.is_empty(), &request.config) {
        named.push(path);
    }
    let mut workspace = Workspace::of_process(&named, request.root.as_deref())?;
    let mut request = request.clone();
    if let ConfigChoice::Nearest = &request.config {
        let found: Vec<PathBuf> = match &request.hints {
            Some(hints) => hints::configurations(&Disk::new(&workspace), &workspace, hints),
            None => source::nearest(FILE_NAME, &start_of_search(&request, &workspace))
                .into_iter()
                .collect(),
        };
        request.config = ConfigChoice::Found(
            found
                .iter()
                .map(|path| path.to_string_lossy().into_owned())
                .collect(),
        );
    }
    for path in request.config.paths() {
        let path = workspace.absolute(path);
        workspace.allow(path);
    }
    let disk = Disk::new(&workspace);
    Ok(work(
        &request,
        &World {
            workspace: &workspace,
            after: &disk,
            base: None,
            facts,
        },
    ))
}

/// The folder from which the nearest configuration is looked for: that of the first named path, else the current one.
fn start_of_search(request: &Request, workspace: &Workspace) -> PathBuf {
    let first = request
        .named()
        .into_iter()
        .find(|path| *path != source::STDIN);
    let Some(path) = first.map(|path| workspace.absolute(path)) else {
        return workspace.current().to_owned();
    };
    if path.is_dir() {
        path
    } else {
        path.parent().unwrap_or(Path::new("/")).to_owned()
    }
}

/// The configurations of a request that can be used.
pub(super) fn configurations(
    request: &Request,
    world: &World<'_>,
    files: &Files,
    failures: &mut Vec<Failure>,
) -> Vec<Configured> {
    let mut configured = Vec::new();
    for path in request.config.paths() {
        let path = world.workspace.absolute(path);
        let parsed = source::load(world.after, files, &path)
            .map_err(Failure::from)
            .and_then(|file| Config::parse(files, file).map_err(Failure::from));
        match parsed {
            Ok(config) => configured.push(Configured { config, path }),
            Err(failure) => failures.push(failure),
        }
    }
    configured
}
