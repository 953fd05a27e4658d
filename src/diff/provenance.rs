//! Where a change stands: from the two values of a member to the literal that was changed, and the way from the member
//! to it. The two origin trees are walked side by side; the first literal whose text differs is the one.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::sync::Arc;

use crate::eval::{
    Array, Data, Object, Origin, OriginKind, OriginStep, Value, equal_ignoring_case,
};
use crate::finding::{TraceKind, TraceStep};
use crate::text::{Files, Span};

use super::scalar;

/// More steps than any template has between a member and a literal; bounds the trace of a value that many parts made.
const LONGEST_TRACE: usize = 64;

/// Pairs of places looked at in one search. Parts that are used again and again make the trees much larger than the text.
const MOST_PAIRS: u32 = 20_000;

/// Steps down to a literal that is looked for.
const LONGEST_WAY: usize = 500;

/// Longest text of a literal in a trace.
const LONGEST_LITERAL: usize = 60;

/// Where a change stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located {
    /// The literal that was changed; the call or the member where no literal was.
    pub place: Span,
    /// What stood there before.
    pub previous: Option<Span>,
    /// From the member to that place.
    pub trace: Vec<TraceStep>,
}

/// Finds what was changed. `property` is the name of the member (of its owner, where the member is missing after).
pub fn locate(
    files: &Files,
    property: Span,
    before: Option<&Value>,
    after: Option<&Value>,
) -> Located {
    let finder = Finder::new(files);
    let Some(after) = after else {
        return Located {
            place: property,
            previous: before.and_then(|value| outermost(&value.origin)),
            trace: vec![finder.property(property)],
        };
    };
    let (property, before, after) = innermost(property, before, after);
    let mut path = Vec::new();
    let end = match before {
        Some(before) => finder.differ(&before.origin, &after.origin, &mut path),
        None => None,
    };
    let end = end.unwrap_or_else(|| {
        path.clear();
        let end = descend(&after.origin, &mut path);
        End {
            place: end.or_else(|| after.origin.place()),
            previous: before.and_then(|value| outermost(&value.origin)),
        }
    });
    let secret = after.has_secret();
    Located {
        place: end.place.unwrap_or(property),
        previous: end.previous,
        trace: finder.steps(property, &path, end.place, secret),
    }
}

/// The way from a member to the literals that its value is made of, for `why`.
pub fn trace(files: &Files, property: Span, value: &Value) -> Vec<TraceStep> {
    let finder = Finder::new(files);
    let mut steps = vec![finder.property(property)];
    finder.all(&value.origin, value.has_secret(), &mut steps);
    steps
}

/// The literal of this text that a value is made with, and the way there.
pub fn locate_text(files: &Files, property: Span, value: &Value, text: &str) -> Option<Located> {
    let finder = Finder::new(files);
    let mut path = Vec::new();
    let end = finder.way_to(&value.origin, text, &mut path, &mut BTreeSet::new())?;
    Some(Located {
        place: end,
        previous: None,
        trace: finder.steps(property, &path, Some(end), value.has_secret()),
    })
}

/// Whether two origins have the same literals at the same places: equality of secrets that are never looked at.
pub(super) fn same_literals(files: &Files, before: &Origin, after: &Origin) -> bool {
    Finder::new(files)
        .differ(before, after, &mut Vec::new())
        .is_none()
}

/// In containers: the member or item that differs first.
fn innermost<'v>(
    property: Span,
    before: Option<&'v Value>,
    after: &'v Value,
) -> (Span, Option<&'v Value>, &'v Value) {
    let (mut property, mut before, mut after) = (property, before, after);
    loop {
        let Some(previous) = before else {
            return (property, before, after);
        };
        let deeper = match (&previous.data, &after.data) {
            (Data::Object(a), Data::Object(b)) => changed_member(a, b, property),
            (Data::Array(a), Data::Array(b)) => {
                changed_item(a, b).map(|(before, after)| (property, before, after))
            }
            _ => None,
        };
        match deeper {
            Some((place, inner_before, inner_after)) => {
                (property, before, after) = (place, inner_before, inner_after);
            }
            None => return (property, before, after),
        }
    }
}

type Changed<'v> = (Option<&'v Value>, &'v Value);

