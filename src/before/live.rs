//! Snapshots of what is there to one state: a deployment, and what it can be silent about.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::eval::{Context, lower_text};
use crate::ir;
use crate::model::{self, Deployment, NoFiles, Resource};
use crate::syntax::json::Document;
use crate::text::{FileId, Files};

use super::forms::{self, Form};
use super::json::Brackets;
use super::spellings::Spellings;
use super::{LiveError, resource};

/// The state that snapshots show.
#[derive(Debug, Default)]
pub struct Live {
    /// The resources.
    pub deployment: Deployment,
    /// Scope values: those given, else what all ids of the snapshots agree on.
    pub context: Context,
    /// Every resource of its scope is in it.
    pub is_full: bool,
    /// What a template predicts and not what the service answered: members that are left out say nothing else.
    pub is_predicted: bool,
    /// Parents by id in lower case: whether all their children are in the snapshots.
    parents: BTreeMap<String, bool>,
    /// Where a resource stands, by its id in lower case.
    by_id: BTreeMap<String, usize>,
}

impl Live {
    /// Reads snapshots and merges them; of one resource the last counts. `given` are scope values for exported templates.
    pub fn read(files: &Files, texts: &[FileId], given: &Context) -> Result<Self, Box<LiveError>> {
        let documents: Vec<Document> = texts
            .iter()
            .map(|file| Document::parse(*file, Arc::clone(&files.get(*file).text)))
            .collect();
        let mut live = Self {
            is_predicted: !texts.is_empty(),
            ..Self::default()
        };
        let mut exported = Vec::new();
        for document in &documents {
            if let Some(template) = live.document(files, document)? {
                exported.push(template);
            }
        }
        live.context = live.scope(given);
        for template in exported {
            live.export(template);
        }
        live.note_parents();
        Ok(live)
    }

    /// Why the snapshots say nothing about a resource; none where its absence means that it is not there.
    pub fn blind(&self, resource: &Resource) -> Option<String> {
        if self.is_full {
            return None;
        }
        let Some(form) = Spellings::embedded().form(&resource.resource_type) else {
            return Some(format!(
                "the snapshot holds no resources of type {}",
                resource.resource_type
            ));
        };
        let name = resource.name.as_text().map_or("", AsRef::as_ref);
        let Some(parent_type) = &form.parent else {
            return Some(format!("the snapshot does not hold {name}"));
        };
        let parent_name = name.rsplit_once('/').map_or(name, |(parent, _)| parent);
        match self.parent(parent_type, parent_name, resource) {
            Some(true) => None,
            Some(false) => Some(format!(
                "the snapshot does not list everything that {parent_name} has"
            )),
            None => Some(format!("the snapshot does not hold {parent_name}")),
        }
    }

    fn parent(&self, parent_type: &str, parent_name: &str, child: &Resource) -> Option<bool> {
        if let Some(id) = child.id.as_text() {
            let parent = parent_id(id)?;
            return self.parents.get(&lower_text(parent)).copied();
        }
        let ending = id_ending(parent_type, parent_name);
        let mut found = self.parents.iter().filter(|(id, _)| id.ends_with(&ending));
        found.next().map(|(_, all)| *all)
    }

    /// Adds what a document holds. A template is given back: its resources need scope values.
    fn document(
        &mut self,
        files: &Files,
        document: &Document,
    ) -> Result<Option<ir::Template>, Box<LiveError>> {
        let Some(root) = document.root() else {
            let place = crate::text::Span::whole(document.file());
            return Err(LiveError::unknown_form(files, place, "it is empty"));
        };
        if let Some(problem) = document.problems.first() {
            return Err(LiveError::not_json(files, problem.place, &problem.message));
        }
        let form = forms::of(files, document.file(), root)?;
        self.is_predicted &= matches!(form, Form::Predicted(_));
        self.is_full |= !matches!(form, Form::Resources { .. });
        let (items, brackets) = match form {
            Form::Exported => return Ok(Some(ir::lower_template(root))),
            Form::Predicted(items) => (items, Brackets::Expression),
            Form::WhatIf(items) => (items, Brackets::Text),
            Form::Resources { items, is_list } => {
                for item in &items {
                    self.note_list(
                        &resource::read(*item, Brackets::Text, Spellings::embedded()),
                        is_list,
                    );
                }
                (items, Brackets::Text)
            }
        };
        let earlier = self.deployment.resources.len();
        for item in items {
            let resource = resource::read(item, brackets, Spellings::embedded());
            self.add(resource, earlier);
        }
        Ok(None)
    }

