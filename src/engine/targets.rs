//! What a run evaluates: the command line and `armplan.toml` as a list of deployments, with absolute paths.

use std::path::{Path, PathBuf};

use crate::config::{BeforeConfig, CloudName, Config, DeploymentConfig, Mode, ParameterArgument};
use crate::eval::{Cloud, Context};
use crate::model::Library;
use crate::source::{FileKind, STDIN, Workspace, classify, normal};
use crate::text::Span;

use super::failure::Failure;
use super::pairing;
use super::request::{Request, Task};

/// One deployment to evaluate.
#[derive(Clone, Debug)]
pub(super) struct Target {
    /// Its name in the configuration, else the template's path as shown.
    pub(super) name: String,
    /// The template, or the `.bicepparam` file that names it and is its first parameter file.
    pub(super) template: PathBuf,
    /// Further parameter files and values; later ones win.
    pub(super) parameters: Vec<ParameterInput>,
    /// Scope values: of the command line, else of the configuration.
    pub(super) context: Context,
    /// What happens to resources that left the template.
    pub(super) mode: Mode,
    /// Registered preview features.
    pub(super) features: Vec<String>,
    /// What to compare with, where the request does not say; paths are absolute.
    pub(super) before: Option<BeforeConfig>,
    /// Where the configuration names the template; none on the command line.
    pub(super) configured: Option<Span>,
    /// The only template that the command line names: its scope options must fit.
    pub(super) is_named: bool,
    /// It only completes the state of another deployment of its scope: nothing is reported about it.
    pub(super) companion: bool,
}

/// A parameter file or value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ParameterInput {
    /// A file.
    File(PathBuf),
    /// `name=value`.
    Value {
        /// Name of the parameter.
        name: String,
        /// The value as written.
        text: String,
    },
}

/// What was found to evaluate.
#[derive(Debug, Default)]
pub(super) struct Targets {
    /// Deployments.
    pub(super) deployments: Vec<Target>,
    /// Parameter files without a template: only their own shape is checked.
    pub(super) lone_parameters: Vec<PathBuf>,
    /// What could not be used.
    pub(super) failures: Vec<Failure>,
}

impl Targets {
    /// What could not be used. That there is no deployment follows from a configuration that could not be read.
    pub(super) fn take_failures(&mut self, unread: bool) -> Vec<Failure> {
        let mut failures = std::mem::take(&mut self.failures);
        let follows =
            |one: &Failure| matches!(one, Failure::NoTemplate | Failure::NoSuchDeployment { .. });
        failures.retain(|one| !(unread && follows(one)));
        failures
    }
}

/// A configuration with the file that it stands in; its paths are relative to that file's folder.
#[derive(Debug)]
pub(super) struct Configured {
    /// Its tables.
    pub(super) config: Config,
    /// Its file.
    pub(super) path: PathBuf,
}

/// Finds the deployments of a request.
pub(super) fn find(
    request: &Request,
    workspace: &Workspace,
    library: &Library<'_>,
    configured: &[Configured],
) -> Targets {
    let finder = Finder {
        request,
        workspace,
        library,
        configured,
        found: Targets::default(),
    };
    finder.run()
}

pub(super) struct Finder<'a> {
    pub(super) request: &'a Request,
    pub(super) workspace: &'a Workspace,
    pub(super) library: &'a Library<'a>,
    pub(super) configured: &'a [Configured],
    pub(super) found: Targets,
}

impl<'a> Finder<'a> {
    fn run(mut self) -> Targets {
        if let Some(hints) = &self.request.hints {
            self.users_of(hints);
            return self.found;
        }
        match &self.request.task {
            Task::Check { paths, .. } if paths.is_empty() => self.everything(),
            Task::Check { paths, .. } => {
                for path in paths {
                    self.path(path);
                }
            }
            Task::Plan { template: None, .. } => self.all_configured(),
            Task::Plan {
                template: Some(template),
                ..
            } => self.template(template),
            Task::Evaluate { template } => self.one(template),
        }
        self.found
    }

    /// `check` without paths: the configuration, else all of the repository.
    fn everything(&mut self) {
        if self.request.deployment.is_some() || self.configurations().next().is_some() {
            return self.all_configured();
        }
        let root = self.workspace.root().to_owned();
        self.folder(&root);
    }

