//! The names of one file: what each of them declares, and the resources in the order in which the compiler writes them.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::ir::ScopeKind;
use crate::syntax::bicep::File;
use crate::syntax::bicep::ast::{
    Expr, ExprKind, For, Imports, Member, Name, Property, Resource, Statement, StatementKind, Type,
};
use crate::text::FileId;

/// What a name of the file stands for.
#[derive(Clone, Debug)]
pub(super) enum Symbol {
    /// A parameter; in a parameter file an assignment.
    Parameter,
    /// A variable: its statement.
    Variable(usize),
    /// A user-defined function: its statement.
    Function(usize),
    /// A type: its statement.
    Type(usize),
    /// A resource, by its position in `resources`.
    Resource(usize),
    /// A module: its statement.
    Module(usize),
    /// A name of an import list: the statement, and what it is called there.
    Imported(usize, Arc<str>),
    /// `* as name`: the statement.
    Wildcard(usize),
    /// Another name of the namespace `az`.
    Azure,
    /// An extension or another thing without a value.
    Other,
}

/// A resource and where it stands.
#[derive(Clone, Debug)]
pub(super) struct ResourceEntry {
    /// The statement, then the members of the bodies around it.
    path: Vec<usize>,
    /// The resource whose body it stands in.
    pub(super) outer: Option<usize>,
    /// The resources in its body.
    pub(super) children: Vec<(Arc<str>, usize)>,
    /// `parent::child`.
    pub(super) symbol: Arc<str>,
}

/// The parts of a resource or module declaration.
#[derive(Clone, Copy)]
pub(super) struct Parts<'m> {
    pub(super) statement: &'m Statement,
    pub(super) name: &'m Name,
    pub(super) copy: Option<&'m For>,
    pub(super) condition: Option<&'m Expr>,
    pub(super) members: &'m [Member],
}

/// The names of one file.
#[derive(Debug)]
pub(super) struct Model {
    pub(super) file: Arc<File>,
    pub(super) scope: ScopeKind,
    pub(super) symbols: BTreeMap<Arc<str>, Symbol>,
    pub(super) resources: Vec<ResourceEntry>,
    /// Whether it uses other extensions than `az`.
    pub(super) has_extensions: bool,
    /// Variables that cannot stand in the template, as they need what is known at run time only.
    pub(super) inlined: RefCell<BTreeMap<Arc<str>, bool>>,
}

impl Model {
    pub(super) fn new(file: Arc<File>) -> Self {
        let mut model = Self {
            scope: ScopeKind::of_bicep(&file),
            symbols: BTreeMap::new(),
            resources: Vec::new(),
            has_extensions: false,
            inlined: RefCell::default(),
            file,
        };
        let file = Arc::clone(&model.file);
        for (at, statement) in file.statements.iter().enumerate() {
            model.declare(at, statement);
        }
        model
    }

    pub(super) fn id(&self) -> FileId {
        self.file.file
    }

    fn declare(&mut self, at: usize, statement: &Statement) {
        let symbol = match &statement.kind {
            StatementKind::Param { .. } | StatementKind::ParamAssignment { .. } => {
                Symbol::Parameter
            }
            StatementKind::Var { .. } => Symbol::Variable(at),
            StatementKind::Func { .. } => Symbol::Function(at),
            StatementKind::Type { .. } => Symbol::Type(at),
            StatementKind::Module { .. } => Symbol::Module(at),
            StatementKind::Resource(resource) => {
                let id = self.declare_resource(&[at], None, resource);
                Symbol::Resource(id)
            }
            StatementKind::Import { what, .. } => return self.declare_import(at, what),
            StatementKind::Extension { what, alias, .. } => {
                let azure = matches!(&what.kind, ExprKind::Variable(name) if *name.text == *"az");
                self.has_extensions |= !azure;
                let name = alias.as_ref().map(|alias| Arc::clone(&alias.text));
                let name = name.or_else(|| match &what.kind {
                    ExprKind::Variable(name) => Some(Arc::clone(&name.text)),
                    _ => None,
                });
                if let Some(name) = name {
                    let symbol = if azure { Symbol::Azure } else { Symbol::Other };
                    self.symbols.entry(name).or_insert(symbol);
                }
                return;
            }
            _ => return,
        };
        if let Some(name) = statement.kind.name() {
            self.symbols.entry(Arc::clone(&name.text)).or_insert(symbol);
        }
    }

    fn declare_import(&mut self, at: usize, what: &Imports) {
        match what {
            Imports::List { items, .. } => {
                for item in items {
                    let here = item.alias.as_ref().unwrap_or(&item.name);
                    let symbol = Symbol::Imported(at, Arc::clone(&item.name.text));
                    self.symbols.entry(Arc::clone(&here.text)).or_insert(symbol);
                }
            }
            Imports::Wildcard { alias, .. } => {
                let name = Arc::clone(&alias.text);
                self.symbols.entry(name).or_insert(Symbol::Wildcard(at));
            }
            Imports::Error(_) => {}
        }
    }

