//! YAML that a file is loaded with, as literals with their places. Plain scalars are typed as YAML 1.2 says.

use std::collections::BTreeMap;

use saphyr_parser::{Event, Parser, ScalarStyle};

use super::build::{array, null, object, text};
use super::load_data::float;
use crate::ir::{Expr, ExprKind, Member};
use crate::text::{FileId, Span};

/// Most nodes that a file may become, anchors written out, and most levels.
const MAX_NODES: usize = 200_000;
const MAX_LEVELS: usize = 120;

/// The value of a YAML text. With a file places are those in it, else all of it stands at `at`.
pub(super) fn yaml(source: &str, file: Option<FileId>, at: Span) -> Result<Expr, String> {
    let mut reader = Reader {
        places: Places::new(source, file, at),
        open: Vec::new(),
        anchors: BTreeMap::new(),
        nodes: 0,
        root: None,
    };
    for event in Parser::new_from_str(source) {
        let (event, span) = event.map_err(|error| format!("The file is not YAML: {error}"))?;
        if matches!(event, Event::DocumentEnd) {
            // Of several documents the first counts.
            break;
        }
        let span = reader.places.span(span.start.index(), span.end.index());
        reader.event(event, span)?;
    }
    Ok(reader.root.unwrap_or_else(|| null(at)))
}

/// Positions in characters to places in the file.
struct Places {
    at: Span,
    file: Option<FileId>,
    /// The byte that each character begins with; none where each is one byte.
    bytes: Option<Vec<u32>>,
}

impl Places {
    fn new(source: &str, file: Option<FileId>, at: Span) -> Self {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let bytes = (file.is_some() && !source.is_ascii()).then(|| {
            let starts = source.char_indices().map(|(at, _)| offset(at));
            starts.chain([offset(source.len())]).collect()
        });
        Self { at, file, bytes }
    }

    fn span(&self, start: usize, end: usize) -> Span {
        let Some(file) = self.file else {
            return self.at;
        };
        let offset = |at: usize| match &self.bytes {
            Some(bytes) => bytes.get(at).or(bytes.last()).copied().unwrap_or(0),
            None => u32::try_from(at).unwrap_or(u32::MAX),
        };
        Span::new(file, offset(start), offset(end).max(offset(start)))
    }
}

/// A container that is not closed yet.
enum Open {
    Items(Vec<Expr>, usize, Span),
    /// The name that waits for its value stands apart.
    Members(Vec<Member>, Option<Expr>, usize, Span),
}

struct Reader {
    places: Places,
    open: Vec<Open>,
    anchors: BTreeMap<usize, (Expr, usize)>,
    nodes: usize,
    root: Option<Expr>,
}

impl Reader {
    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), String> {
        match event {
            Event::Scalar(value, style, anchor, tag) => {
                let tagged_text =
                    tag.is_some_and(|tag| tag.is_yaml_core_schema() && tag.suffix == "str");
                let kind = match style {
                    ScalarStyle::Plain if !tagged_text => plain(&value),
                    _ => ExprKind::Text(value.as_ref().into()),
                };
                self.add(Expr { kind, span }, anchor, 1)
            }
            Event::SequenceStart(anchor, _) => self.enter(Open::Items(Vec::new(), anchor, span)),
            Event::MappingStart(anchor, _) => {
                self.enter(Open::Members(Vec::new(), None, anchor, span))
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let before = self.nodes;
                match self.open.pop() {
                    Some(Open::Items(items, anchor, start)) => {
                        self.add(array(items, start.to(span)), anchor, before)
                    }
                    Some(Open::Members(members, _, anchor, start)) => {
                        self.add(object(members, start.to(span)), anchor, before)
                    }
                    None => Ok(()),
                }
            }
            Event::Alias(anchor) => match self.anchors.get(&anchor).cloned() {
                Some((value, size)) => {
                    self.nodes += size;
                    self.add(Expr { span, ..value }, 0, size)
                }
                None => Err("The file is not YAML: an alias has no anchor".to_owned()),
            },
            _ => Ok(()),
        }
    }

    fn enter(&mut self, open: Open) -> Result<(), String> {
        if self.open.len() >= MAX_LEVELS {
            return Err(format!(
                "The file is nested deeper than {MAX_LEVELS} levels"
            ));
        }
        self.open.push(open);
        Ok(())
    }

    fn add(&mut self, value: Expr, anchor: usize, size: usize) -> Result<(), String> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(format!("The file has more than {MAX_NODES} values"));
        }
        if anchor > 0 {
            self.anchors.insert(anchor, (value.clone(), size));
        }
        match self.open.last_mut() {
            None => self.root = Some(value),
            Some(Open::Items(items, ..)) => items.push(value),
            Some(Open::Members(members, waiting, ..)) => match waiting.take() {
                None => *waiting = Some(key(value)),
                Some(key) => members.push(Member::Entry { key, value }),
            },
        }
        Ok(())
    }
}

