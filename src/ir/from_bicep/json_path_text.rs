//! The text of a JSONPath to its steps.

use super::json_path::{Comparison, Side, Step, Test};
use crate::ir::ExprKind;

/// Filters in filters.
const MAX_DEPTH: usize = 32;

/// Signs of comparisons, longer ones first.
const COMPARISONS: [(&str, Comparison); 8] = [
    ("===", Comparison::Same),
    ("!==", Comparison::NotSame),
    ("==", Comparison::Equal),
    ("!=", Comparison::NotEqual),
    ("<=", Comparison::LessOrEqual),
    (">=", Comparison::GreaterOrEqual),
    ("<", Comparison::Less),
    (">", Comparison::Greater),
];

/// The steps of a path; none for what is no path.
pub(super) fn parse(path: &str) -> Option<Vec<Step>> {
    let mut reader = Reader {
        rest: path.trim(),
        depth: 0,
    };
    // Before anything else `$` begins a name.
    if reader.rest == "$" || reader.rest.starts_with("$.") || reader.rest.starts_with("$[") {
        reader.eat("$");
    }
    let steps = reader.steps(true)?;
    reader.rest.is_empty().then_some(steps)
}

struct Reader<'p> {
    rest: &'p str,
    depth: usize,
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
                self.bracket(deep)?
            } else if dotted || (start && !self.rest.is_empty()) {
                self.word(deep)?
            } else {
                return Some(steps);
            };
            start = false;
            steps.push(step);
        }
    }

    fn word(&mut self, deep: bool) -> Option<Step> {
        let ends: &[char] = if self.depth > 0 {
            &['.', '[', ' ', ')', '=', '!', '<', '>', '&', '|']
        } else {
            &['.', '[', ' ']
        };
        let end = self.rest.find(ends).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        Some(match (word, deep) {
            ("", _) => return None,
            ("*", true) => Step::All,
            ("*", false) => Step::Members,
            (name, true) => Step::DeepNames(vec![name.into()]),
            (name, false) => Step::Names(vec![name.into()]),
        })
    }

    fn bracket(&mut self, deep: bool) -> Option<Step> {
        self.eat("[");
        self.blanks();
        let step = if self.eat("*") {
            Step::Items
        } else if self.eat("?") {
            self.blanks();
            self.eat("(").then_some(())?;
            self.depth += 1;
            let test = (self.depth <= MAX_DEPTH).then(|| self.test()).flatten()?;
            self.depth -= 1;
            self.eat(")").then_some(())?;
            if deep {
                Step::DeepFilter(test)
            } else {
                Step::Filter(test)
            }
        } else if self.rest.starts_with(['\'', '"']) {
            let mut names = vec![self.quoted()?];
            self.blanks();
            while self.eat(",") {
                self.blanks();
                names.push(self.quoted()?);
                self.blanks();
            }
            if deep {
                Step::DeepNames(names)
            } else {
                Step::Names(names)
            }
        } else {
            self.indices()?
        };
        self.blanks();
        self.eat("]").then_some(step)
    }

    fn quoted(&mut self) -> Option<Box<str>> {
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

    fn integer(&mut self) -> Option<i64> {
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
        let first = self.integer();
        self.blanks();
        if self.eat(":") {
            self.blanks();
            let to = self.integer();
            self.blanks();
            let by = if self.eat(":") { self.integer()? } else { 1 };
            return (by != 0).then_some(Step::Slice(first, to, by));
        }
        let mut indices = vec![first?];
        while self.eat(",") {
            self.blanks();
            indices.push(self.integer()?);
            self.blanks();
        }
        Some(Step::Indices(indices))
    }

    /// Comparisons joined by `&&` and `||`. Newtonsoft.Json opens a group at each change of the sign and closes them all at the
    /// end: `a && b || c` is `a && (b || c)`.
    fn test(&mut self) -> Option<Test> {
        let mut parts: Vec<(Test, bool)> = Vec::new();
        let last = loop {
            let one = self.comparison()?;
            if self.eat("&&") {
                parts.push((one, true));
            } else if self.eat("||") {
                parts.push((one, false));
            } else {
                break one;
            }
        };
        Some(parts.into_iter().rev().fold(last, |rest, (one, both)| {
            let (one, rest) = (Box::new(one), Box::new(rest));
            if both {
                Test::Both(one, rest)
            } else {
                Test::Either(one, rest)
            }
        }))
    }

    fn comparison(&mut self) -> Option<Test> {
        let left = self.side()?;
        self.blanks();
        let comparison = COMPARISONS
            .iter()
            .find(|(sign, _)| self.rest.starts_with(sign));
        let Some((sign, comparison)) = comparison else {
            return Some(Test::Exists(left));
        };
        self.eat(sign);
        let right = self.side()?;
        self.blanks();
        Some(Test::Compare(left, *comparison, right))
    }

    fn side(&mut self) -> Option<Side> {
        self.blanks();
        let from_root = self.eat("$");
        if from_root || self.eat("@") {
            let steps = self.steps(false)?;
            return Some(Side::Path { from_root, steps });
        }
        Some(Side::Value(if self.rest.starts_with(['\'', '"']) {
            ExprKind::Text((*self.quoted()?).into())
        } else if self.eat("true") {
            ExprKind::Bool(true)
        } else if self.eat("false") {
            ExprKind::Bool(false)
        } else if self.eat("null") {
            ExprKind::Null
        } else {
            self.number()?
        }))
    }

    fn number(&mut self) -> Option<ExprKind> {
        let part = |c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | 'e' | 'E');
        let end = self
            .rest
            .find(|c: char| !part(c))
            .unwrap_or(self.rest.len());
        let (text, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        match text.parse() {
            Ok(number) => Some(ExprKind::Int(number)),
            Err(_) => text.parse().ok().map(ExprKind::Float),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn what_is_no_path_is_none() {
        for path in [
            "$.",
            "a..",
            "[",
            "[]",
            "['a'",
            "[0",
            "[::0]",
            "[?(@.a]",
            "[?()]",
            "[?(@.a ==)]",
            "[?(@.a && )]",
            "a b",
        ] {
            assert!(parse(path).is_none(), "{path}");
        }
        let deep = "[?(@".repeat(100_000);
        assert!(parse(&deep).is_none());
    }
}
