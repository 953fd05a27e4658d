//! Kubernetes versions: full ones (`1.33.5`) and aliases (`1.33`), and how a move from one to the other is to be read.

use std::fmt;
use std::str::FromStr;

/// A minor version without a patch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Minor {
    /// For instance 1.
    pub major: u64,
    /// For instance 33.
    pub minor: u64,
}

/// A version as templates and clusters state it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Version {
    /// With patch 0 for an alias.
    full: semver::Version,
    alias: bool,
}

/// What a move from one stated version to another is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Move {
    /// The same, or an alias of it: nothing happens.
    Same,
    /// To a later patch or minor.
    Up,
    /// To an earlier patch or minor.
    Down,
    /// Within one minor from an alias to a patch: the direction cannot be told.
    UnknownPatch,
}

impl Version {
    /// The minor version.
    pub const fn minor(&self) -> Minor {
        Minor {
            major: self.full.major,
            minor: self.full.minor,
        }
    }

    /// The patch; none for an alias.
    pub const fn patch(&self) -> Option<u64> {
        if self.alias {
            None
        } else {
            Some(self.full.patch)
        }
    }

    /// `x.y` without a patch.
    pub const fn is_alias(&self) -> bool {
        self.alias
    }

    /// The move from here to `after`. Sending an alias of the running minor again never changes the patch.
    pub fn move_to(&self, after: &Self) -> Move {
        match self.minor().cmp(&after.minor()) {
            std::cmp::Ordering::Less => Move::Up,
            std::cmp::Ordering::Greater => Move::Down,
            std::cmp::Ordering::Equal => match (self.patch(), after.patch()) {
                (_, None) => Move::Same,
                (None, Some(_)) => Move::UnknownPatch,
                (Some(before), Some(after)) => match before.cmp(&after) {
                    std::cmp::Ordering::Less => Move::Up,
                    std::cmp::Ordering::Equal => Move::Same,
                    std::cmp::Ordering::Greater => Move::Down,
                },
            },
        }
    }

    /// Whether this is surely later than `other`, by major, minor and patch; an alias is later only by its minor.
    pub fn is_later_than(&self, other: &Self) -> bool {
        match (self.patch(), other.patch()) {
            (Some(_), Some(_)) => self.full > other.full,
            _ => self.minor() > other.minor(),
        }
    }

    /// Whether one is the other or an alias of it.
    pub fn agrees_with(&self, other: &Self) -> bool {
        self.minor() == other.minor()
            && match (self.patch(), other.patch()) {
                (Some(one), Some(two)) => one == two,
                _ => true,
            }
    }
}

impl Minor {
    /// Minor versions from `older` up to here; none across majors or where `older` is later.
    pub fn minors_above(self, older: Self) -> Option<u64> {
        (self.major == older.major)
            .then(|| self.minor.checked_sub(older.minor))
            .flatten()
    }

    /// The next minor.
    #[must_use]
    pub const fn next(self) -> Self {
        Self {
            minor: self.minor.saturating_add(1),
            ..self
        }
    }
}

/// The text is neither `x.y` nor `x.y.z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAVersion;

impl fmt::Display for NotAVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a Kubernetes version (x.y or x.y.z)")
    }
}

impl FromStr for Version {
    type Err = NotAVersion;

    fn from_str(text: &str) -> Result<Self, NotAVersion> {
        let alias = text.bytes().filter(|b| *b == b'.').count() == 1;
        let only_numbers = text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        if !only_numbers {
            return Err(NotAVersion);
        }
        let full = if alias {
            format!("{text}.0")
        } else {
            text.to_owned()
        };
        let full = semver::Version::parse(&full).map_err(|_| NotAVersion)?;
        Ok(Self { full, alias })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.alias {
            self.minor().fmt(f)
        } else {
            self.full.fmt(f)
        }
    }
}

impl FromStr for Minor {
    type Err = NotAVersion;

    fn from_str(text: &str) -> Result<Self, NotAVersion> {
        let version: Version = text.parse()?;
        if version.alias {
            Ok(version.minor())
        } else {
            Err(NotAVersion)
        }
    }
}

impl fmt::Display for Minor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

#[cfg(test)]
mod tests {
    use super::{Minor, Move, Version};

    fn version(text: &str) -> Version {
        text.parse().unwrap()
    }

    #[test]
    fn only_plain_numbers_are_versions() {
        for text in [
            "",
            "1",
            "v1.33.5",
            "1.33.5-alpha",
            "1.33.",
            "1.33.5.1",
            "1.33.5+x",
            "01.33",
            "1.x",
            "1. 33",
        ] {
            assert!(text.parse::<Version>().is_err(), "{text}");
        }
        assert_eq!(version("1.33").to_string(), "1.33");
        assert_eq!(version("1.33.5").to_string(), "1.33.5");
    }

    #[test]
    fn an_alias_stands_for_every_patch() {
        for (before, after, expected) in [
            ("1.33.5", "1.33", Move::Same),
            ("1.33", "1.33", Move::Same),
            ("1.33", "1.33.2", Move::UnknownPatch),
            ("1.33.5", "1.33.2", Move::Down),
            ("1.33.5", "1.33.10", Move::Up),
            ("1.9.11", "1.10", Move::Up),
            ("1.34", "1.33.9", Move::Down),
        ] {
            assert_eq!(
                version(before).move_to(&version(after)),
                expected,
                "{before} to {after}"
            );
        }
    }

    #[test]
    fn later_and_agreeing() {
        assert!(version("1.34.1").is_later_than(&version("1.34.0")));
        assert!(!version("1.34").is_later_than(&version("1.34.0")));
        assert!(version("1.35").is_later_than(&version("1.34.9")));
        assert!(version("1.35").agrees_with(&version("1.35.2")));
        assert!(!version("1.35.1").agrees_with(&version("1.35.2")));
    }

    #[test]
    fn distance_in_minors() {
        let minor = |text: &str| text.parse::<Minor>().unwrap();
        assert_eq!(minor("1.35").minors_above(minor("1.32")), Some(3));
        assert_eq!(minor("1.32").minors_above(minor("1.35")), None);
        assert_eq!(minor("2.0").minors_above(minor("1.35")), None);
        assert_eq!(minor("1.9").next().to_string(), "1.10");
    }
}