    /// A list of children holds all children of their parent.
    fn note_list(&mut self, child: &Resource, is_list: bool) {
        let is_child = Spellings::embedded()
            .form(&child.resource_type)
            .is_some_and(|form| form.parent.is_some());
        if let (true, Some(id)) = (is_child, child.id.as_text())
            && let Some(parent) = parent_id(id)
        {
            *self.parents.entry(lower_text(parent)).or_default() |= is_list;
        }
    }

    /// A resource with an array of its children shows all of them.
    fn note_parents(&mut self) {
        for resource in &self.deployment.resources {
            let form = Spellings::embedded().form(&resource.resource_type);
            let Some(children) = form.and_then(|form| form.children.as_deref()) else {
                continue;
            };
            let listed = resource
                .body
                .get("properties")
                .and_then(|properties| properties.value.as_object())
                .and_then(|properties| properties.get(children))
                .is_some_and(|array| array.value.as_array().is_some());
            if let Some(id) = resource.id.as_text() {
                *self.parents.entry(lower_text(id)).or_default() |= listed;
            }
        }
    }

    /// Adds a resource. It replaces one of the same id from an earlier file; what one file lists twice stays twice.
    fn add(&mut self, resource: Resource, earlier: usize) {
        let id = resource.id.as_text().map(|id| lower_text(id));
        let resources = &mut self.deployment.resources;
        let same = id.as_ref().and_then(|id| self.by_id.get(id)).copied();
        let slot = same
            .filter(|at| *at < earlier)
            .and_then(|at| resources.get_mut(at));
        if let Some(slot) = slot {
            *slot = resource;
        } else {
            if let Some(id) = id {
                self.by_id.entry(id).or_insert(resources.len());
            }
            resources.push(resource);
        }
    }

    fn export(&mut self, template: ir::Template) {
        let request = model::Request {
            template: Arc::new(template),
            given: Vec::new(),
            context: self.context.clone(),
            loader: &NoFiles,
        };
        let exported = model::expand(request);
        let earlier = self.deployment.resources.len();
        for resource in exported.resources {
            self.add(resource, earlier);
        }
        self.deployment.problems.extend(exported.problems);
        self.deployment.not_evaluated.extend(exported.not_evaluated);
    }

    /// Scope values: what is given, else what the ids of the resources we know best agree on.
    fn scope(&self, given: &Context) -> Context {
        let known = |resource: &&Resource| {
            Spellings::embedded()
                .form(&resource.resource_type)
                .is_some()
        };
        let ids = |ours: bool| -> Vec<&Arc<str>> {
            self.deployment
                .resources
                .iter()
                .filter(|resource| !ours || known(resource))
                .filter_map(|resource| resource.id.as_text())
                .collect()
        };
        let mut chosen = ids(true);
        if chosen.is_empty() {
            chosen = ids(false);
        }
        let agreed = |name: &str| -> Option<Arc<str>> {
            let values: Vec<&str> = chosen.iter().filter_map(|id| segment(id, name)).collect();
            let first = *values.first()?;
            let different: BTreeSet<String> =
                values.iter().map(|value| lower_text(value)).collect();
            (different.len() == 1).then(|| first.into())
        };
        Context {
            subscription: given
                .subscription
                .clone()
                .or_else(|| agreed("subscriptions")),
            resource_group: given
                .resource_group
                .clone()
                .or_else(|| agreed("resourcegroups")),
            ..given.clone()
        }
    }
}

/// The id of a child's parent.
fn parent_id(id: &str) -> Option<&str> {
    let (rest, _) = id.trim_end_matches('/').rsplit_once('/')?;
    rest.rsplit_once('/').map(|(parent, _)| parent)
}

/// How the id of a resource of this type and name ends, in lower case.
fn id_ending(resource_type: &str, name: &str) -> String {
    let mut kinds = resource_type.split('/');
    let mut ending = format!("/providers/{}", kinds.next().unwrap_or(""));
    for (kind, name) in kinds.zip(name.split('/')) {
        ending = format!("{ending}/{kind}/{name}");
    }
    lower_text(&ending)
}

/// What follows a segment of an id.
fn segment<'i>(id: &'i str, name: &str) -> Option<&'i str> {
    let mut segments = id.split('/');
    segments.find(|segment| segment.eq_ignore_ascii_case(name))?;
    segments.next()
}
