//! The one form of a template, whatever language it was written in. After it nobody asks "Bicep or JSON?".

mod bicep_check;
mod expr;
mod from_arm;
mod from_armexpr;
mod from_bicep;
mod scope_kind;
mod template;
mod types;

pub use bicep_check::{Checked, check_bicep};
pub use expr::{Absent, Expr, ExprKind, Member, PropertyLoop, is_user_defined};
pub use from_arm::{lower_template, lower_template_at, lower_value};
pub use from_armexpr::{from_node, from_string};
pub use from_bicep::{
    AssignedValue, Assignment, CompiledModule, Declared, EnvironmentVariable, ExternalInput,
    LoadedFile, Memory as BicepMemory, ParameterAssignments, Reached, Signature, Surroundings,
    Unreached, lower_bicep, lower_bicepparam, signature,
};
pub use scope_kind::{SchemaReading, ScopeKind, read_schema};
pub use template::{
    Argument, ArgumentValue, Name, NestedDeployment, OutputDeclaration, Parameter,
    ResourceDeclaration, ResourceLoop, Template, TemplateSource, Variable, VariableValue,
};
pub use types::{
    Constraints, DeclaredType, Discriminator, Parts, PropertyType, Rest, TypeDefinition, TypeName,
};

use std::sync::Arc;

use crate::text::Span;

/// A user-defined function.
#[derive(Clone, Debug)]
pub struct UserFunction {
    /// Namespace and name as declared, `ns.name`.
    pub name: Arc<str>,
    /// Parameter names and their type constraints.
    pub parameters: Vec<(Arc<str>, TypeDefinition)>,
    /// The declared type of the result.
    pub output_type: TypeDefinition,
    /// The body.
    pub body: Expr,
    /// The declaration.
    pub span: Span,
}