    /// The tables of all configurations, each with its file.
    pub(super) fn configurations(
        &self,
    ) -> impl Iterator<Item = (&'a Path, &'a DeploymentConfig)> + use<'a> {
        self.configured.iter().flat_map(|configured| {
            let tables = configured.config.deployments.iter();
            tables.map(|table| (configured.path.as_path(), table))
        })
    }

    fn all_configured(&mut self) {
        if let Some(name) = &self.request.deployment {
            let known = self.configurations().find(|(_, one)| one.name == *name);
            match known {
                Some((file, one)) => {
                    let target = self.of_configuration(file, one);
                    self.found.deployments.push(target);
                }
                None => self.no_deployment(name),
            }
            return;
        }
        let targets: Vec<Target> = self
            .configurations()
            .map(|(file, one)| self.of_configuration(file, one))
            .collect();
        if targets.is_empty() {
            self.found.failures.push(Failure::NoTemplate);
        }
        self.found.deployments.extend(targets);
    }

    /// A name that no configuration has.
    pub(super) fn no_deployment(&mut self, name: &str) {
        let names: Vec<&str> = self
            .configurations()
            .map(|(_, one)| one.name.as_str())
            .collect();
        let help = if names.is_empty() {
            "no armplan.toml with [[deployment]] tables was found; name it with --config FILE"
                .to_owned()
        } else {
            format!("armplan.toml has: {}", names.join(", "))
        };
        self.found.failures.push(Failure::NoSuchDeployment {
            name: name.to_owned(),
            help,
        });
    }

    /// A path of `check`.
    fn path(&mut self, path: &str) {
        let absolute = self.workspace.absolute(path);
        if absolute != Path::new(STDIN) && self.library.source().is_folder(&absolute) {
            return self.folder(&absolute);
        }
        match FileKind::of_path(&absolute) {
            Some(FileKind::BicepParameters) => return self.parameter_file(&absolute),
            Some(_) => match self.library.file(&absolute) {
                Ok(_) => return self.check_template(absolute, None),
                Err(error) => return self.found.failures.push(error.into()),
            },
            None => {}
        }
        let text = match self.library.source().read(&absolute) {
            Ok(text) => text.text,
            Err(error) => return self.found.failures.push(error.into()),
        };
        match classify(&text) {
            FileKind::Parameters => self.parameter_file(&absolute),
            FileKind::Template => self.check_template(absolute, None),
            kind => match usable(kind, &text) {
                Ok(()) => self.check_template(absolute, None),
                Err(help) => self.found.failures.push(self.no_template(&absolute, help)),
            },
        }
    }

    /// A parameter file that the user named: with its templates, or alone.
    pub(super) fn parameter_file(&mut self, file: &Path) {
        if FileKind::of_path(file) == Some(FileKind::BicepParameters) {
            return self.bicep_parameters(file);
        }
        let configured: Vec<Target> = self
            .configurations()
            .map(|(config, one)| self.of_configuration(config, one))
            .filter(|target| target.uses(file))
            .collect();
        if !configured.is_empty() {
            self.found.deployments.extend(configured);
            return;
        }
        let source = self.library.source();
        let template =
            pairing::templates_of(file)
                .into_iter()
                .find(|path| match FileKind::of_path(path) {
                    Some(_) => source.is_file(path),
                    None => source
                        .read(path)
                        .is_ok_and(|text| classify(&text.text) == FileKind::Template),
                });
        match template {
            Some(template) => {
                let inputs = vec![ParameterInput::File(file.to_owned())];
                let target = self.of_command_line(template, inputs);
                self.found.deployments.push(target);
            }
            None => self.found.lone_parameters.push(file.to_owned()),
        }
    }

    /// The template of `plan`.
    fn template(&mut self, template: &str) {
        let Some(path) = self.usable_template(template) else {
            return;
        };
        if let Some(name) = &self.request.deployment {
            let known = self
                .configured_for(&path)
                .into_iter()
                .find(|target| target.name == *name);
            match known {
                Some(target) => self.found.deployments.push(target),
                None => self.no_deployment(name),
            }
            return;
        }
        let configured = if self.request.parameters.is_empty() {
            self.configured_for(&path)
        } else {
            Vec::new()
        };
        if configured.is_empty() {
            let target = self.with_given_parameters(path);
            self.found.deployments.push(target);
        } else {
            self.found.deployments.extend(configured);
        }
    }

    /// The template of `expand` and `why`: the configuration counts where it names the template once, or is asked to.
    fn one(&mut self, template: &str) {
        let before = self.found.deployments.len();
        self.template(template);
        let asked = self.request.deployment.is_some();
        if !asked && self.found.deployments.len() > before + 1 {
            self.found.deployments.truncate(before);
            let target = self.with_given_parameters(self.workspace.absolute(template));
            self.found.deployments.push(target);
        }
    }

    fn usable_template(&mut self, template: &str) -> Option<PathBuf> {
        let path = self.workspace.absolute(template);
        if let Some(kind) = FileKind::of_path(&path) {
            return match self.usable_bicep(&path, kind) {
                Ok(()) => Some(path),
                Err(failure) => {
                    self.found.failures.push(failure);
                    None
                }
            };
        }
        let text = match self.library.source().read(&path) {
            Ok(text) => text.text,
            Err(error) => {
                self.found.failures.push(error.into());
                return None;
            }
        };
        match usable(classify(&text), &text) {
            Ok(()) => Some(path),
            Err(help) => {
                self.found.failures.push(self.no_template(&path, help));
                None
            }
        }
    }

    fn usable_bicep(&self, path: &Path, kind: FileKind) -> Result<(), Failure> {
        if kind != FileKind::BicepParameters {
            self.library.file(path)?;
        } else if self.library.parameters(path)?.using.is_none() {
            let help =
                "it has no `using` with a template: name the template, and give this file with -p";
            return Err(self.no_template(path, help));
        }
        Ok(())
    }

    fn no_template(&self, path: &Path, help: &str) -> Failure {
        Failure::NotATemplate {
            path: self.workspace.display(path),
            help: help.to_owned(),
        }
    }

    pub(super) fn configured_for(&self, template: &Path) -> Vec<Target> {
        self.configurations()
            .map(|(file, one)| self.of_configuration(file, one))
            .filter(|target| target.template == template)
            .collect()
    }

    pub(super) fn with_given_parameters(&self, template: PathBuf) -> Target {
        let inputs = self
            .request
            .parameters
            .iter()
            .map(|argument| input(argument, |path| self.workspace.absolute(path)))
            .collect();
        self.of_command_line(template, inputs)
    }

    pub(super) fn of_command_line(
        &self,
        template: PathBuf,
        parameters: Vec<ParameterInput>,
    ) -> Target {
        Target {
            name: self.workspace.display(&template),
            template,
            parameters,
            context: self.request.context.clone(),
            mode: Mode::default(),
            features: self.request.features.clone(),
            before: None,
            configured: None,
            is_named: match &self.request.task {
                Task::Check { paths, .. } => paths.len() == 1 && self.is_a_file(paths),
                Task::Plan { .. } | Task::Evaluate { .. } => self.request.hints.is_none(),
            },
            companion: false,
        }
    }

    fn is_a_file(&self, paths: &[String]) -> bool {
        let path = paths.first().map(|path| self.workspace.absolute(path));
        path.is_some_and(|path| path == Path::new(STDIN) || self.library.source().is_file(&path))
    }

    pub(super) fn of_configuration(&self, file: &Path, one: &DeploymentConfig) -> Target {
        let folder = file.parent().unwrap_or(Path::new(""));
        let absolute = |path: &str| normal(&folder.join(path));
        let mut parameters: Vec<ParameterInput> = one
            .parameters
            .iter()
            .map(|argument| input(argument, absolute))
            .collect();
        parameters.extend(
            self.request
                .parameters
                .iter()
                .map(|argument| input(argument, |path| self.workspace.absolute(path))),
        );
        let mut features = one.features.clone();
        features.extend(self.request.features.iter().cloned());
        Target {
            name: one.name.clone(),
            template: absolute(&one.template),
            parameters,
            context: merged(&self.request.context, one),
            mode: one.mode,
            features,
            before: one.before.as_ref().map(|before| before.resolved(absolute)),
            configured: Some(one.template_place),
            is_named: match &self.request.task {
                _ if self.request.deployment.is_some() => true,
                Task::Plan { template, .. } => template.is_some() && self.request.hints.is_none(),
                Task::Evaluate { .. } => true,
                Task::Check { .. } => false,
            },
            companion: false,
        }
    }
}