    fn declare_resource(
        &mut self,
        path: &[usize],
        outer: Option<usize>,
        resource: &Resource,
    ) -> usize {
        let id = self.resources.len();
        let own = &resource.name.text;
        let symbol = match outer.and_then(|outer| self.resources.get(outer)) {
            Some(outer) => format!("{}::{own}", outer.symbol).into(),
            None => Arc::clone(own),
        };
        self.resources.push(ResourceEntry {
            path: path.to_vec(),
            outer,
            children: Vec::new(),
            symbol,
        });
        let mut children = Vec::new();
        for (at, member) in members_of(&resource.body).iter().enumerate() {
            if let Member::Resource(statement) = member
                && let StatementKind::Resource(child) = &statement.kind
            {
                let mut path = path.to_vec();
                path.push(at);
                let child_id = self.declare_resource(&path, Some(id), child);
                children.push((Arc::clone(&child.name.text), child_id));
            }
        }
        if let Some(entry) = self.resources.get_mut(id) {
            entry.children = children;
        }
        id
    }

    pub(super) fn statement(&self, at: usize) -> Option<&Statement> {
        self.file.statements.get(at)
    }

    /// The statement of a resource and what it says.
    pub(super) fn resource(&self, id: usize) -> Option<(&Statement, &Resource)> {
        let entry = self.resources.get(id)?;
        let (first, rest) = entry.path.split_first()?;
        let mut statement = self.file.statements.get(*first)?;
        for at in rest {
            let StatementKind::Resource(resource) = &statement.kind else {
                return None;
            };
            let Some(Member::Resource(inner)) = members_of(&resource.body).get(*at) else {
                return None;
            };
            statement = inner;
        }
        match &statement.kind {
            StatementKind::Resource(resource) => Some((statement, resource)),
            _ => None,
        }
    }

    /// The parts of a resource.
    pub(super) fn resource_parts(&self, id: usize) -> Option<Parts<'_>> {
        let (statement, resource) = self.resource(id)?;
        Some(parts(statement, &resource.name, &resource.body))
    }

    /// The parts of a module.
    pub(super) fn module_parts(&self, at: usize) -> Option<Parts<'_>> {
        let statement = self.statement(at)?;
        match &statement.kind {
            StatementKind::Module { name, body, .. } => Some(parts(statement, name, body)),
            _ => None,
        }
    }

    pub(super) fn variable(&self, at: usize) -> Option<(&Name, &Expr)> {
        match &self.statement(at)?.kind {
            StatementKind::Var { name, value, .. } => Some((name, value)),
            _ => None,
        }
    }

    pub(super) fn named_type(&self, at: usize) -> Option<(&Name, &Type)> {
        match &self.statement(at)?.kind {
            StatementKind::Type { name, ty } => Some((name, ty)),
            _ => None,
        }
    }

    /// Where an import statement takes its names from, as written.
    pub(super) fn import_from(&self, at: usize) -> Option<&Expr> {
        match &self.statement(at)?.kind {
            StatementKind::Import { from, .. } => Some(from),
            _ => None,
        }
    }

    /// The resource of this name in the body of `outer` or of those around it.
    pub(super) fn nested(&self, name: &str, mut outer: Option<usize>) -> Option<usize> {
        while let Some(id) = outer {
            let entry = self.resources.get(id)?;
            if let Some(child) = self.child(id, name) {
                return Some(child);
            }
            outer = entry.outer;
        }
        None
    }

    /// The resource of this name in the body of another.
    pub(super) fn child(&self, id: usize, name: &str) -> Option<usize> {
        let mut children = self.resources.get(id)?.children.iter();
        children.find(|(own, _)| **own == *name).map(|(_, id)| *id)
    }
}

fn parts<'m>(statement: &'m Statement, name: &'m Name, body: &'m Expr) -> Parts<'m> {
    let (mut copy, mut condition, mut inner) = (None, None, body);
    loop {
        match &inner.kind {
            ExprKind::For(this) if copy.is_none() => {
                copy = Some(&**this);
                inner = &this.body;
            }
            ExprKind::If {
                condition: this,
                body,
            } if condition.is_none() => {
                condition = Some(&**this);
                inner = body;
            }
            ExprKind::Parenthesized(this) => inner = this,
            _ => break,
        }
    }
    let members: &[Member] = match &inner.kind {
        ExprKind::Object(members) => members,
        _ => &[],
    };
    Parts {
        statement,
        name,
        copy,
        condition,
        members,
    }
}

/// The members of the object in a body.
pub(super) fn members_of(body: &Expr) -> &[Member] {
    let mut inner = body;
    loop {
        match &inner.kind {
            ExprKind::For(this) => inner = &this.body,
            ExprKind::If { body, .. } | ExprKind::Parenthesized(body) => inner = body,
            ExprKind::Object(members) => return members,
            _ => return &[],
        }
    }
}

impl<'m> Parts<'m> {
    /// The member of this name.
    pub(super) fn property(&self, name: &str) -> Option<&'m Property> {
        self.members.iter().find_map(|member| match member {
            Member::Property(property) if property.key.text() == Some(name) => Some(property),
            _ => None,
        })
    }
}
