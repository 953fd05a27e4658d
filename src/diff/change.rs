//! What a deployment does to each resource, in the words of ARM's what-if.

use crate::eval::{Reason, Value};
use crate::text::Span;

/// What happens to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeType {
    /// It is new.
    Create,
    /// It is there and something about it differs.
    Modify,
    /// It is there and nothing that is known differs.
    NoChange,
    /// It leaves the template and is deleted.
    Delete,
    /// It leaves the template and stays, or nothing is known of it.
    Ignore,
    /// Whether it is deployed is not known.
    Unsupported,
}

impl ChangeType {
    /// The word of ARM's what-if.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Create => "Create",
            Self::Modify => "Modify",
            Self::NoChange => "NoChange",
            Self::Delete => "Delete",
            Self::Ignore => "Ignore",
            Self::Unsupported => "Unsupported",
        }
    }
}

/// What happens to a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PropertyChangeType {
    /// It is new.
    Create,
    /// It goes away.
    Delete,
    /// It gets another value.
    Modify,
    /// Items of an array differ.
    Array,
    /// It is left out, and the service takes no notice: what was there stays.
    NoEffect,
}

impl PropertyChangeType {
    /// The word of ARM's what-if.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Create => "Create",
            Self::Delete => "Delete",
            Self::Modify => "Modify",
            Self::Array => "Array",
            Self::NoEffect => "NoEffect",
        }
    }
}

/// What happens to one resource.
#[derive(Clone, Debug)]
pub struct Change {
    /// Resource id, or the expression that gives it.
    pub resource_id: String,
    /// What happens.
    pub change_type: ChangeType,
    /// Index into the resources of the deployment before.
    pub before: Option<usize>,
    /// Index into the resources of the deployment after.
    pub after: Option<usize>,
    /// Members that differ.
    pub delta: Vec<Delta>,
    /// Members that are not known, or not decided.
    pub unknown: Vec<UnknownMember>,
    /// Why it is ignored or unsupported.
    pub reason: Option<String>,
}

impl Change {
    /// Whether it was decided what this resource and its items are. A value that is not known does not count here: it
    /// hides a refusal only where the service fixes the member, which the service's own tables tell.
    pub fn is_decided(&self) -> bool {
        let hides = |member: &UnknownMember| {
            member.is_name
                || matches!(
                    member.reason,
                    Some(Reason::Failed | Reason::Limit | Reason::Count)
                )
        };
        self.change_type != ChangeType::Unsupported
            && !self
                .unknown
                .iter()
                .any(|member| member.could_be_a_change && hides(member))
    }
}

impl Delta {
    /// Whether nothing below it, nor itself, has an effect.
    pub fn is_without_effect(&self) -> bool {
        match self.change_type {
            PropertyChangeType::NoEffect => true,
            PropertyChangeType::Array => self.children.iter().all(Self::is_without_effect),
            _ => false,
        }
    }
}

/// One member that differs.
#[derive(Clone, Debug)]
pub struct Delta {
    /// Dotted names from the resource, or from the array item it stands under; an item's own is its index.
    pub path: String,
    /// JSON pointer into the resource after; into the one before for what is removed.
    pub pointer: String,
    /// What happens to it.
    pub change_type: PropertyChangeType,
    /// Value before.
    pub before: Option<Value>,
    /// Value after.
    pub after: Option<Value>,
    /// Items of an array, members of an item.
    pub children: Vec<Self>,
}

/// One member that is not known.
#[derive(Clone, Debug)]
pub struct UnknownMember {
    /// JSON pointer into the resource after; into the one before where only that is unknown.
    pub pointer: String,
    /// What would have to be evaluated; none where the value is known but the service default it replaces is not.
    pub expression: Option<String>,
    /// Why it is not known; none as above.
    pub reason: Option<Reason>,
    /// Where it stands.
    pub place: Span,
    /// False where both sides have the same expression, and for members of a new resource.
    pub could_be_a_change: bool,
    /// It hides which items there are: a name, or all items with their names.
    pub is_name: bool,
}
