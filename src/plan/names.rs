//! What the user asks of a plan, and names for pools that take the place of others.

use std::collections::BTreeSet;

use thiserror::Error;

use crate::aks::facts::{Facts, Role};
use crate::aks::read::read;
use crate::aks::service::Refusal;
use crate::eval::Value;

/// What the user asks of a plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wishes {
    /// Old name, new name, as given.
    pub pool_names: Vec<(String, String)>,
    /// Pools follow the control plane at every minor version.
    pub careful: bool,
    /// Names of pools survive their replacement.
    pub keep_names: bool,
}

/// User error: a wish that cannot be met.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Mistake {
    /// The old name is that of no pool that is replaced.
    #[error("--pool-name {old}={new}: no pool '{old}' is replaced in this plan, {}", which(.replaced))]
    NotReplaced {
        /// As given.
        old: String,
        /// As given.
        new: String,
        /// Pools that are.
        replaced: Vec<String>,
    },
    /// The new name is taken.
    #[error("--pool-name {old}={new}: the cluster has a pool '{new}', before or after")]
    Taken {
        /// As given.
        old: String,
        /// As given.
        new: String,
    },
    /// The new name is none.
    #[error(
        "--pool-name {old}={new}: '{new}' cannot be a pool's name: a small letter, then small letters and digits, at most {most} in all{windows}"
    )]
    Syntax {
        /// As given.
        old: String,
        /// As given.
        new: String,
        /// How long it may be.
        most: usize,
        /// ` for a Windows pool`, or nothing.
        windows: &'static str,
    },
    /// Two names are given for one pool.
    #[error("--pool-name names the pool that takes the place of '{old}' twice")]
    TwoNames {
        /// As given.
        old: String,
    },
    /// One name is given for two pools.
    #[error("--pool-name gives the name '{new}' to two pools")]
    OneName {
        /// As given.
        new: String,
    },
    /// Every name that could be made is taken.
    #[error(
        "there is no free name for the pool that takes the place of '{old}': name one with --pool-name {old}=NEW"
    )]
    NoFreeName {
        /// The pool.
        old: String,
    },
}

impl Wishes {
    /// Whether the names that were given make sense by themselves, and each is for a pool that is replaced.
    pub fn check(&self, replaced: &BTreeSet<String>) -> Result<(), Mistake> {
        let mut olds = BTreeSet::new();
        let mut news = BTreeSet::new();
        for (old, new) in &self.pool_names {
            if !olds.insert(old.to_ascii_lowercase()) {
                return Err(Mistake::TwoNames { old: old.clone() });
            }
            if !news.insert(new.to_ascii_lowercase()) {
                return Err(Mistake::OneName { new: new.clone() });
            }
        }
        let mut given = self.pool_names.iter();
        match given.find(|(old, _)| !replaced.contains(&old.to_ascii_lowercase())) {
            Some((old, new)) => Err(Mistake::NotReplaced {
                old: old.clone(),
                new: new.clone(),
                replaced: replaced.iter().cloned().collect(),
            }),
            None => Ok(()),
        }
    }
}

/// Names that a message tells.
const MOST_NAMES: usize = 10;

fn which(replaced: &[String]) -> String {
    let names: Vec<String> = replaced
        .iter()
        .take(MOST_NAMES)
        .map(|name| format!("'{name}'"))
        .collect();
    let more = match replaced.len().checked_sub(MOST_NAMES) {
        Some(more @ 1..) => format!(" and {more} more"),
        _ => String::new(),
    };
    match replaced.len() {
        0 => "nor is any other".to_owned(),
        1 => format!("only {} is", names.concat()),
        _ => format!("only {}{more} are", names.join(", ")),
    }
}

/// How long names may be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    longest: usize,
    is_windows: bool,
}

impl Limits {
    /// For a pool with this operating system.
    pub(super) fn of(facts: &Facts, os: Option<&str>) -> Self {
        let fact = facts.fact("pool-name-syntax");
        let is_windows = os.is_some_and(|os| fact.is_some_and(|fact| fact.lists("windows", os)));
        let name = if is_windows { "windows" } else { "longest" };
        let longest = fact
            .and_then(|fact| fact.number(name))
            .and_then(|number| usize::try_from(number).ok())
            .unwrap_or(usize::MAX);
        Self {
            longest,
            is_windows,
        }
    }

    pub(super) fn admits(self, name: &str) -> bool {
        let mut bytes = name.bytes();
        name.len() <= self.longest
            && bytes.next().is_some_and(|first| first.is_ascii_lowercase())
            && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    }
}

