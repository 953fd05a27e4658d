//! The second argument of `loadJsonContent` and `loadYamlContent`: a path into the loaded value.

use std::sync::Arc;

use super::build::array;
use crate::ir::{Expr, ExprKind, Member};

/// What a path selects: one value, or an array where it can select several and does.
pub(super) fn select(root: &Expr, path: &str) -> Result<Expr, String> {
    let steps = parse(path).ok_or_else(|| format!("'{path}' is not a JSONPath"))?;
    let mut found = vec![root];
    for step in &steps {
        found = found
            .into_iter()
            .flat_map(|value| step.select(value))
            .collect();
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
enum Step {
    /// `.name`, `['a', 'b']`.
    Names(Vec<Arc<str>>),
    /// `[0, 2]`.
    Indices(Vec<i64>),
    /// `[from:to:by]`.
    Slice(Option<i64>, Option<i64>, i64),
    /// `.*`, `[*]`.
    All,
    /// `..` and what follows it.
    Deep(Box<Step>),
    /// `[?(@.path == literal)]`, or `[?(@.path)]`.
    Filter(Vec<Step>, Option<(Comparison, ExprKind)>),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Step {
    fn select<'e>(&self, value: &'e Expr) -> Vec<&'e Expr> {
        match (self, &value.kind) {
            (Self::Names(names), ExprKind::Object(members)) => names
                .iter()
                .filter_map(|name| member(members, name))
                .collect(),
            (Self::Indices(indices), ExprKind::Array(items)) => {
                let each = indices
                    .iter()
                    .filter_map(|index| usize::try_from(*index).ok());
                each.filter_map(|index| items.get(index)).collect()
            }
            (Self::Slice(from, to, by), ExprKind::Array(items)) => slice(items, *from, *to, *by),
            (Self::All, _) => children(value),
            (Self::Deep(step), _) => {
                let mut found = Vec::new();
                deep(value, step, &mut found);
                found
            }
            (Self::Filter(steps, test), _) => {
                let mut kept = children(value);
                kept.retain(|child| passes(child, steps, test.as_ref()));
                kept
            }
            _ => Vec::new(),
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

fn deep<'e>(value: &'e Expr, step: &Step, found: &mut Vec<&'e Expr>) {
    found.extend(step.select(value));
    for child in children(value) {
        deep(child, step, found);
    }
}

fn slice(items: &[Expr], from: Option<i64>, to: Option<i64>, by: i64) -> Vec<&Expr> {
    let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let bound = |at: i64| {
        (if at < 0 {
            at.saturating_add(length)
        } else {
            at
        })
        .clamp(0, length)
    };
    let (mut at, end) = (bound(from.unwrap_or(0)), bound(to.unwrap_or(length)));
    let mut found = Vec::new();
    while at < end {
        found.extend(usize::try_from(at).ok().and_then(|at| items.get(at)));
        at = at.saturating_add(by);
    }
    found
}

fn passes(value: &Expr, steps: &[Step], test: Option<&(Comparison, ExprKind)>) -> bool {
    let mut found = vec![value];
    for step in steps {
        found = found
            .into_iter()
            .flat_map(|value| step.select(value))
            .collect();
    }
    match test {
        None => !found.is_empty(),
        Some((comparison, wanted)) => found
            .iter()
            .any(|found| compare(&found.kind, *comparison, wanted)),
    }
}

fn compare(value: &ExprKind, comparison: Comparison, wanted: &ExprKind) -> bool {
    let ordering = match (value, wanted) {
        (ExprKind::Text(a), ExprKind::Text(b)) => Some(a.cmp(b)),
        (ExprKind::Int(a), ExprKind::Int(b)) => Some(a.cmp(b)),
        (ExprKind::Bool(a), ExprKind::Bool(b)) => Some(a.cmp(b)),
        (ExprKind::Null, ExprKind::Null) => Some(std::cmp::Ordering::Equal),
        _ => None,
    };
    let Some(ordering) = ordering else {
        return comparison == Comparison::NotEqual;
    };
    match comparison {
        Comparison::Equal => ordering.is_eq(),
        Comparison::NotEqual => ordering.is_ne(),
        Comparison::Less => ordering.is_lt(),
        Comparison::LessOrEqual => ordering.is_le(),
        Comparison::Greater => ordering.is_gt(),
        Comparison::GreaterOrEqual => ordering.is_ge(),
    }
}

fn parse(path: &str) -> Option<Vec<Step>> {
    let mut reader = Reader { rest: path.trim() };
    reader.eat("$");
    let steps = reader.steps(true)?;
    reader.rest.is_empty().then_some(steps)
}

/// Signs of comparisons, longer ones first.
const COMPARISONS: [(&str, Comparison); 6] = [
    ("==", Comparison::Equal),
    ("!=", Comparison::NotEqual),
    ("<=", Comparison::LessOrEqual),
    (">=", Comparison::GreaterOrEqual),
    ("<", Comparison::Less),
    (">", Comparison::Greater),
];

struct Reader<'p> {
    rest: &'p str,
}

impl Reader<'_> {
    fn eat(&mut self, word: &str) -> bool {
        match self.rest.strip_prefix(word) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// Steps up to the end, or up to what is none. At the start of a path the dot may be missing.
    fn steps(&mut self, mut start: bool) -> Option<Vec<Step>> {
        let mut steps = Vec::new();
        loop {
            let deep = self.eat("..");
            let dotted = deep || self.eat(".");
            let step = if self.rest.starts_with('[') {
                self.bracket()?
            } else if dotted || (start && !self.rest.is_empty()) {
                self.word()?
            } else {
                return Some(steps);
            };
            start = false;
            steps.push(if deep {
                Step::Deep(Box::new(step))
            } else {
                step
            });
        }
    }

    fn word(&mut self) -> Option<Step> {
        if self.eat("*") {
            return Some(Step::All);
        }
        let end = self
            .rest
            .find(['.', '[', ' ', ')', '=', '!', '<', '>', '&', '|'])
            .unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        (!word.is_empty()).then(|| Step::Names(vec![word.into()]))
    }

    fn bracket(&mut self) -> Option<Step> {
        self.eat("[");
        self.blanks();
        let step = if self.eat("*") {
            Step::All
        } else if self.eat("?(") {
            let step = self.filter()?;
            self.blanks();
            self.eat(")").then_some(step)?
        } else if self.rest.starts_with(['\'', '"']) {
            let mut names = vec![self.quoted()?];
            self.blanks();
            while self.eat(",") {
                self.blanks();
                names.push(self.quoted()?);
                self.blanks();
            }
            Step::Names(names)
        } else {
            self.indices()?
        };
        self.blanks();
        self.eat("]").then_some(step)
    }

    fn quoted(&mut self) -> Option<Arc<str>> {
        let quote = self
            .rest
            .chars()
            .next()
            .filter(|c| matches!(c, '\'' | '"'))?;
        let mut text = String::new();
        let mut chars = self.rest.char_indices().skip(1);
        while let Some((at, c)) = chars.next() {
            match c {
                '\\' => text.push(chars.next()?.1),
                c if c == quote => {
                    self.rest = self.rest.get(at + c.len_utf8()..)?;
                    return Some(text.into());
                }
                c => text.push(c),
            }
        }
        None
    }

    fn number(&mut self) -> Option<i64> {
        let digits = self.rest.strip_prefix('-').unwrap_or(self.rest);
        let sign = self.rest.len() - digits.len();
        let end = sign
            + digits
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(digits.len());
        let (number, rest) = self.rest.split_at_checked(end)?;
        let number = number.parse().ok()?;
        self.rest = rest;
        Some(number)
    }

    fn indices(&mut self) -> Option<Step> {
        let first = self.number();
        self.blanks();
        if self.eat(":") {
            self.blanks();
            let to = self.number();
            self.blanks();
            let by = if self.eat(":") { self.number()? } else { 1 };
            return (by > 0).then_some(Step::Slice(first, to, by));
        }
        let mut indices = vec![first?];
        while self.eat(",") {
            self.blanks();
            indices.push(self.number()?);
            self.blanks();
        }
        Some(Step::Indices(indices))
    }

    fn filter(&mut self) -> Option<Step> {
        self.blanks();
        self.eat("@").then_some(())?;
        let steps = self.steps(false)?;
        self.blanks();
        let comparison = COMPARISONS
            .iter()
            .find(|(sign, _)| self.rest.starts_with(sign));
        let Some((sign, comparison)) = comparison else {
            return Some(Step::Filter(steps, None));
        };
        self.eat(sign);
        self.blanks();
        let literal = if self.rest.starts_with(['\'', '"']) {
            ExprKind::Text(self.quoted()?)
        } else if self.eat("true") {
            ExprKind::Bool(true)
        } else if self.eat("false") {
            ExprKind::Bool(false)
        } else if self.eat("null") {
            ExprKind::Null
        } else {
            ExprKind::Int(self.number()?)
        };
        Some(Step::Filter(steps, Some((*comparison, literal))))
    }
}
