//! Expressions of Bicep to calls of template functions, and values to JSON with such calls inside.

use std::fmt::Write as _;
use std::sync::Arc;

use super::build::{array, call, call_at, entry, int, invalid, named, null, object, shared, text};
use super::context::{Binding, Ctx, Local};
use super::model::{Model, Symbol};
use super::unit::{Doing, Kind, Origin, Unit};
use crate::ir::{Absent, Expr, ExprKind as Ir, Member as IrMember, PropertyLoop};
use crate::syntax::bicep::FileKind;
use crate::syntax::bicep::ast::{
    BinaryOperator, Expr as Ast, ExprKind, For, Item, Key, Member, Name, Part, UnaryOperator,
};
use crate::text::Span;

/// How a value is written: as JSON whose strings may be expressions, or inside of an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Data,
    Expression,
}

/// Lowers what stands in one file into one template.
#[derive(Clone, Copy)]
pub(super) struct Lower<'a> {
    pub(super) unit: &'a Unit<'a>,
    pub(super) model: &'a Model,
}

impl<'a> Lower<'a> {
    /// A value where JSON stands: objects and arrays stay JSON.
    pub(super) fn data(&self, ast: &'a Ast, ctx: Ctx<'_>) -> Expr {
        match &ast.kind {
            ExprKind::Parenthesized(inner) | ExprKind::NonNull(inner) => self.data(inner, ctx),
            ExprKind::Array(items) if !items.iter().any(is_spread) => {
                let values = items.iter().map(|item| match item {
                    Item::Value(value) => self.data(value, ctx),
                    Item::Spread(spread) => self.data(&spread.value, ctx),
                });
                array(values.collect(), ast.span)
            }
            ExprKind::Object(members) if !members.iter().any(is_spread_member) => {
                object(self.members(members, ctx), ast.span)
            }
            ExprKind::Variable(name) => self.name(name, ast.span, ctx, Form::Data),
            ExprKind::Call { name, args } if *name.text == *"any" && args.len() == 1 => args
                .first()
                .map_or_else(|| null(ast.span), |arg| self.data(arg, ctx)),
            _ => self.expr(ast, ctx),
        }
    }

    /// The members of an object in JSON: loops first, as the compiler writes them.
    pub(super) fn members(&self, members: &'a [Member], ctx: Ctx<'_>) -> Vec<IrMember> {
        let mut lowered = Vec::with_capacity(members.len());
        for member in members {
            if let Member::Property(property) = member
                && let Some(this) = loop_of(&property.value)
            {
                let name = self.key(&property.key, ctx);
                lowered.push(self.property_loop(name, this, property.value.span, ctx));
            }
        }
        for member in members {
            if let Member::Property(property) = member
                && loop_of(&property.value).is_none()
            {
                lowered.push(IrMember::Entry {
                    key: self.key(&property.key, ctx),
                    value: self.data(&property.value, ctx),
                });
            }
        }
        lowered
    }

    /// `name: [for ..]`.
    pub(super) fn property_loop(
        &self,
        name: Expr,
        this: &'a For,
        span: Span,
        ctx: Ctx<'_>,
    ) -> IrMember {
        let index = Arc::new(call("copyIndex", vec![name.clone()], this.item.span));
        let items = self.loop_array(this, ctx);
        let count = call(
            "length",
            vec![shared(&items, this.array.span)],
            this.array.span,
        );
        let input = Self::in_loop(this, &items, &index, ctx, |ctx| self.data(&this.body, ctx));
        IrMember::Loop(Box::new(PropertyLoop {
            name,
            count,
            input,
            span,
        }))
    }

    /// What is looped over.
    pub(super) fn loop_array(&self, this: &'a For, ctx: Ctx<'_>) -> Arc<Expr> {
        if ctx.locals.is_some() {
            return Arc::new(self.expr(&this.array, ctx));
        }
        if let Some(known) = self.unit.arrays.borrow().get(&this.array.span) {
            return Arc::clone(known);
        }
        let items = Arc::new(self.expr(&this.array, ctx));
        let mut arrays = self.unit.arrays.borrow_mut();
        arrays.insert(this.array.span, Arc::clone(&items));
        items
    }

