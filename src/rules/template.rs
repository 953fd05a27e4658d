//! The rules about the shape of templates. Parsing, lowering and expansion find them.

use crate::finding::Level;

use super::{AppliesTo, Check, Family, Rule};

pub(super) const JSON_VALID: Rule = Rule {
    id: "json-valid",
    level: Level::Error,
    family: Family::Template,
    summary: "the text is not JSON as Azure Resource Manager reads it",
    applies_to: AppliesTo::Arm,
    fixable: false,
    aliases: &["JSONFiles-Should-Be-Valid"],
    page: include_str!("../../rules/json-valid.md"),
    check: Check::Reading,
};

pub(super) const TEMPLATE_SCHEMA: Rule = Rule {
    id: "template-schema",
    level: Level::Warning,
    family: Family::Template,
    summary: "`$schema` is missing, foreign or oddly spelled",
    applies_to: AppliesTo::Arm,
    fixable: false,
    aliases: &[
        "DeploymentTemplate-Schema-Is-Correct",
        "Azure.Template.TemplateSchema",
        "Azure.Template.TemplateScheme",
    ],
    page: include_str!("../../rules/template-schema.md"),
    check: Check::Reading,
};

pub(super) const TEMPLATE_STRUCTURE: Rule = Rule {
    id: "template-structure",
    level: Level::Error,
    family: Family::Template,
    summary: "a section is missing, unknown or of the wrong shape",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &["BCP035", "BCP173", "Azure.Template.TemplateFile"],
    page: include_str!("../../rules/template-structure.md"),
    check: Check::Reading,
};

pub(super) const DUPLICATE_DECLARATION: Rule = Rule {
    id: "duplicate-declaration",
    level: Level::Error,
    family: Family::Expression,
    summary: "a member, parameter, variable or output is declared twice",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &[
        "BCP025", "BCP028", "BCP084", "BCP112", "BCP121", "BCP122", "BCP145", "BCP166", "BCP239",
        "BCP268", "BCP301", "BCP353", "BCP362", "BCP405", "BCP438",
    ],
    page: include_str!("../../rules/duplicate-declaration.md"),
    check: Check::Reading,
};

pub(super) const SCOPE_MISMATCH: Rule = Rule {
    id: "scope-mismatch",
    level: Level::Error,
    family: Family::Expression,
    summary: "a resource or function is used at a scope that does not have it",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &[
        "BCP037", "BCP115", "BCP116", "BCP134", "BCP135", "BCP139", "BCP164", "BCP165",
    ],
    page: include_str!("../../rules/scope-mismatch.md"),
    check: Check::Evaluation,
};

pub(super) const MODULE_NOT_FOUND: Rule = Rule {
    id: "module-not-found",
    level: Level::Error,
    family: Family::Expression,
    summary: "a linked template or module cannot be read",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &[
        "BCP050", "BCP051", "BCP085", "BCP086", "BCP091", "BCP092", "BCP098", "BCP104", "BCP188",
        "BCP189", "BCP190", "BCP192", "BCP193", "BCP194", "BCP196", "BCP212", "BCP213", "BCP217",
    ],
    page: include_str!("../../rules/module-not-found.md"),
    check: Check::Evaluation,
};

pub(super) const MAX_LIMITS: Rule = Rule {
    id: "max-limits",
    level: Level::Error,
    family: Family::Template,
    summary: "a limit of Azure Resource Manager is exceeded",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &[
        "max-params",
        "max-variables",
        "max-outputs",
        "max-resources",
    ],
    page: include_str!("../../rules/max-limits.md"),
    check: Check::Evaluation,
};