/// Whether a pool with this body can have a name; in the words of the row, if not.
pub(super) fn admitted(facts: &Facts, name: &str, body: &Value) -> Result<(), Box<Refusal>> {
    let os = facts.role(Role::PoolOsType);
    let os = os.and_then(|row| read(body, &row.path).text());
    let fact = facts.fact("pool-name-syntax");
    let Some(fact) = fact.filter(|_| !Limits::of(facts, os.as_deref()).admits(name)) else {
        return Ok(());
    };
    let values = [("pool", name)];
    let key = name.to_ascii_lowercase();
    Err(Box::new(Refusal::of_fact(fact, &key, &values)))
}

/// Whether a name that was given can be used.
pub(super) fn check(
    (old, new): (&str, &str),
    limits: Limits,
    taken: &BTreeSet<String>,
) -> Result<(), Mistake> {
    let (old, new) = (old.to_owned(), new.to_owned());
    if !limits.admits(&new) {
        let windows = if limits.is_windows {
            " for a Windows pool"
        } else {
            ""
        };
        return Err(Mistake::Syntax {
            old,
            new,
            most: limits.longest,
            windows,
        });
    }
    if taken.contains(&new.to_ascii_lowercase()) {
        return Err(Mistake::Taken { old, new });
    }
    Ok(())
}

/// A free name like the old one: its last digits count on; without any, a digit is added, if need be in place of its end.
pub(super) fn successor(
    old: &str,
    limits: Limits,
    taken: &BTreeSet<String>,
) -> Result<String, Mistake> {
    let old = old.to_ascii_lowercase();
    let stem = old.trim_end_matches(|c: char| c.is_ascii_digit());
    let counted = old
        .get(stem.len()..)
        .and_then(|digits| digits.parse::<u32>().ok());
    let first = counted.map_or(2, |counted| counted.saturating_add(1));
    // A cluster has fewer pools than this.
    for number in (first..first.saturating_add(1000)).chain(1..1000) {
        let digits = number.to_string();
        let room = limits.longest.saturating_sub(digits.len());
        let stem: String = stem.chars().take(room).collect();
        let name = format!("{stem}{digits}");
        if limits.admits(&name) && !taken.contains(&name) {
            return Ok(name);
        }
    }
    Err(Mistake::NoFreeName { old })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Limits, Mistake, Wishes, check, successor};
    use crate::aks::facts::Facts;

    fn limits(os: &str) -> Limits {
        Limits::of(Facts::embedded().unwrap(), Some(os))
    }

    #[test]
    fn a_name_is_like_the_old_one_and_free() {
        let taken: BTreeSet<String> = ["work2", "np9"].map(str::to_owned).into();
        for (old, os, new) in [
            ("system", "Linux", "system2"),
            ("work", "Linux", "work3"),
            ("work1", "Linux", "work3"),
            ("np8", "Linux", "np10"),
            ("abcdefghijkl", "Linux", "abcdefghijk2"),
            ("win", "Windows", "win2"),
            ("winsrv", "windows", "winsr2"),
            ("winpo9", "Windows", "winp10"),
        ] {
            assert_eq!(successor(old, limits(os), &taken).unwrap(), new, "{old}");
        }
    }

    #[test]
    fn given_names_are_checked() {
        let taken: BTreeSet<String> = ["work".to_owned()].into();
        assert!(check(("a", "b2"), limits("Linux"), &taken).is_ok());
        for (new, os) in [
            ("B", "Linux"),
            ("2b", "Linux"),
            ("abcdefg", "Windows"),
            ("b-c", "Linux"),
            ("", "Linux"),
        ] {
            let wrong = check(("a", new), limits(os), &taken).unwrap_err();
            assert!(matches!(wrong, Mistake::Syntax { .. }), "{new}");
        }
        let wrong = check(("a", "work"), limits("Linux"), &taken).unwrap_err();
        assert!(matches!(wrong, Mistake::Taken { .. }));
        let wishes = Wishes {
            pool_names: vec![("a".into(), "b".into()), ("A".into(), "c".into())],
            ..Wishes::default()
        };
        let replaced = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        let wrong = wishes.check(&replaced(&["a"])).unwrap_err();
        assert_eq!(wrong, Mistake::TwoNames { old: "A".into() });
        let wishes = Wishes {
            pool_names: vec![("A".into(), "b".into())],
            ..Wishes::default()
        };
        assert!(wishes.check(&replaced(&["a"])).is_ok());
        for (names, words) in [
            (&[][..], "in this plan, nor is any other"),
            (&["c"], "in this plan, only 'c' is"),
            (&["c", "d"], "in this plan, only 'c', 'd' are"),
        ] {
            let wrong = wishes.check(&replaced(names)).unwrap_err().to_string();
            assert!(wrong.ends_with(words), "{wrong}");
        }
    }
}
