//! Decorators: whether they exist, stand above what they are for, and have the arguments that they need.

use super::functions::{self, DECORATORS, DecoratorRule, Targets};
use super::symbols::{SymbolKind, nested_in};
use super::{Check, similar};
use crate::finding::ProblemKind;
use crate::syntax::bicep::ast::{
    Decorator, Expr, ExprKind, Item, Key, Member, Name, Resource, Statement, StatementKind, Type,
    TypeKind, UnaryOperator,
};
use crate::syntax::bicep::{FileKind, Node};
use crate::text::Span;
use std::collections::{BTreeMap, BTreeSet};

impl Check<'_> {
    /// Looks at every decorator.
    pub(super) fn check_decorators(&mut self) {
        let file = self.file;
        for statement in &file.statements {
            self.decorated(Node::Statement(statement));
        }
    }

    fn decorated(&mut self, node: Node<'_>) {
        match node {
            Node::Statement(statement) => {
                let targets = targets(&statement.kind);
                let ty = match &statement.kind {
                    StatementKind::Param { ty, .. } | StatementKind::Output { ty, .. } => {
                        ty.as_ref()
                    }
                    StatementKind::Type { ty, .. } => Some(ty),
                    _ => None,
                };
                for decorator in &statement.decorators {
                    self.decorator(decorator, targets, Some(statement), ty);
                }
                self.decorators_twice(&statement.decorators);
                if let StatementKind::Resource(resource) = &statement.kind {
                    for inner in nested_in(&resource.body) {
                        self.decorated(Node::Statement(inner));
                    }
                    return;
                }
            }
            Node::TypeMember(member) => self.on_part(&member.decorators, &member.ty),
            Node::TupleItem(item) => self.on_part(&item.decorators, &item.ty),
            Node::Type(_) | Node::FuncParam(_) => {}
            // Nothing in a value has decorators but a nested resource.
            _ => return,
        }
        node.children(&mut |child| self.decorated(child));
    }

    fn on_part(&mut self, decorators: &[Decorator], ty: &Type) {
        for decorator in decorators {
            self.decorator(decorator, functions::PART, None, Some(ty));
        }
        self.decorators_twice(decorators);
    }

    /// A decorator that stands twice above one thing.
    fn decorators_twice(&mut self, decorators: &[Decorator]) {
        let mut named: Vec<(&str, Span)> = Vec::new();
        for decorator in decorators {
            if let ExprKind::Call { name, .. } | ExprKind::MethodCall { name, .. } =
                &decorator.expr.kind
            {
                named.push((&name.text, decorator.span));
            }
        }
        named.sort_by_key(|(name, place)| (*name, place.start));
        for same in named.chunk_by(|(one, _), (other, _)| one == other) {
            if same.len() > 1 && DECORATORS.iter().any(|known| known.name == same[0].0) {
                for (name, place) in same {
                    let message = format!("`{name}` stands more than once here");
                    let help = "keep one of them";
                    self.report(ProblemKind::DuplicateDeclaration, *place, message, help);
                }
            }
        }
    }

    fn decorator(
        &mut self,
        decorator: &Decorator,
        target: Targets,
        on: Option<&Statement>,
        ty: Option<&Type>,
    ) {
        if target == 0 {
            let message = "nothing decorates this declaration";
            let help = "remove the decorator";
            self.report(
                ProblemKind::ContextNotAllowed,
                decorator.span,
                message,
                help,
            );
            return;
        }
        let (space, name, args) = match &decorator.expr.kind {
            ExprKind::Call { name, args } => ("", name, args),
            ExprKind::MethodCall { base, name, args } => match &base.kind {
                ExprKind::Variable(space) => (&*space.text, name, args),
                _ => return,
            },
            _ => return,
        };
        let known = DECORATORS.iter().find(|known| known.name == &*name.text);
        let Some(rule) = known.filter(|_| matches!(space, "" | "sys")) else {
            return self.no_decorator(space, name);
        };
        self.wrong_count(
            name.span,
            rule.name,
            args.len(),
            (rule.least, rule.greatest),
        );
        // A parameter file has few decorators, and an assertion none.
        let no_other = self.is_parameters() || target == functions::ASSERT;
        if rule.targets & target == 0 && no_other {
            return self.no_decorator(space, name);
        }
        if rule.targets & target == 0 {
            let message = format!("`{}` cannot decorate this", rule.name);
            let help = where_it_belongs(rule);
            self.report(ProblemKind::ContextNotAllowed, name.span, message, &help);
        } else if rule.constant {
            for arg in args {
                self.constant(arg);
            }
        }
        if rule.targets & target != 0 && !fits(rule.name, target, ty) {
            let message = format!("`{}` does not decorate this type", rule.name);
            let help = "lengths are those of `string` and `array`, bounds those of `int`; secure are `string` and `object`";
            self.report(
                ProblemKind::ContextNotAllowed,
                decorator.span,
                message,
                help,
            );
        }
        match rule.name {
            "batchSize" => self.batch_size(decorator, args, on),
            "export" => self.exports_values(decorator, on),
            _ => {}
        }
    }

    fn no_decorator(&mut self, space: &str, name: &Name) {
        let text = &*name.text;
        if text.is_empty() {
            return;
        }
        let message = if functions::find(text).is_some() && space.is_empty() {
            format!("the function `{text}` is no decorator")
        } else if space.is_empty() {
            format!("there is no decorator `{text}`")
        } else {
            format!("`{space}` has no decorator `{text}`")
        };
        let help = match similar(text, DECORATORS.iter().map(|known| known.name)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "correct its spelling, or remove it".to_owned(),
        };
        self.report(ProblemKind::UnknownFunction, name.span, message, &help);
    }

    /// What stands in a decorator is known while the file is compiled.
    fn constant(&mut self, expr: &Expr) {
        if let Some(wrong) = not_constant(expr) {
            let message = "a decorator takes only literals";
            let help = "write the value itself";
            self.report(ProblemKind::ContextNotAllowed, wrong.span, message, help);
        }
    }

    /// What is exported must have its value without the file around it.
    fn exports_values(&mut self, decorator: &Decorator, on: Option<&Statement>) {
        let Some(StatementKind::Var { .. }) = on.map(|statement| &statement.kind) else {
            return;
        };
        let mut waiting: Vec<usize> = on
            .and_then(|statement| self.symbols.of_statement(statement))
            .into_iter()
            .collect();
        let mut seen: BTreeSet<usize> = waiting.iter().copied().collect();
        while let Some(from) = waiting.pop() {
            for to in self.used_in(from).to_vec() {
                let found = self.symbols.all.get(to);
                let bound = found.filter(|found| {
                    matches!(
                        found.kind,
                        SymbolKind::Param | SymbolKind::Resource | SymbolKind::Module
                    )
                });
                if let Some(bound) = bound {
                    let message =
                        format!("this needs `{}`, which no other file has", bound.name.text);
                    let help = "export what is made of literals and other variables only";
                    self.report(
                        ProblemKind::ContextNotAllowed,
                        decorator.span,
                        message,
                        help,
                    );
                    return;
                }
                if seen.insert(to) {
                    waiting.push(to);
                }
            }
        }
    }

    /// The declarations that a declaration names.
    fn used_in(&self, declaration: usize) -> &[usize] {
        let all = self.used.get_or_init(|| {
            let mut all: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
            for one in &self.uses {
                if let Some(from) = one.from {
                    all.entry(from).or_default().push(one.to);
                }
            }
            all
        });
        all.get(&declaration).map_or(&[], Vec::as_slice)
    }

    fn batch_size(&mut self, decorator: &Decorator, args: &[Expr], on: Option<&Statement>) {
        let body = on.and_then(|statement| match &statement.kind {
            StatementKind::Resource(Resource { body, .. }) | StatementKind::Module { body, .. } => {
                Some(body)
            }
            _ => None,
        });
        if body.is_some_and(|body| !matches!(body.kind, ExprKind::For(_) | ExprKind::Error)) {
            let message = "`batchSize` decorates only loops";
            let help = "remove it, or make this a loop: `[for item in array: { .. }]`";
            self.report(ProblemKind::CopyInvalid, decorator.span, message, help);
        }
        if let Some(size) = args.first()
            && (matches!(size.kind, ExprKind::Int(0)) || is_negative(size))
        {
            let message = "the size of a batch is at least 1";
            self.report(
                ProblemKind::CopyInvalid,
                size.span,
                message,
                "write 1 or more",
            );
        }
    }
}

