//! Files to templates: the entry of a deployment, and the templates it links to.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::expand::{Loaded, Loader};
use crate::ir::{Template, lower_template};
use crate::source::{Source, beside, load};
use crate::syntax::json::Document;
use crate::text::{FileId, Files, Span};

/// The template in a text that was read, with the problems of its JSON among its own.
pub fn template_of(files: &Files, id: FileId) -> Template {
    let document = Document::parse(id, Arc::clone(&files.get(id).text));
    let mut template = match document.root() {
        Some(root) => lower_template(root),
        None => Template::empty(Span::whole(id)),
    };
    let mut problems = document.problems.clone();
    // What does not read as JSON is told by its own problems; a structure with holes would only repeat them.
    if problems.is_empty() {
        problems.append(&mut template.problems);
    }
    problems.extend(document.duplicates());
    template.problems = problems;
    template
}

/// Reads linked templates from the tree of files that their parent came from.
pub struct LinkedFiles<'s> {
    source: &'s dyn Source,
    files: &'s Files,
    /// Where each file that was read lies.
    paths: RefCell<BTreeMap<FileId, PathBuf>>,
    templates: RefCell<BTreeMap<PathBuf, Arc<Template>>>,
}

impl<'s> LinkedFiles<'s> {
    /// With the entry, whose links are relative to its path.
    pub fn new(source: &'s dyn Source, files: &'s Files, entry: FileId, path: &Path) -> Self {
        Self {
            source,
            files,
            paths: RefCell::new(BTreeMap::from([(entry, path.to_owned())])),
            templates: RefCell::default(),
        }
    }
}

impl Loader for LinkedFiles<'_> {
    fn load(&self, from: FileId, relative: &str) -> Loaded {
        let Some(base) = self.paths.borrow().get(&from).cloned() else {
            return Loaded::Absent("the file it is relative to is not known".to_owned());
        };
        let path = beside(&base, relative);
        if let Some(template) = self.templates.borrow().get(&path) {
            return Loaded::Template(Arc::clone(template));
        }
        match load(self.source, self.files, &path) {
            Ok(id) => {
                let template = Arc::new(template_of(self.files, id));
                self.paths.borrow_mut().insert(id, path.clone());
                self.templates
                    .borrow_mut()
                    .insert(path, Arc::clone(&template));
                Loaded::Template(template)
            }
            Err(error) => Loaded::Absent(error.to_string()),
        }
    }
}
