//! The command line as types: what each command takes, in the words of its help.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};

/// Linter and offline deployment planner for Bicep and ARM templates, with deep knowledge of Azure Kubernetes Service (AKS).
#[derive(Debug, Parser)]
#[command(name = "armplan", version, propagate_version = true)]
#[command(
    after_help = "Exit codes: 0 clean; 1 findings at or above --fail-on; 2 bad usage, configuration or input; \
                  3 nothing to analyse; 4 incomplete, with --strict; 5 changes, with --detailed-exitcode."
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// When to colour: auto means on a terminal, and respects `NO_COLOR` and `CLICOLOR_FORCE`
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = Color::Auto, global = true)]
    pub color: Color,
}

/// When to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Lint templates and parameter files, each as a first deployment
    Check(Check),
    /// Show what a deployment would change, and which changes AKS refuses
    Plan(Plan),
    /// Print the resources that would be deployed, in the file format of `bicep snapshot`
    Expand(Expand),
    /// Show where the value of a property comes from, step by step
    Why(Why),
    /// Explain a rule, an Azure error code, or what AKS does with a property
    Explain(Explain),
    /// List the rules
    Rules(Rules),
    /// Print a completion script for a shell
    Completions(Completions),
    /// Print the manual page
    Man,
}

/// Options of `check`.
#[derive(Debug, Args)]
pub struct Check {
    /// Templates, parameter files or folders, in Bicep or JSON; without any, the deployments of armplan.toml, or all of the repository
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,
    /// Take the paths as changed files: each selects the deployments that use it, and that none does is fine
    #[arg(long)]
    pub hints: bool,
    /// Judge the change against this git revision too (`REV...`: its merge base with HEAD)
    #[arg(long, value_name = "REV")]
    pub base: Option<String>,
    /// Where to look and what is given.
    #[command(flatten)]
    pub inputs: Inputs,
    /// How to judge.
    #[command(flatten)]
    pub judging: Judging,
    /// How to report.
    #[command(flatten)]
    pub reporting: Reporting,
}

/// Options of `plan`.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
#[command(
    override_usage = "armplan plan [OPTIONS] [TEMPLATE]\n       armplan plan [OPTIONS] --hints [PATH]..."
)]
pub struct Plan {
    /// Template to deploy, or a .bicepparam file that names it; without one, the deployments of armplan.toml
    #[arg(value_name = "TEMPLATE", value_hint = ValueHint::FilePath)]
    pub templates: Vec<PathBuf>,
    /// Take the paths as changed files: each selects the deployments that use it, and that none does is fine
    #[arg(long)]
    pub hints: bool,
    /// Compare with this git revision (`REV...`: its merge base with HEAD) [default: HEAD in a repository]
    #[arg(long, value_name = "REV", group = "before-state")]
    pub base: Option<String>,
    /// Compare with this template
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, group = "before-state")]
    pub before: Option<PathBuf>,
    /// Parameters of the template given with --before [default: those of TEMPLATE]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "before")]
    pub before_params: Vec<PathBuf>,
    /// Compare with a live state: output of `az aks show`, `az aks nodepool list`, `az rest`, an exported template,
    /// a what-if result or a snapshot; `-` is standard input
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, group = "before-state")]
    pub live: Vec<PathBuf>,
    /// Compare with nothing: a first deployment
    #[arg(long, group = "before-state")]
    pub new: bool,
    /// How ARM treats resources that left the template [default: incremental]
    #[arg(long, value_name = "MODE", value_enum)]
    pub mode: Option<Mode>,
    /// Show resources without changes too
    #[arg(long)]
    pub show_unchanged: bool,
    /// Exit with 5 if there are changes and none is refused
    #[arg(long)]
    pub detailed_exitcode: bool,
    /// What the steps shall be like.
    #[command(flatten)]
    pub steps: Steps,
    /// Where to look and what is given.
    #[command(flatten)]
    pub inputs: Inputs,
    /// How to judge.
    #[command(flatten)]
    pub judging: Judging,
    /// How to report.
    #[command(flatten)]
    pub reporting: Reporting,
}

