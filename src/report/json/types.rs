//! The format of `--format json`: these types are it, and the checked-in schema is generated from them.

use serde::Serialize;
use serde_json::Value as Json;

use crate::engine::Outcome;

/// The version of this format: it changes when a consumer would have to.
pub(in crate::report) const SCHEMA_VERSION: &str = "1";

/// What `plan --format json` prints; `check` prints the same without `changes` and `steps`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
#[serde(rename_all = "camelCase")]
pub(super) struct Document<'a> {
    /// Version of this format.
    #[cfg_attr(test, schemars(extend("const" = "1")))]
    pub(super) schema_version: &'static str,
    /// The worst of the deployments.
    pub(super) verdict: Verdict,
    /// Whether everything that could add a change or a refusal was decided.
    pub(super) complete: bool,
    /// What was compared with.
    pub(super) before: Before,
    /// What is asked for.
    pub(super) after: After,
    /// The deployments; `deployment` of the entries below is an index into this.
    pub(super) deployments: Vec<Deployment>,
    /// Changes of resources, `NoChange` and `Ignore` included.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<Vec<Change>>"))]
    pub(super) changes: Option<Changes<'a>>,
    /// What the rules found.
    pub(super) findings: Vec<Finding>,
    /// Deployments that work instead of what is refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) steps: Option<Vec<Step>>,
    /// What was not decided.
    pub(super) not_evaluated: Vec<NotEvaluated>,
}

/// The changes of an outcome, each a [`Change`].
#[derive(Debug)]
pub(super) struct Changes<'a>(pub(super) &'a Outcome);

/// One step of a plan.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
#[serde(rename_all = "camelCase")]
pub(super) struct Step {
    /// Index into `deployments`.
    pub(super) deployment: usize,
    /// From 1, in the order in which the steps run.
    pub(super) number: usize,
    /// What happens.
    #[cfg_attr(test, schemars(extend("enum" = ["add-pool", "scale-pool", "update-pool", "upgrade-pool", "rollback-pool", "drain-pool", "delete-pool", "upgrade-control-plane", "update-cluster", "manual"])))]
    pub(super) kind: &'static str,
    /// The cluster, or a pool as `cluster/pool`.
    pub(super) target: String,
    /// Why, with the error of the service that it avoids.
    pub(super) reason: String,
    /// Commands that do it.
    pub(super) commands: Vec<String>,
    /// Its template, where it was written (`--emit`).
    pub(super) template: Option<String>,
    /// What it does to nodes, pods, quota and addresses, and how it is taken back.
    pub(super) effects: Vec<String>,
}

/// How a run or a deployment ends.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(super) enum Verdict {
    /// Nothing changes, nothing was found that stops.
    Ok,
    /// Changes, none refused.
    Changes,
    /// AKS would refuse it.
    Blocked,
    /// Nothing found, but not everything was decided.
    Incomplete,
}

/// What was compared with.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub(super) struct Before {
    /// Where it came from.
    pub(super) kind: BeforeKind,
    /// Revision, file, or the like.
    pub(super) label: String,
}

/// Kinds of before states.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(super) enum BeforeKind {
    /// A git revision.
    Git,
    /// A template.
    Template,
    /// Output of Azure.
    Live,
    /// Nothing: a first deployment.
    None,
}

/// What is asked for.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub(super) struct After {
    /// Template of the first deployment.
    pub(super) template: Option<String>,
    /// Its parameter files and values.
    pub(super) parameters: Vec<String>,
}

/// One deployment of the run.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub(super) struct Deployment {
    /// Name in the configuration, else the template's path.
    pub(super) name: String,
    /// Path of the template.
    pub(super) template: String,
    /// Parameter files and the names of values of the command line.
    pub(super) parameters: Vec<String>,
    /// What it was compared with.
    pub(super) before: Before,
    /// How it ends.
    pub(super) verdict: Verdict,
    /// Whether everything was decided.
    pub(super) complete: bool,
}

/// One resource, in the shape of ARM's what-if.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
#[serde(rename_all = "camelCase")]
#[allow(clippy::struct_field_names, reason = "the names of ARM's what-if")]
pub(super) struct Change {
    /// Index into `deployments`.
    pub(super) deployment: usize,
    /// Resource id, or `[expression]`.
    pub(super) resource_id: String,
    /// What happens to it.
    #[cfg_attr(test, schemars(extend("enum" = ["Create", "Modify", "NoChange", "Delete", "Ignore", "Unsupported"])))]
    pub(super) change_type: &'static str,
    /// Body before; null where there was none.
    pub(super) before: Json,
    /// Body after; null where there is none.
    pub(super) after: Json,
    /// Members that differ.
    pub(super) delta: Vec<Delta>,
    /// Values that are not known.
    pub(super) unknown: Vec<Unknown>,
    /// Why it is ignored, where it is.
    pub(super) reason: Option<String>,
}

