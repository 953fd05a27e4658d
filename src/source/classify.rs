//! What a file is: Bicep by its name, JSON by its own words, found by a scan of its outermost names without parsing it.

use std::ops::ControlFlow;
use std::path::Path;

/// What a file claims to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A `.bicep` file.
    Bicep,
    /// A `.bicepparam` file.
    BicepParameters,
    /// `$schema` of a deployment template.
    Template,
    /// `$schema` of a parameter file.
    Parameters,
    /// Predicted resources, as `bicep snapshot` writes them.
    Snapshot,
    /// Nothing that we know by its outermost names.
    Other,
}

impl FileKind {
    /// The kind of a file that its name tells: Bicep has no `$schema`.
    pub fn of_path(path: &Path) -> Option<Self> {
        let ending = path.extension()?;
        if ending.eq_ignore_ascii_case("bicep") {
            Some(Self::Bicep)
        } else if ending.eq_ignore_ascii_case("bicepparam") {
            Some(Self::BicepParameters)
        } else {
            None
        }
    }
}

/// The kind of a file that is not told by its name.
pub fn classify(text: &str) -> FileKind {
    let mut kind = FileKind::Other;
    outer_members(text, |name, value| {
        if name.eq_ignore_ascii_case("$schema") {
            kind = of_schema(value.unwrap_or(""));
            return ControlFlow::Break(());
        }
        if name.eq_ignore_ascii_case("predictedResources") {
            kind = FileKind::Snapshot;
        }
        ControlFlow::Continue(())
    });
    kind
}

/// Whether a template says that the Bicep compiler made it, in the `metadata` that it writes at the top.
pub fn is_compiled(text: &str) -> bool {
    const TOP: usize = 2048;
    let end = (0..=TOP.min(text.len()))
        .rev()
        .find(|end| text.is_char_boundary(*end));
    let top = end.and_then(|end| text.get(..end)).unwrap_or("");
    let about = top.split_once("\"_generator\"").map(|(_, rest)| rest);
    let maker = about.and_then(|rest| rest.split('}').next());
    maker.is_some_and(|maker| maker.contains("\"bicep\""))
}

/// `https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#`, in any case, also
/// `subscriptionDeploymentTemplate.json` and its like.
fn of_schema(url: &str) -> FileKind {
    let path = url
        .split(['#', '?'])
        .next()
        .unwrap_or("")
        .to_ascii_lowercase();
    if path.ends_with("deploymenttemplate.json") {
        FileKind::Template
    } else if path.ends_with("deploymentparameters.json") {
        FileKind::Parameters
    } else {
        FileKind::Other
    }
}

/// Visits the names of the outermost object, each with its value where that is a string. Escapes are left as they are:
/// none of the names and addresses we look for has one.
fn outer_members<'t>(
    text: &'t str,
    mut visit: impl FnMut(&'t str, Option<&'t str>) -> ControlFlow<()>,
) {
    let mut scan = Scan { text, at: 0 };
    let mut depth = 0_usize;
    let mut name: Option<&str> = None;
    let mut after_colon = false;
    while let Some(token) = scan.next() {
        let mut member = None;
        match token {
            Token::Text(value) if depth == 1 => match (after_colon, name.take()) {
                (true, Some(name)) => member = Some((name, Some(value))),
                _ => name = Some(value),
            },
            Token::Mark(b'{' | b'[') => {
                if depth == 1 && after_colon {
                    member = name.take().map(|name| (name, None));
                }
                depth += 1;
            }
            Token::Mark(b'}' | b']') => depth = depth.saturating_sub(1),
            Token::Text(_) | Token::Mark(_) => {}
        }
        after_colon = depth == 1 && matches!(token, Token::Mark(b':'));
        if let Some((name, value)) = member
            && visit(name, value).is_break()
        {
            return;
        }
    }
}

#[derive(Clone, Copy)]
enum Token<'t> {
    Text(&'t str),
    Mark(u8),
}

struct Scan<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Scan<'t> {
    /// The next string or mark; everything between is passed over.
    fn next(&mut self) -> Option<Token<'t>> {
        let bytes = self.text.as_bytes();
        loop {
            match *bytes.get(self.at)? {
                quote @ (b'"' | b'\'') => return self.string(quote).map(Token::Text),
                mark @ (b'{' | b'}' | b'[' | b']' | b':' | b',') => {
                    self.at += 1;
                    return Some(Token::Mark(mark));
                }
                b'/' if bytes.get(self.at + 1) == Some(&b'/') => {
                    let rest = bytes.get(self.at..)?;
                    self.at += memchr::memchr(b'\n', rest)?;
                }
                b'/' if bytes.get(self.at + 1) == Some(&b'*') => {
                    let rest = bytes.get(self.at + 2..)?;
                    self.at += memchr::memmem::find(rest, b"*/")? + 4;
                }
                _ => self.at += 1,
            }
        }
    }

    fn string(&mut self, quote: u8) -> Option<&'t str> {
        let bytes = self.text.as_bytes();
        let start = self.at + 1;
        let mut end = start;
        loop {
            end += memchr::memchr2(quote, b'\\', bytes.get(end..)?)?;
            if bytes.get(end) == Some(&quote) {
                self.at = end + 1;
                return self.text.get(start..end);
            }
            end += 2;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compiled_templates_say_so() {
        let made = r#"{"metadata": {"_generator": {"name": "bicep", "version": "0.40"}}}"#;
        assert!(is_compiled(made));
        for text in [
            "{}",
            r#"{"metadata": {"_generator": {"name": "other"}}, "a": "bicep"}"#,
            r#"{"a": "é"#,
        ] {
            assert!(!is_compiled(text), "{text}");
        }
        let late = format!("{{\"a\": \"{}\", {}", "é".repeat(2000), &made[1..]);
        assert!(!is_compiled(&late));
    }

    #[test]
    fn only_the_outermost_schema_counts() {
        let template = r#"// first
            { /* { */ "a": {"$schema": "x/deploymentParameters.json#"}, "b": "\"}",
              "$Schema" : "https://x/2018-05-01/subscriptionDeploymentTemplate.json#", "c": [] }"#;
        assert_eq!(classify(template), FileKind::Template);
        let value = r#"{"b": "$schema", "c": "https://x/deploymentTemplate.json"}"#;
        assert_eq!(classify(value), FileKind::Other);
        assert_eq!(
            classify(r#"{"$schema":"x/deploymentParameters.json"}"#),
            FileKind::Parameters
        );
        assert_eq!(
            classify(r#"{"predictedResources": [], "diagnostics": []}"#),
            FileKind::Snapshot
        );
        assert_eq!(
            classify(r#"[{"$schema":"x/deploymentTemplate.json"}]"#),
            FileKind::Other
        );
        assert_eq!(classify(r#"{"$schema": "unclosed"#), FileKind::Other);
    }
}