/// Whether a decorator is for a type, as far as the type is one of the language. What is made of types is looked at
/// when values are.
fn fits(name: &str, target: Targets, ty: Option<&Type>) -> bool {
    if target == functions::FUNC {
        return name != "secure";
    }
    let ty = match ty.map(|ty| &ty.kind) {
        Some(TypeKind::Name(ty)) => &*ty.text,
        _ => return true,
    };
    if !matches!(ty, "string" | "int" | "bool" | "object" | "array") {
        return true;
    }
    match name {
        "secure" => matches!(ty, "string" | "object"),
        "minLength" | "maxLength" => matches!(ty, "string" | "array"),
        "minValue" | "maxValue" => ty == "int",
        "sealed" => ty == "object",
        "discriminator" => false,
        _ => true,
    }
}

fn is_negative(expr: &Expr) -> bool {
    matches!(
        expr.kind,
        ExprKind::Unary {
            operator: UnaryOperator::Minus,
            ..
        }
    )
}

fn where_it_belongs(rule: &DecoratorRule) -> String {
    let places = [
        (functions::PARAM, "parameters"),
        (functions::VAR, "variables"),
        (functions::TYPE, "types"),
        (functions::FUNC, "functions"),
        (functions::RESOURCE, "resources"),
        (functions::MODULE, "modules"),
        (functions::OUTPUT, "outputs"),
        (functions::PART, "members of types"),
    ];
    let mut words: Vec<&str> = places
        .iter()
        .filter(|(target, _)| rule.targets & target != 0)
        .map(|(_, word)| *word)
        .collect();
    let last = words.pop().unwrap_or("nothing");
    if words.is_empty() {
        format!("it decorates {last}")
    } else {
        format!("it decorates {} and {last}", words.join(", "))
    }
}

