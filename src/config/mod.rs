//! `armplan.toml`: text to validated deployments. Paths stay as written; they are relative to the file's folder.

mod error;
mod raw;

pub use error::ConfigError;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::PathBuf;

use toml::Spanned;

use crate::text::{FileId, Files, Span};

/// The name of the configuration file.
pub const FILE_NAME: &str = "armplan.toml";

/// A configuration that was checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// The `[[deployment]]` tables in file order.
    pub deployments: Vec<DeploymentConfig>,
    /// The `[modules]` table, by key.
    pub modules: Vec<ModuleEntry>,
}

/// One line of the `[modules]` table: modules that lie in local files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModuleEntry {
    /// A module as a Bicep file names it, with or without its version; or the beginning of one, up to a `/` or `:`.
    pub reference: String,
    /// Where it lies; behind a beginning with `{path}`, and perhaps with `{version}`.
    pub path: String,
}

impl ModuleEntry {
    /// Whether it stands for all modules whose names begin so.
    pub fn is_beginning(&self) -> bool {
        self.reference.ends_with(['/', ':'])
    }
}

/// One `[[deployment]]` table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeploymentConfig {
    /// Its name, unique in the file.
    pub name: String,
    /// Where the name stands.
    pub name_place: Span,
    /// The template.
    pub template: String,
    /// Where its path stands.
    pub template_place: Span,
    /// Parameter files and single values; later ones win.
    pub parameters: Vec<ParameterArgument>,
    /// Tenant id.
    pub tenant: Option<String>,
    /// Management group.
    pub management_group: Option<String>,
    /// Subscription id.
    pub subscription: Option<String>,
    /// Resource group name.
    pub resource_group: Option<String>,
    /// Location of the target group; at other scopes of the deployment.
    pub location: Option<String>,
    /// Name of the deployment, as `deployment().name` gives it.
    pub deployment_name: Option<String>,
    /// Which cloud.
    pub cloud: Option<CloudName>,
    /// What happens to resources that leave the template.
    pub mode: Mode,
    /// Registered preview features.
    pub features: Vec<String>,
    /// What the plan compares with, where the command line does not say.
    pub before: Option<BeforeConfig>,
}

/// One `-p`: a file, or a single value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParameterArgument {
    /// A parameter file.
    File(String),
    /// `name=value`, the value as written.
    Value {
        /// Name of the parameter.
        name: String,
        /// What follows the `=`.
        text: String,
    },
}

impl ParameterArgument {
    /// `name=value` where what stands before the first `=` can be the name of a parameter, else a file.
    pub fn parse(argument: &str) -> Self {
        match argument.split_once('=') {
            Some((name, text)) if is_parameter_name(name) => Self::Value {
                name: name.to_owned(),
                text: text.to_owned(),
            },
            _ => Self::File(argument.to_owned()),
        }
    }
}

fn is_parameter_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .chars()
            .all(|character| character.is_alphanumeric() || matches!(character, '_' | '-'))
}

/// A cloud by the name that the Azure CLI gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloudName {
    /// `AzureCloud`.
    Public,
    /// `AzureUSGovernment`.
    UsGovernment,
    /// `AzureChinaCloud`.
    China,
}

/// What happens to resources that leave the template.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// They stay.
    #[default]
    Incremental,
    /// Those of the deployment's own resource group are deleted.
    Complete,
    /// A deployment stack deletes them.
    Stack,
}

/// What a plan compares with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BeforeConfig {
    /// A git revision.
    Base(String),
    /// Another template.
    Template {
        /// Its path.
        file: String,
        /// Its parameters; none given: those of the deployment.
        parameters: Vec<ParameterArgument>,
    },
    /// Snapshots of what is there.
    Live(Vec<String>),
    /// A first deployment.
    New,
}

impl BeforeConfig {
    /// The same with its paths made absolute by `absolute`; `-` stays as it is.
    #[must_use]
    pub fn resolved(&self, absolute: impl Fn(&str) -> PathBuf) -> Self {
        let path = |path: &String| match path.as_str() {
            "-" => path.clone(),
            relative => absolute(relative).to_string_lossy().into_owned(),
        };
        match self {
            Self::Base(revision) => Self::Base(revision.clone()),
            Self::Template { file, parameters } => Self::Template {
                file: path(file),
                parameters: parameters
                    .iter()
                    .map(|argument| match argument {
                        ParameterArgument::File(file) => ParameterArgument::File(path(file)),
                        value @ ParameterArgument::Value { .. } => value.clone(),
                    })
                    .collect(),
            },
            Self::Live(files) => Self::Live(files.iter().map(path).collect()),
            Self::New => Self::New,
        }
    }
}

impl Config {
    /// Reads and checks the text of a configuration file.
    pub fn parse(files: &Files, file: FileId) -> Result<Self, Box<ConfigError>> {
        let source = files.get(file);
        let text: &str = &source.text;
        let raw: raw::Config = toml::from_str(text)
            .map_err(|error| Box::new(ConfigError::of_toml(&source.path, text, &error)))?;
        let checker = Checker {
            path: &source.path,
            text,
            file,
        };
        checker.config(raw)
    }

    /// The deployment of this name.
    pub fn deployment(&self, name: &str) -> Option<&DeploymentConfig> {
        self.deployments
            .iter()
            .find(|deployment| deployment.name == name)
    }
}

