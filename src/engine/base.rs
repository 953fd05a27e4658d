//! The state before a deployment: which one is asked for, and how it is read.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use crate::before::Live;
use crate::config::BeforeConfig;
use crate::eval::Context;
use crate::model::{Deployment, Library, Places};
use crate::source::{FileKind, Git, SourceError, Workspace};

use super::evaluate::{Evaluated, Inputs, evaluate};
use super::failure::Failure;
use super::outcome::{BeforeKind, BeforeState};
use super::targets::{ParameterInput, Target, input};
use super::world::World;

/// A state before.
pub(super) struct Before {
    /// What is said of it.
    pub(super) state: BeforeState,
    /// What was deployed; none for a first deployment.
    pub(super) deployment: Option<Deployment>,
    /// Whether it could be read as asked for. If not, nothing can be compared.
    pub(super) known: bool,
}

impl Before {
    /// A first deployment.
    pub(super) fn nothing(label: impl Into<String>) -> Self {
        Self {
            state: BeforeState {
                kind: BeforeKind::None,
                label: label.into(),
            },
            deployment: None,
            known: true,
        }
    }

    fn unreadable(kind: BeforeKind, label: impl Into<String>) -> Self {
        Self {
            state: BeforeState {
                kind,
                label: label.into(),
            },
            deployment: None,
            known: false,
        }
    }
}

/// Reads states before; each git revision is opened once, and complained about once.
pub(super) struct Bases<'a> {
    workspace: &'a Workspace,
    /// The files of the working copy.
    library: Library<'a>,
    /// Stands in for every git revision.
    instead: Option<Library<'a>>,
    places: &'a Places,
    revisions: RefCell<BTreeMap<String, Revision<'a>>>,
}

/// A git revision, or what became of it.
#[derive(Clone)]
enum Revision<'a> {
    Tree(Rc<Library<'a>>),
    /// A repository without commits.
    NoCommit,
    Unknown,
}

impl<'a> Bases<'a> {
    pub(super) fn new(world: &World<'a>, library: Library<'a>, places: &'a Places) -> Self {
        Self {
            workspace: world.workspace,
            instead: world
                .base
                .map(|base| Library::new(Arc::new(base), library.files(), places)),
            library,
            places,
            revisions: RefCell::default(),
        }
    }

