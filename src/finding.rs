//! What the user is told. `Problem` is what parsing and evaluation meet; `Finding` is what rules report and reports print.

use crate::text::Span;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// The deployment fails or is refused.
    Error,
    /// Accepted, but it hurts or cannot be told.
    Warning,
    /// Worth a line.
    Info,
}

impl Level {
    /// The word in reports and options.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// How sure we are of the fact behind a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// Documented, or a real error text was seen.
    High,
    /// Only other clients treat it so.
    Medium,
    /// A guess; never more than a warning.
    Low,
}

impl Confidence {
    /// The word in reports and tables.
    pub const fn word(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }
}

/// What kind of trouble parsing, parameter binding or evaluation met. Each kind is one rule of the user's:
/// the rule's constant names its kind, so that ids are written once, in `rules`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProblemKind {
    /// Text is not JSON, or a file cannot be decoded.
    JsonSyntax,
    /// A member, parameter, variable or output is declared twice.
    DuplicateDeclaration,
    /// `$schema` missing, foreign or oddly spelled.
    TemplateSchema,
    /// A required section is missing, or a section or resource has the wrong shape or an unknown member.
    TemplateStructure,
    /// An expression does not parse.
    ExpressionSyntax,
    /// A call of a function that does not exist.
    UnknownFunction,
    /// Too few or too many arguments.
    WrongArity,
    /// An argument of a type or value that the function refuses.
    ArgumentType,
    /// `parameters('x')` without such a parameter.
    UndefinedParameter,
    /// `variables('x')` without such a variable.
    UndefinedVariable,
    /// A symbolic name or a property that does not exist.
    UndefinedSymbol,
    /// A value of the wrong type where one type is declared.
    TypeMismatch,
    /// A definition that needs itself.
    Cycle,
    /// An array index or a character position out of range.
    IndexOutOfBounds,
    /// A member of null, of a number or of text.
    NullDereference,
    /// A function where it is not allowed.
    ContextNotAllowed,
    /// A copy loop of wrong shape, name or count.
    CopyInvalid,
    /// A resource type and its name or id do not have matching segments.
    ResourceIdSegments,
    /// A resource or function at a deployment scope that does not have it.
    ScopeMismatch,
    /// A required parameter has no value.
    ParameterMissing,
    /// A value for a parameter that is not declared.
    ParameterUnknown,
    /// A value outside `allowedValues`, bounds or the declared type.
    ParameterValue,
    /// A parameter file without the right `$schema`.
    ParameterFileSchema,
    /// A parameter file of wrong shape.
    ParameterFileStructure,
    /// An entry of a parameter file without value, or with a value that will not be evaluated.
    ParameterFileValue,
    /// A Key Vault reference of wrong shape.
    ParameterFileKeyVault,
    /// A value passed to a nested deployment that its parameter refuses.
    NestedParameterType,
    /// A linked template or module that cannot be read.
    ModuleNotFound,
    /// A documented limit of Azure Resource Manager, or a bound of ours.
    LimitExceeded,
    /// `fail()` was reached.
    FailCalled,
}

/// Trouble met before any rule runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Which rule it is.
    pub kind: ProblemKind,
    /// Error for what makes the engine refuse; a warning for what is tolerated or could not be read.
    pub level: Level,
    /// One sentence, both values named where there are two.
    pub message: String,
    /// The characters to underline.
    pub place: Span,
    /// What to do about it.
    pub help: Option<String>,
    /// Other places that matter.
    pub related: Vec<Label>,
    /// Whether that which fails is deployed at all.
    pub deployed: Deployed,
    /// The declaration that means nothing because of it: that its evaluation fails too is no news.
    pub voids: Option<Span>,
}

/// Whether a part of a template is deployed: whether all conditions around it hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Deployed {
    /// It is.
    #[default]
    Yes,
    /// A condition of a module is not known.
    Perhaps,
    /// A condition is not known as a whole, and a part of it is false.
    No,
}

impl Problem {
    /// A problem of level error.
    pub fn error(kind: ProblemKind, place: Span, message: impl Into<String>) -> Self {
        Self {
            kind,
            level: Level::Error,
            message: message.into(),
            place,
            help: None,
            related: Vec::new(),
            deployed: Deployed::Yes,
            voids: None,
        }
    }

    /// A problem of level warning.
    pub fn warning(kind: ProblemKind, place: Span, message: impl Into<String>) -> Self {
        Self {
            level: Level::Warning,
            ..Self::error(kind, place, message)
        }
    }

