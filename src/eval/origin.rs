//! Where a value came from: a chain of places from the use back to the literals.

use std::collections::BTreeSet;
use std::sync::Arc;

use smallvec::SmallVec;

use crate::text::Span;

/// The origin of one value. Cheap to clone. Never part of equality of values.
#[derive(Clone, Debug, Default)]
pub enum Origin {
    #[default]
    /// Nowhere: made by the tool (a scope value given on the command line has `CommandLine`).
    None,
    /// A literal that stands at this place.
    Literal(Span),
    /// Something that was computed or passed on.
    Step(Arc<OriginStep>),
}

/// What a step was made from. Most steps have one input: it stands in the step itself.
pub(super) type Inputs = SmallVec<[Origin; 1]>;

/// One step back.
#[derive(Debug)]
pub struct OriginStep {
    /// What kind of step.
    pub kind: OriginKind,
    /// Name of the parameter, variable, function, loop or deployment.
    pub name: Arc<str>,
    /// Where it stands: the entry in the parameter file, the default's or variable's value, the call.
    pub place: Span,
    /// What it was made from: one for a name, the arguments for a function (conditions of `if` included).
    pub inputs: Inputs,
}

impl OriginStep {
    /// Whether it hands a value on as it is.
    pub fn passes_on(&self) -> bool {
        match self.kind {
            OriginKind::ParameterFile
            | OriginKind::CommandLine
            | OriginKind::Default
            | OriginKind::Variable
            | OriginKind::Module => self.inputs.len() <= 1,
            OriginKind::Function | OriginKind::Copy => false,
        }
    }
}

/// Kinds of steps, as in the `trace` of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OriginKind {
    /// An entry of a parameter file.
    ParameterFile,
    /// `-p name=value` or a scope option.
    CommandLine,
    /// The default of a parameter.
    Default,
    /// A variable.
    Variable,
    /// A function call, the inputs are its arguments.
    Function,
    /// The index of a copy loop.
    Copy,
    /// A value handed to a nested deployment's parameter.
    Module,
}

impl Origin {
    /// A step with these inputs.
    pub fn step(
        kind: OriginKind,
        name: impl Into<Arc<str>>,
        place: Span,
        inputs: impl IntoIterator<Item = Self>,
    ) -> Self {
        Self::Step(Arc::new(OriginStep {
            kind,
            name: name.into(),
            place,
            inputs: inputs.into_iter().collect(),
        }))
    }

    /// It and all that it was made from, each step once however often it was used.
    pub fn visit<'o>(&'o self, see: &mut impl FnMut(&'o Self)) {
        let mut seen = BTreeSet::new();
        let mut open = vec![self];
        while let Some(origin) = open.pop() {
            if let Self::Step(step) = origin {
                if !seen.insert(Arc::as_ptr(step)) {
                    continue;
                }
                open.extend(step.inputs.iter().rev());
            }
            see(origin);
        }
    }

    /// The outermost place: of the literal, or of the step.
    pub fn place(&self) -> Option<Span> {
        match self {
            Self::None => None,
            Self::Literal(place) => Some(*place),
            Self::Step(step) => Some(step.place),
        }
    }
}
