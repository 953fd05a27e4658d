//! uri, parseUri, buildUri: addresses as .NET's Uri class reads and resolves them.

use super::{Call, Function, OBJECT, Outcome, Run, STRING, function, plain};
use crate::eval::value::{Data, Entry, Value};
use crate::eval::{Origin, equal_ignoring_case};

pub(super) const FUNCTIONS: &[Function] = &[
    function("uri", (2, 2), &[STRING], Run::Strict(uri)),
    function("parseUri", (1, 1), &[STRING], Run::Strict(parse_uri)),
    function("buildUri", (1, 1), &[OBJECT], Run::Strict(build_uri)),
];

/// Everything but letters, digits, `-_.~` and what is kept, as upper-case escapes.
fn percent_encode(text: &str, keep: impl Fn(u8) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) || keep(byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// The parts of an absolute address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Uri {
    scheme: String,
    user: Option<String>,
    /// None: the scheme has no authority (`mailto:`).
    host: Option<String>,
    port: Option<u16>,
    path: String,
    query: Option<String>,
    fragment: Option<String>,
}

fn default_port(scheme: &str) -> Option<u16> {
    let port = match scheme {
        "http" | "ws" => 80,
        "https" | "wss" => 443,
        "ftp" => 21,
        "ssh" | "sftp" => 22,
        "ldap" => 389,
        "gopher" => 70,
        "nntp" => 119,
        "telnet" => 23,
        "mailto" => 25,
        _ => return None,
    };
    Some(port)
}

/// Whether the scheme's addresses have a host and a path of segments.
fn is_hierarchical(scheme: &str) -> bool {
    matches!(
        scheme,
        "http" | "https" | "ftp" | "file" | "ws" | "wss" | "gopher" | "nntp" | "ldap" | "ssh" | "sftp" | "telnet"
    )
}

/// The scheme before the colon, if the text begins with one.
fn scheme_of(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once(':')?;
    let valid = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    valid.then_some((scheme, rest))
}

/// Escapes what may not stand in an address; escapes that are there stay.
fn escaped(text: &str, query: bool) -> String {
    let bytes = text.as_bytes();
    let is_escape = |at: usize| {
        let hex = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_hexdigit);
        hex(at + 1) && hex(at + 2)
    };
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let mut buffer = [0; 4];
        match c {
            '%' if is_escape(at) => out.push('%'),
            '%' => out.push_str("%25"),
            '[' | ']' if !query => out.push(c),
            c => {
                let keep = |byte: u8| b":/?#[]@!$&'()*+,;=".contains(&byte);
                out.push_str(&percent_encode(c.encode_utf8(&mut buffer), keep));
            }
        }
    }
    out
}

/// `..` and `.` resolved; above the root they are dropped.
fn without_dots(path: &str) -> String {
    let mut out: Vec<&str> = Vec::new();
    let mut segments = path.split('/').peekable();
    segments.next();
    while let Some(segment) = segments.next() {
        let last = segments.peek().is_none();
        match segment {
            "." => {
                if last {
                    out.push("");
                }
            }
            ".." => {
                out.pop();
                if last {
                    out.push("");
                }
            }
            segment => out.push(segment),
        }
    }
    format!("/{}", out.join("/"))
}

impl Uri {
    fn absolute(text: &str) -> Option<Self> {
        let text = text.trim();
        let slashes = |text: &str| text.starts_with("//") || text.starts_with("\\\\");
        if slashes(text) {
            // A network path is a file.
            return Self::with_authority("file", text.get(2..)?);
        }
        if text.starts_with('/') {
            let path = text.replace('\\', "/");
            return Some(Self {
                scheme: "file".to_owned(),
                host: Some(String::new()),
                path: escaped(&without_dots(&path), false),
                ..Self::default()
            });
        }
        let (scheme, rest) = scheme_of(text)?;
        let scheme = scheme.to_ascii_lowercase();
        // A drive letter is no scheme.
        if scheme.len() < 2 {
            return None;
        }
        if slashes(rest) {
            return Self::with_authority(&scheme, rest.get(2..)?);
        }
        if is_hierarchical(&scheme) {
            return None;
        }
        let (rest, fragment) = split_tail(rest, '#');
        let (path, query) = split_tail(rest, '?');
        let (user, host, path) = match path.split_once('@') {
            Some((user, host)) if scheme == "mailto" => (Some(user.to_owned()), Some(host.to_ascii_lowercase()), ""),
            _ => (None, None, path),
        };
        Some(Self {
            scheme,
            user,
            host,
            port: None,
            path: escaped(path, false),
            query,
            fragment,
        })
    }

