//! The sections of a template: parameters, variables, functions, outputs.

use std::sync::Arc;

use super::build::{call, shared};
use super::context::Ctx;
use super::expressions::{Lower, loop_of};
use super::signature::has_decorator;
use crate::ir::{
    Expr, Name, OutputDeclaration, Parameter, PropertyType, ResourceLoop, Template, TypeDefinition,
    Variable, VariableValue,
};
use crate::syntax::bicep::ast::{self, Decorator, Expr as Ast, Statement, StatementKind, Type};

impl<'a> Lower<'a> {
    /// All that the file declares but resources and modules.
    pub(super) fn sections(&self, template: &mut Template) {
        for (at, statement) in self.model.file.statements.iter().enumerate() {
            match &statement.kind {
                StatementKind::Param { name, ty, default } => {
                    let parameter = self.parameter(name, ty.as_ref(), default.as_ref(), statement);
                    template.parameters.push(parameter);
                }
                StatementKind::Var { name, value, .. } if !self.is_inlined(at) => {
                    template
                        .variables
                        .push(self.variable_declaration(name, &name.text, value));
                }
                StatementKind::Func { name, .. } => {
                    let function = self.user_function(at, &name.text);
                    template.functions.extend(function.map(Arc::new));
                }
                StatementKind::Type { name, ty } => {
                    template.definitions.push(PropertyType {
                        name: Arc::clone(&name.text),
                        type_definition: self.type_definition(ty, &statement.decorators),
                    });
                }
                StatementKind::Output { name, ty, value } => {
                    template
                        .outputs
                        .push(self.output(name, ty.as_ref(), value, statement));
                }
                _ => {}
            }
        }
    }

    fn parameter(
        &self,
        name: &ast::Name,
        ty: Option<&'a Type>,
        default: Option<&'a Ast>,
        statement: &'a Statement,
    ) -> Parameter {
        Parameter {
            name: lowered(name),
            type_definition: self.declared_type(ty, &statement.decorators),
            default: default.map(|default| self.data(default, Ctx::default())),
        }
    }

    fn declared_type(&self, ty: Option<&'a Type>, decorators: &'a [Decorator]) -> TypeDefinition {
        ty.map_or_else(TypeDefinition::default, |ty| {
            self.type_definition(ty, decorators)
        })
    }

    /// A variable under the name that it has in the template.
    pub(super) fn variable_declaration(
        &self,
        name: &ast::Name,
        emitted: &Arc<str>,
        value: &'a Ast,
    ) -> Variable {
        let value = match loop_of(value) {
            Some(this) => {
                let items = self.loop_array(this, Ctx::default());
                let name = super::build::text(Arc::clone(emitted), name.span);
                let index = Arc::new(call("copyIndex", vec![name], this.item.span));
                let input = Self::in_loop(this, &items, &index, Ctx::default(), |ctx| {
                    self.data(&this.body, ctx)
                });
                VariableValue::Loop {
                    count: length(&items, this),
                    input,
                    place: value.span,
                }
            }
            None => VariableValue::Expr(self.data(value, Ctx::default())),
        };
        Variable {
            name: Name {
                text: Arc::clone(emitted),
                place: name.span,
            },
            value,
        }
    }

    fn output(
        &self,
        name: &ast::Name,
        ty: Option<&'a Type>,
        value: &'a Ast,
        statement: &'a Statement,
    ) -> OutputDeclaration {
        let mut type_definition = self.declared_type(ty, &statement.decorators);
        if has_decorator(&statement.decorators, "secure") {
            super::types::make_secure(&mut type_definition);
        }
        let (value, copy) = match loop_of(value) {
            Some(this) => {
                let items = self.loop_array(this, Ctx::default());
                let index = Arc::new(call("copyIndex", Vec::new(), this.item.span));
                let input = Self::in_loop(this, &items, &index, Ctx::default(), |ctx| {
                    self.data(&this.body, ctx)
                });
                let copy = ResourceLoop {
                    name: None,
                    count: length(&items, this),
                    mode: None,
                    batch_size: None,
                    place: value.span,
                };
                (input, Some(copy))
            }
            None => (self.data(value, Ctx::default()), None),
        };
        OutputDeclaration {
            name: lowered(name),
            type_definition,
            condition: None,
            value,
            copy,
        }
    }
}

fn lowered(name: &ast::Name) -> Name {
    Name {
        text: Arc::clone(&name.text),
        place: name.span,
    }
}

fn length(items: &Arc<Expr>, this: &ast::For) -> Expr {
    let place = this.array.span;
    call("length", vec![shared(items, place)], place)
}