    /// With a sentence on what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With another place.
    #[must_use]
    pub fn related(mut self, place: Span, message: impl Into<String>) -> Self {
        self.related.push(Label {
            message: message.into(),
            place,
        });
        self
    }
}

/// A further place of a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// What stands there.
    pub message: String,
    /// Where.
    pub place: Span,
}

/// The service's error, where it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AzureError {
    /// For instance `PropertyChangeNotAllowed`.
    pub code: String,
    /// The member the service names, spelled as it does.
    pub target: Option<String>,
}

/// One step of the way from a property to the text that gives its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceStep {
    /// What stands there.
    pub kind: TraceKind,
    /// A few words: the name of the parameter, variable or function.
    pub text: String,
    /// Where.
    pub place: Span,
}

/// Kinds of trace steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TraceKind {
    /// The member of the resource.
    Property,
    /// A literal in a template.
    Literal,
    /// An entry of a parameter file.
    ParameterFile,
    /// `-p name=value`.
    CommandLine,
    /// The default of a parameter.
    Default,
    /// A variable.
    Variable,
    /// A function call.
    Function,
    /// A copy loop.
    Copy,
    /// A value handed to a nested deployment or module.
    Module,
}

impl TraceKind {
    /// The word in reports.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Property => "property",
            Self::Literal => "literal",
            Self::ParameterFile => "parameter-file",
            Self::CommandLine => "command-line",
            Self::Default => "default",
            Self::Variable => "variable",
            Self::Function => "function",
            Self::Copy => "copy",
            Self::Module => "module",
        }
    }
}

/// A change to text that mends a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// Whether it can be applied without looking.
    pub safe: bool,
    /// Replacements, not overlapping.
    pub edits: Vec<Edit>,
}

/// One replacement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced.
    pub place: Span,
    /// By what.
    pub new_text: String,
}

/// What a rule reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule's id.
    pub rule: &'static str,
    /// How bad.
    pub level: Level,
    /// One or two sentences, both values named where there are two.
    pub message: String,
    /// The service's error, where known.
    pub azure: Option<AzureError>,
    /// Resource id (for pools `.../agentPools/NAME` in both forms), where there is one resource.
    pub resource: Option<String>,
    /// JSON pointer into the resource, where there is one member.
    pub pointer: Option<String>,
    /// The characters to underline: the literal that was changed.
    pub place: Span,
    /// Other places: the previous value, the other pool.
    pub related: Vec<Label>,
    /// From the property to the literal.
    pub trace: Vec<TraceStep>,
    /// The way out, in a sentence.
    pub help: Option<String>,
    /// A text edit that mends it.
    pub fix: Option<Fix>,
    /// Where the fact is documented.
    pub sources: Vec<String>,
    /// How sure the fact is.
    pub confidence: Confidence,
}

impl Finding {
    /// With the service's error.
    #[must_use]
    pub fn azure(mut self, code: impl Into<String>, target: Option<String>) -> Self {
        self.azure = Some(AzureError {
            code: code.into(),
            target,
        });
        self
    }

    /// About this resource.
    #[must_use]
    pub fn resource(mut self, id: impl Into<String>) -> Self {
        self.resource = Some(id.into());
        self
    }

    /// About this member of the resource.
    #[must_use]
    pub fn pointer(mut self, pointer: impl Into<String>) -> Self {
        self.pointer = Some(pointer.into());
        self
    }

    /// At this level instead of the rule's.
    #[must_use]
    pub fn level(mut self, level: Level) -> Self {
        self.level = level;
        self
    }

    /// With another place.
    #[must_use]
    pub fn related(mut self, place: Span, message: impl Into<String>) -> Self {
        self.related.push(Label {
            message: message.into(),
            place,
        });
        self
    }

    /// With the way from the property to the literal.
    #[must_use]
    pub fn trace(mut self, trace: Vec<TraceStep>) -> Self {
        self.trace = trace;
        self
    }

    /// With the way out, in a sentence.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With where the fact is documented.
    #[must_use]
    pub fn source(mut self, source: impl Into<String>) -> Self {
        self.sources.push(source.into());
        self
    }

    /// As sure as this.
    #[must_use]
    pub fn confidence(mut self, confidence: Confidence) -> Self {
        self.confidence = confidence;
        self
    }
}
