//! The lines of source that a finding shows, cut to the width of the page: what codespan-reporting is given to draw.

use std::ops::Range;
use std::sync::Arc;

use codespan_reporting::files::{Error, Files as Sources};

use crate::text::{FileId, Files, SourceFile, Span};

/// Marks where a long line was cut.
const CUT: &str = "…";

/// Lines of several files.
#[derive(Debug, Default)]
pub(super) struct Excerpt {
    views: Vec<View>,
}

/// Some lines of one file.
#[derive(Debug)]
struct View {
    file: FileId,
    name: String,
    text: String,
    lines: Vec<Line>,
}

/// A line as it is shown.
#[derive(Debug)]
struct Line {
    /// 0-based number in the file.
    number: usize,
    /// Where it stands in the view's text, without its end.
    range: Range<usize>,
    /// Bytes of the file before the part that is shown.
    from: usize,
    /// UTF-16 columns that were cut off at the left, less the mark that stands for them.
    columns_cut: usize,
}

impl Excerpt {
    /// The lines on which these spans begin.
    pub(super) fn of(files: &Files, spans: &[Span], width: usize) -> Self {
        let mut excerpt = Self::default();
        for span in spans {
            if excerpt.views.iter().all(|view| view.file != span.file) {
                let starts: Vec<usize> = spans
                    .iter()
                    .filter(|other| other.file == span.file)
                    .map(|other| other.start as usize)
                    .collect();
                excerpt.views.push(View::new(
                    span.file,
                    &masked(files, span.file),
                    &starts,
                    width,
                ));
            }
        }
        excerpt
    }

    /// Where a span stands in the excerpt: the part of it on its first line that is shown.
    pub(super) fn place(&self, span: Span) -> Option<(usize, Range<usize>)> {
        let at = self.views.iter().position(|view| view.file == span.file)?;
        let view = self.views.get(at)?;
        let line = view
            .lines
            .iter()
            .rev()
            .find(|line| line.from <= span.start as usize)?;
        let shown = |offset: u32| {
            let offset = (offset as usize).saturating_sub(line.from);
            let mut offset = (line.range.start + line.mark() + offset).min(line.range.end);
            while !view.text.is_char_boundary(offset) {
                offset -= 1;
            }
            offset
        };
        let start = shown(span.start);
        let end = shown(span.end).max(start);
        // An empty span at the end of a line still needs a place for its mark.
        Some((at, start..end))
    }
}

impl Line {
    /// Bytes of the mark at the left.
    fn mark(&self) -> usize {
        if self.columns_cut > 0 { CUT.len() } else { 0 }
    }
}

impl View {
    fn new(file: FileId, source: &SourceFile, starts: &[usize], width: usize) -> Self {
        let mut view = Self {
            file,
            name: match &source.revision {
                Some(revision) => format!("{revision}:{}", source.path),
                None => source.path.clone(),
            },
            text: String::new(),
            lines: Vec::new(),
        };
        let mut wanted: Vec<(usize, usize)> = starts
            .iter()
            .map(|start| (line_of(source, *start), *start))
            .collect();
        wanted.sort_unstable();
        wanted.dedup_by_key(|(number, _)| *number);
        let mut last: Option<usize> = None;
        for (number, start) in wanted {
            match last {
                // One line between two shown ones is shown as well; more than one become a gap.
                Some(last) if number == last + 2 => {
                    let from = source.line_starts().get(last + 1).copied().unwrap_or(0) as usize;
                    view.push(source, last + 1, from, width);
                }
                Some(last) if number > last + 2 => {
                    view.gap(last + 1);
                    view.gap(last + 2);
                }
                _ => {}
            }
            view.push(source, number, start, width);
            last = Some(number);
        }
        view
    }

    /// An empty line that is never shown.
    fn gap(&mut self, number: usize) {
        let at = self.text.len();
        self.text.push('\n');
        self.lines.push(Line {
            number,
            range: at..at,
            from: usize::MAX,
            columns_cut: 0,
        });
    }

    /// A line, cut around `focus` if it is too long.
    fn push(&mut self, source: &SourceFile, number: usize, focus: usize, width: usize) {
        let starts = source.line_starts();
        let start = starts.get(number).copied().unwrap_or(0) as usize;
        let end = starts
            .get(number + 1)
            .map_or(source.text.len(), |next| *next as usize);
        let whole = source
            .text
            .get(start..end)
            .unwrap_or("")
            .trim_end_matches(['\n', '\r']);
        let (from, to) = window(whole, focus.saturating_sub(start), width);
        let left = source.position(u32::try_from(start + from).unwrap_or(u32::MAX));
        let at = self.text.len();
        if from > 0 {
            self.text.push_str(CUT);
        }
        self.text.push_str(whole.get(from..to).unwrap_or(""));
        let range_end = self.text.len();
        if to < whole.len() {
            self.text.push_str(CUT);
        }
        self.text.push('\n');
        self.lines.push(Line {
            number,
            range: at..range_end,
            from: start + from,
            columns_cut: (left.column - 1).saturating_sub(usize::from(from > 0)),
        });
    }

    fn line(&self, index: usize) -> Result<&Line, Error> {
        self.lines.get(index).ok_or(Error::LineTooLarge {
            given: index,
            max: self.lines.len(),
        })
    }
}

