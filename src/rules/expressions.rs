//! The rules about expressions. Parsing and evaluation find them.

use crate::finding::Level;

use super::{AppliesTo, Check, Family, Rule};

pub(super) const EXPR_SYNTAX: Rule = Rule {
    id: "expr-syntax",
    level: Level::Error,
    family: Family::Expression,
    summary: "an expression or a declaration does not parse",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &[
        "BCP001", "BCP002", "BCP004", "BCP005", "BCP006", "BCP007", "BCP008", "BCP009", "BCP010",
        "BCP012", "BCP013", "BCP015", "BCP016", "BCP017", "BCP018", "BCP019", "BCP020", "BCP021",
        "BCP022", "BCP024", "BCP029", "BCP047", "BCP063", "BCP064", "BCP068", "BCP087", "BCP090",
        "BCP096", "BCP097", "BCP103", "BCP117", "BCP118", "BCP123", "BCP132", "BCP133", "BCP136",
        "BCP140", "BCP162", "BCP167", "BCP201", "BCP202", "BCP226", "BCP236", "BCP237", "BCP238",
        "BCP243", "BCP249", "BCP256", "BCP257", "BCP261", "BCP267", "BCP279", "BCP296", "BCP300",
        "BCP317", "BCP325", "BCP337", "BCP344", "BCP346", "BCP347", "BCP354", "BCP355", "BCP356",
        "BCP358", "BCP375", "BCP404",
    ],
    page: include_str!("../../rules/expr-syntax.md"),
    check: Check::Evaluation,
};

pub(super) const EXPR_UNKNOWN_FUNCTION: Rule = Rule {
    id: "expr-unknown-function",
    level: Level::Error,
    family: Family::Expression,
    summary: "a call of a function that does not exist",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &[
        "BCP057", "BCP059", "BCP060", "BCP061", "BCP069", "BCP082", "BCP100", "BCP101", "BCP107",
        "BCP108", "BCP109", "BCP152", "BCP265",
    ],
    page: include_str!("../../rules/expr-unknown-function.md"),
    check: Check::Evaluation,
};

pub(super) const EXPR_WRONG_ARITY: Rule = Rule {
    id: "expr-wrong-arity",
    level: Level::Error,
    family: Family::Expression,
    summary: "a call with too few or too many arguments",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &["BCP071", "BCP384"],
    page: include_str!("../../rules/expr-wrong-arity.md"),
    check: Check::Evaluation,
};

pub(super) const EXPR_ARGUMENT_TYPE: Rule = Rule {
    id: "expr-argument-type",
    level: Level::Error,
    family: Family::Expression,
    summary: "an argument that the function refuses",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &["BCP070", "BCP408"],
    page: include_str!("../../rules/expr-argument-type.md"),
    check: Check::Evaluation,
};

pub(super) const EXPR_UNDEFINED_PARAMETER: Rule = Rule {
    id: "expr-undefined-parameter",
    level: Level::Error,
    family: Family::Expression,
    summary: "a parameter that is not declared",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &["BCP061"],
    page: include_str!("../../rules/expr-undefined-parameter.md"),
    check: Check::Evaluation,
};

pub(super) const EXPR_UNDEFINED_VARIABLE: Rule = Rule {
    id: "expr-undefined-variable",
    level: Level::Error,
    family: Family::Expression,
    summary: "a variable that is not declared",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &["BCP060"],
    page: include_str!("../../rules/expr-undefined-variable.md"),
    check: Check::Evaluation,
};

pub(super) const EXPR_UNDEFINED_SYMBOL: Rule = Rule {
    id: "expr-undefined-symbol",
    level: Level::Error,
    family: Family::Expression,
    summary: "a name or property that does not exist",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &[
        "BCP052", "BCP053", "BCP057", "BCP062", "BCP063", "BCP072", "BCP083", "BCP107", "BCP158",
        "BCP159", "BCP208", "BCP287", "BCP288", "BCP302", "BCP306", "BCP360", "BCP383", "BCP437",
    ],
    page: include_str!("../../rules/expr-undefined-symbol.md"),
    check: Check::Evaluation,
};