    /// The files of the working copy.
    pub(super) fn library(&self) -> &Library<'a> {
        &self.library
    }

    /// The files of the working copy, for good.
    pub(super) fn into_library(self) -> Library<'a> {
        self.library
    }

    /// What a plan compares with where neither the command line nor the configuration says so.
    pub(super) fn default_choice(&self) -> BeforeConfig {
        if self.workspace.repository().is_some() || self.instead.is_some() {
            BeforeConfig::Base("HEAD".to_owned())
        } else {
            BeforeConfig::New
        }
    }

    /// The state before a deployment that is not live. `asked` is false for the default choice.
    pub(super) fn read(
        &self,
        target: &Target,
        context: &Context,
        choice: &BeforeConfig,
        asked: bool,
        failures: &mut Vec<Failure>,
    ) -> Before {
        match choice {
            BeforeConfig::Base(revision) => {
                self.at_revision(target, context, revision, asked, failures)
            }
            BeforeConfig::Template { file, parameters } => {
                let given: Vec<ParameterInput> = parameters
                    .iter()
                    .map(|one| input(one, |path| self.workspace.absolute(path)))
                    .collect();
                let file = self.workspace.absolute(file);
                let named = FileKind::of_path(&file) == Some(FileKind::BicepParameters);
                let parameters = match (given.is_empty(), named) {
                    // A `.bicepparam` file brings its own values.
                    (true, false) => target.inputs(),
                    _ => given,
                };
                self.template(&file, &parameters, context, failures)
            }
            BeforeConfig::Live(_) | BeforeConfig::New => Before::nothing("a first deployment"),
        }
    }

    /// The live state in some files, `-` being standard input.
    pub(super) fn live(
        &self,
        context: &Context,
        paths: &[String],
        failures: &mut Vec<Failure>,
    ) -> Option<Live> {
        let mut texts = Vec::new();
        for path in paths {
            match self.library.file(&self.workspace.absolute(path)) {
                Ok(file) => texts.push(file),
                Err(error) => failures.push(error.into()),
            }
        }
        if texts.len() < paths.len() {
            return None;
        }
        match Live::read(self.library.files(), &texts, context) {
            Ok(live) => Some(live),
            Err(error) => {
                failures.push(error.into());
                None
            }
        }
    }

    /// A live state as what was there before.
    pub(super) fn of_live(&self, paths: &[String], live: Option<&Live>) -> Before {
        let shown: Vec<String> = paths
            .iter()
            .map(|path| self.workspace.display(&self.workspace.absolute(path)))
            .collect();
        let state = BeforeState {
            kind: BeforeKind::Live,
            label: shown.join(", "),
        };
        Before {
            state,
            deployment: live.map(|live| live.deployment.clone()),
            known: live.is_some(),
        }
    }

    fn template(
        &self,
        file: &Path,
        parameters: &[ParameterInput],
        context: &Context,
        failures: &mut Vec<Failure>,
    ) -> Before {
        let label = self.workspace.display(file);
        let inputs = Inputs {
            library: &self.library,
            template: file,
            parameters,
            context,
            last: false,
        };
        match evaluate(&inputs) {
            Ok(Evaluated {
                deployment, unread, ..
            }) => {
                let known = unread.is_empty();
                failures.extend(unread.into_iter().map(Failure::from));
                Before {
                    state: BeforeState {
                        kind: BeforeKind::Template,
                        label,
                    },
                    deployment: Some(deployment),
                    known,
                }
            }
            Err(error) => {
                failures.push(error.into());
                Before::unreadable(BeforeKind::Template, label)
            }
        }
    }

    fn at_revision(
        &self,
        target: &Target,
        context: &Context,
        revision: &str,
        asked: bool,
        failures: &mut Vec<Failure>,
    ) -> Before {
        let opened;
        let library = match &self.instead {
            Some(library) => library,
            None => match self.revision(revision, asked, failures) {
                Revision::Tree(tree) => {
                    opened = tree;
                    &*opened
                }
                Revision::NoCommit => return Before::nothing("the repository has no commit yet"),
                Revision::Unknown => return Before::unreadable(BeforeKind::Git, revision),
            },
        };
        let inputs = Inputs {
            library,
            template: &target.template,
            parameters: &target.parameters,
            context,
            last: false,
        };
        match evaluate(&inputs) {
            Ok(Evaluated {
                deployment, unread, ..
            }) if unread.is_empty() => Before {
                state: BeforeState {
                    kind: BeforeKind::Git,
                    label: revision.to_owned(),
                },
                deployment: Some(deployment),
                known: true,
            },
            Ok(Evaluated { unread, .. }) => missing_at(revision, unread, failures),
            Err(error) => missing_at(revision, vec![error], failures),
        }
    }

    fn revision(&self, revision: &str, asked: bool, failures: &mut Vec<Failure>) -> Revision<'a> {
        if let Some(known) = self.revisions.borrow().get(revision) {
            return known.clone();
        }
        let opened = match Git::open(self.workspace, revision) {
            Ok(git) => {
                let files = self.library.files();
                Revision::Tree(Rc::new(Library::new(Arc::new(git), files, self.places)))
            }
            Err(SourceError::NoCommit { .. }) if !asked => Revision::NoCommit,
            Err(error) => {
                failures.push(error.into());
                Revision::Unknown
            }
        };
        self.revisions
            .borrow_mut()
            .insert(revision.to_owned(), opened.clone());
        opened
    }
}

/// A file that the revision lacks is a first deployment; one that cannot be read is a failure.
fn missing_at(revision: &str, errors: Vec<SourceError>, failures: &mut Vec<Failure>) -> Before {
    let (absent, other): (Vec<_>, Vec<_>) = errors
        .into_iter()
        .partition(|error| matches!(error, SourceError::NotFound { .. }));
    if !other.is_empty() {
        failures.extend(other.into_iter().map(Failure::from));
        return Before::unreadable(BeforeKind::Git, revision);
    }
    match absent.first() {
        Some(SourceError::NotFound { path, .. }) => {
            Before::nothing(format!("{revision} has no {path}"))
        }
        _ => Before::nothing(revision),
    }
}