/// A file with what must not be shown replaced, byte for byte, so that places stay right.
fn masked(files: &Files, id: FileId) -> Arc<SourceFile> {
    let file = files.get(id);
    let hidden = files.hidden(id);
    if hidden.is_empty() {
        return file;
    }
    let mut text = String::with_capacity(file.text.len());
    for span in hidden {
        let (start, end) = (span.start as usize, span.end as usize);
        text.push_str(file.text.get(text.len()..start).unwrap_or(""));
        while text.len() < end.min(file.text.len()) {
            // Line ends stay, or the lines below would move.
            let byte = file.text.as_bytes().get(text.len()).copied();
            text.push(match byte {
                Some(b'\n') => '\n',
                Some(b'\r') => '\r',
                _ => '*',
            });
        }
    }
    text.push_str(file.text.get(text.len()..).unwrap_or(""));
    let masked = Files::default();
    let id = masked.add(file.path.as_str(), file.revision.clone(), text);
    masked.get(id)
}

/// The 0-based line of an offset.
fn line_of(source: &SourceFile, offset: usize) -> usize {
    source
        .line_starts()
        .partition_point(|start| *start as usize <= offset)
        .saturating_sub(1)
}

/// The part of a line to show: all of it, or `width` bytes around `focus`.
fn window(line: &str, focus: usize, width: usize) -> (usize, usize) {
    if line.len() <= width {
        return (0, line.len());
    }
    let boundary = |mut at: usize| {
        at = at.min(line.len());
        while !line.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let from = focus
        .saturating_sub(width / 3)
        .min(line.len().saturating_sub(width));
    (boundary(from), boundary(from + width))
}

impl<'a> Sources<'a> for Excerpt {
    type FileId = usize;
    type Name = &'a str;
    type Source = &'a str;

    fn name(&'a self, id: usize) -> Result<&'a str, Error> {
        Ok(self.views.get(id).ok_or(Error::FileMissing)?.name.as_str())
    }

    fn source(&'a self, id: usize) -> Result<&'a str, Error> {
        Ok(self.views.get(id).ok_or(Error::FileMissing)?.text.as_str())
    }

    fn line_index(&'a self, id: usize, byte_index: usize) -> Result<usize, Error> {
        let view = self.views.get(id).ok_or(Error::FileMissing)?;
        let after = view
            .lines
            .partition_point(|line| line.range.start <= byte_index);
        Ok(after.saturating_sub(1))
    }

    fn line_number(&'a self, id: usize, line_index: usize) -> Result<usize, Error> {
        let view = self.views.get(id).ok_or(Error::FileMissing)?;
        Ok(view.line(line_index)?.number + 1)
    }

    fn column_number(
        &'a self,
        id: usize,
        line_index: usize,
        byte_index: usize,
    ) -> Result<usize, Error> {
        let view = self.views.get(id).ok_or(Error::FileMissing)?;
        let line = view.line(line_index)?;
        let before = view.text.get(line.range.start..byte_index).unwrap_or("");
        Ok(before.encode_utf16().count() + line.columns_cut + 1)
    }

    fn line_range(&'a self, id: usize, line_index: usize) -> Result<Range<usize>, Error> {
        let view = self.views.get(id).ok_or(Error::FileMissing)?;
        let start = view.line(line_index)?.range.start;
        let end = view
            .lines
            .get(line_index + 1)
            .map_or(view.text.len(), |next| next.range.start);
        Ok(start..end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_cut_around_the_place_and_keeps_its_columns() {
        let files = Files::default();
        let text = format!("{}TARGET{}", "a".repeat(1000), "b".repeat(1000));
        let file = files.add("long.json", None, text);
        let span = Span {
            file,
            start: 1000,
            end: 1006,
        };
        let excerpt = Excerpt::of(&files, &[span], 90);
        let (id, range) = excerpt.place(span).unwrap();
        let source = excerpt.source(id).unwrap();
        assert_eq!(&source[range.clone()], "TARGET");
        assert!(source.len() < 110, "{source}");
        assert_eq!(
            excerpt.location(id, range.start).unwrap().column_number,
            1001
        );
    }

    #[test]
    fn a_hidden_value_is_not_shown() {
        let files = Files::default();
        let file = files.add("p.json", None, "{ \"value\": \"hünter2\" }");
        files.hide(Span {
            file,
            start: 11,
            end: 21,
        });
        let span = Span {
            file,
            start: 2,
            end: 9,
        };
        let excerpt = Excerpt::of(&files, &[span], 80);
        assert_eq!(excerpt.source(0).unwrap(), "{ \"value\": ********** }\n");
    }

    #[test]
    fn lines_far_apart_have_a_gap_between_them() {
        let files = Files::default();
        let file = files.add("a.json", None, "one\ntwo\nthree\nfour\nfive\n");
        let first = Span {
            file,
            start: 0,
            end: 3,
        };
        let last = Span {
            file,
            start: 19,
            end: 23,
        };
        let excerpt = Excerpt::of(&files, &[last, first], 80);
        assert_eq!(excerpt.source(0).unwrap(), "one\n\n\nfive\n");
        let (_, range) = excerpt.place(last).unwrap();
        assert_eq!(excerpt.location(0, range.start).unwrap().line_number, 5);
    }
}
