//! The second argument of `loadJsonContent` and `loadYamlContent`: a path into the loaded value. The compiler hands it to
//! Newtonsoft.Json, whose dialect this is: `.*` is for objects and `[*]` for arrays, and `..` finds in source order.

use std::cell::Cell;
use std::cmp::Ordering;

use super::build::array;
use super::json_path_text::parse;
use crate::ir::{Expr, ExprKind, Member};

/// Values that are looked at for one path: `..*..*` comes to each of them again and again.
const MAX_VALUES: usize = 10_000_000;

/// What a path selects: one value, or an array where it can select several and does.
pub(super) fn select(root: &Expr, path: &str) -> Result<Expr, String> {
    let steps = parse(path).ok_or_else(|| format!("'{path}' is not a JSONPath"))?;
    let search = Search {
        root,
        left: Cell::new(MAX_VALUES),
    };
    let found = search.along(root, &steps);
    if search.left.get() == 0 {
        return Err(format!("The JSONPath '{path}' takes too many steps"));
    }
    match found.as_slice() {
        [] => Err(format!("The JSONPath '{path}' selects nothing")),
        [one] => Ok((*one).clone()),
        several => Ok(array(
            several.iter().map(|one| (*one).clone()).collect(),
            root.span,
        )),
    }
}

/// One step of a path.
pub(super) enum Step {
    /// `.name`, `['a', 'b']`.
    Names(Vec<Box<str>>),
    /// `.*`.
    Members,
    /// `[0, 2]`.
    Indices(Vec<i64>),
    /// `[from:to:by]`.
    Slice(Option<i64>, Option<i64>, i64),
    /// `[*]`.
    Items,
    /// `[?(..)]`.
    Filter(Test),
    /// `..name`, `..['a', 'b']`.
    DeepNames(Vec<Box<str>>),
    /// `..*`.
    All,
    /// `..[?(..)]`.
    DeepFilter(Test),
}

/// What a filter asks.
pub(super) enum Test {
    /// `@.path`.
    Exists(Side),
    /// `@.path == 1`.
    Compare(Side, Comparison, Side),
    /// `.. && ..`.
    Both(Box<Test>, Box<Test>),
    /// `.. || ..`.
    Either(Box<Test>, Box<Test>),
}

/// One side of a comparison.
pub(super) enum Side {
    /// `@..`, or `$..` from the root.
    Path { from_root: bool, steps: Vec<Step> },
    /// A literal.
    Value(ExprKind),
}

#[derive(Clone, Copy)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    /// `===`.
    Same,
    /// `!==`.
    NotSame,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// One path being followed.
struct Search<'r> {
    /// What `$` stands for.
    root: &'r Expr,
    /// How many values may still be looked at.
    left: Cell<usize>,
}

impl Search<'_> {
    /// Counts values that are looked at; false where no more may be.
    fn spend(&self, values: usize) -> bool {
        self.left.set(self.left.get().saturating_sub(values));
        self.left.get() > 0
    }

    /// What the steps lead to from a value.
    fn along<'e>(&self, value: &'e Expr, steps: &[Step]) -> Vec<&'e Expr> {
        let mut found = vec![value];
        for step in steps {
            for value in std::mem::take(&mut found) {
                let before = found.len();
                step.select(self, value, &mut found);
                if !self.spend(found.len() - before + 1) {
                    return Vec::new();
                }
            }
        }
        found
    }

    /// A value and all in it, as they stand in the file.
    fn deep<'e>(
        &self,
        value: &'e Expr,
        wanted: &dyn Fn(&'e Expr) -> bool,
        found: &mut Vec<&'e Expr>,
    ) {
        if !self.spend(1) {
            return;
        }
        if wanted(value) {
            found.push(value);
        }
        for child in children(value) {
            self.deep(child, wanted, found);
        }
    }

    fn deep_names<'e>(&self, value: &'e Expr, names: &[Box<str>], found: &mut Vec<&'e Expr>) {
        if !self.spend(1) {
            return;
        }
        let ExprKind::Object(members) = &value.kind else {
            for child in children(value) {
                self.deep_names(child, names, found);
            }
            return;
        };
        for member in members {
            let Member::Entry { key, value } = member else {
                continue;
            };
            if let ExprKind::Text(text) = &key.kind
                && names.iter().any(|name| **name == **text)
            {
                found.push(value);
            }
            self.deep_names(value, names, found);
        }
    }
}

impl Step {
    fn select<'e>(&self, search: &Search<'_>, value: &'e Expr, found: &mut Vec<&'e Expr>) {
        match (self, &value.kind) {
            (Self::Names(names), ExprKind::Object(members)) => {
                found.extend(names.iter().filter_map(|name| member(members, name)));
            }
            (Self::Members, ExprKind::Object(_)) | (Self::Items, ExprKind::Array(_)) => {
                found.extend(children(value));
            }
            (Self::Indices(indices), ExprKind::Array(items)) => {
                let each = indices
                    .iter()
                    .filter_map(|index| usize::try_from(*index).ok());
                found.extend(each.filter_map(|index| items.get(index)));
            }
            (Self::Slice(from, to, by), ExprKind::Array(items)) => {
                slice(items, *from, *to, *by, found);
            }
            (Self::Filter(test), ExprKind::Array(items)) => {
                found.extend(items.iter().filter(|item| test.holds(search, item)));
            }
            (Self::DeepNames(names), _) => search.deep_names(value, names, found),
            (Self::All, _) => search.deep(value, &|_| true, found),
            (Self::DeepFilter(test), _) => {
                search.deep(value, &|one| test.holds(search, one), found);
            }
            _ => {}
        }
    }
}