fn targets(kind: &StatementKind) -> Targets {
    match kind {
        StatementKind::Param { .. } => functions::PARAM,
        StatementKind::Var { .. } => functions::VAR,
        StatementKind::Type { .. } => functions::TYPE,
        StatementKind::Func { .. } => functions::FUNC,
        StatementKind::Resource(_) => functions::RESOURCE,
        StatementKind::Module { .. } => functions::MODULE,
        StatementKind::Output { .. } => functions::OUTPUT,
        StatementKind::Metadata { .. }
        | StatementKind::Import { .. }
        | StatementKind::Extension { .. } => functions::OTHER,
        StatementKind::Assert { .. } => functions::ASSERT,
        // What could not be read was reported.
        StatementKind::Error => Targets::MAX,
        _ => 0,
    }
}

/// The first part of an expression that is no literal.
fn not_constant(expr: &Expr) -> Option<&Expr> {
    match &expr.kind {
        ExprKind::Null
        | ExprKind::Bool(_)
        | ExprKind::Int(_)
        | ExprKind::Text(_)
        | ExprKind::Error => None,
        ExprKind::Unary { operand: inner, .. } | ExprKind::Parenthesized(inner) => {
            not_constant(inner)
        }
        ExprKind::Array(items) => items.iter().find_map(|item| match item {
            Item::Value(value) => not_constant(value),
            Item::Spread(spread) => Some(&spread.value),
        }),
        ExprKind::Object(members) => members.iter().find_map(|member| match member {
            Member::Property(property) => match &property.key {
                Key::Name(_) => not_constant(&property.value),
                Key::Computed(key) => Some(key),
            },
            Member::Spread(spread) => Some(&spread.value),
            Member::Resource(_) => None,
        }),
        _ => Some(expr),
    }
}

impl Check<'_> {
    /// Whether this is a parameter file.
    pub(super) fn is_parameters(&self) -> bool {
        self.file.kind == FileKind::Parameters
    }
}
