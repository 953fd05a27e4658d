//! Loops of resources and modules that are named as a whole, and what lambdas may not ask of them: `references()` is read once,
//! before any loop runs or lambda is called.

use std::collections::{BTreeMap, BTreeSet};

use super::Check;
use super::functions;
use super::start::is_az;
use super::symbols::SymbolKind;
use crate::finding::ProblemKind;
use crate::syntax::bicep::Node;
use crate::syntax::bicep::ast::{
    Expr, ExprKind, For, Key, Member, Name, Part, Statement, StatementKind,
};
use crate::text::Span;

/// Where a value stands.
#[derive(Clone, Copy, Default)]
struct Place {
    /// In `properties`, in the parameters of a module or in an output: all of a loop may be named.
    open: bool,
    /// In `dependsOn`, where it is always fine.
    depends: bool,
    /// In a loop, where it never is.
    looped: bool,
}

/// What the value of a variable names, other than in `dependsOn`: where the variable is used, that stands too.
#[derive(Default)]
struct Content {
    /// A whole loop.
    whole: bool,
    /// A whole loop, inside of a loop.
    looped: bool,
    /// Other variables, and whether they stand in a loop.
    variables: Vec<(usize, bool)>,
}

/// The use of a variable.
struct Site {
    variable: usize,
    place: Place,
    span: Span,
}

struct Walk<'c, 'a> {
    check: &'c mut Check<'a>,
    owner: Option<usize>,
    /// Variables of loops and lambdas around, and whether they are of a lambda.
    locals: Vec<(&'a str, bool)>,
    lambdas: usize,
    place: Place,
    contents: BTreeMap<usize, Content>,
    sites: Vec<Site>,
}

impl Check<'_> {
    /// Looks at every value of the file.
    pub(super) fn check_collections(&mut self) {
        let has_loop = (0..self.symbols.all.len()).any(|index| self.symbols.is_collection(index));
        if !has_loop && !self.asks_in_lambda {
            return;
        }
        let file = self.file;
        let mut walk = Walk {
            check: self,
            owner: None,
            locals: Vec::new(),
            lambdas: 0,
            place: Place::default(),
            contents: BTreeMap::new(),
            sites: Vec::new(),
        };
        for statement in &file.statements {
            walk.statement(statement);
        }
        walk.uses_of_variables();
    }
}