fn changed_member<'v>(
    before: &'v Object,
    after: &'v Object,
    property: Span,
) -> Option<(Span, Option<&'v Value>, &'v Value)> {
    after.entries.iter().find_map(|entry| {
        let previous = before.get(&entry.key).map(|entry| &entry.value);
        if previous.is_none() && matches!(entry.value.data, Data::Null) {
            return None;
        }
        let same = previous.is_some_and(|previous| alike(previous, &entry.value));
        (!same).then(|| {
            let place = entry.key_place.unwrap_or(property);
            (place, previous, &entry.value)
        })
    })
}

/// The first item that the other array lacks, with what it took the place of.
fn changed_item<'v>(before: &'v Array, after: &'v Array) -> Option<Changed<'v>> {
    let lacks = |array: &Array, value: &Value| !array.items.iter().any(|item| alike(item, value));
    let (at, item) = after
        .items
        .iter()
        .enumerate()
        .find(|(_, item)| lacks(before, item))?;
    let same_place = before
        .items
        .get(at)
        .filter(|previous| lacks(after, previous));
    let replaced = same_place.or_else(|| before.items.iter().find(|value| lacks(after, value)));
    Some((replaced, item))
}

/// Equal enough not to be the change: case, and 3 for "3", aside.
fn alike(before: &Value, after: &Value) -> bool {
    match (&before.data, &after.data) {
        (Data::Array(a), Data::Array(b)) => {
            a.items.len() == b.items.len() && changed_item(a, b).is_none()
        }
        (Data::Object(a), Data::Object(b)) => {
            let missing = |one: &Object, other: &Object| {
                one.entries.iter().any(|entry| {
                    other.get(&entry.key).is_none() && !matches!(entry.value.data, Data::Null)
                })
            };
            !missing(a, b) && changed_member(a, b, Span::whole(crate::text::FileId(0))).is_none()
        }
        (Data::Unknown(_), Data::Unknown(_)) | (Data::Null, Data::Null) => true,
        _ => match (scalar::text_of(before), scalar::text_of(after)) {
            (Some(a), Some(b)) => equal_ignoring_case(&a, &b),
            _ => false,
        },
    }
}

/// Where two origin trees part.
struct End {
    place: Option<Span>,
    previous: Option<Span>,
}

/// What counts as a difference in one walk.
#[derive(Clone, Copy)]
struct Pass {
    /// Case tells no texts apart.
    any_case: bool,
    /// Containers are passed over.
    single_only: bool,
}

struct Finder<'f> {
    files: &'f Files,
    pairs: Cell<u32>,
}

type Path = Vec<Arc<OriginStep>>;

impl<'f> Finder<'f> {
    const fn new(files: &'f Files) -> Self {
        Self {
            files,
            pairs: Cell::new(0),
        }
    }

    /// The first place where the trees differ. Single values go before containers, which differ with every part of them
    /// (the object that `contains` looks into), and text without case before text with it, as that is seldom a change.
    fn differ(&self, before: &Origin, after: &Origin, path: &mut Path) -> Option<End> {
        let passes = [(true, true), (true, false), (false, true), (false, false)];
        passes.into_iter().find_map(|(any_case, single_only)| {
            self.pairs.set(0);
            let pass = Pass {
                any_case,
                single_only,
            };
            self.walk(before, after, path, pass)
        })
    }

    fn walk(&self, before: &Origin, after: &Origin, path: &mut Path, pass: Pass) -> Option<End> {
        self.pairs.set(self.pairs.get() + 1);
        if self.pairs.get() > MOST_PAIRS {
            return None;
        }
        // What only passes a value on may differ: a literal that became a variable is still the same literal.
        let start = path.len();
        let before = passed_on(before, &mut Vec::new());
        let after = passed_on(after, path);
        let found = self.walk_made(&before, &after, path, pass);
        if found.is_none() {
            path.truncate(start);
        }
        found
    }

