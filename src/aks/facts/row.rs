//! Validated rows: what one table entry says, in the types that the judgement works with.

use std::collections::BTreeMap;

use crate::aks::{ApiVersion, Date, Minor};
use crate::diff::Comparison;
use crate::finding::{AzureError, Confidence, Level};

use super::pattern::Patterns;
use super::words::{
    ApiKind, Form, Loudness, Relation, Role, Scope, SizeTrait, Verdict, Vnet, WayOut,
};

/// Where a fact comes from and how sure it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// How sure.
    pub confidence: Confidence,
    /// Links to documents and threads.
    pub sources: Vec<String>,
    /// The day on which they were read.
    pub checked: Date,
}

/// A member of a pool or cluster: how it is compared, and what AKS does when it changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property {
    /// Row of the catalog (`P04`), with a letter where the catalog's row has several members.
    pub id: String,
    /// Name of the fact (`pool-vmsize-immutable`).
    pub fact: String,
    /// What the path is counted from.
    pub scope: Scope,
    /// The path as the API spells it, without array indexes (`upgradeSettings.maxSurge`). What is below it is covered.
    pub path: String,
    /// Paths of the rows below this one: what they cover is not this row's business.
    pub inner: Vec<String>,
    /// Member that conditions in code ask for.
    pub role: Option<Role>,
    /// In which API versions it exists.
    pub api: ApiRange,
    /// How it is compared.
    pub comparison: Comparison,
    /// Whether a value that cannot be known leaves a refusal undecided.
    pub fixed: bool,
    /// Where it comes from.
    pub evidence: Evidence,
    /// Cases in order; the first that matches decides. No case matches: allowed, and nothing is said.
    pub changes: Vec<Change>,
    /// One or two sentences on what AKS does with it.
    pub about: String,
}

/// API versions in which a member exists: stable and preview versions are counted separately.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct ApiRange {
    /// First stable version.
    pub first_stable: Option<ApiVersion>,
    /// Last stable version, where it was dropped.
    pub last_stable: Option<ApiVersion>,
    /// First preview.
    pub first_preview: Option<ApiVersion>,
    /// Last preview, where it was dropped.
    pub last_preview: Option<ApiVersion>,
}

impl ApiRange {
    /// Whether a version has the member. Previews follow the stable line as well: what was stable before a preview's date, the preview has.
    pub fn has(&self, version: &ApiVersion) -> bool {
        let within = |first: Option<&ApiVersion>, last: Option<&ApiVersion>| {
            first.is_some_and(|first| first <= version) && last.is_none_or(|last| version <= last)
        };
        if version.is_preview() {
            within(self.first_preview.as_ref(), self.last_preview.as_ref())
                || (self.last_preview.is_none()
                    && within(self.first_stable.as_ref(), self.last_stable.as_ref()))
        } else {
            within(self.first_stable.as_ref(), self.last_stable.as_ref())
        }
    }
}

/// One case of a change. Every key that it has must hold.
///
/// A member that after leaves out and a PUT keeps is no change; only cases whose `to` says `absent` or `empty` speak of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Name of the case within its row.
    pub case: String,
    /// The value before.
    pub from: Patterns,
    /// The value after.
    pub to: Patterns,
    /// How the two stand to each other.
    pub relation: Option<Relation>,
    /// An item (array) that after has and before has not.
    pub added: Patterns,
    /// The API version is this one or later.
    pub api_from: Option<ApiVersion>,
    /// The API version is before this one.
    pub api_before: Option<ApiVersion>,
    /// Stable or preview versions only.
    pub api_kind: Option<ApiKind>,
    /// The control plane's Kubernetes version (after) is this minor or later.
    pub kubernetes_from: Option<Minor>,
    /// The control plane's Kubernetes version (after) is before this minor.
    pub kubernetes_before: Option<Minor>,
    /// In which form the pool is written.
    pub form: Option<Form>,
    /// Other members of the pool or cluster.
    pub when: Vec<When>,
    /// Members (same scope) one of which changes in the same operation.
    pub alongside: Vec<String>,
    /// Traits one of which the VM sizes before and after are known to differ in.
    pub differs: Vec<SizeTrait>,
    /// Whose network the nodes stand in.
    pub vnet: Option<Vnet>,
    /// A preview feature without which it is refused (named features are compared by their last segment). While it is not
    /// known to be registered the finding is a warning that names it, whatever `says.level` is.
    pub gate: Option<String>,
    /// What AKS does.
    pub verdict: Verdict,
    /// What is said.
    pub says: Says,
}

