//! Where a run takes place: folders, trees of files, tables; and the runs on the disk of this machine.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::aks::facts::Facts;
use crate::config::{Config, FILE_NAME, ModuleEntry};
use crate::model::{Deployment, ExternalInputs, Library, Places};
use crate::source::{self, Disk, Source, Workspace, normal, process};
use crate::syntax::json::Document;
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
        .and_then(|facts| {
            with_world(request, facts, |request, world| {
                super::run_with(request, world, keep_to_the_end)
            })
        });
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
    let unread = !failures.is_empty();
    let places = places(request, world, &files, &configured, &mut failures);
    let library = Library::new(Arc::new(world.after), &files, &places);
    let mut targets = targets::find(request, world.workspace, &library, &configured);
    failures.extend(targets.take_failures(unread));
    let bases = Bases::new(world, library, &places);
    let deployment = targets
        .deployments
        .into_iter()
        .next()
        .and_then(|target| Side::load(request, world, &bases, target, &mut failures))
        .map(|side| side.after);
    keep_to_the_end(bases.into_library());
    Evaluation {
        files,
        deployment,
        failures,
    }
}

/// The process ends with this run: taking thousands of trees apart first would only be time lost.
fn keep_to_the_end(library: Library<'_>) {
    std::mem::forget(library);
}

/// What decides where modules are found, and what values from outside are.
pub(super) fn places(
    request: &Request,
    world: &World<'_>,
    files: &Files,
    configured: &[Configured],
    failures: &mut Vec<Failure>,
) -> Places {
    let modules = configured.iter().flat_map(|configured| {
        let folder = configured.path.parent().unwrap_or(Path::new("/"));
        let absolute = |path: &str| normal(&folder.join(path));
        let entries = configured.config.modules.iter();
        entries.map(move |entry| ModuleEntry {
            path: absolute(&entry.path).to_string_lossy().into_owned(),
            ..entry.clone()
        })
    });
    let mut inputs = ExternalInputs::default();
    for path in &request.external_inputs {
        if let Err(failure) = external_inputs(world, files, path, &mut inputs) {
            failures.push(failure);
        }
    }
    let read = |name: &String| process::environment_value(name).map(Into::into);
    Places {
        modules: modules.collect(),
        cache: world.workspace.cache().map(Path::to_owned),
        environment: request
            .environment
            .iter()
            .map(|name| (name.clone(), read(name)))
            .collect(),
        inputs,
    }
}

fn external_inputs(
    world: &World<'_>,
    files: &Files,
    path: &str,
    inputs: &mut ExternalInputs,
) -> Result<(), Failure> {
    let file = source::load(world.after, files, &world.workspace.absolute(path))?;
    let document = Document::parse(file, files.get(file).text.clone());
    inputs.add(&document).map_err(|bad| {
        let location = files.location(bad.place);
        Failure::ExternalInput {
            place: format!(
                "{}:{}:{}",
                location.path, location.start.line, location.start.column
            ),
            message: bad.message,
        }
    })
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
    let mut workspace = Workspace::of_process(&named, request.root.as_deref())?
        .allowing(&request.allowed_paths)
        .at_home(process::home());
    for path in &request.external_inputs {
        let path = workspace.absolute(path);
        workspace.allow(path);
    }
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
