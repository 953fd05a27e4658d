//! What a file declares: every declaration with a number, nested resources with their parents, and names that stand twice.

use super::Check;
use crate::finding::ProblemKind;
use crate::syntax::bicep::File;
use crate::syntax::bicep::ast::{
    Expr, ExprKind, Imports, Key, Member, Name, Resource, Statement, StatementKind, Type, TypeKind,
};
use crate::syntax::bicep::{FileKind, Node};
use crate::text::spread_any_case;

/// The declarations of a file.
pub(super) struct Symbols<'a> {
    /// In source order, nested resources behind the one that they stand in.
    pub(super) all: Vec<Declaration<'a>>,
    /// Names at the top of the file, sorted, with their numbers.
    top: Vec<(&'a str, usize)>,
    /// Where statements begin, sorted, with their numbers.
    starts: Vec<(u32, usize)>,
    /// Whether a resource is only referred to.
    pub(super) has_existing: bool,
}

/// One name that a file declares, or a declaration without a name.
pub(super) struct Declaration<'a> {
    pub(super) statement: &'a Statement,
    pub(super) kind: SymbolKind,
    /// Empty where there is none.
    pub(super) name: &'a Name,
    /// The resource in whose body it stands.
    pub(super) parent: Option<usize>,
    /// The resources in its body.
    pub(super) children: Vec<usize>,
}

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SymbolKind {
    Param,
    Var,
    Type,
    Func,
    Resource,
    Module,
    Assert,
    Test,
    /// One name of an import list: what it is, the other file says.
    Imported,
    /// `import * as name`, or an extension.
    Namespace,
    /// An output, or something without a name.
    Nothing,
}

impl<'a> Symbols<'a> {
    pub(super) fn of(file: &'a File) -> Self {
        let mut symbols = Self {
            all: Vec::new(),
            top: Vec::new(),
            starts: Vec::new(),
            has_existing: false,
        };
        for statement in &file.statements {
            symbols.declare(statement, None);
        }
        for (index, declaration) in symbols.all.iter().enumerate() {
            let named = declaration.kind != SymbolKind::Nothing && declaration.parent.is_none();
            if named && !declaration.name.text.is_empty() {
                symbols.top.push((&declaration.name.text, index));
            }
        }
        symbols.top.sort_unstable();
        symbols.starts.sort_unstable();
        symbols
    }

    fn declare(&mut self, statement: &'a Statement, parent: Option<usize>) {
        match &statement.kind {
            StatementKind::Import { what, .. } => match what {
                Imports::List { items, .. } => {
                    for item in items {
                        let name = item.alias.as_ref().unwrap_or(&item.name);
                        self.add(statement, SymbolKind::Imported, name, parent);
                    }
                }
                Imports::Wildcard { alias, .. } => {
                    self.add(statement, SymbolKind::Namespace, alias, parent);
                }
                Imports::Error(_) => {}
            },
            StatementKind::Extension { what, alias, .. } => {
                let own = match &what.kind {
                    ExprKind::Variable(name) => Some(name),
                    _ => None,
                };
                if let Some(name) = alias.as_ref().or(own) {
                    self.add(statement, SymbolKind::Namespace, name, parent);
                }
            }
            kind => {
                if let Some(name) = kind.name() {
                    let index = self.add(statement, kind_of(kind), name, parent);
                    if let StatementKind::Resource(resource) = kind {
                        self.has_existing |= resource.existing.is_some();
                        self.nested(resource, index);
                    }
                }
            }
        }
    }

    fn add(
        &mut self,
        statement: &'a Statement,
        kind: SymbolKind,
        name: &'a Name,
        parent: Option<usize>,
    ) -> usize {
        let index = self.all.len();
        self.starts.push((statement.span.start, index));
        self.all.push(Declaration {
            statement,
            kind,
            name,
            parent,
            children: Vec::new(),
        });
        if let Some(parent) = parent.and_then(|parent| self.all.get_mut(parent)) {
            parent.children.push(index);
        }
        index
    }

    fn nested(&mut self, resource: &'a Resource, parent: usize) {
        for statement in nested_in(&resource.body) {
            self.declare(statement, Some(parent));
        }
    }