/// What is said when a row applies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Says {
    /// How loud; none: nothing is said.
    pub level: Option<Level>,
    /// The user's rule.
    pub rule: Option<String>,
    /// The service's error code.
    pub code: Option<String>,
    /// The service's target in the inline form, or of a cluster member.
    pub target: Option<String>,
    /// The service's target in the child form.
    pub child_target: Option<String>,
    /// Sentence with placeholders {pool} {cluster} {before} {after} {path} {api} {gate}, and the numbers of the row.
    pub message: String,
    /// The way out.
    pub way_out: WayOut,
    /// The way out in a sentence, same placeholders.
    pub way: String,
    /// Where it comes from.
    pub evidence: Evidence,
}

impl Says {
    /// The service's error, with its target as spelled in the form of the pool.
    pub fn azure(&self, form: Form) -> Option<AzureError> {
        let target = match form {
            Form::Inline => &self.target,
            Form::Child => &self.child_target,
        };
        Some(AzureError {
            code: self.code.clone()?,
            target: target.clone(),
        })
    }

    /// The message with its placeholders filled; one without a value stays as it is.
    pub fn message(&self, values: &[(&str, &str)]) -> String {
        fill(&self.message, values)
    }

    /// The way out with its placeholders filled.
    pub fn way(&self, values: &[(&str, &str)]) -> String {
        fill(&self.way, values)
    }
}

fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        let (text, tail) = rest.split_at(open);
        out.push_str(text);
        let filled = tail.find('}').and_then(|close| {
            let name = tail.get(1..close)?;
            let (_, value) = values.iter().find(|(key, _)| *key == name)?;
            Some((*value, tail.get(close + 1..)?))
        });
        if let Some((value, after)) = filled {
            out.push_str(value);
            rest = after;
        } else {
            out.push('{');
            rest = tail.get(1..).unwrap_or_default();
        }
    }
    out.push_str(rest);
    out
}

/// A condition on another member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct When {
    /// Whose member.
    pub of: Of,
    /// Its path.
    pub path: String,
    /// Its value before.
    pub before: Patterns,
    /// Its value after.
    pub after: Patterns,
    /// Its value before or after: one of the two suffices.
    pub either: Patterns,
}

/// Whose member a condition asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Of {
    /// The pool's own.
    Pool,
    /// `properties` of the cluster.
    Cluster,
    /// The root of the cluster resource.
    Resource,
    /// At least one pool of the cluster.
    AnyPool,
    /// Not a single pool of the cluster.
    NoPool,
}

/// A fact whose condition is written in code and found by its name; without the row the check is not made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// Row of the catalog (`V3`).
    pub id: String,
    /// Name (`skew-too-old`).
    pub name: String,
    /// What AKS does.
    pub verdict: Verdict,
    /// What is said.
    pub says: Says,
    /// Limits and windows by name.
    pub numbers: BTreeMap<String, i64>,
    /// Words by name (states, channels).
    pub lists: BTreeMap<String, Vec<String>>,
    /// Why nothing that is read offline can show it; none where code looks for it.
    pub unseen: Option<String>,
}

impl Fact {
    /// A limit or window.
    pub fn number(&self, name: &str) -> Option<i64> {
        self.numbers.get(name).copied()
    }

    /// Words; empty where the row has none of that name.
    pub fn list(&self, name: &str) -> &[String] {
        self.lists.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether a word is in a list, without case.
    pub fn lists(&self, name: &str, word: &str) -> bool {
        self.list(name)
            .iter()
            .any(|item| item.eq_ignore_ascii_case(word))
    }
}

impl Loudness {
    /// As a level of findings.
    pub const fn level(self) -> Option<Level> {
        match self {
            Self::Error => Some(Level::Error),
            Self::Warning => Some(Level::Warning),
            Self::Info => Some(Level::Info),
            Self::None => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ApiRange, fill};

    #[test]
    fn placeholders_are_filled_once_and_others_stay() {
        let values = [("before", "{after}"), ("after", "b")];
        assert_eq!(
            fill("{before} to {after}, {other} {", &values),
            "{after} to b, {other} {"
        );
    }

    #[test]
    fn previews_follow_their_own_line_and_the_stable_one() {
        let range = ApiRange {
            first_stable: "2024-07-01".parse().ok(),
            first_preview: "2023-11-02-preview".parse().ok(),
            ..ApiRange::default()
        };
        for (version, has) in [
            ("2024-06-01", false),
            ("2024-07-01", true),
            ("2023-11-02-preview", true),
            ("2023-10-02-preview", false),
            ("2026-01-02-preview", true),
        ] {
            assert_eq!(range.has(&version.parse().unwrap()), has, "{version}");
        }
    }
}