pub(super) const EXPR_TYPE_MISMATCH: Rule = Rule {
    id: "expr-type-mismatch",
    level: Level::Error,
    family: Family::Expression,
    summary: "a value outside the declared type, range or allowed values",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &[
        "BCP033",
        "BCP036",
        "BCP183",
        "BCP326",
        "Azure.Template.ParameterDataTypes",
        "Azure.Template.ParameterStrongType",
    ],
    page: include_str!("../../rules/expr-type-mismatch.md"),
    check: Check::Evaluation,
};

pub(super) const EXPR_CYCLE: Rule = Rule {
    id: "expr-cycle",
    level: Level::Error,
    family: Family::Expression,
    summary: "a definition needs itself",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &[
        "BCP079", "BCP080", "BCP094", "BCP095", "BCP278", "BCP298", "BCP299",
    ],
    page: include_str!("../../rules/expr-cycle.md"),
    check: Check::Evaluation,
};

pub(super) const EXPR_INDEX_OUT_OF_BOUNDS: Rule = Rule {
    id: "expr-index-out-of-bounds",
    level: Level::Error,
    family: Family::Expression,
    summary: "an index or position outside the value",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &["BCP311"],
    page: include_str!("../../rules/expr-index-out-of-bounds.md"),
    check: Check::Evaluation,
};

pub(super) const EXPR_NULL_DEREFERENCE: Rule = Rule {
    id: "expr-null-dereference",
    level: Level::Error,
    family: Family::Expression,
    summary: "a member of null, of a number or of text",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &["BCP318"],
    page: include_str!("../../rules/expr-null-dereference.md"),
    check: Check::Evaluation,
};

pub(super) const EXPR_CONTEXT_NOT_ALLOWED: Rule = Rule {
    id: "expr-context-not-allowed",
    level: Level::Error,
    family: Family::Expression,
    summary: "a function where it is not allowed",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &[
        "BCP032", "BCP065", "BCP066", "BCP120", "BCP124", "BCP125", "BCP126", "BCP127", "BCP128",
        "BCP129", "BCP130", "BCP144", "BCP177", "BCP178", "BCP180", "BCP181", "BCP182", "BCP242",
        "BCP247", "BCP248", "BCP297", "BCP323", "BCP307", "BCP338", "BCP341", "BCP351", "BCP368",
        "BCP369", "BCP372", "BCP401", "BCP417", "BCP432",
    ],
    page: include_str!("../../rules/expr-context-not-allowed.md"),
    check: Check::Evaluation,
};

pub(super) const EXPR_COPY_INVALID: Rule = Rule {
    id: "expr-copy-invalid",
    level: Level::Error,
    family: Family::Expression,
    summary: "a copy loop of the wrong shape, name or count",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &[
        "BCP138", "BCP142", "BCP143", "BCP154", "BCP155", "BCP157", "BCP160", "BCP179",
    ],
    page: include_str!("../../rules/expr-copy-invalid.md"),
    check: Check::Evaluation,
};

pub(super) const EXPR_RESOURCE_ID_SEGMENTS: Rule = Rule {
    id: "expr-resource-id-segments",
    level: Level::Error,
    family: Family::Expression,
    summary: "a resource type and its name do not have matching segments",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &[
        "BCP036", "BCP037", "BCP144", "BCP156", "BCP157", "BCP169", "BCP170", "BCP240",
    ],
    page: include_str!("../../rules/expr-resource-id-segments.md"),
    check: Check::Evaluation,
};

pub(super) const EXPR_FAIL_CALLED: Rule = Rule {
    id: "expr-fail-called",
    level: Level::Error,
    family: Family::Expression,
    summary: "`fail()` was reached",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &[],
    page: include_str!("../../rules/expr-fail-called.md"),
    check: Check::Evaluation,
};
