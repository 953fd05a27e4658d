//! The text of an open expression to what another template can do with it: whether it says the same there, and which
//! parameters it needs.

use std::collections::BTreeSet;

use crate::ir::is_user_defined;
use crate::syntax::armexpr::{Node, NodeKind, Source, parse};
use crate::text::FileId;

/// Longest expression that Azure Resource Manager takes: <https://learn.microsoft.com/azure/azure-resource-manager/templates/best-practices#template-limits>.
const LONGEST: usize = 24_576;

/// Functions that say something else, or nothing, in another template.
const OF_ITS_TEMPLATE: [&str; 14] = [
    "variables",
    "copyindex",
    "references",
    "resourceinfo",
    "extensions",
    "invokeresourcemethod",
    // Its name and its parameters are those of the step's deployment.
    "deployment",
    "managementgroup",
    // Only in defaults of parameters.
    "utcnow",
    "newguid",
    // Only in parameter files.
    "externalinput",
    "externalinputs",
    // Ways in which this program prints what is no function.
    "unknown",
    "getkeyvaultsecret",
];

/// An expression that says the same in the template of a step.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Portable {
    /// Names of the parameters that it asks for, as written.
    pub(super) parameters: BTreeSet<String>,
    /// It is `parameters('x')` and no more.
    pub(super) is_parameter: bool,
}

/// What a step's template can do with `[text]`; none where it says nothing there.
pub(super) fn portable(text: &str) -> Option<Portable> {
    if text.len() > LONGEST {
        return None;
    }
    let text = format!("[{text}]");
    let source = Source {
        text: &text,
        file: FileId(0),
        map: &|at| at,
    };
    let node = parse(source).ok()?;
    let mut parameters = BTreeSet::new();
    if !says_the_same(&node, &mut parameters) {
        return None;
    }
    let is_parameter = matches!(&node.kind, NodeKind::Call { name, .. } if is(name, "parameters"));
    Some(Portable {
        parameters,
        is_parameter,
    })
}

fn says_the_same(node: &Node, parameters: &mut BTreeSet<String>) -> bool {
    match &node.kind {
        NodeKind::Text(_) | NodeKind::Int(_) => true,
        NodeKind::Property { base, .. } => says_the_same(base, parameters),
        NodeKind::Index { base, index } => {
            says_the_same(base, parameters) && says_the_same(index, parameters)
        }
        NodeKind::Call { name, .. } if is_user_defined(name) => false,
        NodeKind::Call { name, args, .. } => {
            if is(name, "parameters") {
                let [
                    Node {
                        kind: NodeKind::Text(name),
                        ..
                    },
                ] = &**args
                else {
                    return false;
                };
                parameters.insert(name.to_string());
                return true;
            }
            // Without an API version it asks for a resource of its own template.
            let is_own = is(name, "reference") && args.len() < 2;
            let is_known = !OF_ITS_TEMPLATE.contains(&name.to_ascii_lowercase().as_str());
            is_known && !is_own && args.iter().all(|arg| says_the_same(arg, parameters))
        }
    }
}

fn is(name: &str, other: &str) -> bool {
    name.eq_ignore_ascii_case(other)
}

#[cfg(test)]
mod tests {
    use super::portable;

    #[test]
    fn what_says_the_same_elsewhere() {
        for text in [
            "resourceGroup().location",
            "resourceId('a/b', parameters('x'))",
            "reference('/subscriptions/s', '2024-01-01').a[0]",
            "listKeys(resourceId('a/b', 'c'), '2024-01-01').keys[0].value",
            "createObject('a', createArray(1, true()))",
        ] {
            assert!(portable(text).is_some(), "{text}");
        }
        for text in [
            "copyIndex()",
            "reference('other').a",
            "contoso.name('x')",
            "if(true(), deployment().name, '')",
            "parameters(concat('a', 'b'))",
            "unknown()",
            "utcNow()",
            "a(",
        ] {
            assert!(portable(text).is_none(), "{text}");
        }
    }

    #[test]
    fn parameters_are_found() {
        let one = portable("parameters('x')").unwrap();
        assert!(one.is_parameter);
        let two = portable("concat(parameters('b'), parameters('a').c)").unwrap();
        assert!(!two.is_parameter);
        let names: Vec<&str> = two.parameters.iter().map(String::as_str).collect();
        assert_eq!(names, ["a", "b"]);
    }
}
