//! armplan: a linter and offline deployment planner for ARM templates and Bicep.
//! The modules stand in the order in which data passes through them; each may use only those above it.

/// Bytes, files and places.
pub mod text;

/// What the user is told: problems, findings and their parts.
pub mod finding;

/// `armplan.toml`.
pub mod config;

/// Where bytes come from: disk, git, standard input, memory. The only module that touches the outside.
pub mod source;

/// Text to trees with spans; never fails.
pub mod syntax;

/// One template form for every language.
pub mod ir;

/// Expressions to values; total, deterministic, offline.
pub mod eval;

/// What would be deployed.
pub mod model;

/// The state before where it is no template: snapshots of what is there.
pub mod before;

/// Before and after, compared; knows no service.
pub mod diff;

/// Everything about Azure Kubernetes Service.
pub mod aks;

/// The rules: what is reported under which name.
pub mod rules;

/// Refused changes to steps that work.
pub mod plan;

/// The whole pipeline: request to outcome.
pub mod engine;

/// Outcomes to bytes.
pub mod report;

/// The command line.
pub mod cli;
