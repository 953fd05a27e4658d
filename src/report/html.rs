//! Outcomes as one self-contained HTML page: no script, nothing is loaded.

use std::fmt::Write;

use crate::engine::Outcome;

use super::View;
use super::page::{self, Block, Inline, Item};

const HEAD: &str = r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
<meta name="color-scheme" content="light dark"/>
"#;

const STYLE: &str = "<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; }
h2 { font-size: 1.2rem; margin-top: 2rem; }
code, pre { font-family: ui-monospace, monospace; font-size: 0.875em; }
code { background: #8882; padding: 0.1em 0.3em; border-radius: 3px; overflow-wrap: anywhere; }
pre { background: #8881; padding: 1rem; overflow-x: auto; border-radius: 6px; line-height: 1.4; }
table { border-collapse: collapse; }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.8rem; border-bottom: 1px solid #8884; }
li { margin: 0.3rem 0; }
li > ul { color: #777; }
summary { cursor: pointer; }
.refused { color: #d33; font-weight: bold; }
.create { color: #197a3e; }
.delete { color: #c4590a; }
.modify { color: #7b52c4; }
.other { color: #777; }
</style>
";

/// The outcome as a page.
pub fn html(outcome: &Outcome, view: View<'_>) -> Vec<u8> {
    let page = page::page(outcome, view);
    let title = text(&page.title);
    let mut out =
        format!("{HEAD}<title>{title}</title>\n{STYLE}</head>\n<body>\n<h1>{title}</h1>\n");
    for section in &page.sections {
        if let Some(heading) = section.heading {
            let _ = writeln!(out, "<h2>{heading}</h2>");
        }
        for part in &section.blocks {
            block(&mut out, part);
        }
    }
    let _ = writeln!(
        out,
        "<footer><p class=\"other\">armplan {}</p></footer>\n</body>\n</html>",
        env!("CARGO_PKG_VERSION")
    );
    out.into_bytes()
}

fn block(out: &mut String, part: &Block) {
    match part {
        Block::Paragraph(words) => {
            let _ = writeln!(out, "<p>{}</p>", inlines(words));
        }
        Block::List { items, .. } => {
            out.push_str("<ul>\n");
            for one in items {
                item(out, one);
            }
            out.push_str("</ul>\n");
        }
        Block::Table { head, rows, .. } => {
            let head: Vec<String> = head.iter().map(|cell| format!("<th>{cell}</th>")).collect();
            let _ = writeln!(out, "<table>\n<tr>{}</tr>", head.concat());
            for row in rows {
                let cells: Vec<String> = row
                    .iter()
                    .map(|cell| format!("<td>{}</td>", inlines(cell)))
                    .collect();
                let _ = writeln!(out, "<tr>{}</tr>", cells.concat());
            }
            out.push_str("</table>\n");
        }
        Block::Code { text, .. } => {
            let lines: Vec<String> = text.lines().map(line).collect();
            let _ = writeln!(out, "<pre>{}</pre>", lines.join("\n"));
        }
        Block::Details {
            summary,
            is_open,
            blocks,
        } => {
            let open = if *is_open { " open=\"\"" } else { "" };
            let _ = writeln!(
                out,
                "<details{open}><summary>{}</summary>",
                inlines(summary)
            );
            for part in blocks {
                block(out, part);
            }
            out.push_str("</details>\n");
        }
    }
}

fn item(out: &mut String, item: &Item) {
    let _ = write!(out, "<li>{}", inlines(&item.head));
    if !item.lines.is_empty() {
        out.push_str("\n<ul>\n");
        for line in &item.lines {
            let _ = writeln!(out, "<li>{}</li>", inlines(line));
        }
        out.push_str("</ul>\n");
    }
    out.push_str("</li>\n");
}

/// A line of changes in the colour of its symbol.
fn line(line: &str) -> String {
    let class = match line.trim_start().get(..2) {
        _ if line.contains('✗') => "refused",
        Some("+ ") => "create",
        Some("- ") => "delete",
        Some("~ ") => "modify",
        Some("x " | "* ") => "other",
        _ => return text(line),
    };
    format!("<span class=\"{class}\">{}</span>", text(line))
}

/// Running text.
pub(super) fn inlines(inlines: &[Inline]) -> String {
    let mut out = String::new();
    for inline in inlines {
        let _ = match inline {
            Inline::Text(words) => write!(out, "{}", text(words)),
            Inline::Strong(words) => write!(out, "<strong>{}</strong>", text(words)),
            Inline::Code(words) if words.is_empty() => Ok(()),
            Inline::Code(words) => write!(out, "<code>{}</code>", text(words)),
            Inline::Link { text: words, url } => {
                write!(out, "<a href=\"{}\">{}</a>", text(url), text(words))
            }
        };
    }
    out
}

fn text(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn text_of_templates_is_no_markup() {
        assert_eq!(text("<b a=\"c\">&"), "&lt;b a=&quot;c&quot;&gt;&amp;");
    }
}
