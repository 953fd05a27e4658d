//! Patterns of the tables: which values of a member a row speaks of.

/// One pattern. Text is compared without case; numbers and Booleans are compared by their text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// `*`: any state, present or absent.
    Any,
    /// `absent`: not stated, null, or a value that counts as missing. The service default does not count as stated.
    Absent,
    /// `present`: stated.
    Present,
    /// `empty`: absent, or an array or object without content.
    Empty,
    /// `x`: exactly this; a missing member with a constant default counts as that default.
    Is(String),
    /// `x*`: begins so.
    Begins(String),
    /// `*x`: ends so.
    Ends(String),
    /// `!p`: the pattern does not hold.
    Not(Box<Pattern>),
}

/// The state of a member as patterns see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stated<'a> {
    /// A scalar, as text (`true`, `3`, `Linux`).
    Value(&'a str),
    /// An array or object; whether it has content.
    Container {
        /// It has no items or members.
        empty: bool,
    },
    /// Not stated; the constant service default as text, where there is one.
    Absent(Option<&'a str>),
}

impl Pattern {
    /// Reads a pattern; every text is one.
    pub fn parse(text: &str) -> Self {
        match text {
            "*" => Self::Any,
            "absent" => Self::Absent,
            "present" => Self::Present,
            "empty" => Self::Empty,
            _ => {
                if let Some(rest) = text.strip_prefix('!') {
                    Self::Not(Box::new(Self::parse(rest)))
                } else if let Some(rest) = text.strip_suffix('*') {
                    Self::Begins(rest.to_ascii_lowercase())
                } else if let Some(rest) = text.strip_prefix('*') {
                    Self::Ends(rest.to_ascii_lowercase())
                } else {
                    Self::Is(text.to_owned())
                }
            }
        }
    }

    /// Whether it holds.
    pub fn matches(&self, state: Stated<'_>) -> bool {
        let text = match state {
            Stated::Value(text) => Some(text),
            Stated::Absent(default) => default,
            Stated::Container { .. } => None,
        };
        match self {
            Self::Any => true,
            Self::Absent => matches!(state, Stated::Absent(_)),
            Self::Present => !matches!(state, Stated::Absent(_)),
            Self::Empty => matches!(state, Stated::Absent(_) | Stated::Container { empty: true }),
            Self::Is(wanted) => text.is_some_and(|text| text.eq_ignore_ascii_case(wanted)),
            Self::Begins(start) => {
                text.is_some_and(|text| text.to_ascii_lowercase().starts_with(start))
            }
            Self::Ends(end) => text.is_some_and(|text| text.to_ascii_lowercase().ends_with(end)),
            Self::Not(inner) => !inner.matches(state),
        }
    }
}

/// Alternatives: one of them must hold. No alternatives at all: no condition.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Patterns(pub Vec<Pattern>);

impl Patterns {
    /// Whether one of them holds, or there is none.
    pub fn matches(&self, state: Stated<'_>) -> bool {
        self.0.is_empty() || self.0.iter().any(|pattern| pattern.matches(state))
    }

    /// Whether there is a condition.
    pub fn is_condition(&self) -> bool {
        !self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::{Pattern, Patterns, Stated};

    fn holds(pattern: &str, state: Stated<'_>) -> bool {
        Pattern::parse(pattern).matches(state)
    }

    #[test]
    fn text_is_compared_without_case_and_defaults_count() {
        assert!(holds("Linux", Stated::Value("linux")));
        assert!(holds("Linux", Stated::Absent(Some("Linux"))));
        assert!(!holds("Linux", Stated::Absent(None)));
        assert!(holds("Windows*", Stated::Value("windows2022")));
        assert!(holds("*:NoExecute", Stated::Value("a=b:NoExecute")));
    }

    #[test]
    fn absence_is_about_what_is_stated() {
        assert!(holds("absent", Stated::Absent(Some("false"))));
        assert!(holds("present", Stated::Container { empty: true }));
        assert!(holds("empty", Stated::Container { empty: true }));
        assert!(!holds("empty", Stated::Container { empty: false }));
        assert!(holds("!absent", Stated::Value("x")));
        assert!(!holds("!Windows*", Stated::Value("Windows2019")));
    }

    #[test]
    fn no_alternatives_are_no_condition() {
        assert!(Patterns::default().matches(Stated::Absent(None)));
        let two = Patterns(vec![Pattern::parse("a"), Pattern::parse("b")]);
        assert!(two.matches(Stated::Value("B")) && !two.matches(Stated::Value("c")));
    }
}
