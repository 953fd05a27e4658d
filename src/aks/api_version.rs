//! API versions and their order: by date; on the same date a preview stands before the stable version.

use std::fmt;
use std::str::FromStr;

use super::Date;

/// An API version such as `2026-03-01` or `2026-01-02-preview`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ApiVersion {
    date: Date,
    /// Lower-case text after the date without its hyphen; empty for a stable version.
    suffix: String,
}

impl ApiVersion {
    /// Anything with a suffix is a preview.
    pub fn is_preview(&self) -> bool {
        !self.suffix.is_empty()
    }

    /// The date alone.
    pub const fn date(&self) -> Date {
        self.date
    }
}

impl Ord for ApiVersion {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.date
            .cmp(&other.date)
            .then_with(|| other.is_preview().cmp(&self.is_preview()))
            .then_with(|| self.suffix.cmp(&other.suffix))
    }
}

impl PartialOrd for ApiVersion {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl FromStr for ApiVersion {
    type Err = NotAnApiVersion;

    fn from_str(text: &str) -> Result<Self, NotAnApiVersion> {
        let (date, suffix) = text.split_at_checked(10).ok_or(NotAnApiVersion)?;
        let suffix = match suffix.strip_prefix('-') {
            Some(rest)
                if !rest.is_empty()
                    && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') =>
            {
                rest.to_ascii_lowercase()
            }
            None if suffix.is_empty() => String::new(),
            _ => return Err(NotAnApiVersion),
        };
        let date = date.parse().map_err(|_| NotAnApiVersion)?;
        Ok(Self { date, suffix })
    }
}

impl fmt::Display for ApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.date)?;
        if self.is_preview() {
            write!(f, "-{}", self.suffix)?;
        }
        Ok(())
    }
}

/// The text is not `YYYY-MM-DD` with an optional `-suffix`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnApiVersion;

impl fmt::Display for NotAnApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an API version (YYYY-MM-DD, or YYYY-MM-DD-preview)")
    }
}

#[cfg(test)]
mod tests {
    use super::ApiVersion;

    fn api(text: &str) -> ApiVersion {
        text.parse().unwrap()
    }

    #[test]
    fn a_preview_stands_before_the_stable_version_of_its_date() {
        assert!(api("2026-01-02-preview") < api("2026-01-02"));
        assert!(api("2026-01-01") < api("2026-01-02-preview"));
        assert!(api("2026-01-02-preview") < api("2026-03-01"));
        assert!(api("2025-10-02-preview") < api("2026-01-02-preview"));
        assert_eq!(api("2026-01-02-PREVIEW"), api("2026-01-02-preview"));
    }

    #[test]
    fn other_text_is_refused() {
        for text in [
            "",
            "2026",
            "2026-1-2",
            "2026-13-01",
            "2026-01-02preview",
            "2026-01-02-",
            "latest",
            "2026-01-0é",
        ] {
            assert!(text.parse::<ApiVersion>().is_err(), "{text}");
        }
    }

    #[test]
    fn printing_gives_the_text_back() {
        for text in ["2026-01-02-preview", "2020-01-01"] {
            assert_eq!(api(text).to_string(), text);
        }
    }
}
