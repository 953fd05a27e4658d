//! Names that an expression uses, and what else of it matters before it is lowered.

use crate::syntax::bicep::ast::{Expr, ExprKind, Item, Key, Member, Part};

/// What a walk meets. `locals` are the names of loops and lambdas around.
pub(super) trait Visitor<'a> {
    /// Sees an expression; false: its parts are not looked at.
    fn see(&mut self, expr: &'a Expr, locals: &[&'a str]) -> bool;

    /// Whether resources in the bodies of others are looked into.
    fn enters_resources(&self) -> bool {
        false
    }
}

/// Walks through an expression.
pub(super) fn walk<'a>(expr: &'a Expr, locals: &mut Vec<&'a str>, visitor: &mut dyn Visitor<'a>) {
    if !visitor.see(expr, locals) {
        return;
    }
    match &expr.kind {
        ExprKind::Interpolated(parts) => {
            for part in parts {
                if let Part::Hole(hole) = part {
                    walk(hole, locals, visitor);
                }
            }
        }
        ExprKind::Array(items) => {
            for item in items {
                match item {
                    Item::Value(value) => walk(value, locals, visitor),
                    Item::Spread(spread) => walk(&spread.value, locals, visitor),
                }
            }
        }
        ExprKind::Object(members) => walk_members(members, locals, visitor),
        ExprKind::Parenthesized(inner) | ExprKind::NonNull(inner) => walk(inner, locals, visitor),
        ExprKind::Unary { operand, .. } => walk(operand, locals, visitor),
        ExprKind::Binary { left, right, .. } => {
            walk(left, locals, visitor);
            walk(right, locals, visitor);
        }
        ExprKind::Ternary {
            condition,
            then,
            otherwise,
        } => {
            walk(condition, locals, visitor);
            walk(then, locals, visitor);
            walk(otherwise, locals, visitor);
        }
        ExprKind::Call { args, .. } => args.iter().for_each(|arg| walk(arg, locals, visitor)),
        ExprKind::MethodCall { base, args, .. } => {
            walk(base, locals, visitor);
            for arg in args {
                walk(arg, locals, visitor);
            }
        }
        ExprKind::Property { base, .. } | ExprKind::Child { base, .. } => {
            walk(base, locals, visitor);
        }
        ExprKind::Index { base, index, .. } => {
            walk(base, locals, visitor);
            walk(index, locals, visitor);
        }
        ExprKind::Lambda { params, body } => {
            let before = locals.len();
            locals.extend(params.iter().map(|param| &*param.text));
            walk(body, locals, visitor);
            locals.truncate(before);
        }
        ExprKind::For(this) => {
            walk(&this.array, locals, visitor);
            let before = locals.len();
            locals.push(&this.item.text);
            locals.extend(this.index.as_ref().map(|index| &*index.text));
            walk(&this.body, locals, visitor);
            locals.truncate(before);
        }
        ExprKind::If { condition, body } => {
            walk(condition, locals, visitor);
            walk(body, locals, visitor);
        }
        ExprKind::Null
        | ExprKind::Bool(_)
        | ExprKind::Int(_)
        | ExprKind::Text(_)
        | ExprKind::Variable(_)
        | ExprKind::None
        | ExprKind::Error => {}
    }
}

/// Walks through the members of an object.
pub(super) fn walk_members<'a>(
    members: &'a [Member],
    locals: &mut Vec<&'a str>,
    visitor: &mut dyn Visitor<'a>,
) {
    for member in members {
        match member {
            Member::Property(property) => {
                if let Key::Computed(key) = &property.key {
                    walk(key, locals, visitor);
                }
                walk(&property.value, locals, visitor);
            }
            Member::Spread(spread) => walk(&spread.value, locals, visitor),
            Member::Resource(statement) => {
                if visitor.enters_resources()
                    && let crate::syntax::bicep::ast::StatementKind::Resource(resource) =
                        &statement.kind
                {
                    walk(&resource.body, locals, visitor);
                }
            }
        }
    }
}
