//! Which templates of a folder are deployed by themselves: those that no other one uses as a module.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Library, Shelf};
use crate::source::{FileKind, Text, side_by_side};
use crate::syntax::bicep::FileKind as TreeKind;
use crate::syntax::bicep::ast::StatementKind;
use crate::text::FileId;

impl Shelf<'_> {
    /// Takes texts that were read already, in this order, and parses the Bicep among them with all processors.
    pub fn take(&self, texts: Vec<(PathBuf, Text)>) {
        let mut bicep = Vec::new();
        for (path, text) in texts {
            self.add(&path, text);
            if FileKind::of_path(&path).is_some() {
                bicep.push(path);
            }
        }
        // Each was read.
        side_by_side(32, &bicep, |path| drop(self.tree(path)));
    }

    /// The Bicep files that a file uses directly, as modules or for imports.
    pub fn uses(&self, path: &Path) -> BTreeSet<PathBuf> {
        if FileKind::of_path(path) != Some(FileKind::Bicep) {
            return BTreeSet::new();
        }
        let Ok(tree) = self.tree(path) else {
            return BTreeSet::new();
        };
        let references = tree.statements.iter().filter_map(|one| match &one.kind {
            StatementKind::Module { path, .. } => path.text(),
            StatementKind::Import { from, .. } => from.text(),
            _ => None,
        });
        references
            .filter_map(|reference| self.bicep_at(tree.file, reference))
            .collect()
    }

    /// The Bicep template that a reference leads to.
    fn bicep_at(&self, from: FileId, reference: &str) -> Option<PathBuf> {
        let path = self.locate(from, reference).ok()?.into_path();
        if super::surroundings::is_compiled(&path) {
            return None;
        }
        let tree = self.tree(&path).ok()?;
        (tree.kind == TreeKind::Template).then_some(path)
    }
}

impl Library<'_> {
    /// Of some templates those that no other one of them uses as a module. The others are no deployments of their own, but
    /// for templates that use each other in a circle.
    pub fn entries(&self, templates: &[PathBuf]) -> BTreeSet<PathBuf> {
        let shelf: &Arc<Shelf<'_>> = self.shelf();
        let uses: BTreeMap<&PathBuf, BTreeSet<PathBuf>> = templates
            .iter()
            .map(|path| (path, shelf.uses(path)))
            .collect();
        let used: BTreeSet<&PathBuf> = uses
            .iter()
            .flat_map(|(path, used)| used.iter().filter(move |other| other != path))
            .collect();
        let mut reached: BTreeSet<PathBuf> = templates
            .iter()
            .filter(|path| !used.contains(path))
            .cloned()
            .collect();
        let mut open: Vec<PathBuf> = reached.iter().cloned().collect();
        while let Some(path) = open.pop() {
            let next = match uses.get(&path) {
                Some(known) => known.clone(),
                None => shelf.uses(&path),
            };
            open.extend(next.into_iter().filter(|next| reached.insert(next.clone())));
        }
        templates
            .iter()
            .filter(|path| !used.contains(path) || !reached.contains(*path))
            .cloned()
            .collect()
    }
}
