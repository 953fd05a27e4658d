//! The functions of Bicep and its decorators: names, namespaces and numbers of arguments, as the compiler has them.

use crate::ir::ScopeKind;

/// A function.
#[derive(Clone, Copy, Debug)]
pub(super) struct Function {
    pub(super) name: &'static str,
    pub(super) namespace: Namespace,
    /// Least and greatest number of arguments.
    pub(super) least: usize,
    pub(super) greatest: usize,
}

/// Where a function is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Namespace {
    Sys,
    Az,
}

const MANY: usize = usize::MAX;

const fn sys(name: &'static str, least: usize, greatest: usize) -> Function {
    Function {
        name,
        namespace: Namespace::Sys,
        least,
        greatest,
    }
}

const fn az(name: &'static str, least: usize, greatest: usize) -> Function {
    Function {
        name,
        namespace: Namespace::Az,
        least,
        greatest,
    }
}

/// All functions but those that begin with `list`.
pub(super) const FUNCTIONS: &[Function] = &[
    sys("any", 1, 1),
    sys("array", 1, 1),
    sys("base64", 1, 1),
    sys("base64ToJson", 1, 1),
    sys("base64ToString", 1, 1),
    sys("bool", 1, 1),
    sys("buildUri", 1, 1),
    sys("cidrHost", 2, 2),
    sys("cidrSubnet", 3, 3),
    sys("concat", 1, MANY),
    sys("contains", 2, 2),
    sys("dataUri", 1, 1),
    sys("dataUriToString", 1, 1),
    sys("dateTimeAdd", 2, 3),
    sys("dateTimeFromEpoch", 1, 1),
    sys("dateTimeToEpoch", 1, 1),
    sys("distinct", 1, 1),
    sys("empty", 1, 1),
    sys("endsWith", 2, 2),
    sys("externalInput", 1, 2),
    sys("fail", 1, 1),
    sys("filter", 2, 2),
    sys("first", 1, 1),
    sys("flatten", 1, 1),
    sys("format", 1, MANY),
    sys("groupBy", 2, 3),
    sys("guid", 1, MANY),
    sys("indexOf", 2, 2),
    sys("int", 1, 1),
    sys("intersection", 2, MANY),
    sys("items", 1, 1),
    sys("join", 2, 2),
    sys("json", 1, 1),
    sys("last", 1, 1),
    sys("lastIndexOf", 2, 2),
    sys("length", 1, 1),
    sys("like", 2, 2),
    sys("loadDirectoryFileInfo", 1, 2),
    sys("loadFileAsBase64", 1, 1),
    sys("loadJsonContent", 1, 3),
    sys("loadTextContent", 1, 2),
    sys("loadYamlContent", 1, 3),
    sys("map", 2, 2),
    sys("mapValues", 2, 2),
    sys("max", 1, MANY),
    sys("min", 1, MANY),
    sys("nameof", 1, 1),
    sys("newGuid", 0, 0),
    sys("objectKeys", 1, 1),
    sys("padLeft", 2, 3),
    sys("parseCidr", 1, 1),
    sys("parseUri", 1, 1),
    sys("range", 2, 2),
    sys("readCliArg", 1, 1),
    sys("readEnvVar", 1, 1),
    sys("readEnvironmentVariable", 1, 2),
    sys("reduce", 3, 3),
    sys("replace", 3, 3),
    sys("shallowMerge", 1, 1),
    sys("skip", 2, 2),
    sys("sort", 2, 2),
    sys("split", 2, 2),
    sys("startsWith", 2, 2),
    sys("string", 1, 1),
    sys("substring", 2, 3),
    sys("take", 2, 2),
    sys("toLower", 1, 1),
    sys("toObject", 2, 3),
    sys("toUpper", 1, 1),
    sys("trim", 1, 1),
    sys("union", 2, MANY),
    sys("uniqueString", 1, MANY),
    sys("uri", 2, 2),
    sys("uriComponent", 1, 1),
    sys("uriComponentToString", 1, 1),
    sys("utcNow", 0, 1),
    az("deployer", 0, 0),
    az("deployment", 0, 0),
    az("environment", 0, 0),
    az("extensionResourceId", 3, MANY),
    az("getSecret", 4, 5),
    az("managementGroup", 0, 1),
    az("managementGroupResourceId", 2, MANY),
    az("pickZones", 3, 5),
    az("providers", 1, 2),
    az("reference", 1, 3),
    az("references", 1, 2),
    az("resourceGroup", 0, 2),
    az("resourceId", 2, MANY),
    az("roleDefinitions", 1, 1),
    az("subscription", 0, 1),
    az("subscriptionResourceId", 2, MANY),
    az("tenant", 0, 0),
    az("tenantResourceId", 2, MANY),
    az("toLogicalZone", 3, 3),
    az("toLogicalZones", 3, 3),
    az("toPhysicalZone", 3, 3),
    az("toPhysicalZones", 3, 3),
];

