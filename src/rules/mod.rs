//! The registry of rules: which there are, and what each reports. Rule ids are written once, in the constants.

mod expressions;
mod parameters;
mod rule;
mod template;

pub use rule::{AppliesTo, Check, Context, Family, Rule};

use crate::finding::{Finding, Problem, ProblemKind};

/// All rules, by subject.
pub const ALL: &[&Rule] = &[
    &template::JSON_VALID,
    &template::TEMPLATE_SCHEMA,
    &template::TEMPLATE_STRUCTURE,
    &template::DUPLICATE_DECLARATION,
    &template::RESOURCE_DUPLICATE,
    &template::SCOPE_MISMATCH,
    &template::MODULE_NOT_FOUND,
    &template::MAX_LIMITS,
    &template::DEPRECATED_SYNTAX,
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
        ProblemKind::DuplicateResource => &template::RESOURCE_DUPLICATE,
        ProblemKind::DeprecatedSyntax => &template::DEPRECATED_SYNTAX,
        ProblemKind::TypeMismatch | ProblemKind::ParameterValue => &expressions::EXPR_TYPE_MISMATCH,
    }
}

/// A problem as a finding of its rule.
pub fn finding(problem: &Problem) -> Finding {
    Finding {
        level: problem.level,
        related: problem.related.clone(),
        help: problem.help.clone(),
        ..of_problem(problem.kind).finding(problem.place, problem.message.as_str())
    }
}

/// Whether the rule judges what AKS does, instead of how templates are read and evaluated.
pub fn is_about_aks(id: &str) -> bool {
    by_id(id).is_some_and(|rule| matches!(rule.check, Check::State(_) | Check::Change(_)))
}

/// Whether the rule reports that something could not be evaluated.
pub fn is_evaluation_failure(id: &str) -> bool {
    by_id(id).is_some_and(|rule| matches!(rule.check, Check::Evaluation))
}

/// Runs the rules that look at a single state.
pub fn judge_state(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for rule in ALL {
        if let Check::State(check) = rule.check {
            check(context, findings);
        }
    }
}

/// Runs the rules that look at a change.
pub fn judge_change(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for rule in ALL {
        if let Check::Change(check) = rule.check {
            check(context, findings);
        }
    }
}