/// What the steps of a plan shall be like.
#[derive(Debug, Args)]
pub struct Steps {
    /// Write the steps to this folder, which must be new or empty: templates, a runbook, and a script that runs them
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub emit: Option<PathBuf>,
    /// Name the pool that takes the place of pool OLD in the steps
    #[arg(long = "pool-name", value_name = "OLD=NEW", value_parser = pool_name)]
    pub pool_names: Vec<(String, String)>,
    /// Steps lift pools at every minor version [default: when the window of the control plane closes]
    #[arg(long)]
    pub careful: bool,
    /// Steps give a replaced pool its name back, by way of a pool for a while
    #[arg(long)]
    pub keep_names: bool,
}

/// How ARM treats resources that left the template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Mode {
    /// They stay.
    Incremental,
    /// They are deleted with the resource group's other contents.
    Complete,
    /// A deployment stack deletes them.
    Stack,
}

/// Options of `expand`.
#[derive(Debug, Args)]
pub struct Expand {
    /// Template, or a .bicepparam file that names it
    #[arg(value_name = "TEMPLATE", value_hint = ValueHint::FilePath)]
    pub template: PathBuf,
    /// Print only what this JSONPath selects, as an array
    #[arg(long, value_name = "JSONPATH")]
    pub query: Option<String>,
    /// Where to look and what is given.
    #[command(flatten)]
    pub inputs: Inputs,
    /// Accepted for uniformity: the output is always JSON.
    #[arg(long, value_name = "FORMAT", hide = true)]
    pub format: Option<String>,
}

/// Options of `why`.
#[derive(Debug, Args)]
pub struct Why {
    /// Template, or a .bicepparam file that names it
    #[arg(value_name = "TEMPLATE", value_hint = ValueHint::FilePath)]
    pub template: PathBuf,
    /// Resource: its id, its name, or the end of one (`aks1/user1`, `user1`)
    #[arg(value_name = "RESOURCE")]
    pub resource: String,
    /// Property: dotted path or JSON pointer (`properties.vmSize`, `vmSize`, `/properties/vmSize`)
    #[arg(value_name = "PROPERTY")]
    pub property: String,
    /// Where to look and what is given.
    #[command(flatten)]
    pub inputs: Inputs,
}

/// Options of `explain`.
#[derive(Debug, Args)]
pub struct Explain {
    /// A rule's id, an Azure error code, or a property of a cluster or node pool
    #[arg(value_name = "RULE|AZURE-ERROR-CODE|PROPERTY")]
    pub what: String,
}

/// Options of `rules`.
#[derive(Debug, Args)]
pub struct Rules {
    /// Output format
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = ListFormat::Text)]
    pub format: ListFormat,
}

/// Formats of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// Options of `completions`.
#[derive(Debug, Args)]
pub struct Completions {
    /// Shell
    #[arg(value_name = "SHELL", value_enum)]
    pub shell: clap_complete::Shell,
}

/// Options of every command that evaluates.
#[derive(Debug, Args)]
#[command(next_help_heading = "Inputs")]
pub struct Inputs {
    /// Configuration file [default: the nearest armplan.toml]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "no_config")]
    pub config: Option<PathBuf>,
    /// Read no armplan.toml
    #[arg(long)]
    pub no_config: bool,
    /// Take only this deployment of armplan.toml
    #[arg(long, value_name = "NAME", conflicts_with = "no_config")]
    pub deployment: Option<String>,
    /// Folder that bounds what is read [default: the git root of the file, else the current or the file's folder]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub root: Option<PathBuf>,
    /// File or folder that may be read although it lies outside the root; repeatable
    #[arg(long = "allow-path", value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub allowed_paths: Vec<PathBuf>,
    /// Environment variable that a .bicepparam file may read; repeatable
    #[arg(long = "env", value_name = "NAME")]
    pub environment: Vec<String>,
    /// What `externalInput` gives: a JSON array of {kind, config, value}; repeatable
    #[arg(long = "external-input", value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub external: Vec<PathBuf>,
    /// Parameter file in JSON or Bicep, or a single value; repeatable, later ones win
    #[arg(short, long, value_name = "FILE|name=value", value_hint = ValueHint::FilePath)]
    pub parameters: Vec<String>,
    /// Subscription id of the deployment
    #[arg(long, value_name = "ID")]
    pub subscription: Option<String>,
    /// Resource group of the deployment
    #[arg(long, value_name = "NAME")]
    pub resource_group: Option<String>,
    /// Management group of the deployment
    #[arg(long, value_name = "ID")]
    pub management_group: Option<String>,
    /// Tenant id of the deployment
    #[arg(long, value_name = "ID")]
    pub tenant: Option<String>,
    /// Cloud: what `environment()` gives
    #[arg(long, value_enum)]
    pub cloud: Option<Cloud>,
    /// Location of the resource group; at other scopes of the deployment
    #[arg(long, value_name = "LOCATION")]
    pub location: Option<String>,
    /// Name of the deployment
    #[arg(long, value_name = "NAME")]
    pub deployment_name: Option<String>,
}

