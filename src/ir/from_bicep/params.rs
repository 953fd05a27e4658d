//! A `.bicepparam` file to values for the parameters of its template.

use std::sync::Arc;

use super::build::{call, invalid, named, object, property, text};
use super::context::Ctx;
use super::expressions::{Lower, absent, loop_of};
use super::model::{Model, Symbol};
use super::session::Session;
use super::surroundings::Reached;
use super::unit::Unit;
use super::walk::{Visitor, walk};
use crate::finding::{Problem, ProblemKind};
use crate::ir::{Expr, ExprKind as Ir, Member, Name, Parameter, Template, TypeDefinition};
use crate::syntax::bicep::ast::{self, Expr as Ast, ExprKind, StatementKind};
use crate::syntax::bicep::{File, FileKind};
use crate::text::Span;

/// What a `.bicepparam` file says, with what it takes from the file that it extends.
#[derive(Clone, Debug)]
pub struct ParameterAssignments {
    /// The names that the values use: variables, functions, and each assignment as a parameter whose default is its value.
    pub names: Arc<Template>,
    /// The template of `using`, as written, and where; none with `using none`.
    pub using: Option<Name>,
    /// The values. Null means: use the default.
    pub assignments: Vec<Assignment>,
    /// Calls of `externalInput`: the values have `externalInputs('key')` in their place.
    pub external_inputs: Vec<ExternalInput>,
    /// What is wrong with the file, and with files that it reads.
    pub problems: Vec<Problem>,
}

/// A value for a parameter.
#[derive(Clone, Debug)]
pub struct Assignment {
    /// The parameter. Names match in their spelling.
    pub name: Name,
    /// Its value.
    pub value: AssignedValue,
}

/// A value for a parameter.
#[derive(Clone, Debug)]
pub enum AssignedValue {
    /// The default of the parameter of this name in `names`.
    Expr(Expr),
    /// `az.getSecret(..)`: the vault's id and the secret's name.
    KeyVault {
        /// The whole call.
        place: Span,
        /// The id of the vault.
        vault: Expr,
        /// The name of the secret.
        secret: Expr,
    },
}

/// A call of `externalInput`.
#[derive(Clone, Debug)]
pub struct ExternalInput {
    /// What `externalInputs` is called with: kind and running number.
    pub key: Arc<str>,
    /// The kind.
    pub kind: Arc<str>,
    /// The second argument.
    pub config: Option<Expr>,
    /// The call.
    pub place: Span,
}

/// Most files that extend each other.
const MAX_BASES: usize = 32;

/// The values of a file and of those that it extends.
pub(super) fn assignments(session: &Session<'_>, file: &Arc<File>) -> ParameterAssignments {
    let mut files = vec![Arc::clone(file)];
    let mut problems = Vec::new();
    while let Some(last) = files.last()
        && let Some(base) = extended(session, last, &mut problems)
    {
        if files.iter().any(|known| known.file == base.file) || files.len() >= MAX_BASES {
            let place = last.span;
            let message = "The file extends itself";
            problems.push(Problem::error(ProblemKind::Cycle, place, message));
            break;
        }
        files.push(base);
    }
    let model = session.model(file);
    let unit = Unit::new(session, &model, true);
    unit.bases
        .replace(files.iter().map(|file| session.model(file)).collect());
    unit.take_imported(&model);
    let mut names = Template::empty(file.span);
    names.language2 = true;
    let mut made = ParameterAssignments {
        names: Arc::new(Template::empty(file.span)),
        using: using_of(file),
        assignments: Vec::new(),
        external_inputs: Vec::new(),
        problems: Vec::new(),
    };
    for (depth, file) in files.iter().enumerate() {
        let model = session.model(file);
        unit.base_depth.set(depth);
        let lower = Lower {
            unit: &unit,
            model: &model,
        };
        lower.assigned(depth, &mut names, &mut made.assignments);
    }
    unit.emit_taken(&mut names);
    let mut variables = unit.loaded.take();
    variables.append(&mut names.variables);
    names.variables = variables;
    made.names = Arc::new(names);
    made.external_inputs = unit.external_inputs.take();
    made.problems = problems;
    for file in &files {
        made.problems.extend(session.all_problems(file.file));
    }
    made.problems.extend(unit.problems.take());
    made
}

