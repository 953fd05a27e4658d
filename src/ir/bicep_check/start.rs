//! Values that must be known before the deployment starts: names, locations, conditions, counts. What other resources and
//! modules answer during the deployment is not. Source: part C5, rule 14, of the language reference.

use std::collections::{BTreeMap, BTreeSet};

use super::modules::{members_of, property};
use super::symbols::SymbolKind;
use super::{Check, functions};
use crate::finding::ProblemKind;
use crate::syntax::bicep::Node;
use crate::syntax::bicep::ast::{
    Expr, ExprKind, Item, Key, Member, Name, Part, Statement, StatementKind,
};
use crate::text::Span;

/// What the body of a resource must know at the start.
const OF_RESOURCES: [&str; 6] = ["kind", "location", "name", "sku", "tags", "zones"];
const OF_MODULES: [&str; 2] = ["name", "scope"];
/// What is known of a resource from its declaration.
const KNOWN: [&str; 4] = ["apiVersion", "id", "name", "type"];

/// Existing resources that are followed through their names.
const MAX_NAMES: usize = 32;

/// What the value of a declaration asks Azure for.
pub(super) enum Asked<'a> {
    /// A function that asks, with the names of loops and the like around it.
    Call {
        owner: Option<usize>,
        args: &'a [Expr],
        locals: Vec<&'a str>,
    },
    /// A member of a resource.
    Member {
        owner: Option<usize>,
        base: &'a Expr,
        name: &'a Name,
    },
}