    fn walk_made(
        &self,
        before: &Origin,
        after: &Origin,
        path: &mut Path,
        pass: Pass,
    ) -> Option<End> {
        match (before, after) {
            (Origin::None, Origin::None) => None,
            (Origin::Literal(a), Origin::Literal(b)) => self.differs(*a, *b, pass).then_some(End {
                place: Some(*b),
                previous: Some(*a),
            }),
            (Origin::Step(a), Origin::Step(b))
                if a.kind == b.kind && equal_ignoring_case(&a.name, &b.name) =>
            {
                path.push(Arc::clone(b));
                let inner = a
                    .inputs
                    .iter()
                    .zip(&b.inputs)
                    .find_map(|(a, b)| self.walk(a, b, path, pass));
                if inner.is_some() {
                    return inner;
                }
                let other_shape = a.inputs.len() != b.inputs.len();
                let no_inputs = b.inputs.is_empty() && self.differs(a.place, b.place, pass);
                if other_shape || no_inputs {
                    return Some(End {
                        place: Some(b.place),
                        previous: Some(a.place),
                    });
                }
                path.pop();
                None
            }
            (before, after) => {
                if let Origin::Step(step) = after {
                    path.push(Arc::clone(step));
                }
                Some(End {
                    place: after.place(),
                    previous: outermost(before),
                })
            }
        }
    }

    /// Down to the first literal of this text, once through each step.
    fn way_to(
        &self,
        origin: &Origin,
        text: &str,
        path: &mut Path,
        seen: &mut BTreeSet<*const OriginStep>,
    ) -> Option<Span> {
        match origin {
            Origin::None => None,
            Origin::Literal(place) => {
                let stands = equal_ignoring_case(unquoted(&self.files.slice(*place)), text);
                stands.then_some(*place)
            }
            Origin::Step(step) => {
                if path.len() >= LONGEST_WAY || !seen.insert(Arc::as_ptr(step)) {
                    return None;
                }
                path.push(Arc::clone(step));
                let mut inputs = step.inputs.iter();
                let found = inputs.find_map(|input| self.way_to(input, text, path, seen));
                if found.is_none() {
                    path.pop();
                }
                found
            }
        }
    }

    fn differs(&self, before: Span, after: Span, pass: Pass) -> bool {
        let (before, after) = (self.files.slice(before), self.files.slice(after));
        let (before, after) = (unquoted(&before), unquoted(&after));
        if pass.single_only && after.starts_with(['{', '[']) && before.starts_with(['{', '[']) {
            return false;
        }
        before != after && !(pass.any_case && equal_ignoring_case(before, after))
    }

    fn property(&self, place: Span) -> TraceStep {
        let text = self.files.slice(place);
        TraceStep {
            kind: TraceKind::Property,
            text: shortened(unquoted(&text)),
            place,
        }
    }

    /// The steps of a path that ends at `end`. A step that only passes a literal on stands for it.
    fn steps(
        &self,
        property: Span,
        path: &[Arc<OriginStep>],
        end: Option<Span>,
        secret: bool,
    ) -> Vec<TraceStep> {
        let mut steps = vec![self.property(property)];
        for (at, step) in path.iter().enumerate() {
            if self.is_made_for(step, property) {
                continue;
            }
            let last = at + 1 == path.len();
            let place = match end {
                Some(end) if last && Self::stands_for(step, end) => end,
                _ => step.place,
            };
            steps.push(self.named(step, place));
        }
        let absorbed = path.last().is_some_and(|step| {
            end.is_some_and(|end| Self::stands_for(step, end) || end == step.place)
        });
        if let (Some(end), false) = (end, absorbed) {
            steps.push(self.literal(end, secret));
        }
        steps.truncate(LONGEST_TRACE);
        steps
    }

    /// All that a value was made of, depth first.
    fn all(&self, origin: &Origin, secret: bool, steps: &mut Vec<TraceStep>) {
        if steps.len() >= LONGEST_TRACE {
            return;
        }
        match origin {
            Origin::None => {}
            Origin::Literal(place) => steps.push(self.literal(*place, secret)),
            Origin::Step(step) => {
                let literal = match step.inputs.as_slice() {
                    [Origin::Literal(place)] if Self::stands_for(step, *place) => Some(*place),
                    _ => None,
                };
                let property = steps.first().map(|property| property.place);
                if property.is_none_or(|property| !self.is_made_for(step, property)) {
                    steps.push(self.named(step, literal.unwrap_or(step.place)));
                }
                if literal.is_none() {
                    // Words that only the call is written with have its place: the pattern of an interpolated text.
                    let own = |input: &&Origin| matches!(input, Origin::Literal(place) if *place == step.place);
                    for input in step.inputs.iter().filter(|input| !own(input)) {
                        self.all(input, secret, steps);
                    }
                }
            }
        }
    }