fn member<'e>(members: &'e [Member], name: &str) -> Option<&'e Expr> {
    members.iter().rev().find_map(|member| match member {
        Member::Entry { key, value } => match &key.kind {
            ExprKind::Text(text) if **text == *name => Some(value),
            _ => None,
        },
        Member::Loop(_) => None,
    })
}

fn children(value: &Expr) -> Vec<&Expr> {
    match &value.kind {
        ExprKind::Array(items) => items.iter().collect(),
        ExprKind::Object(members) => {
            let values = members.iter().filter_map(|member| match member {
                Member::Entry { value, .. } => Some(value),
                Member::Loop(_) => None,
            });
            values.collect()
        }
        _ => Vec::new(),
    }
}

fn slice<'e>(
    items: &'e [Expr],
    from: Option<i64>,
    to: Option<i64>,
    by: i64,
    found: &mut Vec<&'e Expr>,
) {
    let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let forward = by > 0;
    let from_end = |at: i64| {
        if at < 0 {
            at.saturating_add(length)
        } else {
            at
        }
    };
    let start = from.map_or(if forward { 0 } else { length - 1 }, from_end);
    let end = to.map_or(if forward { length } else { -1 }, from_end);
    let mut at = if forward {
        start.clamp(0, length)
    } else {
        start.min(length - 1)
    };
    let end = end.clamp(-1, length);
    while if forward { at < end } else { at > end } {
        found.extend(usize::try_from(at).ok().and_then(|at| items.get(at)));
        at = at.saturating_add(by);
    }
}

impl Test {
    fn holds(&self, search: &Search<'_>, value: &Expr) -> bool {
        match self {
            Self::Exists(side) => !side.values(search, value, |found| found.is_empty()),
            Self::Compare(left, comparison, right) => left.values(search, value, |left| {
                right.values(search, value, |right| {
                    left.iter()
                        .any(|left| right.iter().any(|right| comparison.holds(left, right)))
                })
            }),
            Self::Both(one, other) => one.holds(search, value) && other.holds(search, value),
            Self::Either(one, other) => one.holds(search, value) || other.holds(search, value),
        }
    }
}

impl Side {
    /// Runs over what this stands for.
    fn values(
        &self,
        search: &Search<'_>,
        value: &Expr,
        run: impl FnOnce(&[&ExprKind]) -> bool,
    ) -> bool {
        match self {
            Self::Value(literal) => run(&[literal]),
            Self::Path { from_root, steps } => {
                let start = if *from_root { search.root } else { value };
                let found = search.along(start, steps);
                let kinds: Vec<&ExprKind> = found.iter().map(|found| &found.kind).collect();
                run(&kinds)
            }
        }
    }
}

impl Comparison {
    fn holds(self, left: &ExprKind, right: &ExprKind) -> bool {
        let scalar = |kind: &ExprKind| !matches!(kind, ExprKind::Array(_) | ExprKind::Object(_));
        if !scalar(left) || !scalar(right) {
            return matches!(self, Self::NotEqual);
        }
        let order = || compare(left, right);
        match self {
            Self::Equal | Self::Same => is_equal(left, right),
            Self::NotEqual | Self::NotSame => !is_equal(left, right),
            Self::Less => order().is_some_and(Ordering::is_lt),
            Self::LessOrEqual => order().is_some_and(Ordering::is_le),
            Self::Greater => order().is_some_and(Ordering::is_gt),
            Self::GreaterOrEqual => order().is_some_and(Ordering::is_ge),
        }
    }
}

/// A text is equal to nothing but a text, and so on; 1 is equal to 1.0.
fn is_equal(left: &ExprKind, right: &ExprKind) -> bool {
    let alike = match (left, right) {
        (ExprKind::Text(_), ExprKind::Text(_))
        | (ExprKind::Bool(_), ExprKind::Bool(_))
        | (ExprKind::Null, ExprKind::Null) => true,
        _ => number(left).is_some() && number(right).is_some(),
    };
    alike && compare(left, right).is_some_and(Ordering::is_eq)
}

/// The order of two scalars: null comes before everything, and a text is read as what it is compared with.
fn compare(left: &ExprKind, right: &ExprKind) -> Option<Ordering> {
    match (left, right) {
        (ExprKind::Null, ExprKind::Null) => Some(Ordering::Equal),
        (ExprKind::Null, _) => Some(Ordering::Less),
        (_, ExprKind::Null) => Some(Ordering::Greater),
        (ExprKind::Text(left), ExprKind::Text(right)) => {
            Some(left.encode_utf16().cmp(right.encode_utf16()))
        }
        (ExprKind::Bool(left), ExprKind::Bool(right)) => Some(left.cmp(right)),
        (ExprKind::Int(left), ExprKind::Int(right)) => Some(left.cmp(right)),
        (ExprKind::Text(left), right) => read(left)?.partial_cmp(&number(right)?),
        (left, ExprKind::Text(right)) => number(left)?.partial_cmp(&read(right)?),
        _ => number(left)?.partial_cmp(&number(right)?),
    }
}

fn read(text: &str) -> Option<f64> {
    text.trim().parse::<i64>().ok().map(to_float)
}

fn number(kind: &ExprKind) -> Option<f64> {
    match kind {
        ExprKind::Int(value) => Some(to_float(*value)),
        ExprKind::Float(value) => Some(*value),
        ExprKind::BigInt(digits) => digits.parse().ok(),
        _ => None,
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "what it is compared with is a float"
)]
fn to_float(value: i64) -> f64 {
    value as f64
}
