//! Variables, functions and types that a template gets from other files, under the names that they have in it.

use std::rc::Rc;
use std::sync::Arc;

use super::expressions::Lower;
use super::model::{Model, Symbol};
use super::surroundings::CompiledModule;
use super::unit::{Kind, Origin, Taken, Unit};
use crate::ir::{
    Expr, ExprKind, Member, PropertyType, Rest, Template, TypeDefinition, UserFunction,
    VariableValue, from_arm,
};
use crate::syntax::bicep::ast::{Imports, StatementKind};
use crate::syntax::json::Node;

impl Unit<'_> {
    /// Takes what the import lists of the file name, used or not.
    pub(super) fn take_imported(&self, model: &Model) {
        for (at, statement) in model.file.statements.iter().enumerate() {
            let StatementKind::Import {
                what: Imports::List { items, .. },
                ..
            } = &statement.kind
            else {
                continue;
            };
            let Ok(origin) = self.session.import(model, at) else {
                continue;
            };
            for item in items {
                let here = item.alias.as_ref().unwrap_or(&item.name);
                if let Some(kind) = kind_of(&origin, &item.name.text) {
                    self.take_as(kind, origin.clone(), &item.name.text, &here.text);
                }
            }
        }
    }

    /// Puts all that was taken into the template, and what that needs in turn.
    pub(super) fn emit_taken(&self, template: &mut Template) {
        while let Some(taken) = self.next_taken() {
            match &taken.from {
                Origin::Bicep(model) => self.emit_bicep(model, &taken, template),
                Origin::Arm(module) => self.emit_arm(module, &taken, template),
            }
        }
    }

    fn emit_bicep(&self, model: &Rc<Model>, taken: &Taken, template: &mut Template) {
        let lower = Lower { unit: self, model };
        match (taken.kind, model.symbols.get(&taken.name)) {
            (Kind::Variable, Some(Symbol::Variable(at))) => {
                if let Some((name, value)) = model.variable(*at) {
                    let variable = lower.variable_declaration(name, &taken.emitted, value);
                    template.variables.push(variable);
                }
            }
            (Kind::Function, Some(Symbol::Function(at))) => {
                let function = lower.user_function(*at, &taken.emitted);
                template.functions.extend(function.map(Arc::new));
            }
            (Kind::Type, Some(Symbol::Type(at))) => {
                if let (Some((_, ty)), Some(statement)) =
                    (model.named_type(*at), model.statement(*at))
                {
                    template.definitions.push(PropertyType {
                        name: Arc::clone(&taken.emitted),
                        type_definition: lower.type_definition(ty, &statement.decorators),
                    });
                }
            }
            _ => {}
        }
    }

    fn emit_arm(&self, module: &Arc<CompiledModule>, taken: &Taken, template: &mut Template) {
        let Some(root) = module.document().root() else {
            return;
        };
        let rename = Rename { unit: self, module };
        match taken.kind {
            Kind::Variable => {
                if let Some(mut variable) = from_arm::lower_variable(root, &taken.name) {
                    variable.name.text = Arc::clone(&taken.emitted);
                    match &mut variable.value {
                        VariableValue::Expr(expr) => rename.expr(expr, None),
                        VariableValue::Loop { count, input, .. } => {
                            rename.expr(count, None);
                            rename.expr(input, Some((&taken.name, &taken.emitted)));
                        }
                    }
                    template.variables.push(variable);
                }
            }
            Kind::Function => {
                let full = format!("__bicep.{}", taken.name);
                if let Some(mut function) = from_arm::lower_function(root, &full) {
                    rename.function(&mut function);
                    function.name = format!("__bicep.{}", taken.emitted).into();
                    template.functions.push(Arc::new(function));
                }
            }
            Kind::Type => {
                if let Some(mut definition) = from_arm::lower_definition(root, &taken.name) {
                    rename.definition(&mut definition);
                    template.definitions.push(PropertyType {
                        name: Arc::clone(&taken.emitted),
                        type_definition: definition,
                    });
                }
            }
        }
    }
}

/// What a name of another file is there.
pub(super) fn kind_of(origin: &Origin, name: &str) -> Option<Kind> {
    match origin {
        Origin::Bicep(model) => match model.symbols.get(name)? {
            Symbol::Variable(_) => Some(Kind::Variable),
            Symbol::Function(_) => Some(Kind::Function),
            Symbol::Type(_) => Some(Kind::Type),
            _ => None,
        },
        Origin::Arm(module) => kind_in_json(module.document().root()?, name),
    }
}

