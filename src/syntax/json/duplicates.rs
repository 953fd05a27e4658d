//! Names that stand twice in one object.

use std::collections::BTreeMap;

use super::{Document, Kind, Node};
use crate::finding::{Problem, ProblemKind};

pub(super) fn report(document: &Document) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut names = Vec::new();
    for index in 0..document.nodes.len() {
        let node = Node {
            document,
            index: u32::try_from(index).unwrap_or(u32::MAX),
        };
        if node.kind() == Kind::Object {
            names.extend(node.members().filter_map(|member| member.key.string()));
            names.sort_unstable();
            // Nearly no object has one: it is looked for where there is.
            if names.windows(2).any(|pair| pair.first() == pair.last()) {
                report_object(node, &mut problems);
            }
            names.clear();
        }
    }
    problems
}

fn report_object(object: Node<'_>, problems: &mut Vec<Problem>) {
    let mut seen = BTreeMap::new();
    for member in object.members() {
        let Some(name) = member.key.string() else {
            continue;
        };
        let place = member.key.span();
        if let Some(earlier) = seen.insert(name.clone(), place) {
            problems.push(
                Problem::warning(
                    ProblemKind::DuplicateDeclaration,
                    place,
                    format!("the name '{name}' stands twice in this object; the last one counts"),
                )
                .related(earlier, "the earlier one, without effect"),
            );
        }
    }
}
