//! URIs as .NET reads, joins and writes them: `uri`, `parseUri`, `buildUri` and the component functions.

use std::fmt::Write as _;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// Everything but unreserved characters.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// Also what has a meaning in a URI stays.
const WHOLE: &AsciiSet = &COMPONENT
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'%')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b'/')
    .remove(b':')
    .remove(b';')
    .remove(b'=')
    .remove(b'?')
    .remove(b'@')
    .remove(b'[')
    .remove(b']');

/// What `parseUri` tells of a URI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UriParts {
    /// Lower case.
    pub scheme: String,
    /// Lower case.
    pub host: String,
    /// None for the scheme's own port.
    pub port: Option<i64>,
    /// None for `/`.
    pub path: Option<String>,
    /// With its question mark.
    pub query: Option<String>,
}

/// `uriComponent`.
pub fn uri_component(text: &str) -> String {
    utf8_percent_encode(text, COMPONENT).to_string()
}

/// `uriComponentToString`: a plus is a blank, escapes that are none stay, bad bytes become U+FFFD.
pub fn uri_component_to_string(text: &str) -> String {
    let text = text.replace('+', " ");
    percent_decode_str(&text).decode_utf8_lossy().into_owned()
}

/// `parseUri`: an absolute URI, or a host after two slashes.
pub fn parse_uri(text: &str) -> Result<UriParts, String> {
    let trimmed = text.trim();
    let uri = match trimmed.strip_prefix("//") {
        Some(share) => Uri::parse(&format!("file://{share}")),
        None => Uri::parse(trimmed),
    };
    let uri = uri.ok_or_else(|| format!("'{text}' is not an absolute URI"))?;
    let port = uri.shown_port().map(i64::from);
    Ok(UriParts {
        path: (uri.path != "/").then_some(uri.path),
        query: uri.query.map(|query| format!("?{query}")),
        scheme: uri.scheme,
        host: uri.host,
        port,
    })
}

/// `buildUri`: nothing is encoded; the path gets its slash and the query its question mark.
pub fn build_uri(
    scheme: &str,
    host: &str,
    port: Option<i64>,
    path: Option<&str>,
    query: Option<&str>,
) -> Result<String, String> {
    if !is_scheme(scheme) {
        return Err(format!("'{scheme}' is not a scheme of a URI"));
    }
    if host.is_empty() {
        return Err("a URI needs a host".to_owned());
    }
    let port = match port {
        None | Some(-1) => String::new(),
        Some(port @ 0..=65535) => format!(":{port}"),
        Some(port) => return Err(format!("{port} is not a port")),
    };
    let host = if host.contains(':') && !host.starts_with('[') {
        format!("[{host}]")
    } else {
        host.to_owned()
    };
    let path = path.unwrap_or_default();
    let slash = if path.starts_with('/') { "" } else { "/" };
    let query = query.unwrap_or_default();
    let mark = if query.is_empty() || query.starts_with('?') {
        ""
    } else {
        "?"
    };
    let scheme = scheme.to_ascii_lowercase();
    Ok(format!("{scheme}://{host}{port}{slash}{path}{mark}{query}"))
}

/// `uri`: resolves a reference against an absolute base.
pub fn join_uri(base: &str, relative: &str) -> Result<String, String> {
    let base_uri = Some(base)
        .filter(|base| is_well_formed(base))
        .and_then(Uri::parse)
        .ok_or_else(|| format!("'{base}' is not an absolute URI"))?;
    let relative = relative.trim();
    let joined = match relative.split_once(':') {
        Some((scheme, _)) if is_scheme(scheme) => Uri::parse(relative),
        _ => base_uri.join(relative),
    };
    joined
        .map(|uri| uri.text())
        .ok_or_else(|| format!("'{relative}' cannot be resolved against '{base}'"))
}

/// A scheme: a letter, then letters, digits, plus, minus and dot.
fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
}

/// Whether nothing in it has to be escaped.
fn is_well_formed(text: &str) -> bool {
    let escapes_hold = text.split('%').skip(1).all(starts_with_hex);
    let plain = |c: char| !c.is_ascii_control() && !" \"<>\\^`{|}".contains(c);
    escapes_hold && text.chars().all(plain)
}