impl Target {
    /// Whether one file configures both.
    pub(super) fn same_configuration(&self, other: &Self) -> bool {
        match (self.configured, other.configured) {
            (Some(one), Some(other)) => one.file == other.file,
            _ => false,
        }
    }

    /// Whether it takes parameters from a file.
    pub(super) fn uses(&self, file: &Path) -> bool {
        self.parameter_files().any(|path| path == file)
    }

    /// All its parameter files, a `.bicepparam` file that stands for the template among them.
    pub(super) fn parameter_files(&self) -> impl Iterator<Item = &PathBuf> {
        let own = FileKind::of_path(&self.template) == Some(FileKind::BicepParameters);
        let files = self.parameters.iter().filter_map(|input| match input {
            ParameterInput::File(path) => Some(path),
            ParameterInput::Value { .. } => None,
        });
        own.then_some(&self.template).into_iter().chain(files)
    }

    /// Its parameter inputs, a `.bicepparam` file that stands for the template among them.
    pub(super) fn inputs(&self) -> Vec<ParameterInput> {
        let own = FileKind::of_path(&self.template) == Some(FileKind::BicepParameters);
        let own = own.then(|| ParameterInput::File(self.template.clone()));
        own.into_iter()
            .chain(self.parameters.iter().cloned())
            .collect()
    }
}