/// The file that a file extends.
fn extended(session: &Session<'_>, file: &File, problems: &mut Vec<Problem>) -> Option<Arc<File>> {
    let what = file
        .statements
        .iter()
        .find_map(|statement| match &statement.kind {
            StatementKind::Extends { what } => Some(what),
            _ => None,
        })?;
    let path = what.text()?;
    match session.surroundings.reach(file.file, path) {
        Reached::Bicep(base) if base.kind == FileKind::Parameters => Some(base),
        Reached::Absent(unreached) => {
            let message = format!("'{path}' cannot be read: {}", unreached.reason);
            problems.push(Problem {
                level: unreached.level,
                help: unreached.help,
                ..Problem::error(ProblemKind::ModuleNotFound, what.span, message)
            });
            None
        }
        _ => {
            let message = format!("'{path}' is not a '.bicepparam' file");
            problems.push(Problem::error(
                ProblemKind::ModuleNotFound,
                what.span,
                message,
            ));
            None
        }
    }
}

fn using_of(file: &File) -> Option<Name> {
    let what = file
        .statements
        .iter()
        .find_map(|statement| match &statement.kind {
            StatementKind::Using { what, .. } => Some(what),
            _ => None,
        })?;
    Some(Name {
        text: what.text()?.into(),
        place: what.span,
    })
}

/// The name in `names` of a parameter or variable of the file at this depth of `extends`.
pub(super) fn name_at(name: &str, depth: usize) -> Arc<str> {
    match depth {
        0 => name.into(),
        depth => format!("base{depth}.{name}").into(),
    }
}

impl<'a> Lower<'a> {
    /// What a parameter of this file is called in `names`.
    pub(super) fn parameter_name(&self, name: &Arc<str>) -> Arc<str> {
        match self.model.file.kind {
            FileKind::Template => Arc::clone(name),
            FileKind::Parameters => name_at(name, self.unit.base_depth.get()),
        }
    }

    /// `base.name` in a file that extends another: the value of the nearest file that has one.
    pub(super) fn of_base_file(
        &self,
        base: &'a Ast,
        name: &ast::Name,
        span: Span,
        ctx: Ctx<'_>,
    ) -> Option<Expr> {
        let ExprKind::Variable(word) = &base.kind else {
            return None;
        };
        if *word.text != *"base"
            || self.model.file.kind != FileKind::Parameters
            || ctx.local("base").is_some()
        {
            return None;
        }
        let bases = self.unit.bases.borrow();
        let found = bases
            .iter()
            .enumerate()
            .skip(self.unit.base_depth.get() + 1)
            .find(|(_, model)| matches!(model.symbols.get(&name.text), Some(Symbol::Parameter)));
        let Some((depth, model)) = found else {
            let message = format!("The extended file has no parameter '{}'", name.text);
            return Some(invalid(message, span));
        };
        if uses_variables(model, &name.text) {
            let message = format!(
                "The value of '{}' in the extended file uses a variable",
                name.text
            );
            return Some(invalid(message, span));
        }
        Some(named("parameters", &name_at(&name.text, depth), span))
    }

    /// The assignments and variables of one file; those of the file itself come first and win.
    fn assigned(&self, depth: usize, names: &mut Template, assignments: &mut Vec<Assignment>) {
        for statement in &self.model.file.statements {
            match &statement.kind {
                StatementKind::ParamAssignment { name, value } => {
                    let lowered = Name {
                        text: name_at(&name.text, depth),
                        place: name.span,
                    };
                    let value = self.assigned_value(value);
                    let default = match &value {
                        AssignedValue::Expr(expr) => expr.clone(),
                        AssignedValue::KeyVault { place, .. } => {
                            absent("parameters", &name.text, "Key Vault", *place)
                        }
                    };
                    names.parameters.push(Parameter {
                        name: lowered,
                        type_definition: TypeDefinition::any_or_null(),
                        default: Some(default),
                    });
                    if assignments.iter().all(|known| known.name.text != name.text) {
                        assignments.push(Assignment {
                            name: Name {
                                text: Arc::clone(&name.text),
                                place: name.span,
                            },
                            value,
                        });
                    }
                }
                StatementKind::Var { name, value, .. } => {
                    let emitted = name_at(&name.text, depth);
                    names
                        .variables
                        .push(self.variable_declaration(name, &emitted, value));
                }
                _ => {}
            }
        }
    }

