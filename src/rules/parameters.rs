//! The rules about parameters and parameter files. Reading and binding find them.

use crate::finding::Level;

use super::{AppliesTo, Check, Family, Rule};

pub(super) const PARAM_REQUIRED_MISSING: Rule = Rule {
    id: "param-required-missing",
    level: Level::Error,
    family: Family::Expression,
    summary: "a required parameter has no value",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &["BCP035", "BCP258"],
    page: include_str!("../../rules/param-required-missing.md"),
    check: Check::Reading,
};

pub(super) const PARAM_UNKNOWN: Rule = Rule {
    id: "param-unknown",
    level: Level::Error,
    family: Family::Expression,
    summary: "a value is given for a parameter that is not declared",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &["BCP037", "BCP040", "BCP259"],
    page: include_str!("../../rules/param-unknown.md"),
    check: Check::Reading,
};

pub(super) const PARAM_FILE_SCHEMA: Rule = Rule {
    id: "param-file-schema",
    level: Level::Warning,
    family: Family::Template,
    summary: "a parameter file without the `$schema` of one",
    applies_to: AppliesTo::Arm,
    fixable: false,
    aliases: &[
        "DeploymentParameters-Should-Have-Schema",
        "Azure.Template.ParameterScheme",
    ],
    page: include_str!("../../rules/param-file-schema.md"),
    check: Check::Reading,
};

pub(super) const PARAM_FILE_STRUCTURE: Rule = Rule {
    id: "param-file-structure",
    level: Level::Error,
    family: Family::Template,
    summary: "a parameter file of the wrong shape",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &[
        "BCP261",
        "DeploymentParameters-Should-Have-ContentVersion",
        "DeploymentParameters-Should-Have-Parameters",
        "Azure.Template.ParameterFile",
    ],
    page: include_str!("../../rules/param-file-structure.md"),
    check: Check::Reading,
};

pub(super) const PARAM_FILE_VALUE: Rule = Rule {
    id: "param-file-value",
    level: Level::Error,
    family: Family::Template,
    summary: "an entry of a parameter file has no usable value",
    applies_to: AppliesTo::Arm,
    fixable: false,
    aliases: &[
        "DeploymentParameters-Should-Have-Value",
        "Azure.Template.ParameterValue",
    ],
    page: include_str!("../../rules/param-file-value.md"),
    check: Check::Reading,
};

pub(super) const PARAM_FILE_KEYVAULT_REF: Rule = Rule {
    id: "param-file-keyvault-ref",
    level: Level::Error,
    family: Family::Template,
    summary: "a Key Vault reference of the wrong shape",
    applies_to: AppliesTo::Arm,
    fixable: false,
    aliases: &["Azure.Template.ValidSecretRef"],
    page: include_str!("../../rules/param-file-keyvault-ref.md"),
    check: Check::Reading,
};

pub(super) const NESTED_PARAM_TYPE_MISMATCH: Rule = Rule {
    id: "nested-param-type-mismatch",
    level: Level::Error,
    family: Family::Template,
    summary: "a nested deployment's parameter refuses the value handed to it",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &["Parameter-Types-Should-Be-Consistent"],
    page: include_str!("../../rules/nested-param-type-mismatch.md"),
    check: Check::Evaluation,
};
