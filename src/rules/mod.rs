//! The registry of rules: which there are, and what each reports. Rule ids are written once, in the constants.

mod aks_clusters;
mod aks_findings;
mod aks_pools;
mod aks_versions;
mod expressions;
mod parameters;
mod resource_duplicate;
mod rule;
mod template;

pub use aks_findings::{Judged, OpenValue, put_into_words};
pub use rule::{AppliesTo, Check, Family, Rule};

use crate::finding::{Finding, Problem, ProblemKind};
use crate::model::Deployment;

/// All rules, by subject.
pub const ALL: &[&Rule] = &[
    &template::JSON_VALID,
    &template::TEMPLATE_SCHEMA,
    &template::TEMPLATE_STRUCTURE,
    &template::DUPLICATE_DECLARATION,
    &resource_duplicate::RESOURCE_DUPLICATE,
    &template::SCOPE_MISMATCH,
    &template::MODULE_NOT_FOUND,
    &template::MAX_LIMITS,
    &parameters::PARAM_REQUIRED_MISSING,
    &parameters::PARAM_UNKNOWN,
    &parameters::PARAM_FILE_SCHEMA,
    &parameters::PARAM_FILE_STRUCTURE,
    &parameters::PARAM_FILE_VALUE,
    &parameters::PARAM_FILE_KEYVAULT_REF,
    &parameters::NESTED_PARAM_TYPE_MISMATCH,
    &expressions::EXPR_SYNTAX,
    &expressions::EXPR_UNKNOWN_FUNCTION,
    &expressions::EXPR_WRONG_ARITY,
    &expressions::EXPR_ARGUMENT_TYPE,
    &expressions::EXPR_UNDEFINED_PARAMETER,
    &expressions::EXPR_UNDEFINED_VARIABLE,
    &expressions::EXPR_UNDEFINED_SYMBOL,
    &expressions::EXPR_TYPE_MISMATCH,
    &expressions::EXPR_CYCLE,
    &expressions::EXPR_INDEX_OUT_OF_BOUNDS,
    &expressions::EXPR_NULL_DEREFERENCE,
    &expressions::EXPR_CONTEXT_NOT_ALLOWED,
    &expressions::EXPR_COPY_INVALID,
    &expressions::EXPR_RESOURCE_ID_SEGMENTS,
    &expressions::EXPR_FAIL_CALLED,
    &aks_pools::AKS_POOL_VM_SIZE_CHANGE,
    &aks_pools::AKS_POOL_IMMUTABLE_PROPERTY,
    &aks_pools::AKS_POOL_CHANGE_FORCES_REIMAGE,
    &aks_pools::AKS_POOL_CHANGE_IN_PLACE,
    &aks_pools::AKS_POOL_CHANGE_DISRUPTS,
    &aks_pools::AKS_POOL_CHANGE_UNDOCUMENTED,
    &aks_pools::AKS_POOL_ADDED_THROUGH_CLUSTER,
    &aks_pools::AKS_POOL_DROPPED_FROM_CLUSTER,
    &aks_pools::AKS_POOL_RENAMED,
    &aks_pools::AKS_LAST_SYSTEM_POOL_REMOVED,
    &aks_pools::AKS_SYSTEM_POOL_MISSING,
    &aks_pools::AKS_POOL_DECLARED_TWICE_DIFFERENTLY,
    &aks_pools::AKS_SPOT_POOL_INVALID,
    &aks_pools::AKS_AUTOSCALER_COUNT_RESET,
    &aks_pools::AKS_POOL_CHILD_ORDER,
    &aks_clusters::AKS_CLUSTER_IMMUTABLE_PROPERTY,
    &aks_clusters::AKS_NETWORK_CHANGE_UNSUPPORTED,
    &aks_clusters::AKS_NETWORK_POLICY_PLUGIN_MISMATCH,
    &aks_clusters::AKS_CLUSTER_CHANGE_FORCES_REIMAGE,
    &aks_clusters::AKS_CLUSTER_CHANGE_IN_PLACE,
    &aks_clusters::AKS_CLUSTER_CHANGE_DISRUPTS,
    &aks_clusters::AKS_CHANGE_TAKES_EFFECT_LATER,
    &aks_clusters::AKS_CHANGE_IGNORED,
    &aks_clusters::AKS_CLUSTER_CHANGE_UNDOCUMENTED,
    &aks_clusters::AKS_SETTING_INCONSISTENT,
    &aks_clusters::AKS_MANAGED_ENTRA_ID,
    &aks_clusters::AKS_VALUE_UNDECIDED,
    &aks_clusters::AKS_OPERATION_CONFLICT,
    &aks_clusters::AKS_RESOURCE_NOT_READY,
    &aks_versions::AKS_VERSION_DOWNGRADE,
    &aks_versions::AKS_VERSION_SKIPS_MINOR,
    &aks_versions::AKS_POOL_VERSION_AHEAD_OF_CLUSTER,
    &aks_versions::AKS_POOL_VERSIONS_PARTLY_SET,
    &aks_versions::AKS_VERSION_SUPPORTED,
    &aks_versions::AKS_OS_SKU_VERSION,
];