/// One member that differs.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
#[serde(rename_all = "camelCase")]
pub(super) struct Delta {
    /// Dotted path, as in what-if; below an array the index.
    pub(super) path: String,
    /// JSON pointer into the resource.
    pub(super) pointer: String,
    /// What happens to it.
    #[cfg_attr(test, schemars(extend("enum" = ["Create", "Delete", "Modify", "Array", "NoEffect"])))]
    pub(super) property_change_type: &'static str,
    /// Value before.
    pub(super) before: Json,
    /// Value after.
    pub(super) after: Json,
    /// Members of arrays and objects that differ.
    pub(super) children: Vec<Self>,
}

/// A value that is not known.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub(super) struct Unknown {
    /// JSON pointer into the resource.
    pub(super) pointer: String,
    /// `[expression]`.
    pub(super) expression: String,
    /// Why.
    pub(super) reason: String,
    /// Where it stands.
    pub(super) location: Location,
}

/// One finding.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub(super) struct Finding {
    /// Index into `deployments`.
    pub(super) deployment: usize,
    /// Id of the rule.
    pub(super) rule: &'static str,
    /// error, warning or info.
    pub(super) level: Level,
    /// One or two sentences.
    pub(super) message: String,
    /// What Azure answers, where known.
    pub(super) azure: Option<Azure>,
    /// Resource id.
    pub(super) resource: Option<String>,
    /// JSON pointer into the resource.
    pub(super) pointer: Option<String>,
    /// The characters that caused it.
    pub(super) location: Location,
    /// Other places.
    pub(super) related: Vec<Related>,
    /// From the property to the literal.
    pub(super) trace: Vec<TraceStep>,
    /// The way out.
    pub(super) help: Option<String>,
    /// A text edit that mends it.
    pub(super) fix: Option<Fix>,
    /// Where the fact is documented.
    pub(super) sources: Vec<String>,
    /// How sure the fact is.
    pub(super) confidence: Confidence,
}

/// Levels of findings.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(super) enum Level {
    /// The deployment fails or is refused.
    Error,
    /// Accepted, but it hurts or cannot be told.
    Warning,
    /// Worth a line.
    Info,
}

/// How sure a fact is.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(super) enum Confidence {
    /// Documented, or a real error text was seen.
    High,
    /// Only other clients treat it so.
    Medium,
    /// A guess.
    Low,
}

/// What Azure answers.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub(super) struct Azure {
    /// Error code.
    pub(super) code: String,
    /// The member it names.
    pub(super) target: Option<String>,
}

/// Another place.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub(super) struct Related {
    /// What stands there.
    pub(super) message: String,
    /// Where.
    pub(super) location: Location,
}

/// One step of a trace.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub(super) struct TraceStep {
    /// property, literal, parameter-file, command-line, default, variable, function, copy or module.
    #[cfg_attr(test, schemars(extend("enum" = ["property", "literal", "parameter-file", "command-line", "default", "variable", "function", "copy", "module"])))]
    pub(super) kind: &'static str,
    /// A few words.
    pub(super) text: String,
    /// Where.
    pub(super) location: Location,
}

/// A text edit.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub(super) struct Fix {
    /// Whether it can be applied without looking.
    pub(super) safe: bool,
    /// Replacements.
    pub(super) edits: Vec<Edit>,
}

/// One replacement.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
#[serde(rename_all = "camelCase")]
pub(super) struct Edit {
    /// What is replaced.
    pub(super) location: Location,
    /// By what.
    pub(super) new_text: String,
}

/// Something that was not decided.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub(super) struct NotEvaluated {
    /// Index into `deployments`.
    pub(super) deployment: usize,
    /// What.
    pub(super) what: String,
    /// Why.
    pub(super) reason: String,
    /// Where.
    pub(super) location: Location,
}

/// A place: lines and columns from 1, columns in UTF-16 units, `end` exclusive.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub(super) struct Location {
    /// Relative to the repository, outside one to the current folder; `<stdin>`.
    pub(super) path: String,
    /// First character.
    pub(super) start: Position,
    /// One past the last character.
    pub(super) end: Position,
    /// Git revision, where it was read at one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) revision: Option<String>,
}

/// Line and column.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub(super) struct Position {
    /// From 1.
    pub(super) line: usize,
    /// From 1, in UTF-16 units.
    pub(super) column: usize,
}
