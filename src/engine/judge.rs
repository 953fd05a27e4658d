//! What AKS does with the deployments of one scope.

use crate::finding::Finding;
use crate::text::Files;

use super::request::Request;
use super::side::Side;
use super::world::World;

/// The findings of the rules about a group of deployments that share a state.
pub(super) fn findings(
    _request: &Request,
    _world: &World<'_>,
    _files: &Files,
    _sides: &[Side],
    _group: &[usize],
) -> Vec<Finding> {
    Vec::new()
}