/// The rule of that id, in any case.
pub fn by_id(id: &str) -> Option<&'static Rule> {
    ALL.iter()
        .copied()
        .find(|rule| rule.id.eq_ignore_ascii_case(id))
}

/// The rule under which a problem is reported.
pub const fn of_problem(kind: ProblemKind) -> &'static Rule {
    match kind {
        ProblemKind::JsonSyntax => &template::JSON_VALID,
        ProblemKind::DuplicateDeclaration => &template::DUPLICATE_DECLARATION,
        ProblemKind::TemplateSchema => &template::TEMPLATE_SCHEMA,
        ProblemKind::TemplateStructure => &template::TEMPLATE_STRUCTURE,
        ProblemKind::ExpressionSyntax => &expressions::EXPR_SYNTAX,
        ProblemKind::UnknownFunction => &expressions::EXPR_UNKNOWN_FUNCTION,
        ProblemKind::WrongArity => &expressions::EXPR_WRONG_ARITY,
        ProblemKind::ArgumentType => &expressions::EXPR_ARGUMENT_TYPE,
        ProblemKind::UndefinedParameter => &expressions::EXPR_UNDEFINED_PARAMETER,
        ProblemKind::UndefinedVariable => &expressions::EXPR_UNDEFINED_VARIABLE,
        ProblemKind::UndefinedSymbol => &expressions::EXPR_UNDEFINED_SYMBOL,
        ProblemKind::Cycle => &expressions::EXPR_CYCLE,
        ProblemKind::IndexOutOfBounds => &expressions::EXPR_INDEX_OUT_OF_BOUNDS,
        ProblemKind::NullDereference => &expressions::EXPR_NULL_DEREFERENCE,
        ProblemKind::ContextNotAllowed => &expressions::EXPR_CONTEXT_NOT_ALLOWED,
        ProblemKind::CopyInvalid => &expressions::EXPR_COPY_INVALID,
        ProblemKind::ResourceIdSegments => &expressions::EXPR_RESOURCE_ID_SEGMENTS,
        ProblemKind::FailCalled => &expressions::EXPR_FAIL_CALLED,
        ProblemKind::ScopeMismatch => &template::SCOPE_MISMATCH,
        ProblemKind::ParameterMissing => &parameters::PARAM_REQUIRED_MISSING,
        ProblemKind::ParameterUnknown => &parameters::PARAM_UNKNOWN,
        ProblemKind::ParameterFileSchema => &parameters::PARAM_FILE_SCHEMA,
        ProblemKind::ParameterFileStructure => &parameters::PARAM_FILE_STRUCTURE,
        ProblemKind::ParameterFileValue => &parameters::PARAM_FILE_VALUE,
        ProblemKind::ParameterFileKeyVault => &parameters::PARAM_FILE_KEYVAULT_REF,
        ProblemKind::NestedParameterType => &parameters::NESTED_PARAM_TYPE_MISMATCH,
        ProblemKind::ModuleNotFound => &template::MODULE_NOT_FOUND,
        ProblemKind::LimitExceeded => &template::MAX_LIMITS,
        ProblemKind::TypeMismatch | ProblemKind::ParameterValue => &expressions::EXPR_TYPE_MISMATCH,
    }
}

/// A problem as a finding of its rule.
pub fn finding(problem: &Problem) -> Finding {
    let rule = of_problem(problem.kind);
    Finding {
        level: problem.level,
        related: problem.related.clone(),
        help: problem.help.clone().or_else(|| rule.way_out()),
        ..rule.finding(problem.place, problem.message.as_str())
    }
}

/// Whether the rule judges what AKS does, instead of how templates are read and evaluated.
pub fn is_about_aks(id: &str) -> bool {
    by_id(id).is_some_and(|rule| matches!(rule.check, Check::Judgement))
}

/// Whether the rule reports that something could not be read or evaluated, instead of what would be refused.
pub fn is_evaluation_failure(id: &str) -> bool {
    by_id(id).is_some_and(|rule| matches!(rule.check, Check::Reading | Check::Evaluation))
}

/// Runs the rules that look at one deployment, whatever it deploys.
pub fn check_deployment(deployment: &Deployment, findings: &mut Vec<Finding>) {
    for rule in ALL {
        if let Check::Deployment(check) = rule.check {
            check(deployment, findings);
        }
    }
}
