//! A JSON tree to a template. What the engine's reader refuses becomes a problem; the rest is lowered all the same.

mod deployments;
mod function_bodies;
mod functions;
mod pick;
mod resources;
mod sections;
#[cfg(test)]
mod tests;
mod types;
mod values;

pub(in crate::ir) use pick::{lower_definition, lower_function, lower_variable};
pub(in crate::ir) use resources::{BODY, PASSING};

use std::borrow::Cow;
use std::sync::Arc;

use indexmap::IndexMap;

use super::{Expr, Name, Template};
use crate::finding::{Problem, ProblemKind};
use crate::syntax::json::{Kind, Node};
use crate::text::Span;

/// Lowers a template that stands in a file.
pub fn lower_template(root: Node<'_>) -> Template {
    Lowering::new(None).template(root)
}

/// Lowers a template that an expression made: everything in it stands at that expression.
pub fn lower_template_at(root: Node<'_>, place: Span) -> Template {
    Lowering::new(Some(place)).template(root)
}

/// A value of a template: text of the shape `[..]` is an expression; containers likewise inside. `copy` is an ordinary member.
pub fn lower_value(node: Node<'_>) -> Expr {
    Lowering::new(None).value(node, values::Loops::Plain)
}

/// State of one lowering.
struct Lowering {
    /// Set when everything stands at one place.
    fixed: Option<Span>,
    problems: Vec<Problem>,
}

/// The members of an object: of equal names the last one counts, in the place of the first.
type Members<'d> = IndexMap<Cow<'d, str>, (Node<'d>, Node<'d>)>;

impl Lowering {
    fn new(fixed: Option<Span>) -> Self {
        Self {
            fixed,
            problems: Vec::new(),
        }
    }

    fn span(&self, node: Node<'_>) -> Span {
        self.fixed.unwrap_or_else(|| node.span())
    }

    fn name(&self, node: Node<'_>) -> Name {
        Name {
            text: Arc::from(node.string().unwrap_or_default().as_ref()),
            place: self.span(node),
        }
    }

    fn structure(&mut self, place: Span, message: impl Into<String>) {
        self.problems.push(Problem::error(
            ProblemKind::TemplateStructure,
            place,
            message,
        ));
    }

    /// Members under the lower-case form of their names: for the vocabulary of templates, and for sections.
    fn vocabulary(node: Node<'_>) -> Members<'_> {
        let mut members = Members::new();
        for member in node.members() {
            if let Some(name) = member.key.string() {
                members.insert(lower_case(name), (member.key, member.value));
            }
        }
        members
    }

    /// The members of a section whose names count in any case. A name that comes twice is reported.
    fn section<'d>(&mut self, node: Node<'d>, what: &str) -> Members<'d> {
        self.sections_together(&[node], what)
    }

    /// The members of a section that stands more than once: they count together, of equal names the last.
    fn sections_together<'d>(&mut self, nodes: &[Node<'d>], what: &str) -> Members<'d> {
        let mut members = Members::new();
        for member in nodes.iter().flat_map(|node| node.members()) {
            let Some(name) = member.key.string() else {
                continue;
            };
            let earlier = members.insert(lower_case(name.clone()), (member.key, member.value));
            // Names of one spelling are reported for every object of the file (`Document::duplicates`).
            if let Some((first, _)) = earlier
                && first.string().as_ref() != Some(&name)
            {
                let place = self.span(member.key);
                let message = format!(
                    "the {what} '{name}' is declared twice, in another case; the last one counts"
                );
                self.problems.push(
                    Problem::warning(ProblemKind::DuplicateDeclaration, place, message)
                        .related(self.span(first), "the earlier one, without effect"),
                );
            }
        }
        members
    }

    fn template(mut self, root: Node<'_>) -> Template {
        let place = self.span(root);
        let mut template = Template::empty(place);
        if root.kind() == Kind::Object {
            self.sections(root, &mut template);
        } else {
            self.structure(place, "a template must be an object");
        }
        template.problems = self.problems;
        template
    }
}

/// Most names are written in lower case already.
fn lower_case(name: Cow<'_, str>) -> Cow<'_, str> {
    let is_lower = |byte: &u8| byte.is_ascii() && !byte.is_ascii_uppercase();
    if name.as_bytes().iter().all(is_lower) {
        name
    } else {
        name.to_lowercase().into()
    }
}