    fn assigned_value(&self, value: &'a Ast) -> AssignedValue {
        if let Some(secret) = self.vault_secret(value) {
            return secret;
        }
        let Some(this) = loop_of(value) else {
            return AssignedValue::Expr(self.data(value, Ctx::default()));
        };
        // A loop as a whole value: the only member of an object, taken out of it.
        let key = text("value", value.span);
        let member = self.property_loop(key, this, value.span, Ctx::default());
        let whole = object(vec![member], value.span);
        AssignedValue::Expr(property(whole, "value", value.span, value.span))
    }

    /// `az.getSecret(subscription, group, vault, secret, version?)`.
    fn vault_secret(&self, value: &'a Ast) -> Option<AssignedValue> {
        let (ExprKind::MethodCall { name, args, .. } | ExprKind::Call { name, args }) =
            &value.unparenthesized().kind
        else {
            return None;
        };
        if *name.text != *"getSecret" {
            return None;
        }
        let [subscription, group, vault, secret, ..] = args.as_slice() else {
            return None;
        };
        let form = text(
            "/subscriptions/{0}/resourceGroups/{1}/providers/Microsoft.KeyVault/vaults/{2}",
            value.span,
        );
        let ctx = Ctx::default();
        let mut id = vec![form];
        id.extend([subscription, group, vault].map(|arg| self.expr(arg, ctx)));
        Some(AssignedValue::KeyVault {
            place: value.span,
            vault: call("format", id, value.span),
            secret: self.expr(secret, ctx),
        })
    }

    /// `externalInput('kind', config)`.
    pub(super) fn external_input(&self, args: &'a [Ast], span: Span, ctx: Ctx<'_>) -> Expr {
        let Some(kind) = args.first().and_then(Ast::text) else {
            return invalid("'externalInput' needs a kind", span);
        };
        let config = args.get(1).map(|config| self.data(config, ctx));
        let mut inputs = self.unit.external_inputs.borrow_mut();
        let same = inputs.iter().find(|known| {
            *known.kind == *kind && same_value(known.config.as_ref(), config.as_ref())
        });
        if let Some(known) = same {
            return named("externalInputs", &known.key, span);
        }
        let key: Arc<str> = format!("{}_{}", kind.replace('.', "_"), inputs.len()).into();
        inputs.push(ExternalInput {
            key: Arc::clone(&key),
            kind: kind.into(),
            config,
            place: span,
        });
        named("externalInputs", &key, span)
    }
}

/// Whether the value of a parameter uses variables of its file: others cannot take it then.
fn uses_variables(model: &Model, parameter: &str) -> bool {
    struct Search<'m> {
        model: &'m Model,
        found: bool,
    }
    impl<'a> Visitor<'a> for Search<'_> {
        fn see(&mut self, expr: &'a Ast, locals: &[&'a str]) -> bool {
            if let ExprKind::Variable(name) = &expr.kind
                && !locals.contains(&&*name.text)
            {
                self.found |= matches!(
                    self.model.symbols.get(&name.text),
                    Some(Symbol::Variable(_))
                );
            }
            !self.found
        }
    }
    let mut search = Search {
        model,
        found: false,
    };
    for statement in &model.file.statements {
        if let StatementKind::ParamAssignment { name, value } = &statement.kind
            && *name.text == *parameter
        {
            walk(value, &mut Vec::new(), &mut search);
        }
    }
    search.found
}

/// Whether two literals say the same.
fn same_value(a: Option<&Expr>, b: Option<&Expr>) -> bool {
    match (a.map(|a| &a.own().kind), b.map(|b| &b.own().kind)) {
        (None, None) | (Some(Ir::Null), Some(Ir::Null)) => true,
        (Some(Ir::Text(a)), Some(Ir::Text(b))) => a == b,
        (Some(Ir::Int(a)), Some(Ir::Int(b))) => a == b,
        (Some(Ir::Bool(a)), Some(Ir::Bool(b))) => a == b,
        (Some(Ir::Array(a)), Some(Ir::Array(b))) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_value(Some(a), Some(b)))
        }
        (Some(Ir::Object(a)), Some(Ir::Object(b))) => {
            a.len() == b.len()
                && a.iter().zip(b).all(|(a, b)| match (a, b) {
                    (
                        Member::Entry { key, value },
                        Member::Entry {
                            key: other_key,
                            value: other,
                        },
                    ) => {
                        same_value(Some(key), Some(other_key))
                            && same_value(Some(value), Some(other))
                    }
                    _ => false,
                })
        }
        _ => false,
    }
}
