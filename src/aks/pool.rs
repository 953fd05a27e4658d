//! A node pool as AKS sees it: the inline profile and the child resource of one name are one pool.

use crate::eval::{Reason, Value};
use crate::text::Span;

use super::ApiVersion;
use super::address::Segment;
use super::facts::Form;
use super::read::{Reading, read};

/// One node pool of one state.
#[derive(Clone, Debug)]
pub struct Pool {
    /// Its name.
    pub name: Segment,
    /// The item of the cluster's array.
    pub inline: Option<Profile>,
    /// The resource of its own. Written twice, the later one stands.
    pub child: Option<Profile>,
}

/// One place in which a pool is written.
#[derive(Clone, Debug)]
pub struct Profile {
    /// In the cluster's array or as a resource.
    pub form: Form,
    /// Position in the array.
    pub index: Option<usize>,
    /// The members of the pool.
    pub body: Value,
    /// The name, as a value with its origin, and the characters of the member that gives it.
    pub name: Value,
    /// The characters that stand for the name in the source.
    pub name_place: Span,
    /// The API version it is sent with; none where that is not known.
    pub api: Option<ApiVersion>,
    /// Lower-case ids that its resource waits for.
    pub depends_on: Vec<String>,
    /// Id of the resource that carries it: the cluster or the pool's own.
    pub carrier: String,
    /// Which of the deployments of the state its resource belongs to.
    pub deployment: usize,
    /// Nested deployments that its resource stands in.
    pub modules: Vec<String>,
    /// Why it is not known whether the resource is deployed at all.
    pub condition: Option<Reason>,
}

impl Pool {
    /// The form that decides: a child resource is deployed after its cluster.
    pub fn profile(&self) -> Option<&Profile> {
        self.child.as_ref().or(self.inline.as_ref())
    }

    /// Both forms, the one that decides first.
    pub fn profiles(&self) -> impl Iterator<Item = &Profile> {
        self.child.iter().chain(&self.inline)
    }

    /// A member of the pool: as the child resource states it, else as the inline profile does.
    pub fn read(&self, path: &str) -> Reading {
        self.profiles()
            .map(|profile| read(&profile.body, path))
            .find(|reading| !reading.is_absent())
            .unwrap_or(Reading::Absent)
    }

    /// The form that states a member; the deciding one where none does.
    pub fn stating(&self, path: &str) -> Option<&Profile> {
        self.profiles()
            .find(|profile| !read(&profile.body, path).is_absent())
            .or_else(|| self.profile())
    }

    /// Why it is not known whether the pool is deployed at all; none where one of its forms surely is.
    pub fn condition(&self) -> Option<&Reason> {
        if self.profiles().any(|profile| profile.condition.is_none()) {
            return None;
        }
        self.profile()
            .and_then(|profile| profile.condition.as_ref())
    }
}

impl Profile {
    /// Whether the order of two resources can be read from what they wait for: both belong to one deployment,
    /// and to the same nested one.
    pub fn beside(&self, deployment: usize, modules: &[String]) -> bool {
        self.deployment == deployment && self.modules == modules
    }
}
