//! Functions that read files while the template is compiled: `loadTextContent`, `loadJsonContent` and their like.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::build::{array, entry, invalid, named, object, text};
use super::context::Ctx;
use super::expressions::{Lower, absent};
use super::model::Symbol;
use super::surroundings::{LoadedFile, Unreached};
use super::{json_path, load_data, load_yaml};
use crate::finding::{Problem, ProblemKind};
use crate::ir::{Expr, Name, Variable, VariableValue};
use crate::syntax::bicep::ast::{Expr as Ast, ExprKind, Part};
use crate::text::Span;

/// Most UTF-16 units of a text, and of a JSON or YAML file.
const MAX_TEXT: usize = 131_072;
const MAX_DATA: usize = 1_048_576;
/// Variables in a path are followed this far.
const MAX_VARIABLES: usize = 32;

impl<'a> Lower<'a> {
    /// What a load function gives.
    pub(super) fn load(&self, function: &str, args: &'a [Ast], span: Span) -> Expr {
        let Some(path) = args.first() else {
            return invalid(format!("'{function}' needs a path"), span);
        };
        let Some(written) = self.constant(path, 0) else {
            return invalid(
                "The path must be a text that is known while compiling",
                path.span,
            );
        };
        if written.starts_with('/') || written.contains(['\\', ':']) {
            let message =
                format!("The path '{written}' must be relative, with '/' between its steps");
            return self.failed(function, &written, message, path.span);
        }
        if function == "loadDirectoryFileInfo" {
            return self.folder(&written, path.span, args.get(1), span);
        }
        let loaded = match self
            .unit
            .session
            .surroundings
            .bytes(self.model.id(), &written)
        {
            Ok(loaded) => loaded,
            Err(unreached) => return self.unread(function, &written, &unreached, path.span),
        };
        match function {
            "loadFileAsBase64" => text(STANDARD.encode(&*loaded.bytes), span),
            "loadTextContent" => self.load_text(&loaded, args.get(1), path.span, span),
            _ => self.load_data(function, &loaded, args, path.span, span),
        }
    }

    /// A text that is known while compiling, also through variables.
    fn constant(&self, ast: &'a Ast, depth: usize) -> Option<Arc<str>> {
        if depth > MAX_VARIABLES {
            return None;
        }
        match &ast.unparenthesized().kind {
            ExprKind::Text(text) => Some(Arc::clone(text)),
            ExprKind::Interpolated(parts) => {
                let mut whole = String::new();
                for part in parts {
                    match part {
                        Part::Text { text, .. } => whole.push_str(text),
                        Part::Hole(hole) => whole.push_str(&self.constant(hole, depth + 1)?),
                    }
                }
                Some(whole.into())
            }
            ExprKind::Variable(name) => match self.model.symbols.get(&name.text)? {
                Symbol::Variable(at) => self.constant(self.model.variable(*at)?.1, depth + 1),
                _ => None,
            },
            _ => None,
        }
    }

    fn unread(&self, function: &str, path: &str, unreached: &Unreached, place: Span) -> Expr {
        let message = format!("'{path}' cannot be read: {}", unreached.reason);
        self.unit.problem(Problem {
            level: unreached.level,
            help: unreached.help.clone(),
            ..Problem::error(ProblemKind::ModuleNotFound, place, message)
        });
        absent(function, &path.into(), path, place)
    }

    fn failed(&self, function: &str, path: &str, message: String, place: Span) -> Expr {
        self.unit
            .problem(Problem::error(ProblemKind::ModuleNotFound, place, message));
        absent(function, &path.into(), path, place)
    }

    fn load_text(
        &self,
        loaded: &LoadedFile,
        encoding: Option<&'a Ast>,
        place: Span,
        span: Span,
    ) -> Expr {
        let encoding = encoding.and_then(constant_text);
        let decoded = decode(&loaded.bytes, encoding.as_deref());
        if decoded.encode_utf16().count() > MAX_TEXT {
            let message = format!("The file has more than {MAX_TEXT} characters");
            return self.failed("loadTextContent", "", message, place);
        }
        text(decoded, span)
    }

    /// A JSON or YAML file becomes a variable of its own, so that it stands in the template once.
    fn load_data(
        &self,
        function: &str,
        loaded: &LoadedFile,
        args: &'a [Ast],
        place: Span,
        span: Span,
    ) -> Expr {
        let path = args.get(1).and_then(constant_text);
        let encoding = args.get(2).and_then(constant_text);
        let key = format!("{function} {:?} {path:?} {encoding:?}", loaded.file);
        if let Some(known) = self.unit.loads.borrow().get(&key) {
            return named("variables", known, span);
        }
        let decoded = decode(&loaded.bytes, encoding.as_deref());
        if decoded.encode_utf16().count() > MAX_DATA {
            let message = format!("The file has more than {MAX_DATA} characters");
            return self.failed(function, "", message, place);
        }
        // Places in the file are right only for the encoding under which it is known.
        let own = encoding.is_none().then_some(loaded.file);
        let read = match function {
            "loadYamlContent" => load_yaml::yaml(&decoded, own, span),
            _ => load_data::json(decoded.into(), loaded.file, own.is_some(), span),
        };
        let value = match read {
            Ok(value) => value,
            Err(message) => return self.failed(function, "", message, place),
        };
        let value = match path.as_deref().map(|path| json_path::select(&value, path)) {
            None => value,
            Some(Ok(found)) => found,
            Some(Err(message)) => {
                let place = args.get(1).map_or(place, |path| path.span);
                return self.failed(function, "", message, place);
            }
        };
        let mut all = self.unit.loaded.borrow_mut();
        let name: Arc<str> = format!("$fxv#{}", all.len()).into();
        all.push(Variable {
            name: Name {
                text: Arc::clone(&name),
                place: span,
            },
            value: VariableValue::Expr(value),
        });
        self.unit.loads.borrow_mut().insert(key, Arc::clone(&name));
        named("variables", &name, span)
    }