    /// Whether a step and the literal that it passes on are told as one. A literal of elsewhere, such as of a function that
    /// the value was taken from, is told by itself.
    fn stands_for(step: &OriginStep, literal: Span) -> bool {
        step.passes_on() && (step.kind != OriginKind::Module || step.place.contains(literal))
    }

    /// Whether a call stands for the name of a child alone, which is put behind that of its parent.
    fn is_made_for(&self, step: &OriginStep, property: Span) -> bool {
        let pattern = step.inputs.first();
        let is_made = matches!(pattern, Some(Origin::Literal(place)) if *place == step.place);
        is_made
            && step.kind == OriginKind::Function
            && step.place == property
            && !self.files.slice(property).starts_with('\'')
    }

    fn named(&self, step: &OriginStep, place: Span) -> TraceStep {
        TraceStep {
            kind: kind_of(step.kind),
            text: self.declared_name(step),
            place,
        }
    }

    /// The name as its own file has it: what a template takes from another file is called `_1.name` in it.
    fn declared_name(&self, step: &OriginStep) -> String {
        let name = &*step.name;
        let number = name.strip_prefix('_').and_then(|rest| rest.split_once('.'));
        match number {
            Some((number, own))
                if number.bytes().all(|digit| digit.is_ascii_digit())
                    && !self.files.get(step.place.file).text.contains(name) =>
            {
                own.to_owned()
            }
            _ => name.to_owned(),
        }
    }

    fn literal(&self, place: Span, secret: bool) -> TraceStep {
        let hidden = secret
            || self
                .files
                .hidden(place.file)
                .iter()
                .any(|secret| secret.contains(place) || place.contains(*secret));
        TraceStep {
            kind: TraceKind::Literal,
            text: if hidden {
                "(secure)".to_owned()
            } else {
                shortened(&self.files.slice(place))
            },
            place,
        }
    }
}

/// What stands behind the steps that only pass a value on.
fn passed_on(origin: &Origin, path: &mut Path) -> Origin {
    let mut origin = origin;
    while let Origin::Step(step) = origin {
        let ([input], true) = (step.inputs.as_slice(), step.passes_on()) else {
            break;
        };
        path.push(Arc::clone(step));
        if matches!(input, Origin::None) {
            return Origin::Literal(step.place);
        }
        origin = input;
    }
    match origin {
        // A value given without a literal of its own: `-p name=value`.
        Origin::Step(step) if step.inputs.is_empty() && step.passes_on() => {
            path.push(Arc::clone(step));
            Origin::Literal(step.place)
        }
        other => other.clone(),
    }
}

/// Down to the literal as long as there is one way only.
fn descend(origin: &Origin, path: &mut Path) -> Option<Span> {
    match passed_on(origin, path) {
        Origin::None => None,
        Origin::Literal(place) => Some(place),
        Origin::Step(step) => {
            path.push(Arc::clone(&step));
            match step.inputs.as_slice() {
                [input] => descend(input, path).or(Some(step.place)),
                _ => Some(step.place),
            }
        }
    }
}

/// The place of a value that is gone: its literal, or where it was made.
fn outermost(origin: &Origin) -> Option<Span> {
    passed_on(origin, &mut Vec::new()).place()
}

const fn kind_of(kind: OriginKind) -> TraceKind {
    match kind {
        OriginKind::ParameterFile => TraceKind::ParameterFile,
        OriginKind::CommandLine => TraceKind::CommandLine,
        OriginKind::Default => TraceKind::Default,
        OriginKind::Variable => TraceKind::Variable,
        OriginKind::Function => TraceKind::Function,
        OriginKind::Copy => TraceKind::Copy,
        OriginKind::Module => TraceKind::Module,
    }
}

/// A literal without its quotes: `"x"` in JSON and `'x'` in an expression are the same.
fn unquoted(text: &str) -> &str {
    let text = text.trim();
    ['"', '\'']
        .iter()
        .find_map(|quote| text.strip_prefix(*quote)?.strip_suffix(*quote))
        .unwrap_or(text)
}

/// The text of a literal on one line, of moderate length.
fn shortened(text: &str) -> String {
    let words: Vec<&str> = text.lines().map(str::trim).collect();
    let text = words.join(" ");
    if text.chars().count() <= LONGEST_LITERAL {
        return text;
    }
    text.chars().take(LONGEST_LITERAL).chain(['…']).collect()
}