    /// The declaration of a name at the top of the file.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        first_of(&self.top, &name)
    }

    /// The resource of this name in the body of another.
    pub(super) fn child(&self, parent: usize, name: &str) -> Option<usize> {
        let children = &self.all.get(parent)?.children;
        let named = |child: &&usize| {
            let child = self.all.get(**child);
            child.is_some_and(|child| *child.name.text == *name)
        };
        children.iter().find(named).copied()
    }

    /// All names at the top of the file.
    pub(super) fn names(&self) -> impl Iterator<Item = &'a str> {
        self.top.iter().map(|(name, _)| *name)
    }

    /// The number of a declaration; of an import list, of its first name.
    pub(super) fn of_statement(&self, statement: &Statement) -> Option<usize> {
        first_of(&self.starts, &statement.span.start)
    }

    /// What a name stands for in the body of a declaration: a resource in it or around it, or a name at the top.
    pub(super) fn look_up(&self, owner: Option<usize>, name: &str) -> Option<usize> {
        let mut around = owner;
        while let Some(index) = around {
            if let Some(child) = self.child(index, name) {
                return Some(child);
            }
            around = self.all.get(index)?.parent;
        }
        self.find(name)
    }

    /// The resource or module that an expression names: `a`, `a[0]`, `a::b`.
    pub(super) fn resource_of(&self, owner: Option<usize>, expr: &Expr) -> Option<usize> {
        match &expr.kind {
            ExprKind::Variable(name) => {
                let index = self.look_up(owner, &name.text)?;
                let kind = self.all.get(index)?.kind;
                matches!(kind, SymbolKind::Resource | SymbolKind::Module).then_some(index)
            }
            ExprKind::Child { base, name } => {
                let parent = self.resource_of(owner, base)?;
                self.child(parent, &name.text)
            }
            ExprKind::Index { base: inner, .. }
            | ExprKind::Parenthesized(inner)
            | ExprKind::NonNull(inner) => self.resource_of(owner, inner),
            _ => None,
        }
    }

    /// Whether a resource or module is a loop.
    pub(super) fn is_collection(&self, index: usize) -> bool {
        let declaration = self.all.get(index);
        match declaration.map(|one| &one.statement.kind) {
            Some(
                StatementKind::Resource(Resource { body, .. }) | StatementKind::Module { body, .. },
            ) => matches!(body.kind, ExprKind::For(_)),
            _ => false,
        }
    }

    /// The resource declaration of a number.
    pub(super) fn resource(&self, index: usize) -> Option<&'a Resource> {
        match &self.all.get(index)?.statement.kind {
            StatementKind::Resource(resource) => Some(resource),
            _ => None,
        }
    }
}

/// The first number under a key of a sorted list.
fn first_of<K: Ord>(sorted: &[(K, usize)], key: &K) -> Option<usize> {
    let at = sorted.partition_point(|(known, _)| known < key);
    let (known, index) = sorted.get(at)?;
    (known == key).then_some(*index)
}

/// The resources directly in the body of a resource.
pub(super) fn nested_in(body: &Expr) -> Vec<&Statement> {
    match &body.kind {
        ExprKind::Object(members) => {
            let resources = members.iter().filter_map(|member| match member {
                Member::Resource(statement) => Some(&**statement),
                _ => None,
            });
            resources.collect()
        }
        ExprKind::If { body, .. } => nested_in(body),
        ExprKind::For(node) => nested_in(&node.body),
        _ => Vec::new(),
    }
}

fn kind_of(kind: &StatementKind) -> SymbolKind {
    match kind {
        StatementKind::Param { .. } | StatementKind::ParamAssignment { .. } => SymbolKind::Param,
        StatementKind::Var { .. } => SymbolKind::Var,
        StatementKind::Type { .. } => SymbolKind::Type,
        StatementKind::Func { .. } => SymbolKind::Func,
        StatementKind::Resource(_) => SymbolKind::Resource,
        StatementKind::Module { .. } => SymbolKind::Module,
        StatementKind::Assert { .. } => SymbolKind::Assert,
        StatementKind::Test { .. } => SymbolKind::Test,
        _ => SymbolKind::Nothing,
    }
}