impl Check<'_> {
    /// Looks at every value that must be known at the start.
    pub(super) fn check_start(&mut self) {
        let file = self.file;
        self.late = self.late_variables();
        for statement in &file.statements {
            self.starts(statement);
        }
        for asked in std::mem::take(&mut self.asked) {
            match asked {
                // Its arguments must be known too.
                Asked::Call {
                    owner,
                    args,
                    locals,
                } => {
                    for arg in args.iter().take(2) {
                        self.known(owner, arg, "an argument of this function", &locals);
                    }
                }
                Asked::Member { owner, base, name } => self.asked_resource(owner, base, name),
            }
        }
    }

    /// Variables that ask Azure, and those that are made of them.
    fn late_variables(&self) -> BTreeSet<usize> {
        let mut users: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for one in &self.uses {
            if let Some(from) = one.from {
                users.entry(one.to).or_default().push(from);
            }
        }
        let value = |index: usize| match &self.symbols.all.get(index)?.statement.kind {
            StatementKind::Var { value, .. } => Some(value),
            _ => None,
        };
        let asks = |index: &usize| {
            value(*index).is_some_and(|value| self.late_with(Some(*index), value, &[]).is_some())
        };
        let mut waiting: Vec<usize> = (0..self.symbols.all.len()).filter(asks).collect();
        let mut late: BTreeSet<usize> = waiting.iter().copied().collect();
        while let Some(index) = waiting.pop() {
            for user in users.get(&index).into_iter().flatten() {
                if value(*user).is_some() && late.insert(*user) {
                    waiting.push(*user);
                }
            }
        }
        late
    }

    fn starts(&mut self, statement: &Statement) {
        let owner = self.symbols.of_statement(statement);
        match &statement.kind {
            StatementKind::Resource(resource) => {
                let wanted: &[&str] = match resource.existing {
                    Some(_) => &[],
                    None => &OF_RESOURCES,
                };
                self.body_at_start(owner, &resource.body, wanted, &mut Vec::new());
            }
            StatementKind::Module { body, .. } => {
                self.body_at_start(owner, body, &OF_MODULES, &mut Vec::new());
            }
            StatementKind::Var { value, .. } => {
                if let ExprKind::For(node) = &value.kind {
                    self.known(owner, &node.array, "the array of a loop", &[]);
                    let mut locals: Vec<&str> = vec![&node.item.text];
                    locals.extend(node.index.as_ref().map(|name| &*name.text));
                    if let Some(place) = self.late_with(owner, &node.body, &locals) {
                        self.not_known(place, "the loop of a variable");
                    }
                }
            }
            StatementKind::Output { value, .. } => {
                if let ExprKind::For(node) = &value.kind {
                    self.known(owner, &node.array, "the array of a loop", &[]);
                }
            }
            _ => {}
        }
    }

    fn body_at_start<'t>(
        &mut self,
        owner: Option<usize>,
        body: &'t Expr,
        wanted: &[&str],
        locals: &mut Vec<&'t str>,
    ) {
        match &body.kind {
            ExprKind::If { condition, body } => {
                self.known(owner, condition, "a condition", locals);
                self.body_at_start(owner, body, wanted, locals);
            }
            ExprKind::For(node) => {
                self.known(owner, &node.array, "the array of a loop", locals);
                locals.push(&node.item.text);
                locals.extend(node.index.as_ref().map(|name| &*name.text));
                self.body_at_start(owner, &node.body, wanted, locals);
            }
            ExprKind::Object(members) => {
                for member in members {
                    match member {
                        Member::Property(property) => {
                            let key = property.key.text().unwrap_or("");
                            if wanted.contains(&key) {
                                let what = format!("`{key}`");
                                self.known(owner, &property.value, &what, locals);
                            }
                            self.loops_at_start(owner, &property.value, locals);
                        }
                        Member::Resource(statement) => self.starts(statement),
                        Member::Spread(_) => {}
                    }
                }
            }
            _ => {}
        }
    }

    /// The loops of properties, which are counted before the deployment.
    fn loops_at_start<'t>(
        &mut self,
        owner: Option<usize>,
        value: &'t Expr,
        locals: &mut Vec<&'t str>,
    ) {
        match &value.kind {
            ExprKind::For(node) => {
                self.known(owner, &node.array, "the array of a loop", locals);
            }
            ExprKind::Object(members) => {
                for member in members {
                    if let Member::Property(property) = member {
                        self.loops_at_start(owner, &property.value, locals);
                    }
                }
            }
            ExprKind::Array(items) => {
                for item in items {
                    if let Item::Value(value) = item {
                        self.loops_at_start(owner, value, locals);
                    }
                }
            }
            _ => {}
        }
    }

    fn known(&mut self, owner: Option<usize>, expr: &Expr, what: &str, locals: &[&str]) {
        if let Some(place) = self.late_with(owner, expr, locals) {
            self.not_known(place, what);
        }
    }

    fn not_known(&mut self, place: Span, what: &str) {
        let message = format!(
            "{what} must be known before the deployment starts, and this is answered during it"
        );
        let help = "use a parameter or a variable; of a resource `id`, `name`, `type` and `apiVersion` are known";
        self.report(ProblemKind::ContextNotAllowed, place, message, help);
    }

    /// A resource whose name is not known at the start cannot be asked for more.
    fn asked_resource(&mut self, owner: Option<usize>, base: &Expr, name: &Name) {
        if KNOWN.contains(&&*name.text) {
            return;
        }
        let asked = self.symbols.resource_of(owner, base);
        if asked.is_some_and(|index| self.has_late_name(index, &mut BTreeSet::new())) {
            self.not_known(base.span, "the name of a resource that is asked");
        }
    }

    /// Whether a function asks Azure for something.
    pub(super) fn asks_azure(&self, name: &Name) -> bool {
        let asks = &*name.text == "reference" || functions::is_list(&name.text);
        asks && self.symbols.find(&name.text).is_none()
    }

    fn late_with(&self, owner: Option<usize>, expr: &Expr, locals: &[&str]) -> Option<Span> {
        let mut seek = Seek {
            check: self,
            owner,
            locals: locals.to_vec(),
            seen: BTreeSet::new(),
        };
        seek.late(expr)
    }

    /// Whether the name of an existing resource is answered during the deployment, and with it its id.
    fn has_late_name(&self, index: usize, seen: &mut BTreeSet<usize>) -> bool {
        let Some(resource) = self
            .symbols
            .resource(index)
            .filter(|one| one.existing.is_some())
        else {
            return false;
        };
        let members = members_of(&resource.body).unwrap_or(&[]);
        if seen.len() >= MAX_NAMES || !seen.insert(index) {
            return false;
        }
        property(members, "name").is_some_and(|name| {
            let mut seek = Seek {
                check: self,
                owner: Some(index),
                locals: Vec::new(),
                seen: seen.clone(),
            };
            seek.late(&name.value).is_some()
        })
    }
}

