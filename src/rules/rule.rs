//! A rule: a constant with its id, its page and the function that looks.

use crate::finding::{Confidence, Finding, Level};
use crate::model::Deployment;
use crate::text::Span;

/// What is reported under one name. Each rule is a constant in a file of this folder and a page in `rules/`.
#[derive(Debug)]
pub struct Rule {
    /// Its name everywhere: JSON, page, options, suppressions. Never changes, never used again.
    pub id: &'static str,
    /// How bad, unless a finding says otherwise.
    pub level: Level,
    /// What kind of rule.
    pub family: Family,
    /// The problem in a few words.
    pub summary: &'static str,
    /// Which languages it concerns.
    pub applies_to: AppliesTo,
    /// Whether it offers a text edit.
    pub fixable: bool,
    /// Names of the same rule in other tools.
    pub aliases: &'static [&'static str],
    /// The page: `rules/<id>.md`.
    pub page: &'static str,
    /// What runs.
    pub check: Check,
}

/// Kinds of rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// Shape of templates and parameter files.
    Template,
    /// Expressions and what they refer to.
    Expression,
    /// A state that AKS refuses.
    AksState,
    /// A change that AKS refuses.
    AksChange,
    /// A state that AKS accepts and that hurts.
    AksReliability,
}

impl Family {
    /// The word in reports.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Template => "template-hygiene",
            Self::Expression => "expression-semantic",
            Self::AksState => "aks-legality-static",
            Self::AksChange => "aks-legality-change",
            Self::AksReliability => "aks-reliability",
        }
    }
}

/// Languages that a rule concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppliesTo {
    /// ARM JSON only.
    Arm,
    /// Whatever the language.
    Both,
}

impl AppliesTo {
    /// The word in reports.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Arm => "ARM",
            Self::Both => "both",
        }
    }
}

/// When a rule looks, and with which function.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// Reading templates and parameter files finds it: [`super::of_problem`] says which kinds of problems.
    Reading,
    /// Evaluation fails: likewise.
    Evaluation,
    /// The judgement of AKS states and changes finds it: the tables in `rules/aks` name the rule of each fact.
    Judgement,
    /// Looks at one evaluated deployment.
    Deployment(fn(&Deployment, &mut Vec<Finding>)),
}

impl Rule {
    /// The first sentence of the page's way out.
    pub fn way_out(&self) -> Option<String> {
        let (_, section) = self.page.split_once("\n## Way out\n")?;
        let paragraph: Vec<&str> = section
            .lines()
            .take_while(|line| !line.is_empty())
            .collect();
        let text = paragraph.join(" ");
        let end = text.find(". ").map_or(text.len(), |at| at + 1);
        Some(text.get(..end)?.trim_end_matches('.').to_owned())
    }

    /// A finding of this rule, at the rule's level.
    pub fn finding(&self, place: Span, message: impl Into<String>) -> Finding {
        Finding {
            rule: self.id,
            level: self.level,
            message: message.into(),
            azure: None,
            resource: None,
            pointer: None,
            place,
            related: Vec::new(),
            trace: Vec::new(),
            help: None,
            fix: None,
            sources: Vec::new(),
            confidence: Confidence::High,
        }
    }
}