    /// Something inside of a loop, for the item at this index.
    pub(super) fn in_loop<T>(
        this: &'a For,
        items: &Arc<Expr>,
        index: &Arc<Expr>,
        ctx: Ctx<'_>,
        run: impl FnOnce(Ctx<'_>) -> T,
    ) -> T {
        let item = Local {
            name: &this.item.text,
            binding: Binding::Item(Arc::clone(items), Arc::clone(index)),
            outer: ctx.locals,
        };
        let inner = Ctx {
            locals: Some(&item),
            ..ctx
        };
        match &this.index {
            Some(name) => {
                let position = Local {
                    name: &name.text,
                    binding: Binding::Value(Arc::clone(index)),
                    outer: Some(&item),
                };
                run(Ctx {
                    locals: Some(&position),
                    ..inner
                })
            }
            None => run(inner),
        }
    }

    /// The name of a member.
    pub(super) fn key(&self, key: &'a Key, ctx: Ctx<'_>) -> Expr {
        match key {
            Key::Name(name) => text(Arc::clone(&name.text), name.span),
            Key::Computed(expr) => self.expr(expr, ctx),
        }
    }

    /// A value inside of an expression.
    pub(super) fn expr(&self, ast: &'a Ast, ctx: Ctx<'_>) -> Expr {
        if !self.unit.spend() {
            return invalid("The template is too large", ast.span);
        }
        let span = ast.span;
        match &ast.kind {
            ExprKind::Null => null(span),
            ExprKind::Bool(value) => Expr {
                kind: Ir::Bool(*value),
                span,
            },
            ExprKind::Int(value) => match i64::try_from(*value) {
                Ok(value) => int(value, span),
                Err(_) => invalid("The integer needs more than 64 bits", span),
            },
            ExprKind::Text(value) => text(Arc::clone(value), span),
            ExprKind::Interpolated(parts) => self.interpolated(parts, span, ctx),
            ExprKind::Variable(name) => self.name(name, span, ctx, Form::Expression),
            ExprKind::Array(items) => self.array(items, span, ctx),
            ExprKind::Object(members) => self.object(members, span, ctx),
            ExprKind::Parenthesized(inner) => self.expr(inner, ctx),
            ExprKind::Unary { operator, operand } => self.unary(*operator, operand, span, ctx),
            ExprKind::Binary {
                operator,
                operator_span,
                left,
                right,
            } => self.binary(*operator, *operator_span, [left, right], span, ctx),
            ExprKind::Ternary {
                condition,
                then,
                otherwise,
            } => {
                let args = [condition, then, otherwise];
                let args = args.iter().map(|arg| self.expr(arg, ctx)).collect();
                call_at("if".into(), condition.span, args, span)
            }
            ExprKind::Call { name, args } => self.call(name, args, span, ctx),
            ExprKind::MethodCall { .. }
            | ExprKind::Property { .. }
            | ExprKind::Index { .. }
            | ExprKind::Child { .. }
            | ExprKind::NonNull(_) => self.access(ast, ctx).0,
            ExprKind::Lambda { .. } => {
                invalid("A lambda can only be an argument of a function", span)
            }
            ExprKind::For(_) => invalid("A loop is not supported here", span),
            ExprKind::If { .. } | ExprKind::None | ExprKind::Error => {
                invalid("The expression could not be read", span)
            }
        }
    }

    fn interpolated(&self, parts: &'a [Part], span: Span, ctx: Ctx<'_>) -> Expr {
        let mut format = String::new();
        let mut args = Vec::new();
        for part in parts {
            match part {
                Part::Text { text, .. } => {
                    format.push_str(&text.replace('{', "{{").replace('}', "}}"));
                }
                Part::Hole(hole) => {
                    let _ = write!(format, "{{{}}}", args.len());
                    args.push(self.expr(hole, ctx));
                }
            }
        }
        args.insert(0, text(format, span));
        call("format", args, span)
    }

    fn array(&self, items: &'a [Item], span: Span, ctx: Ctx<'_>) -> Expr {
        let mut pieces = Vec::new();
        let mut values = Vec::new();
        let has_spread = items.iter().any(is_spread);
        for item in items {
            match item {
                Item::Value(value) => values.push(self.expr(value, ctx)),
                Item::Spread(spread) => {
                    if !values.is_empty() {
                        pieces.push(array(std::mem::take(&mut values), span));
                    }
                    pieces.push(self.expr(&spread.value, ctx));
                }
            }
        }
        if !has_spread {
            return array(values, span);
        }
        if !values.is_empty() {
            pieces.push(array(values, span));
        }
        call("flatten", vec![array(pieces, span)], span)
    }

    fn object(&self, members: &'a [Member], span: Span, ctx: Ctx<'_>) -> Expr {
        let mut pieces = Vec::new();
        let mut entries = Vec::new();
        let has_spread = members.iter().any(is_spread_member);
        for member in members {
            match member {
                Member::Property(property) => {
                    entries.push((
                        self.key(&property.key, ctx),
                        self.expr(&property.value, ctx),
                    ));
                }
                Member::Spread(spread) => {
                    if !entries.is_empty() {
                        pieces.push(literal_object(std::mem::take(&mut entries), span));
                    }
                    pieces.push(self.expr(&spread.value, ctx));
                }
                Member::Resource(_) => {}
            }
        }
        if !has_spread {
            return literal_object(entries, span);
        }
        if !entries.is_empty() {
            pieces.push(literal_object(entries, span));
        }
        call("shallowMerge", vec![array(pieces, span)], span)
    }

    fn unary(&self, operator: UnaryOperator, operand: &'a Ast, span: Span, ctx: Ctx<'_>) -> Expr {
        match operator {
            UnaryOperator::Not => call("not", vec![self.expr(operand, ctx)], span),
            UnaryOperator::Minus => {
                if let ExprKind::Int(value) = operand.kind {
                    return match i64::try_from(-i128::from(value)) {
                        Ok(value) => int(value, span),
                        Err(_) => invalid("The integer needs more than 64 bits", span),
                    };
                }
                call("sub", vec![int(0, span), self.expr(operand, ctx)], span)
            }
        }
    }

    fn binary(
        &self,
        operator: BinaryOperator,
        operator_span: Span,
        operands: [&'a Ast; 2],
        span: Span,
        ctx: Ctx<'_>,
    ) -> Expr {
        let [mut left, mut right] = operands.map(|operand| self.expr(operand, ctx));
        let ignoring_case = matches!(
            operator,
            BinaryOperator::EqualIgnoringCase | BinaryOperator::NotEqualIgnoringCase
        );
        if ignoring_case {
            let (a, b) = (left.span, right.span);
            left = call("toLower", vec![left], a);
            right = call("toLower", vec![right], b);
        }
        let function = match operator {
            BinaryOperator::Multiply => "mul",
            BinaryOperator::Divide => "div",
            BinaryOperator::Modulo => "mod",
            BinaryOperator::Add => "add",
            BinaryOperator::Subtract => "sub",
            BinaryOperator::Less => "less",
            BinaryOperator::LessOrEqual => "lessOrEquals",
            BinaryOperator::Greater => "greater",
            BinaryOperator::GreaterOrEqual => "greaterOrEquals",
            BinaryOperator::Equal
            | BinaryOperator::NotEqual
            | BinaryOperator::EqualIgnoringCase
            | BinaryOperator::NotEqualIgnoringCase => "equals",
            BinaryOperator::And => "and",
            BinaryOperator::Or => "or",
            BinaryOperator::Coalesce => "coalesce",
        };
        let made = call_at(function.into(), operator_span, vec![left, right], span);
        match operator {
            BinaryOperator::NotEqual | BinaryOperator::NotEqualIgnoringCase => {
                call_at("not".into(), operator_span, vec![made], span)
            }
            _ => made,
        }
    }

    /// What a name stands for.
    pub(super) fn name(&self, name: &Name, span: Span, ctx: Ctx<'_>, form: Form) -> Expr {
        if let Some(local) = ctx.local(&name.text) {
            return match &local.binding {
                Binding::Item(items, index) => {
                    super::build::index(shared(items, span), shared(index, span), span)
                }
                Binding::Value(value) | Binding::Module(value, _) => shared(value, span),
            };
        }
        if let Some(id) = self.model.nested(&name.text, ctx.within) {
            return self.whole_resource(id, None, span);
        }
        match self.model.symbols.get(&name.text) {
            Some(Symbol::Parameter) => named("parameters", &self.parameter_name(&name.text), span),
            Some(Symbol::Variable(at)) => self.variable(*at, name, span, form),
            Some(Symbol::Resource(id)) => self.whole_resource(*id, None, span),
            Some(Symbol::Module(at)) => self.whole_module(*at, None, span),
            Some(Symbol::Imported(at, there)) => self.imported_variable(*at, there, span),
            Some(
                Symbol::Function(_)
                | Symbol::Type(_)
                | Symbol::Wildcard(_)
                | Symbol::Azure
                | Symbol::Other,
            ) => invalid(format!("The name '{}' is not a value", name.text), span),
            None if name.text.is_empty() => invalid("The expression could not be read", span),
            None => {
                let message = format!("The name '{}' does not exist here", name.text);
                invalid(message, span)
            }
        }
    }

    fn variable(&self, at: usize, name: &Name, span: Span, form: Form) -> Expr {
        if !self.is_inlined(at) {
            let emitted = self.emitted(Kind::Variable, &name.text);
            return named("variables", &emitted, span);
        }
        let doing = Doing::Variable(self.model.id(), at);
        let key = (doing, form == Form::Data);
        if let Some(known) = self.unit.cache.borrow().get(&key) {
            return shared(known, span);
        }
        let made = self.unit.once(doing, &name.text, span, || {
            let Some((_, value)) = self.model.variable(at) else {
                return null(span);
            };
            match form {
                Form::Data => self.data(value, Ctx::default()),
                Form::Expression => self.expr(value, Ctx::default()),
            }
        });
        let made = Arc::new(made);
        self.unit.cache.borrow_mut().insert(key, Arc::clone(&made));
        shared(&made, span)
    }

    /// The name in the template of something that this file declares.
    pub(super) fn emitted(&self, kind: Kind, name: &Arc<str>) -> Arc<str> {
        if self.model.file.kind == FileKind::Parameters {
            return self.parameter_name(name);
        }
        if self.model.id() == self.unit.main {
            return Arc::clone(name);
        }
        match self.unit.session.model_of(self.model) {
            Some(model) => self.unit.take(kind, &Origin::Bicep(model), name),
            None => Arc::clone(name),
        }
    }

    /// A variable of another file.
    pub(super) fn imported_variable(&self, at: usize, there: &Arc<str>, span: Span) -> Expr {
        if let Ok(origin) = self.unit.session.import(self.model, at) {
            let emitted = self.unit.take(Kind::Variable, &origin, there);
            named("variables", &emitted, span)
        } else {
            let from = self.model.import_from(at).and_then(Ast::text).unwrap_or("");
            absent("variables", there, from, span)
        }
    }
}

/// A value of a file that is not at hand.
pub(super) fn absent(function: &str, name: &Arc<str>, file: &str, span: Span) -> Expr {
    Expr {
        kind: Ir::Absent(Box::new(Absent {
            function: function.into(),
            name: Arc::clone(name),
            file: file.into(),
        })),
        span,
    }
}

/// An object inside of an expression. Names that are not known beforehand need the function.
fn literal_object(entries: Vec<(Expr, Expr)>, span: Span) -> Expr {
    if entries
        .iter()
        .all(|(key, _)| matches!(key.kind, Ir::Text(_)))
    {
        let members = entries.into_iter();
        let members = members.map(|(key, value)| IrMember::Entry { key, value });
        return object(members.collect(), span);
    }
    let args = entries.into_iter().flat_map(|(key, value)| [key, value]);
    call("createObject", args.collect(), span)
}

fn is_spread(item: &Item) -> bool {
    matches!(item, Item::Spread(_))
}

fn is_spread_member(member: &Member) -> bool {
    matches!(member, Member::Spread(_))
}

/// The loop that a value is.
pub(super) fn loop_of(value: &Ast) -> Option<&For> {
    match &value.kind {
        ExprKind::For(this) => Some(this),
        ExprKind::Parenthesized(inner) => loop_of(inner),
        _ => None,
    }
}

/// `createObject('value', n, 'fromEnd', true())`: a step from the end in a chain of safe ones.
pub(super) fn from_end(position: Expr) -> Expr {
    let span = position.span;
    let yes = Expr {
        kind: Ir::Bool(true),
        span,
    };
    object(vec![entry("value", position), entry("fromEnd", yes)], span)
}