    /// `[{relativePath, baseName, extension}]` of the files in a folder.
    fn folder(&self, path: &str, place: Span, pattern: Option<&'a Ast>, span: Span) -> Expr {
        let pattern = pattern.and_then(constant_text);
        if let Some(pattern) = pattern
            .as_deref()
            .filter(|pattern| pattern.contains(['/', '\\']))
        {
            let message = format!("The pattern '{pattern}' names a folder");
            return self.failed("loadDirectoryFileInfo", path, message, place);
        }
        let mut names = match self.unit.session.surroundings.folder(self.model.id(), path) {
            Ok(names) => names,
            Err(unreached) => return self.unread("loadDirectoryFileInfo", path, &unreached, place),
        };
        names.retain(|name| pattern.as_deref().is_none_or(|pattern| fits(name, pattern)));
        let folder = normalized(path);
        let mut paths: Vec<(String, String)> = names
            .into_iter()
            .map(|name| (format!("{folder}{name}"), name))
            .collect();
        paths.sort_by_key(|(path, _)| path.to_uppercase());
        let items = paths.into_iter().map(|(path, name)| {
            let extension = name
                .rfind('.')
                .and_then(|dot| name.get(dot..))
                .unwrap_or("")
                .to_owned();
            let members = vec![
                entry("relativePath", text(path, span)),
                entry("baseName", text(name, span)),
                entry("extension", text(extension, span)),
            ];
            object(members, span)
        });
        array(items.collect(), span)
    }

    /// `readEnvironmentVariable('NAME', 'default')`.
    pub(super) fn environment_variable(&self, args: &'a [Ast], span: Span, ctx: Ctx<'_>) -> Expr {
        use super::surroundings::EnvironmentVariable;
        let Some(name) = args.first().and_then(constant_text) else {
            return invalid(
                "'readEnvironmentVariable' needs the name of a variable",
                span,
            );
        };
        let found = self.unit.session.surroundings.variable(&name);
        if let EnvironmentVariable::Set(value) = found {
            return text(value, span);
        }
        // Where it is not allowed the default does, as in a run where it is not set.
        if let Some(default) = args.get(1) {
            return self.expr(default, ctx);
        }
        if found == EnvironmentVariable::Unset {
            let message = format!("The environment variable '{name}' is not set");
            return invalid(message, span);
        }
        let message = format!("The environment variable '{name}' is not read");
        let problem = Problem::warning(ProblemKind::ParameterFileValue, span, message);
        self.unit
            .problem(problem.help(format!("Allow it with `--env {name}`")));
        absent("readEnvironmentVariable", &name, &name, span)
    }
}

/// A text that is written out.
fn constant_text(ast: &Ast) -> Option<Arc<str>> {
    match &ast.unparenthesized().kind {
        ExprKind::Text(text) => Some(Arc::clone(text)),
        _ => None,
    }
}

/// The folder of a path with a slash at its end, without steps that lead nowhere.
fn normalized(path: &str) -> String {
    let mut steps: Vec<&str> = Vec::new();
    for step in path.split('/') {
        match step {
            "" | "." => {}
            ".." if steps.last().is_some_and(|last| *last != "..") => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    if steps.is_empty() {
        String::new()
    } else {
        format!("{}/", steps.join("/"))
    }
}

/// Whether a name fits a pattern with `*` and `?`, in any case.
fn fits(name: &str, pattern: &str) -> bool {
    let name: Vec<char> = name.to_lowercase().chars().collect();
    let pattern: Vec<char> = pattern.to_lowercase().chars().collect();
    let (mut at, mut next) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while at < name.len() {
        match pattern.get(next) {
            Some('*') => {
                star = Some((next, at));
                next += 1;
            }
            Some(wanted) if *wanted == '?' || name.get(at) == Some(wanted) => {
                at += 1;
                next += 1;
            }
            _ => match &mut star {
                Some((position, from)) => {
                    *from += 1;
                    at = *from;
                    next = *position + 1;
                }
                None => return false,
            },
        }
    }
    pattern
        .get(next..)
        .is_some_and(|rest| rest.iter().all(|rest| *rest == '*'))
}

/// The text of a file. A byte order mark tells the encoding, else it is the named one or UTF-8.
fn decode(bytes: &[u8], encoding: Option<&str>) -> String {
    let utf16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units = bytes.chunks_exact(2).map(|pair| match pair {
            [a, b] => unit([*a, *b]),
            _ => 0,
        });
        char::decode_utf16(units)
            .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect()
    };
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => return String::from_utf8_lossy(rest).into_owned(),
        [0xff, 0xfe, rest @ ..] => return utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => return utf16(rest, u16::from_be_bytes),
        _ => {}
    }
    match encoding.map(str::to_ascii_lowercase).as_deref() {
        Some("us-ascii") => bytes
            .iter()
            .map(|byte| {
                if byte.is_ascii() {
                    char::from(*byte)
                } else {
                    '?'
                }
            })
            .collect(),
        Some("iso-8859-1") => bytes.iter().copied().map(char::from).collect(),
        Some("utf-16") => utf16(bytes, u16::from_le_bytes),
        Some("utf-16be") => utf16(bytes, u16::from_be_bytes),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}
