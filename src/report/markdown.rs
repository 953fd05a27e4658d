//! Outcomes as Markdown, for comments on pull requests and summaries of jobs, within what these take.

use std::fmt::Write;

use crate::engine::Outcome;
use crate::text::{code_fence, code_span};

use super::View;
use super::page::{self, Block, Inline, Item};
use super::summary::counted;

/// GitHub takes 65,536 characters of a comment; the rest is for a mark by which the comment is found again.
const COMMENT: usize = 65_000;

/// GitHub takes 1 MiB of a job's summary; the rest is for what else stands there.
const SUMMARY: usize = 1_000_000;

/// Room for saying what was left out.
const NOTE: usize = 200;

/// The outcome as long as a comment may be.
pub fn markdown(outcome: &Outcome, view: View<'_>) -> Vec<u8> {
    written(outcome, view, COMMENT)
}

/// The outcome as long as the summary of a job may be.
pub fn job_summary(outcome: &Outcome, view: View<'_>) -> Vec<u8> {
    written(outcome, view, SUMMARY)
}

fn written(outcome: &Outcome, view: View<'_>, limit: usize) -> Vec<u8> {
    let page = page::page(outcome, view);
    let mut writer = Writer {
        out: format!("## {}\n\n", text(&page.title)),
        end: limit,
    };
    let last = page.sections.len().saturating_sub(1);
    for (index, section) in page.sections.iter().enumerate() {
        let left = limit.saturating_sub(writer.out.len());
        let share = if index == last { left } else { left / 2 };
        writer.end = writer.out.len() + share.saturating_sub(NOTE);
        if let Some(heading) = section.heading {
            let _ = write!(writer.out, "### {heading}\n\n");
        }
        for block in &section.blocks {
            writer.block(block);
        }
    }
    writer.out.truncate(writer.out.trim_end().len());
    writer.out.push('\n');
    writer.out.into_bytes()
}

struct Writer {
    out: String,
    /// How long `out` may become.
    end: usize,
}

impl Writer {
    /// Adds text if there is room for it.
    fn push(&mut self, text: &str) -> bool {
        let fits = self.out.len() + text.len() <= self.end;
        if fits {
            self.out.push_str(text);
        }
        fits
    }

    /// Says what was left out; there is always room for that.
    fn note(&mut self, count: usize, noun: &str) {
        if count > 0 {
            let _ = writeln!(
                self.out,
                "\n_{} left out for want of room; `--format json` has all._",
                counted(count, &format!("more {noun}"))
            );
        }
    }

    /// Says that a whole block was left out.
    fn left_out(&mut self, block: &Block) {
        match block {
            Block::Paragraph(_) => self.note(1, "paragraph"),
            Block::List { noun, items } => self.note(items.len(), noun),
            Block::Table { noun, rows, .. } => self.note(rows.len(), noun),
            Block::Code { text, .. } => self.note(text.lines().count(), "line"),
            Block::Details { blocks, .. } => {
                for block in blocks {
                    self.left_out(block);
                }
            }
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Paragraph(inlines) => {
                let text = format!("{}\n\n", inline(inlines));
                if !self.push(&text) {
                    self.left_out(block);
                }
            }
            Block::List { noun, items } => {
                let left_out = items.iter().filter(|one| !self.push(&item(one))).count();
                self.note(left_out, noun);
                self.out.push('\n');
            }
            Block::Table { noun, head, rows } => {
                let line = "|---".repeat(head.len());
                self.push(&format!("| {} |\n{line}|\n", head.join(" | ")));
                let left_out = rows.iter().filter(|row| !self.push(&cells(row))).count();
                self.note(left_out, noun);
                self.out.push('\n');
            }
            Block::Code { language, text } => self.code(language, text),
            Block::Details {
                summary,
                is_open,
                blocks,
            } => {
                let open = if *is_open { " open" } else { "" };
                let head = format!(
                    "<details{open}><summary>{}</summary>\n\n",
                    super::html::inlines(summary)
                );
                let end = "</details>\n\n";
                // Rather nothing than an element without its end.
                self.end = self.end.saturating_sub(end.len());
                if self.push(&head) {
                    for block in blocks {
                        self.block(block);
                    }
                    self.out.push_str(end);
                } else {
                    for block in blocks {
                        self.left_out(block);
                    }
                }
                self.end += end.len();
            }
        }
    }

    /// A fenced block, as many lines of it as there is room for.
    fn code(&mut self, language: &str, text: &str) {
        let fence = code_fence(text);
        if !self.push(&format!("{fence}{language}\n")) {
            self.note(text.lines().count(), "line");
            return;
        }
        let mut lines = text.lines();
        let mut left_out = 0;
        self.end = self.end.saturating_sub(fence.len() + 2);
        for line in lines.by_ref() {
            if !self.push(&format!("{line}\n")) {
                left_out = 1;
                break;
            }
        }
        self.end += fence.len() + 2;
        left_out += lines.count();
        let _ = writeln!(self.out, "{fence}");
        self.note(left_out, "line");
        self.out.push('\n');
    }
}

fn item(item: &Item) -> String {
    let mut out = format!("- {}\n", inline(&item.head));
    for line in &item.lines {
        let _ = writeln!(out, "  - {}", inline(line));
    }
    out
}

fn cells(row: &[Vec<Inline>]) -> String {
    let cells: Vec<String> = row
        .iter()
        .map(|cell| inline(cell).replace("\\|", "|").replace('|', "\\|"))
        .collect();
    format!("| {} |\n", cells.join(" | "))
}

fn inline(inlines: &[Inline]) -> String {
    let mut out = String::new();
    for inline in inlines {
        match inline {
            Inline::Text(words) => out.push_str(&text(words)),
            // Blanks stay outside of the marks, which would be no marks else.
            Inline::Strong(words) if words.trim().is_empty() => out.push_str(words),
            Inline::Strong(words) => {
                let start = words.len() - words.trim_start().len();
                let before = words.get(..start).unwrap_or("");
                let behind = words.get(words.trim_end().len()..).unwrap_or("");
                let _ = write!(out, "{before}**{}**{behind}", text(words.trim()));
            }
            Inline::Code(words) => out.push_str(&code_span(words)),
            Inline::Link { text: words, url } => {
                let _ = write!(out, "[{}]({url})", text(words));
            }
        }
    }
    out
}

/// Text in which nothing is markup, and nobody is called by name.
pub(super) fn text(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    for c in words.chars() {
        match c {
            '\n' => out.push(' '),
            '@' => out.push_str("@\u{200b}"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '&' | '$' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn text_of_templates_is_no_markup() {
        assert_eq!(
            text("a_b*[x](y) <b> @me"),
            "a\\_b\\*\\[x\\](y) \\<b\\> @\u{200b}me"
        );
    }
}
