//! Steps to a Mermaid flow.

use std::fmt::Write;

use crate::plan::Sequence;

/// A flow chart of the steps, in the order in which they run; what cannot be undone is marked.
pub fn flow<'a>(sequences: impl Iterator<Item = &'a Sequence>) -> String {
    let mut lines = vec!["flowchart TD".to_owned()];
    let mut last: Option<usize> = None;
    let mut marked = Vec::new();
    for sequence in sequences {
        for step in &sequence.steps {
            let number = step.number;
            let label = format!("{number}. {}", step.head());
            let (open, close) = if step.is_deployment() {
                ("[", "]")
            } else {
                ("([", "])")
            };
            lines.push(format!("    s{number}{open}\"{}\"{close}", escaped(&label)));
            if let Some(last) = last {
                lines.push(format!("    s{last} --> s{number}"));
            }
            if step.is_irreversible() {
                marked.push(format!("s{number}"));
            }
            last = Some(number);
        }
    }
    if !marked.is_empty() {
        lines.push("    classDef irreversible stroke:#c00,stroke-width:3px".to_owned());
        lines.push(format!("    class {} irreversible", marked.join(",")));
    }
    lines.join("\n") + "\n"
}

/// Text of a label: what Mermaid reads as its own stands as a character code.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' | '#' | '<' | '>' | '`' | '&' => {
                let _ = write!(out, "#{};", u32::from(c));
            }
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn labels_cannot_end_early() {
        assert_eq!(escaped("a \"b\" #c\n"), "a #34;b#34; #35;c\u{fffd}");
    }
}