    fn with_authority(scheme: &str, rest: &str) -> Option<Self> {
        let end = rest.find(['/', '\\', '?', '#']).unwrap_or(rest.len());
        let (authority, tail) = rest.split_at(end);
        let (user, host_port) = match authority.rsplit_once('@') {
            Some((user, host)) => (Some(user.to_owned()), host),
            None => (None, authority),
        };
        let (host, port) = match host_port.rsplit_once(':') {
            Some((host, "")) => (host, None),
            Some((host, port)) if !port.contains(']') => (host, Some(port.parse().ok()?)),
            _ => (host_port, None),
        };
        let bad = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '{' | '}' | '|' | '^' | '`' | '%' | '[' | ']');
        let is_v6 = host.starts_with('[') && host.ends_with(']');
        if (host.is_empty() && scheme != "file") || (host.contains(bad) && !is_v6) {
            return None;
        }
        let (tail, fragment) = split_tail(tail, '#');
        let (path, query) = split_tail(tail, '?');
        let path = path.replace('\\', "/");
        let path = if path.is_empty() { "/".to_owned() } else { path };
        Some(Self {
            scheme: scheme.to_owned(),
            user,
            host: Some(host.to_lowercase()),
            port: port.filter(|port| Some(*port) != default_port(scheme)),
            path: without_dots(&escaped(&path, false)),
            query,
            fragment,
        })
    }

    /// RFC 3986, section 5.
    fn join(&self, relative: &str) -> Option<Self> {
        let relative = relative.trim();
        if let Some((scheme, rest)) = scheme_of(relative) {
            let lower = scheme.to_ascii_lowercase();
            if lower.len() > 1 || rest.starts_with("//") {
                // The old form `https:path` is relative to a base of the same scheme.
                if lower == self.scheme && !rest.starts_with("//") {
                    return self.join(rest);
                }
                return Self::absolute(relative);
            }
            return None;
        }
        let relative = relative.replace('\\', "/");
        if let Some(rest) = relative.strip_prefix("//") {
            return Self::with_authority(&self.scheme, rest);
        }
        let (head, fragment) = split_tail(&relative, '#');
        let (path, query) = split_tail(head, '?');
        let mut target = Self {
            fragment,
            ..self.clone()
        };
        if path.is_empty() {
            if query.is_some() {
                target.query = query;
            }
            return Some(target);
        }
        let joined = if path.starts_with('/') {
            path.to_owned()
        } else {
            let folder = self.path.rfind('/').map_or("/", |at| &self.path[..=at]);
            format!("{folder}{path}")
        };
        target.path = without_dots(&escaped(&joined, false));
        target.query = query;
        Some(target)
    }

    fn text(&self) -> String {
        let mut out = format!("{}:", self.scheme);
        let user = self.user.as_ref().map(|user| format!("{user}@")).unwrap_or_default();
        match &self.host {
            Some(host) if self.scheme == "mailto" => {
                out.push_str(&user);
                out.push_str(host);
            }
            Some(host) => {
                out.push_str("//");
                out.push_str(&user);
                out.push_str(host);
                if let Some(port) = self.port {
                    out.push_str(&format!(":{port}"));
                }
            }
            None => {}
        }
        out.push_str(&self.path);
        for (mark, part) in [('?', &self.query), ('#', &self.fragment)] {
            if let Some(part) = part {
                out.push(mark);
                out.push_str(part);
            }
        }
        out
    }
}

/// What stands before and after the mark, the tail escaped.
fn split_tail(text: &str, mark: char) -> (&str, Option<String>) {
    match text.split_once(mark) {
        Some((head, tail)) => (head, Some(escaped(tail, true))),
        None => (text, None),
    }
}

fn uri(call: &Call<'_>) -> Outcome {
    let (base, relative) = (call.text(0)?, call.text(1)?);
    let no_base = || call.fail(0, format!("'{base}' is not an absolute address"));
    // The engine wants a base that is well formed as it stands.
    if base.trim().contains(char::is_whitespace) {
        return Err(no_base());
    }
    let absolute = Uri::absolute(base).ok_or_else(no_base)?;
    match absolute.join(relative) {
        Some(joined) => call.made(joined.text()),
        None => Err(call.fail(1, format!("'{relative}' cannot be joined to '{base}'"))),
    }
}

fn parse_uri(call: &Call<'_>) -> Outcome {
    let text = call.text(0)?;
    let Some(uri) = Uri::absolute(text) else {
        return Err(call.fail(0, format!("'{text}' is not an absolute address")));
    };
    let string = |text: String| Value::text(text, Origin::None);
    let mut members = vec![
        Entry::new("scheme", string(uri.scheme.clone())),
        Entry::new("host", string(uri.host.clone().unwrap_or_default())),
        Entry::new(
            "port",
            plain(uri.port.map_or(Data::Null, |port| Data::Int(i64::from(port)))),
        ),
    ];
    if uri.path != "/" {
        members.push(Entry::new("path", string(uri.path)));
    }
    if let Some(query) = uri.query {
        members.push(Entry::new("query", string(format!("?{query}"))));
    }
    Ok(Value::object(members, Origin::None))
}

fn build_uri(call: &Call<'_>) -> Outcome {
    let object = call.object(0)?;
    let member = |name: &str| {
        object
            .entries
            .iter()
            .find(|entry| equal_ignoring_case(&entry.key, name))
            .map(|entry| &entry.value)
    };
    let text = |name: &str| match member(name).map(|value| &value.data) {
        Some(Data::String(text)) => Ok(Some(text.to_string())),
        None | Some(Data::Null) => Ok(None),
        _ => Err(call.fail(0, format!("the member '{name}' must be a string"))),
    };
    let (Some(scheme), Some(host)) = (text("scheme")?, text("host")?) else {
        return Err(call.fail(0, "the members 'scheme' and 'host' are required"));
    };
    let port = match member("port").map(|value| &value.data) {
        None | Some(Data::Null) => None,
        Some(Data::Int(port)) => Some(
            u16::try_from(*port)
                .map_err(|_| call.fail(0, format!("{port} is not a port number")))?,
        ),
        _ => return Err(call.fail(0, "the member 'port' must be an integer")),
    };
    let port = port.filter(|port| Some(*port) != default_port(&scheme.to_ascii_lowercase()));
    let port = port.map(|port| format!(":{port}")).unwrap_or_default();
    let path = text("path")?.unwrap_or_default();
    let path = if path.starts_with('/') { path } else { format!("/{path}") };
    let query = match text("query")? {
        Some(query) if !query.is_empty() && !query.starts_with('?') => format!("?{query}"),
        query => query.unwrap_or_default(),
    };
    call.made(format!("{scheme}://{host}{port}{path}{query}"))
}