fn starts_with_hex(text: &str) -> bool {
    let digits = text.as_bytes().get(..2);
    digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
}

/// Escapes what may not stand in a URI; escapes that are already there stay.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (index, piece) in text.split('%').enumerate() {
        if index > 0 {
            out.push_str(if starts_with_hex(piece) { "%" } else { "%25" });
        }
        out.extend(utf8_percent_encode(piece, WHOLE));
    }
    out
}

/// An absolute URI, escaped and without dot segments.
#[derive(Clone, Debug)]
struct Uri {
    scheme: String,
    /// `//` stands after the scheme.
    has_authority: bool,
    user: Option<String>,
    host: String,
    port: Option<u16>,
    path: String,
    query: Option<String>,
    fragment: Option<String>,
}

impl Uri {
    fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once(':')?;
        // One letter is a drive.
        if !is_scheme(scheme) || scheme.len() < 2 {
            return None;
        }
        let scheme = scheme.to_ascii_lowercase();
        let rest = if is_hierarchical(&scheme) {
            unify_slashes(rest)
        } else {
            rest.to_owned()
        };
        let Some(rest) = rest.strip_prefix("//") else {
            return Self::opaque(scheme, &rest);
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, tail) = rest.split_at(end);
        let mut uri = Self {
            scheme,
            has_authority: true,
            user: None,
            host: String::new(),
            port: None,
            path: String::new(),
            query: None,
            fragment: None,
        };
        uri.set_authority(authority)?;
        uri.set_tail(tail);
        Some(uri)
    }

    /// `mailto:user@host`, `urn:..`.
    fn opaque(scheme: String, rest: &str) -> Option<Self> {
        if is_hierarchical(&scheme) {
            return None;
        }
        let (path, query) = match rest.split_once('?') {
            Some((path, query)) => (path, Some(escape(query))),
            None => (rest, None),
        };
        let (user, host, path) = match path.split_once('@') {
            Some((user, host)) if scheme == "mailto" => {
                (Some(escape(user)), host.to_lowercase(), "")
            }
            _ => (None, String::new(), path),
        };
        Some(Self {
            scheme,
            has_authority: false,
            user,
            host,
            port: None,
            path: escape(path),
            query,
            fragment: None,
        })
    }

    fn set_authority(&mut self, authority: &str) -> Option<()> {
        let (user, place) = match authority.rsplit_once('@') {
            Some((user, place)) => (Some(escape(user)), place),
            None => (None, authority),
        };
        let port_at = match place.rfind(']') {
            Some(bracket) => place.get(bracket..)?.find(':').map(|colon| bracket + colon),
            None => place.find(':'),
        };
        let (host, port) = match port_at {
            Some(colon) => (place.get(..colon)?, place.get(colon + 1..)?),
            None => (place, ""),
        };
        self.user = user;
        self.host = checked_host(host)?;
        if self.host.is_empty() && self.scheme != "file" {
            return None;
        }
        if !port.is_empty() {
            let digits = port.bytes().all(|byte| byte.is_ascii_digit());
            self.port = Some(port.parse().ok().filter(|_| digits)?);
        }
        Some(())
    }

    /// Path, query and fragment.
    fn set_tail(&mut self, tail: &str) {
        let (rest, fragment) = match tail.split_once('#') {
            Some((rest, fragment)) => (rest, Some(escape(fragment))),
            None => (tail, None),
        };
        // FTP knows no query.
        let (path, query) = match rest.split_once('?') {
            Some((path, query)) if self.scheme != "ftp" => (path.to_owned(), Some(escape(query))),
            _ => (rest.replace('?', "%3F"), None),
        };
        self.path = without_dots(&escape(&path));
        self.query = query;
        self.fragment = fragment;
    }

    /// A reference without a scheme.
    fn join(&self, relative: &str) -> Option<Self> {
        if !self.has_authority {
            return None;
        }
        let relative = if is_hierarchical(&self.scheme) {
            unify_slashes(relative)
        } else {
            relative.to_owned()
        };
        let mut uri = self.clone();
        if relative.is_empty() {
            return Some(uri);
        }
        if relative.starts_with("//") {
            return Self::parse(&format!("{}:{relative}", self.scheme));
        }
        if let Some(fragment) = relative.strip_prefix('#') {
            uri.fragment = Some(escape(fragment));
            return Some(uri);
        }
        let folder = self
            .path
            .rfind('/')
            .map_or("", |slash| self.path.get(..=slash).unwrap_or(""));
        let start = match relative.chars().next() {
            Some('/') => "",
            Some('?') if self.scheme != "ftp" => &self.path,
            _ => folder,
        };
        uri.set_tail(&format!("{start}{relative}"));
        Some(uri)
    }

    /// The port unless it is the scheme's own.
    fn shown_port(&self) -> Option<u16> {
        let own = match self.scheme.as_str() {
            "http" | "ws" => 80,
            "https" | "wss" => 443,
            "ftp" => 21,
            _ => return self.port,
        };
        self.port.filter(|port| *port != own)
    }

    fn text(&self) -> String {
        let mut text = format!("{}:", self.scheme);
        if self.has_authority {
            text.push_str("//");
        }
        if let Some(user) = &self.user {
            text.push_str(user);
            text.push('@');
        }
        text.push_str(&self.host);
        if let Some(port) = self.shown_port() {
            let _ = write!(text, ":{port}");
        }
        text.push_str(&self.path);
        for (mark, part) in [('?', &self.query), ('#', &self.fragment)] {
            if let Some(part) = part {
                text.push(mark);
                text.push_str(part);
            }
        }
        text
    }
}