/// What the metadata of a compiled template says is exported.
fn kind_in_json(root: Node<'_>, name: &str) -> Option<Kind> {
    let exported = root
        .get("metadata")
        .and_then(|metadata| metadata.get("__bicep_exported_variables!"));
    let mut variables = exported.into_iter().flat_map(Node::items);
    let is_variable =
        variables.any(|one| one.get("name").and_then(Node::string).as_deref() == Some(name));
    if is_variable {
        return Some(Kind::Variable);
    }
    if root
        .get("definitions")
        .is_some_and(|definitions| definitions.get(name).is_some())
    {
        return Some(Kind::Type);
    }
    let functions = root.get("functions").into_iter().flat_map(Node::items);
    let mut members = functions.filter_map(|group| group.get("members"));
    members
        .any(|members| members.get(name).is_some())
        .then_some(Kind::Function)
}

/// Gives the names in something of a compiled template those that they have where it is taken to.
struct Rename<'u, 's> {
    unit: &'u Unit<'s>,
    module: &'u Arc<CompiledModule>,
}

impl Rename<'_, '_> {
    fn take(&self, kind: Kind, name: &Arc<str>) -> Arc<str> {
        self.unit
            .take(kind, &Origin::Arm(Arc::clone(self.module)), name)
    }

    /// `own_loop` are the old and the new name of the loop around.
    fn expr(&self, expr: &mut Expr, own_loop: Option<(&Arc<str>, &Arc<str>)>) {
        match &mut expr.kind {
            ExprKind::Array(items) => items.iter_mut().for_each(|item| self.expr(item, own_loop)),
            ExprKind::Object(members) => {
                for member in members {
                    match member {
                        Member::Entry { key, value } => {
                            self.expr(key, own_loop);
                            self.expr(value, own_loop);
                        }
                        Member::Loop(this) => {
                            self.expr(&mut this.count, own_loop);
                            self.expr(&mut this.input, own_loop);
                        }
                    }
                }
            }
            ExprKind::Call { name, args, .. } => {
                if let Some((namespace, own)) = name.split_once('.') {
                    let own = self.take(Kind::Function, &own.into());
                    *name = format!("{namespace}.{own}").into();
                } else if name.eq_ignore_ascii_case("variables")
                    && let [
                        Expr {
                            kind: ExprKind::Text(variable),
                            ..
                        },
                    ] = &mut **args
                {
                    *variable = self.take(Kind::Variable, variable);
                } else if name.eq_ignore_ascii_case("copyIndex")
                    && let Some((old, new)) = own_loop
                    && let Some(Expr {
                        kind: ExprKind::Text(index),
                        ..
                    }) = args.first_mut()
                    && *index == *old
                {
                    *index = Arc::clone(new);
                }
                for arg in args {
                    self.expr(arg, own_loop);
                }
            }
            ExprKind::Property { base, .. } => self.expr(base, own_loop),
            ExprKind::Index { base, index } => {
                self.expr(base, own_loop);
                self.expr(index, own_loop);
            }
            _ => {}
        }
    }

    fn function(&self, function: &mut UserFunction) {
        self.expr(&mut function.body, None);
        self.definition(&mut function.output_type);
        for (_, definition) in &mut function.parameters {
            self.definition(definition);
        }
    }

    fn definition(&self, definition: &mut TypeDefinition) {
        if let Some(reference) = &mut definition.reference
            && let Some(rest) = reference.strip_prefix("#/definitions/")
        {
            let (name, tail) = match rest.split_once('/') {
                Some((name, tail)) => (name, format!("/{tail}")),
                None => (rest, String::new()),
            };
            let name = Arc::from(name.replace("~1", "/").replace("~0", "~"));
            let emitted = self.take(Kind::Type, &name);
            *reference = format!("#/definitions/{emitted}{tail}").into();
        }
        if definition.parts().is_none() {
            return;
        }
        let parts = definition.parts_mut();
        for property in parts.properties.iter_mut().flatten() {
            self.definition(&mut property.type_definition);
        }
        for rest in [&mut parts.additional, &mut parts.items] {
            if let Some(Rest::Typed(inner)) = rest {
                self.definition(inner);
            }
        }
        for item in parts.prefix_items.iter_mut().flatten() {
            self.definition(item);
        }
        let variants = parts.discriminator.iter_mut();
        for one in variants.flat_map(|one| &mut one.mapping) {
            self.definition(&mut one.type_definition);
        }
    }
}

/// The texts that a member has in the variants of a type of a compiled template.
pub(super) fn tags_in_json(module: &CompiledModule, name: &str, tag: &str) -> Vec<Arc<str>> {
    let Some(definition) = module
        .document()
        .root()
        .and_then(|root| from_arm::lower_definition(root, name))
    else {
        return Vec::new();
    };
    let of = |definition: &TypeDefinition| {
        let mut properties = definition.properties().iter();
        let property = properties.find(|one| *one.name == *tag)?;
        let literals = property.type_definition.allowed()?;
        literals.iter().find_map(|literal| match &literal.kind {
            ExprKind::Text(text) => Some(Arc::clone(text)),
            _ => None,
        })
    };
    match definition.discriminator() {
        Some(discriminator) => discriminator
            .mapping
            .iter()
            .map(|one| Arc::clone(&one.name))
            .collect(),
        None => of(&definition).into_iter().collect(),
    }
}