/// Looks for the first part of an expression that is answered during the deployment.
struct Seek<'c, 'a> {
    check: &'c Check<'a>,
    owner: Option<usize>,
    locals: Vec<&'c str>,
    /// Declarations that are being looked at.
    seen: BTreeSet<usize>,
}

impl<'c> Seek<'c, '_> {
    fn late(&mut self, expr: &'c Expr) -> Option<Span> {
        match &expr.kind {
            ExprKind::Variable(name) => self.variable(name).then_some(expr.span),
            ExprKind::Property { base, name, .. } => match self.resource(base) {
                Some(index) => self.of_resource(index, &name.text).then_some(expr.span),
                None => self.late(base),
            },
            ExprKind::Index { base, index, .. } => match (self.resource(base), index.text()) {
                (Some(resource), Some(name)) => {
                    self.of_resource(resource, name).then_some(expr.span)
                }
                (Some(_), None) => self.late(index),
                (None, _) => self.late(base).or_else(|| self.late(index)),
            },
            ExprKind::Call { name, args } => {
                if self.check.asks_azure(name) {
                    return Some(expr.span);
                }
                args.iter().find_map(|arg| self.late(arg))
            }
            ExprKind::MethodCall { base, name, args } => {
                let asks = &*name.text == "reference" || functions::is_list(&name.text);
                if self.resource(base).is_some() || asks && is_az(base) {
                    return Some(expr.span);
                }
                let found = args.iter().find_map(|arg| self.late(arg));
                found.or_else(|| self.late(base))
            }
            ExprKind::Lambda { params, body } => {
                let outer = self.locals.len();
                self.locals.extend(params.iter().map(|name| &*name.text));
                let found = self.late(body);
                self.locals.truncate(outer);
                found
            }
            ExprKind::For(node) => {
                let outer = self.locals.len();
                let found = self.late(&node.array);
                self.locals.push(&node.item.text);
                self.locals
                    .extend(node.index.as_ref().map(|name| &*name.text));
                let found = found.or_else(|| self.late(&node.body));
                self.locals.truncate(outer);
                found
            }
            _ => self.among_children(expr),
        }
    }

    fn among_children(&mut self, expr: &'c Expr) -> Option<Span> {
        let mut found = None;
        Node::Expr(expr).children(&mut |child| {
            if found.is_some() {
                return;
            }
            found = match child {
                Node::Expr(inner) | Node::Part(Part::Hole(inner)) => self.late(inner),
                Node::Spread(spread) => self.late(&spread.value),
                Node::Property(property) => {
                    let key = match &property.key {
                        Key::Computed(key) => self.late(key),
                        Key::Name(_) => None,
                    };
                    key.or_else(|| self.late(&property.value))
                }
                _ => None,
            };
        });
        found
    }

    /// The resource or module that an expression names, unless a local variable hides it.
    fn resource(&self, expr: &Expr) -> Option<usize> {
        let hidden = match &expr.kind {
            ExprKind::Variable(name) => self.locals.contains(&&*name.text),
            ExprKind::Index { base, .. } => return self.resource(base),
            _ => false,
        };
        (!hidden)
            .then(|| self.check.symbols.resource_of(self.owner, expr))
            .flatten()
    }

    fn of_resource(&mut self, index: usize, name: &str) -> bool {
        let kind = self.check.symbols.all.get(index).map(|one| one.kind);
        if kind == Some(SymbolKind::Module) {
            return name == "outputs";
        }
        if KNOWN.contains(&name) {
            return self.check.has_late_name(index, &mut self.seen.clone());
        }
        true
    }

    /// Whether a name stands for a variable whose value is late, or for all resources of a loop.
    fn variable(&self, name: &Name) -> bool {
        if self.locals.contains(&&*name.text) {
            return false;
        }
        let index = self.check.symbols.look_up(self.owner, &name.text);
        index.is_some_and(|index| {
            self.check.late.contains(&index) || self.check.symbols.is_collection(index)
        })
    }
}

pub(super) fn is_az(base: &Expr) -> bool {
    matches!(&base.kind, ExprKind::Variable(name) if &*name.text == "az")
}