impl<'a> Walk<'_, 'a> {
    fn statement(&mut self, statement: &'a Statement) {
        let outer = (self.owner, self.place);
        self.owner = self.check.symbols.of_statement(statement);
        match &statement.kind {
            StatementKind::Resource(resource) => self.body(&resource.body, "properties"),
            StatementKind::Module { body, .. } => self.body(body, "params"),
            StatementKind::Output { value, .. } => {
                self.place.open = true;
                self.expr(value, false);
            }
            StatementKind::Var { value, .. } => self.expr(value, false),
            // What else has values names no resource.
            _ => {}
        }
        (self.owner, self.place) = outer;
    }

    /// The body of a resource or module.
    fn body(&mut self, body: &'a Expr, open: &str) {
        match &body.kind {
            ExprKind::If { condition, body } => {
                self.expr(condition, false);
                self.body(body, open);
            }
            ExprKind::For(node) => self.in_loop(node, |walk| walk.body(&node.body, open)),
            ExprKind::Object(members) => {
                for member in members {
                    let outer = self.place;
                    if let Member::Property(property) = member {
                        match property.key.text() {
                            Some(key) if key == open => self.place.open = true,
                            Some("dependsOn") => self.place.depends = true,
                            _ => {}
                        }
                    }
                    self.member(member);
                    self.place = outer;
                }
            }
            _ => self.expr(body, false),
        }
    }

    fn member(&mut self, member: &'a Member) {
        match member {
            Member::Property(property) => {
                if let Key::Computed(key) = &property.key {
                    self.expr(key, false);
                }
                self.expr(&property.value, false);
            }
            Member::Spread(spread) => self.expr(&spread.value, false),
            Member::Resource(statement) => self.statement(statement),
        }
    }

    /// A loop: its array, and its body as `run` has it.
    fn in_loop(&mut self, node: &'a For, run: impl FnOnce(&mut Self)) {
        let outer = self.place;
        self.place.looped = true;
        self.expr(&node.array, false);
        let names = std::iter::once(&node.item).chain(node.index.as_ref());
        self.with(names, false, run);
        self.place = outer;
    }

    fn with(
        &mut self,
        names: impl Iterator<Item = &'a Name>,
        lambda: bool,
        run: impl FnOnce(&mut Self),
    ) {
        let outer = self.locals.len();
        self.locals.extend(names.map(|name| (&*name.text, lambda)));
        run(self);
        self.locals.truncate(outer);
    }

    /// An expression; `accessed` if one member or item of it is taken.
    fn expr(&mut self, expr: &'a Expr, accessed: bool) {
        match &expr.kind {
            ExprKind::Variable(name) => self.variable(expr, name, accessed),
            ExprKind::Child { base, .. } => {
                if !accessed && self.is_whole_loop(expr) {
                    self.whole_loop(expr.span);
                }
                self.expr(base, true);
            }
            ExprKind::Property { base, .. } => self.expr(base, true),
            ExprKind::Index {
                base, index, safe, ..
            } => {
                self.index(base, index, *safe);
                self.expr(base, true);
                self.expr(index, true);
            }
            ExprKind::Parenthesized(inner) => self.expr(inner, accessed),
            ExprKind::Call { name, args } => {
                if self.check.asks_azure(name) {
                    self.asks(expr.span, name, args);
                }
                // Its argument has no value, only a name.
                if &*name.text != "nameof" {
                    self.all(args);
                }
            }
            ExprKind::MethodCall { base, name, args } => {
                let asks = &*name.text == "reference" || functions::is_list(&name.text);
                if asks && (is_az(base) || self.is_resource(base)) {
                    self.asks(expr.span, name, args);
                }
                self.expr(base, false);
                self.all(args);
            }
            ExprKind::Lambda { params, body } => {
                self.lambdas += 1;
                self.with(params.iter(), true, |walk| walk.expr(body, false));
                self.lambdas -= 1;
            }
            ExprKind::For(node) => self.in_loop(node, |walk| walk.expr(&node.body, false)),
            ExprKind::Object(members) => {
                for member in members {
                    self.member(member);
                }
            }
            _ => Node::Expr(expr).children(&mut |child| match child {
                Node::Expr(inner) | Node::Part(Part::Hole(inner)) => self.expr(inner, false),
                Node::Spread(spread) => self.expr(&spread.value, false),
                _ => {}
            }),
        }
    }

    fn all(&mut self, args: &'a [Expr]) {
        for arg in args {
            self.expr(arg, false);
        }
    }

    fn variable(&mut self, expr: &'a Expr, name: &Name, accessed: bool) {
        if self.is_local(&name.text) {
            return;
        }
        let Some(index) = self.check.symbols.look_up(self.owner, &name.text) else {
            return;
        };
        if self.kind(index) == Some(SymbolKind::Var) {
            let looped = self.place.looped;
            let in_variable = self.in_variable();
            if let Some(owner) = in_variable {
                let content = self.contents.entry(owner).or_default();
                content.variables.push((index, looped));
            }
            if in_variable.is_none() || looped {
                self.sites.push(Site {
                    variable: index,
                    place: self.place,
                    span: expr.span,
                });
            }
        } else if !accessed && self.check.symbols.is_collection(index) {
            self.whole_loop(expr.span);
        }
    }

    fn kind(&self, index: usize) -> Option<SymbolKind> {
        self.check.symbols.all.get(index).map(|one| one.kind)
    }

    /// The variable in whose value this stands.
    fn in_variable(&self) -> Option<usize> {
        self.owner
            .filter(|owner| self.kind(*owner) == Some(SymbolKind::Var))
    }

    fn is_local(&self, name: &str) -> bool {
        self.locals.iter().any(|(local, _)| *local == name)
    }

    /// Whether an expression is the name of a resource or module, and not of a local variable.
    fn named(&self, expr: &Expr) -> Option<usize> {
        match &expr.kind {
            ExprKind::Variable(name) if self.is_local(&name.text) => None,
            ExprKind::Variable(_) | ExprKind::Child { .. } => {
                self.check.symbols.resource_of(self.owner, expr)
            }
            _ => None,
        }
    }

    fn is_whole_loop(&self, expr: &Expr) -> bool {
        self.named(expr)
            .is_some_and(|index| self.check.symbols.is_collection(index))
    }

    fn is_resource(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Index { base, .. } => self.is_resource(base),
            _ => self.named(expr).is_some(),
        }
    }

    /// All of a loop, named here.
    fn whole_loop(&mut self, span: Span) {
        if self.place.depends {
            return;
        }
        if let Some(owner) = self.in_variable() {
            let content = self.contents.entry(owner).or_default();
            if self.place.looped {
                content.looped = true;
            } else {
                content.whole = true;
                return;
            }
        } else if self.place.open && !self.place.looped {
            return;
        }
        self.not_whole(span);
    }

    fn not_whole(&mut self, span: Span) {
        // Other checks tell more of some places.
        if self.check.problems.iter().any(|one| one.place == span) {
            return;
        }
        let message = "all resources or modules of a loop cannot be used here";
        let help = "name one of them, as in `pools[0]`; all of them stand only in `properties`, in parameters of modules, in variables and in outputs, outside of loops";
        self.check
            .report(ProblemKind::ContextNotAllowed, span, message, help);
    }

    /// `base[index]`.
    fn index(&mut self, base: &Expr, index: &'a Expr, safe: bool) {
        let Some(named) = self.named(base) else {
            return;
        };
        if safe && self.check.symbols.is_collection(named) {
            let message = "`[?` does not ask for a resource or module of a loop";
            let help = "write `[index]`: the loop has what its array has";
            self.check
                .report(ProblemKind::ContextNotAllowed, index.span, message, help);
        }
        if self.lambdas > 0 && self.names_lambda(index) {
            let message = "a variable of a lambda picks no resource or module";
            let help = "use a loop instead: `[for (item, i) in array: pools[i].id]`";
            self.check
                .report(ProblemKind::ContextNotAllowed, index.span, message, help);
        }
    }

    /// A function that asks Azure, in a lambda.
    fn asks(&mut self, span: Span, name: &Name, args: &'a [Expr]) {
        if self.lambdas == 0 || !args.iter().any(|arg| self.names_lambda(arg)) {
            return;
        }
        let message = format!("a variable of a lambda is no argument of `{}`", name.text);
        let help = "use a loop instead: `[for item in array: ..]`";
        self.check
            .report(ProblemKind::ContextNotAllowed, span, message, help);
    }

    /// Whether an expression names a variable of a lambda, around it or in it.
    fn names_lambda(&mut self, expr: &'a Expr) -> bool {
        match &expr.kind {
            ExprKind::Variable(name) => {
                let mut inner = self.locals.iter().rev();
                let local = inner.find(|(local, _)| *local == &*name.text);
                local.is_some_and(|(_, lambda)| *lambda)
            }
            ExprKind::Lambda { params, body } => {
                let mut found = false;
                self.with(params.iter(), true, |walk| found = walk.names_lambda(body));
                found
            }
            _ => {
                let mut found = false;
                Node::Expr(expr).children(&mut |child| match child {
                    Node::Expr(inner) | Node::Part(Part::Hole(inner)) => {
                        found = found || self.names_lambda(inner);
                    }
                    Node::Spread(spread) => found = found || self.names_lambda(&spread.value),
                    Node::Property(property) => {
                        found = found || self.names_lambda(&property.value);
                    }
                    _ => {}
                });
                found
            }
        }
    }

    /// Variables that name a whole loop are written out where they are used, and it stands there then.
    fn uses_of_variables(&mut self) {
        let mut users: BTreeMap<usize, Vec<(usize, bool)>> = BTreeMap::new();
        for (user, content) in &self.contents {
            for (used, looped) in &content.variables {
                users.entry(*used).or_default().push((*user, *looped));
            }
        }
        // Each with whether it stands in a loop.
        let mut found: BTreeSet<(usize, bool)> = BTreeSet::new();
        for (variable, content) in &self.contents {
            found.extend(content.whole.then_some((*variable, false)));
            found.extend(content.looped.then_some((*variable, true)));
        }
        let mut waiting: Vec<(usize, bool)> = found.iter().copied().collect();
        while let Some((variable, looped)) = waiting.pop() {
            for (user, in_loop) in users.get(&variable).into_iter().flatten() {
                let reached = (*user, looped || *in_loop);
                if found.insert(reached) {
                    waiting.push(reached);
                }
            }
        }
        for site in std::mem::take(&mut self.sites) {
            let allowed = site.place.open && !site.place.looped;
            let whole = found.contains(&(site.variable, false)) && !allowed;
            if !site.place.depends && (whole || found.contains(&(site.variable, true))) {
                self.not_whole(site.span);
            }
        }
    }
}
