//! The tree of a `.bicep` or `.bicepparam` file: what was written, operator by operator, nothing resolved. Every node
//! has the characters it was read from. Source: parts C1 to C4 and C6 of the language reference.

mod expr;
mod types;

use std::sync::Arc;

use crate::finding::Problem;
use crate::text::{FileId, Span};

pub use expr::{
    BinaryOperator, Expr, ExprKind, For, Item, Key, Member, Part, Property, Spread, UnaryOperator,
};
pub use types::{GenericType, TupleItem, Type, TypeKind, TypeMember};

/// A parsed file.
#[derive(Clone, Debug, PartialEq)]
pub struct File {
    /// The file it was parsed from.
    pub file: FileId,
    /// A template or a parameter file.
    pub kind: FileKind,
    /// What it declares, in source order. What could not be read is left out or has parts of kind `Error`.
    pub statements: Vec<Statement>,
    /// `#disable-next-line` and its sisters, in source order.
    pub pragmas: Vec<Pragma>,
    /// Comments with their marks, in source order.
    pub comments: Vec<Span>,
    /// What is wrong with the text, in source order.
    pub problems: Vec<Problem>,
    /// The whole text.
    pub span: Span,
}

/// The two kinds of files of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileKind {
    /// `.bicep`.
    Template,
    /// `.bicepparam`.
    Parameters,
}

/// A name as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// Its letters; empty where a name is missing (which was reported).
    pub text: Arc<str>,
    /// Where.
    pub span: Span,
}

/// A line that switches diagnostics off or on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pragma {
    /// Which.
    pub kind: PragmaKind,
    /// The codes after it.
    pub codes: Vec<Name>,
    /// From `#` to the last code.
    pub span: Span,
}

/// What a pragma does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PragmaKind {
    /// `#disable-next-line`.
    DisableNextLine,
    /// `#disable-diagnostics`.
    DisableDiagnostics,
    /// `#restore-diagnostics`.
    RestoreDiagnostics,
}

/// A declaration.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// What stands above it with `@`.
    pub decorators: Vec<Decorator>,
    /// What it declares.
    pub kind: StatementKind,
    /// Its first word.
    pub keyword: Span,
    /// Decorators and all.
    pub span: Span,
}

/// `@name(..)` or `@sys.name(..)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Decorator {
    /// A [`ExprKind::Call`] or [`ExprKind::MethodCall`]; anything else was reported.
    pub expr: Expr,
    /// With the `@`.
    pub span: Span,
}

