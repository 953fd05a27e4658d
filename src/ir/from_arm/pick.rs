//! Single things out of a compiled template, for files that import them.

use std::sync::Arc;

use super::Lowering;
use super::values::{Loops, is_loops};
use crate::ir::{TypeDefinition, UserFunction, Variable, VariableValue};
use crate::syntax::json::{Kind, Node};

/// The variable of this name.
pub(in crate::ir) fn lower_variable(root: Node<'_>, name: &str) -> Option<Variable> {
    let mut lowering = Lowering::new(None);
    let section = root.get("variables")?;
    let loops = section.get("copy").filter(|copy| is_loops(*copy));
    let looped = loops
        .into_iter()
        .flat_map(Node::items)
        .find(|item| item.get("name").and_then(Node::string).as_deref() == Some(name));
    if let Some(item) = looped {
        return Some(lowering.variable_loop(item));
    }
    let member = section.member(name)?;
    Some(Variable {
        name: lowering.name(member.key),
        value: VariableValue::Expr(lowering.value(member.value, Loops::Counted)),
    })
}

/// The function of this namespace and name, `ns.name`.
pub(in crate::ir) fn lower_function(root: Node<'_>, full: &str) -> Option<UserFunction> {
    let (wanted, name) = full.split_once('.')?;
    let mut groups = root.get("functions")?.items();
    let group = groups
        .find(|group| group.get("namespace").and_then(Node::string).as_deref() == Some(wanted))?;
    let member = group.get("members")?.member(name)?;
    Some(Lowering::new(None).function(Arc::from(full), member.value))
}

/// The type of this name.
pub(in crate::ir) fn lower_definition(root: Node<'_>, name: &str) -> Option<TypeDefinition> {
    let definition = root.get("definitions")?.get(name)?;
    (definition.kind() == Kind::Object).then(|| Lowering::new(None).type_definition(definition))
}
