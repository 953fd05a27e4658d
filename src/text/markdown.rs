//! Text to code in Markdown: a span or the fence of a block, whatever backticks the text has.

/// A code span; nothing for no text.
pub fn code_span(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let fence = "`".repeat(longest_run(text) + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// The line that begins and ends a block of code with this text.
pub fn code_fence(text: &str) -> String {
    "`".repeat(longest_run(text).max(2) + 1)
}

fn longest_run(text: &str) -> usize {
    let mut longest = 0;
    let mut run = 0;
    for c in text.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::{code_fence, code_span};

    #[test]
    fn code_holds_any_text() {
        assert_eq!(code_span("a"), "`a`");
        assert_eq!(code_span("a`b"), "``a`b``");
        assert_eq!(code_span("`a``b"), "``` `a``b ```");
        assert_eq!(code_span(""), "");
        assert_eq!(code_fence("a"), "```");
        assert_eq!(code_fence("a ``` b"), "````");
    }
}