/// Functions of the template language that Bicep writes otherwise, and how.
pub(super) const REPLACED: &[(&str, &str)] = &[
    ("add", "write `a + b`"),
    ("and", "write `a && b`"),
    ("coalesce", "write `a ?? b`"),
    (
        "copyIndex",
        "use the index variable of the loop: `[for (item, i) in array: ..]`",
    ),
    ("createArray", "write `[a, b]`"),
    ("createObject", "write `{ name: value }`"),
    ("div", "write `a / b`"),
    ("equals", "write `a == b`"),
    ("false", "write `false`"),
    ("greater", "write `a > b`"),
    ("greaterOrEquals", "write `a >= b`"),
    ("if", "write `condition ? value : otherwise`"),
    ("less", "write `a < b`"),
    ("lessOrEquals", "write `a <= b`"),
    ("mod", "write `a % b`"),
    ("mul", "write `a * b`"),
    ("not", "write `!a`"),
    ("null", "write `null`"),
    ("or", "write `a || b`"),
    ("parameters", "use the name of the parameter"),
    ("sub", "write `a - b`"),
    ("true", "write `true`"),
    ("variables", "use the name of the variable"),
];

/// The function of this name, letter by letter.
pub(super) fn find(name: &str) -> Option<Function> {
    if is_list(name) {
        return Some(Function {
            name: "list",
            namespace: Namespace::Az,
            least: 2,
            greatest: 3,
        });
    }
    FUNCTIONS.iter().find(|known| known.name == name).copied()
}

/// `list`, `listKeys` and their sisters: any name that begins so.
pub(super) fn is_list(name: &str) -> bool {
    name.starts_with("list")
}

/// What a decorator may stand above, as a set of bits.
pub(super) type Targets = u16;
pub(super) const PARAM: Targets = 1;
pub(super) const VAR: Targets = 2;
pub(super) const TYPE: Targets = 4;
pub(super) const FUNC: Targets = 8;
pub(super) const RESOURCE: Targets = 16;
pub(super) const MODULE: Targets = 32;
pub(super) const OUTPUT: Targets = 64;
/// Metadata, imports and extensions, which are only described.
pub(super) const OTHER: Targets = 128;
pub(super) const ASSERT: Targets = 256;
/// A member of an object type or an item of a tuple type.
pub(super) const PART: Targets = 512;
const DESCRIBED: Targets = PARAM | VAR | TYPE | FUNC | RESOURCE | MODULE | OUTPUT | OTHER | PART;
const TYPED: Targets = PARAM | TYPE | OUTPUT | PART;

/// A decorator.
pub(super) struct DecoratorRule {
    pub(super) name: &'static str,
    pub(super) least: usize,
    pub(super) greatest: usize,
    pub(super) targets: Targets,
    /// Its arguments are literals.
    pub(super) constant: bool,
}

const fn decorator(
    name: &'static str,
    arguments: usize,
    targets: Targets,
    constant: bool,
) -> DecoratorRule {
    DecoratorRule {
        name,
        least: arguments,
        greatest: arguments,
        targets,
        constant,
    }
}

pub(super) const DECORATORS: &[DecoratorRule] = &[
    decorator("allowed", 1, PARAM | PART, true),
    decorator("batchSize", 1, RESOURCE | MODULE, true),
    decorator("description", 1, DESCRIBED, true),
    decorator("discriminator", 1, TYPED, true),
    decorator("export", 0, VAR | TYPE | FUNC, true),
    decorator("maxLength", 1, TYPED, true),
    decorator("maxValue", 1, TYPED, true),
    decorator("metadata", 1, TYPED, true),
    decorator("minLength", 1, TYPED, true),
    decorator("minValue", 1, TYPED, true),
    decorator("nullIfNotFound", 0, RESOURCE, true),
    decorator("onlyIfNotExists", 0, RESOURCE | MODULE, true),
    DecoratorRule {
        name: "retryOn",
        least: 1,
        greatest: 2,
        targets: RESOURCE | MODULE,
        constant: true,
    },
    decorator("sealed", 0, TYPED, true),
    decorator("secure", 0, TYPED | FUNC, true),
    // Experimental ones, whose arguments may be lambdas.
    DecoratorRule {
        name: "patch",
        least: 0,
        greatest: 2,
        targets: TYPED | RESOURCE,
        constant: false,
    },
    DecoratorRule {
        name: "validate",
        least: 1,
        greatest: 2,
        targets: TYPED | VAR,
        constant: false,
    },
    DecoratorRule {
        name: "waitUntil",
        least: 2,
        greatest: 2,
        targets: RESOURCE,
        constant: false,
    },
];

/// Functions that take other numbers of arguments at other scopes.
pub(super) fn scoped(scope: ScopeKind, name: &str) -> Option<(usize, usize)> {
    let own = match name {
        "resourceGroup" => {
            return Some(match scope {
                ScopeKind::ResourceGroup => (0, 2),
                ScopeKind::Subscription => (1, 2),
                _ => (2, 2),
            });
        }
        "subscription" => matches!(scope, ScopeKind::ResourceGroup | ScopeKind::Subscription),
        "managementGroup" => scope == ScopeKind::ManagementGroup,
        _ => return None,
    };
    Some(if own { (0, 1) } else { (1, 1) })
}