/// What a statement declares.
#[derive(Clone, Debug, PartialEq)]
pub enum StatementKind {
    /// `targetScope = 'subscription'`.
    TargetScope {
        /// A text.
        value: Expr,
    },
    /// `metadata name = value`.
    Metadata {
        /// Its name.
        name: Name,
        /// Its value.
        value: Expr,
    },
    /// `param name type = default` of a template.
    Param {
        /// Its name.
        name: Name,
        /// Its type.
        ty: Option<Type>,
        /// What follows `=`.
        default: Option<Expr>,
    },
    /// `param name = value` of a parameter file.
    ParamAssignment {
        /// The parameter that gets the value.
        name: Name,
        /// Its value.
        value: Expr,
    },
    /// `type name = type`.
    Type {
        /// Its name.
        name: Name,
        /// What it stands for.
        ty: Type,
    },
    /// `var name type = value`.
    Var {
        /// Its name.
        name: Name,
        /// Its type, where it is written.
        ty: Option<Type>,
        /// Its value.
        value: Expr,
    },
    /// `func name(a type, ..) type => body`.
    Func {
        /// Its name.
        name: Name,
        /// Its parameters.
        params: Vec<FuncParam>,
        /// What it returns.
        returns: Type,
        /// What it computes.
        body: Expr,
    },
    /// `resource name 'type@version' existing = body`, at the top or inside the body of another.
    Resource(Resource),
    /// `module name 'path' = body`.
    Module {
        /// Its symbolic name.
        name: Name,
        /// The text that says which module.
        path: Expr,
        /// [`ExprKind::Object`], [`ExprKind::If`] or [`ExprKind::For`].
        body: Expr,
    },
    /// `output name type = value`.
    Output {
        /// Its name.
        name: Name,
        /// Its type.
        ty: Option<Type>,
        /// Its value.
        value: Expr,
    },
    /// `import {a, b as c} from 'path'` or `import * as ns from 'path'`.
    Import {
        /// What is imported.
        what: Imports,
        /// The text that says from where.
        from: Expr,
    },
    /// `extension name with {..} as alias`.
    Extension {
        /// A text (`'br:..'`) or a name ([`ExprKind::Variable`]).
        what: Expr,
        /// The object after `with`.
        config: Option<Expr>,
        /// The name after `as`.
        alias: Option<Name>,
    },
    /// `assert name = condition`.
    Assert {
        /// Its name.
        name: Name,
        /// What must be true.
        value: Expr,
    },
    /// `test name 'path' = {..}`.
    Test {
        /// Its name.
        name: Name,
        /// The text that says which template.
        path: Expr,
        /// Its parameters.
        body: Expr,
    },
    /// `using 'path'` or `using none`, in a parameter file.
    Using {
        /// A text, or [`ExprKind::None`].
        what: Expr,
        /// The object after `with`.
        config: Option<Expr>,
    },
    /// `extends 'path'`, in a parameter file.
    Extends {
        /// A text.
        what: Expr,
    },
    /// `extensionConfig name with {..}`, in a parameter file.
    ExtensionConfig {
        /// The alias of the extension.
        name: Name,
        /// The object after `with`.
        config: Option<Expr>,
    },
    /// A line that is no declaration, with the decorators that stand above it. It was reported.
    Error,
}

/// A resource declaration.
#[derive(Clone, Debug, PartialEq)]
pub struct Resource {
    /// Its symbolic name.
    pub name: Name,
    /// The text `Namespace/type@version`; inside another resource `type` or `type@version`.
    pub ty: Expr,
    /// The word `existing`.
    pub existing: Option<Span>,
    /// [`ExprKind::Object`], [`ExprKind::If`] or [`ExprKind::For`].
    pub body: Expr,
}

/// A parameter of a function.
#[derive(Clone, Debug, PartialEq)]
pub struct FuncParam {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: Type,
    /// Both.
    pub span: Span,
}

/// What an import takes.
#[derive(Clone, Debug, PartialEq)]
pub enum Imports {
    /// `{a, b as c}`.
    List {
        /// The names.
        items: Vec<ImportItem>,
        /// Braces included.
        span: Span,
    },
    /// `* as name`.
    Wildcard {
        /// What the namespace is called here.
        alias: Name,
        /// From `*` to the name.
        span: Span,
    },
    /// Neither. It was reported.
    Error(Span),
}

/// One name of an import list.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportItem {
    /// What it is called there (a bare name or a quoted one).
    pub name: Name,
    /// What it is called here.
    pub alias: Option<Name>,
    /// Both.
    pub span: Span,
}

impl StatementKind {
    /// The name it declares: none for statements that name nothing and for imports, which name several.
    pub fn name(&self) -> Option<&Name> {
        match self {
            Self::Metadata { name, .. }
            | Self::Param { name, .. }
            | Self::ParamAssignment { name, .. }
            | Self::Type { name, .. }
            | Self::Var { name, .. }
            | Self::Func { name, .. }
            | Self::Resource(Resource { name, .. })
            | Self::Module { name, .. }
            | Self::Output { name, .. }
            | Self::Assert { name, .. }
            | Self::Test { name, .. }
            | Self::ExtensionConfig { name, .. } => Some(name),
            Self::TargetScope { .. }
            | Self::Import { .. }
            | Self::Extension { .. }
            | Self::Using { .. }
            | Self::Extends { .. }
            | Self::Error => None,
        }
    }
}
