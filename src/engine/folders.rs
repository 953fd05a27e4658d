//! Folders to deployments: every template with the parameter files that go with it, by name or because they name it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::source::{FileKind, Source, Text, classify, is_compiled, side_by_side};

use super::links::is_json;
use super::pairing;
use super::targets::{Finder, ParameterInput, Target};

/// Templates and parameter files of a folder.
#[derive(Debug, Default)]
pub(super) struct There {
    /// Templates in either language.
    templates: Vec<PathBuf>,
    /// Parameter files in JSON, by their folders: names pair within a folder only.
    parameters: BTreeMap<PathBuf, Vec<PathBuf>>,
    /// `.bicepparam` files.
    bicep: Vec<PathBuf>,
    /// Those of them that name a template which can be read, by that template.
    users: BTreeMap<PathBuf, Vec<PathBuf>>,
}

impl Finder<'_> {
    /// All templates and parameter files under a folder.
    pub(super) fn folder(&mut self, folder: &Path) {
        let listed = match self.library.source().list(folder) {
            Ok(listed) => listed,
            Err(error) => return self.found.failures.push(error.into()),
        };
        let there = self.sorted(listed);
        let entries = self.library.entries(&there.templates);
        for template in &there.templates {
            let given = !self.request.parameters.is_empty();
            if entries.contains(template) {
                self.check_template(template.clone(), Some(&there));
            } else if !given {
                // A module is judged where it is used, with the values that it gets there; by itself where it has parameter files.
                self.paired(template, &there);
            }
        }
        let used: BTreeSet<&PathBuf> = self
            .found
            .deployments
            .iter()
            .flat_map(Target::parameter_files)
            .collect();
        let is_alone = |file: &&PathBuf| !used.contains(*file);
        let lone = there.parameters.values().flatten();
        let lone: Vec<PathBuf> = lone.filter(is_alone).cloned().collect();
        let bicep: Vec<PathBuf> = there.bicep.iter().filter(is_alone).cloned().collect();
        if self.request.parameters.is_empty() {
            self.found.lone_parameters.extend(lone);
            for file in bicep {
                self.bicep_parameters(&file);
            }
        }
    }

    /// What the files of a folder are. What cannot be read as text is no template; a file that the user names is reported.
    pub(super) fn sorted(&self, listed: Vec<PathBuf>) -> There {
        let mut there = There::default();
        let mut texts = Vec::new();
        let source = self.library.source();
        let looks = side_by_side(64, &listed, |path| look(source, path));
        for (path, look) in listed.into_iter().zip(looks) {
            match look {
                Look::Bicep(text) => {
                    if FileKind::of_path(&path) == Some(FileKind::BicepParameters) {
                        there.bicep.push(path.clone());
                    } else {
                        there.templates.push(path.clone());
                    }
                    texts.push((path, text));
                }
                Look::Template => there.templates.push(path),
                Look::Parameters => {
                    let folder = path.parent().unwrap_or(Path::new("")).to_owned();
                    there.parameters.entry(folder).or_default().push(path);
                }
                Look::Other => {}
            }
        }
        self.library.shelf().take(texts);
        for path in &there.bicep {
            if let Ok(file) = self.library.parameters(path)
                && let Some(template) = self.library.used_by(&file)
            {
                there.users.entry(template).or_default().push(path.clone());
            }
        }
        there
    }

    /// A `.bicepparam` file: with the template that it names, or alone.
    pub(super) fn bicep_parameters(&mut self, file: &Path) {
        let read = match self.library.parameters(file) {
            Ok(read) => read,
            Err(error) => return self.found.failures.push(error.into()),
        };
        let configured: Vec<Target> = self
            .configurations()
            .map(|(file, one)| self.of_configuration(file, one))
            .filter(|target| target.uses(file))
            .collect();
        if !configured.is_empty() {
            self.found.deployments.extend(configured);
        } else if read.using.is_some() {
            let target = self.with_given_parameters(file.to_owned());
            self.found.deployments.push(target);
        } else {
            self.found.lone_parameters.push(file.to_owned());
        }
    }

    /// A template of `check`: once for each of its parameter files. `there` are the files of the folder that is walked.
    pub(super) fn check_template(&mut self, template: PathBuf, there: Option<&There>) {
        if !self.request.parameters.is_empty() {
            let target = self.with_given_parameters(template);
            return self.found.deployments.push(target);
        }
        let own = there.is_none().then(|| {
            let mut beside = self.library.source().beside(&template);
            beside.retain(|file| FileKind::of_path(file) != Some(FileKind::Bicep));
            self.sorted(beside)
        });
        let none = There::default();
        let there = there.or(own.as_ref()).unwrap_or(&none);
        if !self.paired(&template, there) {
            let target = self.of_command_line(template, Vec::new());
            self.found.deployments.push(target);
        }
    }

    /// A template with each of its parameter files, and the deployments of the configuration that it has; false where there
    /// is none of either.
    fn paired(&mut self, template: &PathBuf, there: &There) -> bool {
        let before = self.found.deployments.len();
        let configured: Vec<Target> = self.configured_for(template);
        self.found.deployments.extend(configured);
        let folder = template.parent().unwrap_or(Path::new(""));
        let beside = there.parameters.get(folder).map_or(&[][..], Vec::as_slice);
        let siblings = self.siblings(template, beside);
        let by_name = beside
            .iter()
            .filter(|file| pairing::belongs(file, template, &siblings))
            .map(|file| (template.clone(), vec![ParameterInput::File(file.clone())]));
        let by_using = there.users.get(template).into_iter().flatten();
        let by_using = by_using.map(|file| (file.clone(), Vec::new()));
        for (entry, inputs) in by_name.chain(by_using) {
            let target = self.of_command_line(entry, inputs);
            let mut known = self.found.deployments.iter().skip(before);
            let taken = target
                .parameter_files()
                .any(|file| known.any(|other| other.uses(file)));
            if !taken {
                self.found.deployments.push(target);
            }
        }
        self.found.deployments.len() > before
    }

    /// What may be a template beside this one: a file with a longer name that fits better takes the parameter file.
    fn siblings(&self, template: &Path, beside: &[PathBuf]) -> Vec<PathBuf> {
        let mut siblings = vec![template.to_owned()];
        for file in beside {
            for candidate in pairing::templates_of(file) {
                if !siblings.contains(&candidate) && self.library.source().is_file(&candidate) {
                    siblings.push(candidate);
                }
            }
        }
        siblings
    }
}

/// What a look at a file shows.
enum Look {
    /// Bicep, by its name.
    Bicep(Text),
    /// A template in JSON.
    Template,
    /// A parameter file in JSON.
    Parameters,
    /// Nothing that is checked.
    Other,
}

/// Bytes at the top of a file in JSON in which a compiled template has said that it is one.
const TOP: usize = 4096;

fn look(source: &dyn Source, path: &Path) -> Look {
    if FileKind::of_path(path).is_some() {
        return source.read(path).map_or(Look::Other, Look::Bicep);
    }
    if !is_json(path) {
        return Look::Other;
    }
    // What a compiled template says stands in the Bicep file, where it can be mended: most of them need not be read.
    let is_copy = |text: &str| {
        classify(text) == FileKind::Template
            && is_compiled(text)
            && source.is_file(&path.with_extension("bicep"))
    };
    if source.top(path, TOP).is_ok_and(|top| is_copy(&top)) {
        return Look::Other;
    }
    let Ok(text) = source.read(path) else {
        return Look::Other;
    };
    match classify(&text.text) {
        FileKind::Template if is_copy(&text.text) => Look::Other,
        FileKind::Template => Look::Template,
        FileKind::Parameters => Look::Parameters,
        _ => Look::Other,
    }
}