/// A name is text, whatever it would be as a value.
fn key(value: Expr) -> Expr {
    let span = value.span;
    match value.kind {
        ExprKind::Null => text("null", span),
        ExprKind::Bool(value) => text(value.to_string(), span),
        ExprKind::Int(value) => text(value.to_string(), span),
        ExprKind::Float(value) => text(value.to_string(), span),
        kind => Expr { kind, span },
    }
}

/// A plain scalar by the core schema of YAML 1.2.
fn plain(value: &str) -> ExprKind {
    match value {
        "" | "~" | "null" | "Null" | "NULL" => return ExprKind::Null,
        "true" | "True" | "TRUE" => return ExprKind::Bool(true),
        "false" | "False" | "FALSE" => return ExprKind::Bool(false),
        _ => {}
    }
    let digits = value.strip_prefix(['-', '+']).unwrap_or(value);
    let number = if let Some(hex) = value.strip_prefix("0x") {
        i64::from_str_radix(hex, 16).ok()
    } else if let Some(octal) = value.strip_prefix("0o") {
        i64::from_str_radix(octal, 8).ok()
    } else if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        value.strip_prefix('+').unwrap_or(value).parse().ok()
    } else {
        None
    };
    if let Some(number) = number {
        return ExprKind::Int(number);
    }
    let is_float = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && digits.bytes().any(|byte| byte.is_ascii_digit())
        && digits
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b".eE+-".contains(&byte));
    match value.parse::<f64>() {
        Ok(number) if is_float && number.is_finite() => float(number),
        _ => ExprKind::Text(value.into()),
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    fn read(source: &str) -> Result<Expr, String> {
        yaml(source, Some(FileId(0)), Span::whole(FileId(0)))
    }

    #[test]
    fn plain_scalars_are_typed_as_in_1_2() {
        assert!(matches!(plain("0x1F"), ExprKind::Int(31)));
        assert!(matches!(plain("0o17"), ExprKind::Int(15)));
        assert!(matches!(plain("010"), ExprKind::Int(10)));
        assert!(matches!(plain("yes"), ExprKind::Text(_)));
        assert!(matches!(plain("2024-01-02"), ExprKind::Text(_)));
        assert!(matches!(plain("1.5"), ExprKind::Float(_)));
        assert!(matches!(plain("~"), ExprKind::Null));
    }

    #[test]
    fn places_are_those_of_the_file() {
        let value = read("é: 1\nk: [a, b]\n").unwrap();
        let ExprKind::Object(members) = &value.kind else {
            panic!("an object");
        };
        let Some(Member::Entry { key, .. }) = members.get(1) else {
            panic!("a member");
        };
        assert_eq!((key.span.start, key.span.end), (6, 7));
    }

    #[test]
    fn anchors_cannot_blow_up() {
        let mut source = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let before = format!("*a{}", level - 1);
            let items = [before.as_str(); 10].join(", ");
            writeln!(source, "a{level}: &a{level} [{items}]").unwrap();
        }
        assert!(read(&source).is_err());
    }
}
