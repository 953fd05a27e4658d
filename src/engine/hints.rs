//! Changed files to the deployments that use them: as template, parameter file, state before, or over links.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::config::{BeforeConfig, Config, FILE_NAME, ParameterArgument};
use crate::source::{self, FileKind, Source, Workspace, classify};
use crate::text::Files;

use super::evaluate::{Inputs, evaluate};
use super::links::{Entries, Links, is_json};
use super::side::same_scope;
use super::targets::{Configured, Finder, Target};

/// The configurations that may have deployments of these files: the nearest of each file, and all that lie under the root,
/// as a shared file may be used from any folder.
pub(super) fn configurations(
    source: &dyn Source,
    workspace: &Workspace,
    hints: &[String],
) -> Vec<PathBuf> {
    let hints: BTreeSet<PathBuf> = hints.iter().map(|hint| workspace.absolute(hint)).collect();
    let folders: BTreeSet<&Path> = hints.iter().filter_map(|path| path.parent()).collect();
    let mut found: BTreeSet<PathBuf> = folders
        .into_iter()
        .filter_map(|folder| source::nearest(FILE_NAME, folder))
        .collect();
    let listed = source.list(workspace.root()).unwrap_or_default();
    let elsewhere = listed
        .into_iter()
        .filter(|path| path.file_name().is_some_and(|name| name == FILE_NAME))
        // One that cannot be used is told where it is the nearest one, not to everybody.
        .filter(|path| is_usable(source, path));
    found.extend(elsewhere);
    found.into_iter().collect()
}

fn is_usable(source: &dyn Source, path: &Path) -> bool {
    let files = Files::default();
    source::load(source, &files, path).is_ok_and(|file| Config::parse(&files, file).is_ok())
}

/// What a changed file is to a deployment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Template,
    Parameters,
    Folder,
    /// It was deleted; templates may still link to it.
    Gone,
    /// Nothing that is found without a configuration naming it.
    Other,
}

impl Kind {
    fn of(source: &dyn Source, path: &Path) -> Self {
        if source.is_folder(path) {
            return Self::Folder;
        }
        match FileKind::of_path(path) {
            Some(FileKind::BicepParameters) if source.is_file(path) => return Self::Parameters,
            Some(FileKind::Bicep) if source.is_file(path) => return Self::Template,
            Some(_) => return Self::Gone,
            None if !is_json(path) => return Self::Other,
            None => {}
        }
        match source.read(path) {
            Ok(text) => match classify(&text.text) {
                FileKind::Template => Self::Template,
                FileKind::Parameters => Self::Parameters,
                _ => Self::Other,
            },
            Err(source::SourceError::NotFound { .. }) => Self::Gone,
            Err(_) => Self::Other,
        }
    }
}

/// The files under the root, listed and read only where that is needed.
struct Tree<'s> {
    source: &'s dyn Source,
    root: &'s Path,
    listed: OnceCell<Vec<PathBuf>>,
    all: OnceCell<Links>,
    bicep: OnceCell<Links>,
    /// What evaluating a template reads.
    read: RefCell<BTreeMap<PathBuf, BTreeSet<String>>>,
}

impl<'s> Tree<'s> {
    fn new(source: &'s dyn Source, root: &'s Path) -> Self {
        Self {
            source,
            root,
            listed: OnceCell::new(),
            all: OnceCell::new(),
            bicep: OnceCell::new(),
            read: RefCell::default(),
        }
    }

    fn files(&self) -> &[PathBuf] {
        // A folder that cannot be listed has no users for us; whoever names it is told elsewhere.
        self.listed
            .get_or_init(|| self.source.list(self.root).unwrap_or_default())
    }

    /// The links that may lead to a file: JSON links to JSON only, Bicep reads files of any kind.
    fn links_to(&self, file: &Path, kind: Kind) -> &Links {
        let is_json = FileKind::of_path(file).is_none();
        if is_json && matches!(kind, Kind::Template | Kind::Gone) {
            return self
                .all
                .get_or_init(|| Links::of(self.source, self.files()));
        }
        self.bicep.get_or_init(|| {
            let mut files = self.files().to_vec();
            files.retain(|path| FileKind::of_path(path).is_some());
            Links::of(self.source, &files)
        })
    }
}

