//! A test of a module to a parameter file: the module, evaluated once, with what the test hands to it.

use std::io;
use std::path::{Component, Path};

use armplan::syntax::bicep::ast::{Expr, ExprKind, Key, Member, StatementKind};
use armplan::syntax::bicep::{File, FileKind, parse};
use armplan::text::{FileId, Span};

/// Stands for what only a deployment or a clock answers.
const ANSWER: &str = "'/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/bench'";

/// A `.bicepparam` text, for a file in `folder`, with the parameters that the test at `test` gives to the module at `path`
/// beside it.
pub(super) fn parameter_file(test: &Path, path: &str, folder: &Path) -> io::Result<String> {
    let text = std::fs::read_to_string(test)?;
    let file = parse(FileId(0), &text, FileKind::Template);
    let (Some(parameters), Some(beside)) = (parameters(&file, path), test.parent()) else {
        let missing = format!("{}: no module '{path}' with parameters", test.display());
        return Err(io::Error::other(missing));
    };
    let slice = |span: Span| {
        text.get(span.start as usize..span.end as usize)
            .unwrap_or("")
    };
    let module = beside.join(path).canonicalize()?;
    let mut lines = vec![format!(
        "using '{}'",
        relative(&module, &folder.canonicalize()?)
    )];
    for statement in &file.statements {
        let (name, value) = match &statement.kind {
            StatementKind::Param { name, default, .. } => (name, default.as_ref()),
            StatementKind::Var { name, value, .. } => (name, Some(value)),
            _ => continue,
        };
        let literal = value.filter(|value| {
            !matches!(
                value.kind,
                ExprKind::Call { .. } | ExprKind::Property { .. }
            )
        });
        let value = literal.map_or(ANSWER, |value| slice(value.span));
        lines.push(format!("var {} = {value}", name.text));
    }
    let answers = file.statements.iter().filter_map(|one| match &one.kind {
        StatementKind::Module { name, .. } => Some(format!("{}.outputs.", name.text)),
        StatementKind::Resource(resource) => Some(format!("{}.", resource.name.text)),
        _ => None,
    });
    let answers: Vec<String> = answers.chain(["tenant().".to_owned()]).collect();
    for member in parameters {
        let Member::Property(property) = member else {
            continue;
        };
        let Key::Name(name) = &property.key else {
            continue;
        };
        let value = answers
            .iter()
            .fold(slice(property.value.span).to_owned(), |value, answer| {
                answered(&value, answer)
            });
        lines.push(format!("param {} = {value}", name.text));
    }
    Ok(lines.join("\n") + "\n")
}

/// What the module at this path is given.
fn parameters<'f>(file: &'f File, wanted: &str) -> Option<&'f [Member]> {
    let body = file.statements.iter().find_map(|one| match &one.kind {
        StatementKind::Module { path, body, .. } if path.text() == Some(wanted) => Some(body),
        _ => None,
    })?;
    let body = match &body.kind {
        ExprKind::For(every) => &every.body,
        _ => body,
    };
    members(body)?.iter().find_map(|member| match member {
        Member::Property(property) if matches!(&property.key, Key::Name(name) if &*name.text == "params") => members(&property.value),
        _ => None,
    })
}

fn members(expr: &Expr) -> Option<&[Member]> {
    match &expr.kind {
        ExprKind::Object(members) => Some(members),
        _ => None,
    }
}

/// The text with an answer for each member of what is named so.
fn answered(text: &str, named: &str) -> String {
    let mut pieces = text.split(named);
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        out.push_str(ANSWER);
        out.push_str(
            piece.trim_start_matches(|letter: char| letter.is_alphanumeric() || letter == '_'),
        );
    }
    out
}

/// The way from a folder to a file; both are absolute.
fn relative(file: &Path, folder: &Path) -> String {
    let same = file
        .components()
        .zip(folder.components())
        .take_while(|(one, other)| one == other)
        .count();
    let up = folder.components().skip(same).map(|_| "..".to_owned());
    let name = |part: Component<'_>| part.as_os_str().to_string_lossy().into_owned();
    let way: Vec<String> = up.chain(file.components().skip(same).map(name)).collect();
    way.join("/")
}
