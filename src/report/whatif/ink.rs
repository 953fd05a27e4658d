//! Text in the colours of ARM's what-if: scopes of colour, as its own printer has them.

/// Colours of the 256 that what-if uses; none is the terminal's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Color {
    Orange,
    Green,
    Purple,
    Cyan,
    Gray,
    Red,
    Yellow,
    Plain,
}

impl Color {
    const fn sequence(self) -> &'static str {
        match self {
            Self::Orange => "\u{1b}[38;5;208m",
            Self::Green => "\u{1b}[38;5;77m",
            Self::Purple => "\u{1b}[38;5;141m",
            Self::Cyan => "\u{1b}[38;5;51m",
            Self::Gray => "\u{1b}[38;5;246m",
            Self::Red => "\u{1b}[38;5;203m",
            Self::Yellow => "\u{1b}[38;5;136m",
            Self::Plain => "\u{1b}[0m",
        }
    }
}

/// Text that grows, and the colours that are on.
#[derive(Debug)]
pub(super) struct Ink {
    text: String,
    on: Vec<Color>,
    is_colored: bool,
}

impl Ink {
    pub(super) fn new(is_colored: bool) -> Self {
        Self {
            text: String::new(),
            on: Vec::new(),
            is_colored,
        }
    }

    pub(super) fn text(self) -> String {
        self.text
    }

    pub(super) fn put(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub(super) fn line(&mut self, text: &str) {
        self.put(text);
        self.put("\n");
    }

    pub(super) fn indent(&mut self, levels: usize) {
        self.put(&"  ".repeat(levels));
    }

    /// Text in one colour.
    pub(super) fn colored(&mut self, color: Color, text: &str) {
        self.begin(color);
        self.put(text);
        self.end();
    }

    /// From here on in this colour.
    pub(super) fn begin(&mut self, color: Color) {
        if self.is_colored {
            self.on.push(color);
            self.put(color.sequence());
        }
    }

    /// Back to the colour before.
    pub(super) fn end(&mut self) {
        if self.is_colored {
            self.on.pop();
            let before = self.on.last().copied().unwrap_or(Color::Plain);
            self.put(before.sequence());
        }
    }

    /// Whether the last line is empty.
    pub(super) fn is_at_line_start(&self) -> bool {
        self.text.is_empty() || self.text.ends_with('\n')
    }
}