impl Finder<'_> {
    /// The deployments that use one of these files. That none does is fine.
    pub(super) fn users_of(&mut self, hints: &[String]) {
        if let Some(name) = &self.request.deployment
            && !self.configurations().any(|(_, one)| one.name == *name)
        {
            return self.no_deployment(name);
        }
        let mut files = BTreeSet::new();
        for hint in hints {
            let path = self.workspace.absolute(hint);
            if Kind::of(self.library.source(), &path) == Kind::Folder {
                files.extend(self.library.source().list(&path).unwrap_or_default());
            } else {
                files.insert(path);
            }
        }
        let tree = Tree::new(self.library.source(), self.workspace.root());
        for file in &files {
            self.users_of_one(file, &tree);
        }
        if self.request.is_plan() {
            // A parameter file by itself has no change.
            self.found.lone_parameters.clear();
        }
        self.without_repetition();
        self.companions();
    }

    fn users_of_one(&mut self, file: &Path, tree: &Tree<'_>) {
        let kind = Kind::of(self.library.source(), file);
        let links = tree.links_to(file, kind);
        let users = self.linking(file, tree, links);
        let configured = self.configured_users(file, &users);
        if !configured.is_empty() {
            self.found.deployments.extend(configured);
        } else if self.request.deployment.is_none() {
            self.by_themselves(file, kind, &users, links);
        }
    }

    /// The deployments that no configuration names: templates with the parameter files that go with them.
    fn by_themselves(&mut self, file: &Path, kind: Kind, users: &BTreeSet<PathBuf>, links: &Links) {
        let mut entries = links.entries(file, users);
        if kind == Kind::Parameters {
            self.parameters_changed(file);
        } else if kind == Kind::Template && entries == Entries::default() {
            entries.templates.push(file.to_owned());
        }
        for template in entries.templates {
            let mut beside = self.library.source().beside(&template);
            if FileKind::of_path(&template) == Some(FileKind::Bicep) {
                beside.extend(links.parameters_of(&template));
            }
            // Only its parameter files go with it.
            beside.retain(|path| FileKind::of_path(path) != Some(FileKind::Bicep));
            let there = self.sorted(beside);
            self.check_template(template, Some(&there));
        }
        for parameters in entries.parameters {
            self.parameters_changed(&parameters);
        }
    }

    /// A template with all that use it. Where a link is computed, or goes by a table of modules, evaluating tells whether it
    /// leads there.
    fn linking(&self, file: &Path, tree: &Tree<'_>, links: &Links) -> BTreeSet<PathBuf> {
        let mut users = links.users_of(file);
        let shown = self.workspace.display(file);
        let has_table = |configured: &Configured| !configured.config.modules.is_empty();
        let listed = self.configured.iter().any(has_table);
        let registries = listed.then_some(&links.of_registries).into_iter().flatten();
        for template in links.computed.iter().chain(registries) {
            let above = links.users_of(template);
            let leads = |entry: &PathBuf| {
                let mut known = tree.read.borrow_mut();
                let read = known.entry(entry.clone());
                read.or_insert_with(|| self.files_of(entry))
                    .contains(&shown)
            };
            if !users.contains(template) && above.iter().any(leads) {
                users.extend(above);
            }
        }
        users
    }

    /// The files that evaluating a template reads, with the parameters of any of its deployments.
    fn files_of(&self, template: &Path) -> BTreeSet<String> {
        let mut probe = Finder {
            found: super::targets::Targets::default(),
            ..*self
        };
        probe.check_template(template.to_owned(), None);
        let mut paths = BTreeSet::new();
        for target in &probe.found.deployments {
            let files = Files::default();
            let library = self.library.again(&files);
            // One that cannot be read reads nothing else.
            let _ = evaluate(&Inputs {
                library: &library,
                template: &target.template,
                parameters: &target.parameters,
                context: &target.context,
                last: false,
            });
            drop(library);
            paths.extend(files.paths());
        }
        paths
    }

    /// The configured deployments that use a file, or a template that does.
    fn configured_users(&self, file: &Path, users: &BTreeSet<PathBuf>) -> Vec<Target> {
        let is_wanted = |name: &str| {
            let only = self.request.deployment.as_deref();
            only.is_none_or(|only| only == name)
        };
        self.configurations()
            .filter(|(_, one)| is_wanted(&one.name))
            .filter_map(|(config, one)| {
                let target = self.of_configuration(config, one);
                let uses = config == file
                    || users.contains(&target.template)
                    || target.uses(file)
                    || self.is_before(&target, file);
                uses.then_some(target)
            })
            .collect()
    }

    /// Whether a plan compares with this file.
    fn is_before(&self, target: &Target, file: &Path) -> bool {
        let is = |path: &String| Path::new(path) == file;
        self.request.is_plan()
            && match &target.before {
                Some(BeforeConfig::Live(paths)) => paths.iter().any(is),
                Some(BeforeConfig::Template { file, parameters }) => {
                    is(file)
                        || parameters.iter().any(|one| match one {
                            ParameterArgument::File(path) => is(path),
                            ParameterArgument::Value { .. } => false,
                        })
                }
                Some(BeforeConfig::Base(_) | BeforeConfig::New) | None => false,
            }
    }

    /// A parameter file that no configuration names: its template is beside it, or nowhere.
    fn parameters_changed(&mut self, file: &Path) {
        let before = self.found.deployments.len();
        self.parameter_file(file);
        if self.request.parameters.is_empty() {
            return;
        }
        // Given parameters take the place of those that would go with the template.
        let templates: BTreeSet<PathBuf> = self
            .found
            .deployments
            .drain(before..)
            .map(|target| target.template)
            .collect();
        for template in templates {
            self.check_template(template, None);
        }
    }

    /// Each deployment once, whatever number of files selected it.
    fn without_repetition(&mut self) {
        let mut seen = BTreeSet::new();
        self.found.deployments.retain(|target| {
            let place = target.configured.map(|place| place.file);
            seen.insert((
                place,
                target.name.clone(),
                target.template.clone(),
                target.parameters.clone(),
            ))
        });
    }

    /// Rules look across the deployments of one scope: the others of that scope are evaluated as well, silently.
    fn companions(&mut self) {
        let mut companions = Vec::new();
        for (config, one) in self.configurations() {
            let target = self.of_configuration(config, one);
            let is_selected = |other: &&Target| {
                other.configured.is_some() && other.configured == target.configured
            };
            let shares = |other: &Target| {
                other.same_configuration(&target) && same_scope(&other.context, &target.context)
            };
            let selected = &self.found.deployments;
            if !selected.iter().any(|other| is_selected(&other)) && selected.iter().any(shares) {
                companions.push(Target {
                    companion: true,
                    ..target
                });
            }
        }
        self.found.deployments.extend(companions);
    }
}