/// Clouds, spelled as Azure does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Cloud {
    /// The public cloud.
    #[value(name = "AzureCloud")]
    Public,
    /// The cloud of the US government.
    #[value(name = "AzureUSGovernment")]
    UsGovernment,
    /// The cloud in China.
    #[value(name = "AzureChinaCloud")]
    China,
}

/// Options of the commands that judge.
#[derive(Debug, Args)]
#[command(next_help_heading = "Judging")]
pub struct Judging {
    /// Day for which support calendars are read [default: today]
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub as_of: Option<String>,
    /// A preview feature that is registered in the subscription; repeatable
    #[arg(long = "feature", value_name = "NAME")]
    pub features: Vec<String>,
    /// Report only this rule; repeatable
    #[arg(long, value_name = "RULE")]
    pub select: Vec<String>,
    /// Leave this rule out; repeatable
    #[arg(long, value_name = "RULE")]
    pub ignore: Vec<String>,
}

/// Options of the commands that report findings.
#[derive(Debug, Args)]
#[command(next_help_heading = "Reporting")]
pub struct Reporting {
    /// Output format
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// Write this format to a file as well; repeatable
    #[arg(long, value_name = "FORMAT=PATH", value_parser = output)]
    pub output: Vec<(Format, PathBuf)>,
    /// What links to lines begin with in markdown, job-summary and html, for instance
    /// `https://github.com/OWNER/NAME/blob/COMMIT` [default: relative to the root of the repository]
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    pub link_base: Option<String>,
    /// Exit with 1 if there is a finding of this level or worse
    #[arg(long, value_name = "LEVEL", value_enum, default_value_t = FailOn::Error)]
    pub fail_on: FailOn,
    /// Exit with 4 if something could not be decided
    #[arg(long)]
    pub strict: bool,
    /// Text: findings only, no changes and no summary
    #[arg(short, long)]
    pub quiet: bool,
}

/// Output formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people: findings with their source, then changes
    Text,
    /// One line a finding
    Concise,
    /// Everything, for programs
    Json,
    /// Changes in the look of ARM's what-if
    Whatif,
    /// SARIF 2.1.0, for code scanning and editors
    Sarif,
    /// Annotations of GitHub Actions
    Github,
    /// Code quality report of GitLab
    Gitlab,
    /// Logging commands of Azure Pipelines
    AzurePipelines,
    /// `JUnit` XML, for test reports
    Junit,
    /// Markdown that fits into a comment on a pull request
    Markdown,
    /// The same Markdown, as long as the summary of a job of GitHub may be
    JobSummary,
    /// A page to open in a browser
    Html,
}

/// The level at which findings fail the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Errors.
    Error,
    /// Warnings and errors.
    Warning,
    /// Anything.
    Info,
    /// Nothing.
    Never,
}

/// `OLD=NEW`.
fn pool_name(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((old, new)) if !old.is_empty() && !new.is_empty() => {
            Ok((old.to_owned(), new.to_owned()))
        }
        _ => Err("write it as OLD=NEW, for instance work=work2".to_owned()),
    }
}

/// `FORMAT=PATH`.
fn output(text: &str) -> Result<(Format, PathBuf), String> {
    let (format, path) = text
        .split_once('=')
        .ok_or_else(|| "write it as FORMAT=PATH, for instance json=plan.json".to_owned())?;
    let format = Format::from_str(format, false).map_err(|_| {
        let names: Vec<String> = Format::value_variants()
            .iter()
            .filter_map(|format| Some(format.to_possible_value()?.get_name().to_owned()))
            .collect();
        format!("there is no format '{format}': {}", names.join(", "))
    })?;
    if path.is_empty() {
        return Err("the path after = is empty".to_owned());
    }
    Ok((format, PathBuf::from(path)))
}