/// Raw to validated.
struct Checker<'t> {
    path: &'t str,
    text: &'t str,
    file: FileId,
}

impl Checker<'_> {
    fn config(&self, raw: raw::Config) -> Result<Config, Box<ConfigError>> {
        let mut names = BTreeSet::new();
        let mut deployments = Vec::new();
        for table in raw.deployment {
            let place = table.name.span();
            let deployment = self.deployment(table, raw.cloud)?;
            if !names.insert(deployment.name.clone()) {
                let message = format!("two deployments are named `{}`", deployment.name);
                return Err(self.error(message, place, "a name stands for one deployment"));
            }
            deployments.push(deployment);
        }
        Ok(Config {
            deployments,
            modules: self.modules(raw.modules)?,
        })
    }

    fn modules(
        &self,
        raw: BTreeMap<Spanned<String>, Spanned<String>>,
    ) -> Result<Vec<ModuleEntry>, Box<ConfigError>> {
        let mut modules = Vec::new();
        for (reference, path) in raw {
            let (key, value) = (reference.span(), path.span());
            let entry = ModuleEntry {
                reference: reference.into_inner(),
                path: path.into_inner(),
            };
            if !["br:", "br/", "ts:", "ts/"]
                .iter()
                .any(|scheme| entry.reference.starts_with(scheme))
            {
                let message = format!("`{}` names no module of a registry", entry.reference);
                let help = "write it as a Bicep file does: \"br/public:avm/res/a/b:1.2.3\", \"br:host/path:1.0\", \"ts/alias:name:1.0\"";
                return Err(self.error(message, key, help));
            }
            if entry.path.trim().is_empty() {
                let message = format!("the path of `{}` is empty", entry.reference);
                return Err(self.error(message, value, "name the module's file"));
            }
            if entry.is_beginning() && !entry.path.contains("{path}") {
                let message = format!("all modules below `{}` would be one file", entry.reference);
                let help = "say where each lies: \"vendor/{path}/{version}/main.json\"";
                return Err(self.error(message, value, help));
            }
            modules.push(entry);
        }
        Ok(modules)
    }

    fn deployment(
        &self,
        raw: raw::Deployment,
        cloud: Option<raw::Cloud>,
    ) -> Result<DeploymentConfig, Box<ConfigError>> {
        self.not_empty(&raw.name, "name")?;
        self.not_empty(&raw.template, "template")?;
        Ok(DeploymentConfig {
            name_place: self.place(raw.name.span()),
            name: raw.name.into_inner(),
            template_place: self.place(raw.template.span()),
            template: raw.template.into_inner(),
            parameters: arguments(&raw.parameters),
            tenant: raw.tenant,
            management_group: raw.management_group,
            subscription: raw.subscription,
            resource_group: raw.resource_group,
            location: raw.location,
            deployment_name: raw.deployment_name,
            cloud: raw.cloud.or(cloud).map(CloudName::from),
            mode: raw.mode.map_or(Mode::default(), Mode::from),
            features: raw.features,
            before: raw.before.map(|before| self.before(before)).transpose()?,
        })
    }

    fn before(&self, raw: Spanned<raw::Before>) -> Result<BeforeConfig, Box<ConfigError>> {
        let place = raw.span();
        let raw = raw.into_inner();
        let live = raw.live.map(|live| match live {
            raw::OneOrMany::One(file) => vec![file],
            raw::OneOrMany::Many(files) => files,
        });
        let wrong = |message: &str| {
            let help = "write one of: base = \"REV\", template = \"FILE\" (with parameters = [..]), live = [..], new = true";
            Err(self.error(message, place.clone(), help))
        };
        if !raw.parameters.is_empty() && raw.template.is_none() {
            return wrong("`parameters` of `before` belong to its `template`, which is not given");
        }
        match (raw.base, raw.template, live, raw.new) {
            (Some(revision), None, None, None) => Ok(BeforeConfig::Base(revision)),
            (None, Some(file), None, None) => Ok(BeforeConfig::Template {
                file,
                parameters: arguments(&raw.parameters),
            }),
            (None, None, Some(files), None) if !files.is_empty() => Ok(BeforeConfig::Live(files)),
            (None, None, None, Some(true)) => Ok(BeforeConfig::New),
            _ => wrong("`before` says what to compare with in exactly one way"),
        }
    }

    fn not_empty(&self, value: &Spanned<String>, key: &str) -> Result<(), Box<ConfigError>> {
        if value.get_ref().trim().is_empty() {
            let message = format!("`{key}` of a deployment is empty");
            return Err(self.error(message, value.span(), "give it a value"));
        }
        Ok(())
    }

    fn place(&self, range: Range<usize>) -> Span {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Span::new(self.file, offset(range.start), offset(range.end))
    }

    fn error(
        &self,
        message: impl Into<String>,
        place: Range<usize>,
        help: &str,
    ) -> Box<ConfigError> {
        Box::new(ConfigError::new(
            self.path,
            self.text,
            message.into(),
            place,
            Some(help.to_owned()),
        ))
    }
}

fn arguments(raw: &[String]) -> Vec<ParameterArgument> {
    raw.iter()
        .map(|argument| ParameterArgument::parse(argument))
        .collect()
}

#[cfg(test)]
mod tests;
