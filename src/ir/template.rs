//! A template: its sections and resources, with the places they stand at.

use std::sync::{Arc, OnceLock};

use super::{Expr, Member, PropertyType, ScopeKind, TypeDefinition, UserFunction};
use crate::finding::Problem;
use crate::text::{FileId, Span};

/// One template.
#[derive(Clone, Debug)]
pub struct Template {
    /// The file it stands in.
    pub file: FileId,
    /// The whole template.
    pub place: Span,
    /// What kind of scope it deploys to.
    pub scope: ScopeKind,
    /// The text of `contentVersion`.
    pub content_version: Option<Arc<str>>,
    /// Whether it has a languageVersion of 2.0 or so.
    pub language2: bool,
    /// Whether resources are addressed by symbolic names (an object of resources).
    pub symbolic: bool,
    /// Whether an `apiProfile` gives resources their API versions.
    pub api_profile: bool,
    /// Types for `$ref`.
    pub definitions: Vec<PropertyType>,
    /// Parameters.
    pub parameters: Vec<Parameter>,
    /// Variables.
    pub variables: Vec<Variable>,
    /// User-defined functions.
    pub functions: Vec<Arc<UserFunction>>,
    /// Resources.
    pub resources: Vec<Arc<ResourceDeclaration>>,
    /// Outputs.
    pub outputs: Vec<OutputDeclaration>,
    /// What is wrong with its structure.
    pub problems: Vec<Problem>,
    /// Whether a part of a type is declared secure: found when it is first asked for.
    secure_parts: OnceLock<bool>,
}

impl Template {
    /// A template without anything.
    pub fn empty(place: Span) -> Self {
        Self {
            file: place.file,
            place,
            scope: ScopeKind::default(),
            content_version: None,
            language2: false,
            symbolic: false,
            api_profile: false,
            definitions: Vec::new(),
            parameters: Vec::new(),
            variables: Vec::new(),
            functions: Vec::new(),
            resources: Vec::new(),
            outputs: Vec::new(),
            problems: Vec::new(),
            secure_parts: OnceLock::new(),
        }
    }

    /// Whether a part of a parameter may be secure where the parameter as a whole is not.
    pub fn has_secure_parts(&self) -> bool {
        *self.secure_parts.get_or_init(|| {
            let mut parameters = self.parameters.iter().map(|one| &one.type_definition);
            let mut definitions = self.definitions.iter().map(|one| &one.type_definition);
            parameters.any(TypeDefinition::has_secure_part)
                || definitions.any(|one| one.is_secure() || one.has_secure_part())
        })
    }
}

/// A name and its characters.
#[derive(Clone, Debug)]
pub struct Name {
    /// The name as written.
    pub text: Arc<str>,
    /// Where.
    pub place: Span,
}

/// A declared parameter.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: Name,
    /// Type and constraints.
    pub type_definition: TypeDefinition,
    /// What it is when no value is given.
    pub default: Option<Expr>,
}

/// A variable.
#[derive(Clone, Debug)]
pub struct Variable {
    /// Its name.
    pub name: Name,
    /// Its value.
    pub value: VariableValue,
}

/// The value of a variable.
#[derive(Clone, Debug)]
pub enum VariableValue {
    /// An ordinary one.
    Expr(Expr),
    /// An array from a loop.
    Loop {
        /// How many.
        count: Expr,
        /// Evaluated for each index.
        input: Expr,
        /// The loop.
        place: Span,
    },
}

/// A resource as it is declared.
#[derive(Clone, Debug)]
pub struct ResourceDeclaration {
    /// Its symbolic name.
    pub symbol: Option<Name>,
    /// A resource that is only referred to.
    pub existing: bool,
    /// `condition`.
    pub condition: Option<Expr>,
    /// `copy`: few resources have one.
    pub copy: Option<Box<ResourceLoop>>,
    /// `type` as written: it is never evaluated. Of a nested child: relative to its parent.
    pub resource_type: Name,
    /// `name`.
    pub name: Expr,
    /// `apiVersion`.
    pub api_version: Option<Expr>,
    /// `scope`.
    pub scope: Option<Expr>,
    /// `subscriptionId`: of a nested deployment, or of an existing resource elsewhere.
    pub subscription: Option<Expr>,
    /// `resourceGroup`, likewise.
    pub resource_group: Option<Expr>,
    /// `dependsOn`.
    pub depends_on: Vec<Expr>,
    /// The members that are deployed: `location`, `sku`, `properties` .., as written. Of a nested deployment: without
    /// template and parameters.
    pub body: Vec<Member>,
    /// Nested children.
    pub children: Vec<Arc<ResourceDeclaration>>,
    /// Set for `Microsoft.Resources/deployments`.
    pub deployment: Option<Box<NestedDeployment>>,
    /// The whole declaration.
    pub place: Span,
}

/// `copy` of a resource or output.
#[derive(Clone, Debug)]
pub struct ResourceLoop {
    /// Its name; an output's has none.
    pub name: Option<Expr>,
    /// How many.
    pub count: Expr,
    /// `mode`, as written.
    pub mode: Option<Expr>,
    /// `batchSize`, as written.
    pub batch_size: Option<Expr>,
    /// The whole loop.
    pub place: Span,
}

/// A nested deployment.
#[derive(Clone, Debug)]
pub struct NestedDeployment {
    /// Where its template is.
    pub template: TemplateSource,
    /// Values for its parameters.
    pub parameters: Vec<Argument>,
    /// All values for its parameters, made by one expression.
    pub computed_parameters: Option<Expr>,
    /// Values come from a file that is not read.
    pub parameters_link: Option<Span>,
    /// Whether expressions in it see the parent's names.
    pub outer: bool,
    /// `location`.
    pub location: Option<Expr>,
}

/// Where the template of a nested deployment is.
#[derive(Clone, Debug)]
pub enum TemplateSource {
    /// In place.
    Inline(Arc<Template>),
    /// Made by an expression.
    Computed(Expr),
    /// A file, relative to this one.
    Relative(Expr),
    /// On the web, or a template spec: not read.
    Remote(Expr),
    /// A module that is not at hand.
    Absent {
        /// Which, as written.
        module: Arc<str>,
        /// Why.
        reason: Arc<str>,
        /// The way out.
        help: Option<Arc<str>>,
        /// Where it is named.
        place: Span,
    },
    /// Nowhere.
    Missing,
}

/// A value for a parameter of a nested deployment.
#[derive(Clone, Debug)]
pub struct Argument {
    /// The parameter.
    pub name: Name,
    /// The value.
    pub value: ArgumentValue,
}

/// How a nested deployment gives a value.
#[derive(Clone, Debug)]
pub enum ArgumentValue {
    /// `value`.
    Value(Expr),
    /// `reference` to a Key Vault secret: the vault's id and the secret's name.
    KeyVault {
        /// The whole reference.
        place: Span,
        /// `keyVault.id`.
        vault: Expr,
        /// `secretName`.
        secret: Expr,
    },
    /// The whole entry is an expression that gives `{value: ..}`.
    Computed(Expr),
}

/// A declared output.
#[derive(Clone, Debug)]
pub struct OutputDeclaration {
    /// Its name.
    pub name: Name,
    /// Declared type.
    pub type_definition: TypeDefinition,
    /// `condition`.
    pub condition: Option<Expr>,
    /// The value, or the `input` of its loop.
    pub value: Expr,
    /// `copy`: the value is evaluated for each index.
    pub copy: Option<ResourceLoop>,
}