/// Schemes whose backslashes are slashes and that always name a host.
fn is_hierarchical(scheme: &str) -> bool {
    matches!(scheme, "http" | "https" | "ftp" | "file" | "ws" | "wss")
}

/// Backslashes before the query become slashes.
fn unify_slashes(text: &str) -> String {
    let end = text.find(['?', '#']).unwrap_or(text.len());
    let (path, rest) = text.split_at(end);
    path.replace('\\', "/") + rest
}

/// The host in lower case; None if it can't be one.
fn checked_host(host: &str) -> Option<String> {
    if let Some(inside) = host.strip_prefix('[') {
        let address: std::net::Ipv6Addr = inside.strip_suffix(']')?.parse().ok()?;
        return Some(format!("[{address}]"));
    }
    let legal = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.' | '_');
    host.chars().all(legal).then(|| host.to_lowercase())
}

/// Resolves `.` and `..`; those above the root go. The path begins with a slash.
fn without_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.strip_prefix('/').unwrap_or(path).split('/').peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        match segment {
            "." | ".." => {
                if segment == ".." {
                    kept.pop();
                }
                // What is left is a folder.
                if is_last {
                    kept.push("");
                }
            }
            _ => kept.push(segment),
        }
    }
    format!("/{}", kept.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const JOINED: &[(&str, &str, &str)] = &[
        (
            "http://contoso.org/firstpath",
            "myscript.sh",
            "http://contoso.org/myscript.sh",
        ),
        (
            "http://contoso.org/firstpath/",
            "x",
            "http://contoso.org/firstpath/x",
        ),
        (
            "HTTPS://Host.Example:8443/a/../b",
            "../d",
            "https://host.example:8443/d",
        ),
        ("http://H.COM:80/A", "B c", "http://h.com/B%20c"),
        ("https://a:80/b", "c", "https://a:80/c"),
        ("https://h", "", "https://h/"),
        ("https://h", "?q=2", "https://h/?q=2"),
        ("https://u:p@h/x?q=1#f", "", "https://u:p@h/x?q=1#f"),
        ("https://u:p@h/x?q=1#f", "#frag", "https://u:p@h/x?q=1#frag"),
        ("https://u:p@h/x?q=1#f", "//other/x", "https://other/x"),
        ("https://u:p@h/x?q=1#f", "ü", "https://u:p@h/%C3%BC"),
        ("https://[::1]/a", "a b", "https://[::1]/a%20b"),
        ("ftp://h/x", "?q=2", "ftp://h/%3Fq=2"),
        ("ftp://h/x", "https://other/y", "https://other/y"),
        ("file:///a/", "x", "file:///a/x"),
        ("http://h/a/b", "../../../c", "http://h/c"),
        ("https://a/b/c", ".", "https://a/b/"),
        ("https://a/b/c/", "..", "https://a/b/"),
        ("https://a/b", "c/../d", "https://a/d"),
        ("https://a/b/", "c%2Fd%zz", "https://a/b/c%2Fd%25zz"),
        ("https://h/a/", "b\\c", "https://h/a/b/c"),
        ("http://h/a/?sas=1", "x?y=2", "http://h/a/x?y=2"),
        ("https://h/a/", "mailto:x@y", "mailto:x@y"),
    ];

    #[test]
    fn references_are_resolved() {
        for (base, relative, expected) in JOINED {
            assert_eq!(
                join_uri(base, relative).as_deref(),
                Ok(*expected),
                "{base} {relative}"
            );
        }
        for (base, relative) in [
            ("", "x"),
            ("relative/", "x"),
            ("C:\\x\\", "y"),
            ("https://a/b c/", "d"),
            ("https://a/%zz", "d"),
            ("http://", "d"),
            ("https://h:99999/", "d"),
            ("https://h:x/", "d"),
            ("https:h", "d"),
            ("https://h/a/", "c:b"),
        ] {
            assert!(join_uri(base, relative).is_err(), "{base} {relative}");
        }
    }

    fn parsed(text: &str) -> Option<String> {
        let parts = parse_uri(text).ok()?;
        let port = parts.port.map(|port| port.to_string()).unwrap_or_default();
        let path = parts.path.unwrap_or("-".to_owned());
        Some(
            [
                parts.scheme,
                parts.host,
                port,
                path,
                parts.query.unwrap_or_default(),
            ]
            .join(" "),
        )
    }

    #[test]
    fn parts_are_told() {
        for (text, expected) in [
            (
                "https://user:pw@H:8443/p/q?x=1#frag",
                "https h 8443 /p/q ?x=1",
            ),
            ("https://h:443/", "https h  - "),
            ("https://h", "https h  - "),
            ("https://H.Com/A%20b?", "https h.com  /A%20b ?"),
            ("http://h/a b", "http h  /a%20b "),
            ("//h/a", "file h  /a "),
            ("mailto:a@b", "mailto b   "),
            ("https://[::1]/a", "https [::1]  /a "),
        ] {
            assert_eq!(parsed(text).as_deref(), Some(expected), "{text}");
        }
        for text in ["", "bad", "relative/x", "/x", ":", "1a://h"] {
            assert_eq!(parsed(text), None, "{text}");
        }
    }

    #[test]
    fn uris_are_built_without_encoding() {
        for (port, path, query, expected) in [
            (None, None, None, "https://h/"),
            (
                Some(8080),
                Some("a/b"),
                Some("x=1"),
                "https://h:8080/a/b?x=1",
            ),
            (
                Some(443),
                Some("/a b"),
                Some("?x=1&y= z"),
                "https://h:443/a b?x=1&y= z",
            ),
        ] {
            assert_eq!(
                build_uri("https", "h", port, path, query).as_deref(),
                Ok(expected)
            );
        }
        assert!(build_uri("1s", "h", None, None, None).is_err());
        assert!(build_uri("https", "h", Some(65_536), None, None).is_err());
    }

    #[test]
    fn components_are_escaped_and_read() {
        assert_eq!(
            uri_component("a b/é*()!'~-_.+%"),
            "a%20b%2F%C3%A9%2A%28%29%21%27~-_.%2B%25"
        );
        for (text, expected) in [
            ("a%20b%2Fc+d", "a b/c d"),
            ("%zz%41%", "%zzA%"),
            ("%C3%A9%FF", "é\u{fffd}"),
        ] {
            assert_eq!(uri_component_to_string(text), expected);
        }
    }
}