impl Check<'_> {
    /// Names that are declared twice, or reserved.
    pub(super) fn check_symbols(&mut self) {
        self.twice_at_the_top();
        self.twice_in_a_body();
        self.outputs();
        self.letter_case();
        self.single_statements();
        self.target_scope();
        self.reserved_names();
        for statement in &self.file.statements {
            self.object_keys(Node::Statement(statement));
        }
    }

    fn twice_at_the_top(&mut self) {
        let mut twice = Vec::new();
        let top = self.symbols.top.as_slice();
        for same in top.chunk_by(|(one, _), (other, _)| one == other) {
            if same.len() > 1 {
                let names = same
                    .iter()
                    .filter_map(|(_, index)| self.symbols.all.get(*index));
                twice.extend(names.map(|declaration| declaration.name));
            }
        }
        for name in twice {
            self.twice(name);
        }
    }

    fn twice(&mut self, name: &Name) {
        let message = format!("`{}` is declared more than once", name.text);
        let help = "rename or remove all but one of them";
        self.report(ProblemKind::DuplicateDeclaration, name.span, message, help);
    }

    /// Names of which each stands once: of outputs, of resources in one body, of the variables of a loop, lambda or function.
    pub(super) fn twice_among(&mut self, mut names: Vec<&Name>) {
        names.retain(|name| !name.text.is_empty());
        names.sort_by_key(|name| &*name.text);
        for same in names.chunk_by(|one, other| one.text == other.text) {
            if same.len() > 1 {
                for name in same {
                    self.twice(name);
                }
            }
        }
    }

    /// Nested resources of one parent.
    fn twice_in_a_body(&mut self) {
        let parents = self.symbols.all.iter().filter(|one| one.children.len() > 1);
        let bodies: Vec<Vec<&Name>> = parents
            .map(|parent| {
                let children = parent.children.iter();
                let children = children.filter_map(|child| self.symbols.all.get(*child));
                children.map(|child| child.name).collect()
            })
            .collect();
        for names in bodies {
            self.twice_among(names);
        }
    }

    fn outputs(&mut self) {
        let mut outputs: Vec<&Name> = Vec::new();
        for statement in &self.file.statements {
            if let StatementKind::Output { name, .. } = &statement.kind {
                outputs.push(name);
            }
        }
        self.twice_among(outputs);
    }

    /// Parameters, variables, outputs, functions and types keep their names in the template, where case does not count.
    fn letter_case(&mut self) {
        let mut names: Vec<(u8, usize, &Name)> = Vec::new();
        for statement in &self.file.statements {
            let section = match &statement.kind {
                StatementKind::Param { .. } => 0,
                StatementKind::Var { .. } => 1,
                StatementKind::Output { .. } => 2,
                StatementKind::Func { .. } => 3,
                StatementKind::Type { .. } => 4,
                _ => continue,
            };
            if let Some(name) = statement.kind.name() {
                // Names are made of letters of ASCII.
                names.push((section, spread_any_case(&name.text), name));
            }
        }
        names.sort_by_key(|(section, spread, _)| (*section, *spread));
        for alike in names.chunk_by(|one, other| (one.0, one.1) == (other.0, other.1)) {
            if alike.len() > 1 {
                let names: Vec<&Name> = alike.iter().map(|(_, _, name)| *name).collect();
                self.differ_in_case(&names);
            }
        }
    }

    /// Names of which most are alike in any case.
    fn differ_in_case(&mut self, names: &[&Name]) {
        let Some(first) = names.first() else { return };
        if names.iter().all(|name| name.text == first.text) {
            return;
        }
        let mut names: Vec<(String, &Name)> = names
            .iter()
            .map(|name| (name.text.to_ascii_lowercase(), *name))
            .collect();
        names.sort_by(|one, other| (&one.0, &one.1.text).cmp(&(&other.0, &other.1.text)));
        for alike in names.chunk_by(|one, other| one.0 == other.0) {
            let same = |pair: &[(String, &Name)]| matches!(pair, [one, other] if one.1.text == other.1.text);
            // Names that are the same in their case too are reported as such, and their likes are not.
            if alike.len() < 2 || alike.windows(2).any(same) {
                continue;
            }
            for (_, name) in alike {
                let message = format!("`{}` differs from another name only in its case", name.text);
                let help = "rename one of them: Azure Resource Manager does not tell them apart";
                self.report(ProblemKind::DuplicateDeclaration, name.span, message, help);
            }
        }
    }

    /// `targetScope`, `using` and `extends` stand once in a file.
    fn single_statements(&mut self) {
        for word in ["targetScope", "using", "extends"] {
            let same = self.file.statements.iter().filter(|statement| {
                word == match &statement.kind {
                    StatementKind::TargetScope { .. } => "targetScope",
                    StatementKind::Using { .. } => "using",
                    StatementKind::Extends { .. } => "extends",
                    _ => "",
                }
            });
            let same: Vec<_> = same.map(|statement| statement.keyword).collect();
            if same.len() > 1 {
                for place in same {
                    let message = format!("`{word}` stands more than once in this file");
                    let help = "keep one of them";
                    self.report(ProblemKind::DuplicateDeclaration, place, message, help);
                }
            }
        }
    }

    /// The scope is known while the file is compiled.
    fn target_scope(&mut self) {
        let file = self.file;
        for statement in &file.statements {
            if let StatementKind::TargetScope { value } = &statement.kind
                && !matches!(value.kind, ExprKind::Text(_) | ExprKind::Error)
            {
                let message = "the scope of a file is a literal";
                let help = "write `targetScope = 'subscription'`";
                self.report(ProblemKind::ContextNotAllowed, value.span, message, help);
            }
        }
    }

    fn reserved_names(&mut self) {
        let mut reserved = Vec::new();
        for declaration in &self.symbols.all {
            let is_extension = declaration.kind == SymbolKind::Namespace;
            if matches!(&*declaration.name.text, "sys" | "az") && !is_extension {
                let message = format!("`{}` is the name of a namespace", declaration.name.text);
                reserved.push((declaration.name.span, message));
            }
        }
        let extends =
            |statement: &Statement| matches!(statement.kind, StatementKind::Extends { .. });
        let extends = self.file.statements.iter().any(extends);
        let mut copies = self.symbols.all.iter().filter(|one| {
            one.kind == SymbolKind::Var && one.name.text.eq_ignore_ascii_case("copy")
        });
        if let Some(copy) = copies.next() {
            let message = "`copy` stands for the loops among the variables of a template";
            reserved.push((copy.name.span, message.to_owned()));
        }
        for statement in &self.file.statements {
            match &statement.kind {
                StatementKind::Type { name, .. } if &*name.text == "resource" => {
                    let message = "`resource` is a type of the language".to_owned();
                    reserved.push((name.span, message));
                }
                StatementKind::Metadata { name, .. } if name.text.starts_with('_') => {
                    let message = "names of metadata that begin with `_` are reserved".to_owned();
                    reserved.push((name.span, message));
                }
                StatementKind::Var { name, .. }
                    if extends
                        && self.file.kind == FileKind::Parameters
                        && &*name.text == "base" =>
                {
                    let message = "`base` stands for the file that is extended".to_owned();
                    reserved.push((name.span, message));
                }
                _ => {}
            }
        }
        for (place, message) in reserved {
            let help = "use another name";
            self.report(ProblemKind::DuplicateDeclaration, place, message, help);
        }
    }

    /// A member that stands twice in one object or object type.
    fn object_keys(&mut self, node: Node<'_>) {
        match node {
            Node::Expr(Expr {
                kind: ExprKind::Object(members),
                ..
            }) => self.same_keys(members.iter().filter_map(|member| match member {
                Member::Property(property) => Some(&property.key),
                Member::Spread(_) | Member::Resource(_) => None,
            })),
            Node::Type(Type {
                kind: TypeKind::Object(members),
                ..
            }) => {
                let keys = || members.iter().filter_map(|member| member.key.as_ref());
                self.same_keys(keys());
                let names = keys().filter_map(|key| match key {
                    Key::Name(name) => Some((spread_any_case(&name.text), name)),
                    Key::Computed(_) => None,
                });
                let mut names: Vec<(usize, &Name)> = names.collect();
                names.sort_unstable_by_key(|(spread, _)| *spread);
                for alike in names.chunk_by(|one, other| one.0 == other.0) {
                    if alike.len() > 1 {
                        let names: Vec<&Name> = alike.iter().map(|(_, name)| *name).collect();
                        self.differ_in_case(&names);
                    }
                }
            }
            _ => {}
        }
        node.children(&mut |child| self.object_keys(child));
    }

    fn same_keys<'k>(&mut self, keys: impl Iterator<Item = &'k Key>) {
        let names = keys.filter_map(|key| match key {
            Key::Name(name) => Some(name),
            Key::Computed(_) => None,
        });
        let mut names: Vec<&Name> = names.collect();
        // Most differ in their length already.
        names.sort_by_key(|name| (name.text.len(), &*name.text));
        for same in names.chunk_by(|one, other| one.text == other.text) {
            if same.len() > 1 {
                for name in same {
                    let message =
                        format!("the property `{}` stands more than once here", name.text);
                    let help = "keep one of them";
                    self.report(ProblemKind::DuplicateDeclaration, name.span, message, help);
                }
            }
        }
    }
}
