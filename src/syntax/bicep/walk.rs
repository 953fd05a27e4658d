//! The tree as nodes and their children, for whoever looks at all of it.

use super::ast::{
    Decorator, Expr, ExprKind, FuncParam, ImportItem, Imports, Item, Key, Member, Name, Part,
    Property, Resource, Spread, Statement, StatementKind, TupleItem, Type, TypeKind, TypeMember,
};
use crate::text::Span;

/// Any node of a tree.
#[derive(Clone, Copy, Debug)]
pub enum Node<'a> {
    /// A declaration.
    Statement(&'a Statement),
    /// A decorator.
    Decorator(&'a Decorator),
    /// An expression.
    Expr(&'a Expr),
    /// A type expression.
    Type(&'a Type),
    /// A name that is declared or used.
    Name(&'a Name),
    /// A piece of a text.
    Part(&'a Part),
    /// A member of an object.
    Property(&'a Property),
    /// What is spread into an object or array.
    Spread(&'a Spread),
    /// A member of an object type.
    TypeMember(&'a TypeMember),
    /// An item of a tuple type.
    TupleItem(&'a TupleItem),
    /// A parameter of a function.
    FuncParam(&'a FuncParam),
    /// What an import takes.
    Imports(&'a Imports),
    /// One name of an import list.
    ImportItem(&'a ImportItem),
}

impl<'a> Node<'a> {
    /// Its characters.
    pub fn span(self) -> Span {
        match self {
            Self::Statement(node) => node.span,
            Self::Decorator(node) => node.span,
            Self::Expr(node) => node.span,
            Self::Type(node) => node.span,
            Self::Name(node) => node.span,
            Self::Part(node) => node.span(),
            Self::Property(node) => node.span,
            Self::Spread(node) => node.span,
            Self::TypeMember(node) => node.span,
            Self::TupleItem(node) => node.span,
            Self::FuncParam(node) => node.span,
            Self::ImportItem(node) => node.span,
            Self::Imports(
                Imports::List { span, .. } | Imports::Wildcard { span, .. } | Imports::Error(span),
            ) => *span,
        }
    }

    /// Its children, in source order.
    pub fn children(self, visit: &mut dyn FnMut(Node<'a>)) {
        match self {
            Self::Statement(node) => {
                decorators(&node.decorators, visit);
                statement(&node.kind, visit);
            }
            Self::Decorator(node) => visit(Node::Expr(&node.expr)),
            Self::Expr(node) => expression(&node.kind, visit),
            Self::Type(node) => type_expression(&node.kind, visit),
            Self::Name(_) | Self::Part(Part::Text { .. }) | Self::Imports(Imports::Error(_)) => {}
            Self::Part(Part::Hole(expr)) => visit(Node::Expr(expr)),
            Self::Property(node) => {
                key(&node.key, visit);
                visit(Node::Expr(&node.value));
            }
            Self::Spread(node) => visit(Node::Expr(&node.value)),
            Self::TypeMember(node) => {
                decorators(&node.decorators, visit);
                if let Some(name) = &node.key {
                    key(name, visit);
                }
                visit(Node::Type(&node.ty));
            }
            Self::TupleItem(node) => {
                decorators(&node.decorators, visit);
                visit(Node::Type(&node.ty));
            }
            Self::FuncParam(node) => {
                visit(Node::Name(&node.name));
                visit(Node::Type(&node.ty));
            }
            Self::Imports(Imports::List { items, .. }) => {
                all(items, Node::ImportItem, visit);
            }
            Self::Imports(Imports::Wildcard { alias, .. }) => visit(Node::Name(alias)),
            Self::ImportItem(node) => {
                visit(Node::Name(&node.name));
                all(&node.alias, Node::Name, visit);
            }
        }
    }
}

fn all<'a, T>(
    items: impl IntoIterator<Item = T>,
    node: impl Fn(T) -> Node<'a>,
    visit: &mut dyn FnMut(Node<'a>),
) {
    for item in items {
        visit(node(item));
    }
}

fn item(item: &Item) -> Node<'_> {
    match item {
        Item::Value(value) => Node::Expr(value),
        Item::Spread(spread) => Node::Spread(spread),
    }
}

fn member(member: &Member) -> Node<'_> {
    match member {
        Member::Property(property) => Node::Property(property),
        Member::Spread(spread) => Node::Spread(spread),
        Member::Resource(resource) => Node::Statement(resource),
    }
}

fn decorators<'a>(decorators: &'a [Decorator], visit: &mut dyn FnMut(Node<'a>)) {
    all(decorators, Node::Decorator, visit);
}

fn key<'a>(key: &'a Key, visit: &mut dyn FnMut(Node<'a>)) {
    match key {
        Key::Name(name) => visit(Node::Name(name)),
        Key::Computed(expr) => visit(Node::Expr(expr)),
    }
}

fn statement<'a>(kind: &'a StatementKind, visit: &mut dyn FnMut(Node<'a>)) {
    if let Some(name) = kind.name() {
        visit(Node::Name(name));
    }
    match kind {
        StatementKind::Param { ty, default, .. } => {
            all(ty, Node::Type, visit);
            all(default, Node::Expr, visit);
        }
        StatementKind::Var { ty, value, .. } | StatementKind::Output { ty, value, .. } => {
            all(ty, Node::Type, visit);
            visit(Node::Expr(value));
        }
        StatementKind::Type { ty, .. } => visit(Node::Type(ty)),
        StatementKind::Func {
            params,
            returns,
            body,
            ..
        } => {
            all(params, Node::FuncParam, visit);
            visit(Node::Type(returns));
            visit(Node::Expr(body));
        }
        StatementKind::Resource(Resource { ty, body, .. }) => {
            visit(Node::Expr(ty));
            visit(Node::Expr(body));
        }
        StatementKind::Module { path, body, .. } | StatementKind::Test { path, body, .. } => {
            visit(Node::Expr(path));
            visit(Node::Expr(body));
        }
        StatementKind::Import { what, from } => {
            visit(Node::Imports(what));
            visit(Node::Expr(from));
        }
        StatementKind::Extension {
            what,
            config,
            alias,
        } => {
            visit(Node::Expr(what));
            all(config, Node::Expr, visit);
            all(alias, Node::Name, visit);
        }
        StatementKind::Using { what, config } => {
            visit(Node::Expr(what));
            all(config, Node::Expr, visit);
        }
        StatementKind::ExtensionConfig { config, .. } => {
            all(config, Node::Expr, visit);
        }
        StatementKind::TargetScope { value }
        | StatementKind::Metadata { value, .. }
        | StatementKind::ParamAssignment { value, .. }
        | StatementKind::Assert { value, .. }
        | StatementKind::Extends { what: value } => visit(Node::Expr(value)),
        StatementKind::Error => {}
    }
}

fn expression<'a>(kind: &'a ExprKind, visit: &mut dyn FnMut(Node<'a>)) {
    match kind {
        ExprKind::Null
        | ExprKind::Bool(_)
        | ExprKind::Int(_)
        | ExprKind::Text(_)
        | ExprKind::None
        | ExprKind::Error => {}
        ExprKind::Interpolated(parts) => all(parts, Node::Part, visit),
        ExprKind::Variable(name) => visit(Node::Name(name)),
        ExprKind::Array(items) => all(items, item, visit),
        ExprKind::Object(members) => all(members, member, visit),
        ExprKind::Parenthesized(inner) | ExprKind::NonNull(inner) => visit(Node::Expr(inner)),
        ExprKind::Unary { operand, .. } => visit(Node::Expr(operand)),
        ExprKind::Binary { left, right, .. } => {
            visit(Node::Expr(left));
            visit(Node::Expr(right));
        }
        ExprKind::Ternary {
            condition,
            then,
            otherwise,
        } => {
            visit(Node::Expr(condition));
            visit(Node::Expr(then));
            visit(Node::Expr(otherwise));
        }
        ExprKind::Call { name, args } => {
            visit(Node::Name(name));
            all(args, Node::Expr, visit);
        }
        ExprKind::MethodCall { base, name, args } => {
            visit(Node::Expr(base));
            visit(Node::Name(name));
            all(args, Node::Expr, visit);
        }
        ExprKind::Property { base, name, .. } | ExprKind::Child { base, name } => {
            visit(Node::Expr(base));
            visit(Node::Name(name));
        }
        ExprKind::Index { base, index, .. } => {
            visit(Node::Expr(base));
            visit(Node::Expr(index));
        }
        ExprKind::Lambda { params, body } => {
            all(params, Node::Name, visit);
            visit(Node::Expr(body));
        }
        ExprKind::For(node) => {
            visit(Node::Name(&node.item));
            all(&node.index, Node::Name, visit);
            visit(Node::Expr(&node.array));
            visit(Node::Expr(&node.body));
        }
        ExprKind::If { condition, body } => {
            visit(Node::Expr(condition));
            visit(Node::Expr(body));
        }
    }
}

fn type_expression<'a>(kind: &'a TypeKind, visit: &mut dyn FnMut(Node<'a>)) {
    match kind {
        TypeKind::Null
        | TypeKind::Bool(_)
        | TypeKind::Int(_)
        | TypeKind::Text(_)
        | TypeKind::Error => {}
        TypeKind::Name(name) => visit(Node::Name(name)),
        TypeKind::Interpolated(parts) => all(parts, Node::Part, visit),
        TypeKind::Object(members) => all(members, Node::TypeMember, visit),
        TypeKind::Tuple(items) => all(items, Node::TupleItem, visit),
        TypeKind::Unary { operand: inner, .. }
        | TypeKind::Array(inner)
        | TypeKind::Nullable(inner)
        | TypeKind::NonNull(inner)
        | TypeKind::Parenthesized(inner)
        | TypeKind::AdditionalProperties(inner)
        | TypeKind::AnyItem(inner) => visit(Node::Type(inner)),
        TypeKind::Union(members) => all(members, Node::Type, visit),
        TypeKind::Property { base, name } => {
            visit(Node::Type(base));
            visit(Node::Name(name));
        }
        TypeKind::Item { base, index } => {
            visit(Node::Type(base));
            visit(Node::Type(index));
        }
        TypeKind::Generic(generic) => {
            all(&generic.namespace, Node::Name, visit);
            visit(Node::Name(&generic.name));
            all(&generic.args, Node::Type, visit);
        }
        TypeKind::Resource(text) => visit(Node::Expr(text)),
    }
}