/// An argument with its path made absolute.
pub(super) fn input(
    argument: &ParameterArgument,
    absolute: impl Fn(&str) -> PathBuf,
) -> ParameterInput {
    match argument {
        ParameterArgument::File(path) => ParameterInput::File(absolute(path)),
        ParameterArgument::Value { name, text } => ParameterInput::Value {
            name: name.clone(),
            text: text.clone(),
        },
    }
}

/// The command line wins over the configuration.
fn merged(given: &Context, one: &DeploymentConfig) -> Context {
    let pick = |given: &Option<std::sync::Arc<str>>, configured: &Option<String>| {
        given
            .clone()
            .or_else(|| configured.as_deref().map(Into::into))
    };
    Context {
        tenant: pick(&given.tenant, &one.tenant),
        management_group: pick(&given.management_group, &one.management_group),
        subscription: pick(&given.subscription, &one.subscription),
        resource_group: pick(&given.resource_group, &one.resource_group),
        location: pick(&given.location, &one.location),
        deployment_name: pick(&given.deployment_name, &one.deployment_name),
        cloud: given.cloud.or(one.cloud.map(|cloud| match cloud {
            CloudName::Public => Cloud::Public,
            CloudName::UsGovernment => Cloud::UsGovernment,
            CloudName::China => Cloud::China,
        })),
        answers_open_scopes: given.answers_open_scopes,
    }
}

/// Whether a file that the user names can be taken for a template; if not, what it is.
fn usable(kind: FileKind, text: &str) -> Result<(), &'static str> {
    match kind {
        FileKind::Template | FileKind::Bicep | FileKind::BicepParameters => Ok(()),
        FileKind::Parameters => {
            Err("it is a parameter file: name its template, and give this file with -p")
        }
        FileKind::Snapshot => Err("it is a snapshot of resources: give it with --live"),
        FileKind::Other => match looks_like(text) {
            Looks::Template => Ok(()),
            Looks::Other => Err(
                "a template is a JSON object with `$schema` of a deploymentTemplate.json and `resources`",
            ),
        },
    }
}

enum Looks {
    /// JSON with sections of a template, or text that does not parse: the parser says what is wrong.
    Template,
    /// Some other JSON, or text that does not begin as JSON does.
    Other,
}

/// What a file without a known `$schema` looks like.
fn looks_like(text: &str) -> Looks {
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(value) => {
            let section = |name: &str| {
                value
                    .as_object()
                    .is_some_and(|members| members.keys().any(|key| key.eq_ignore_ascii_case(name)))
            };
            if section("resources") || section("contentVersion") {
                Looks::Template
            } else {
                Looks::Other
            }
        }
        // A comment may come first; an empty file may be one that is still to be written.
        Err(_) if text.trim_start().starts_with(|c| !"{[/".contains(c)) => Looks::Other,
        Err(_) => Looks::Template,
    }
}
