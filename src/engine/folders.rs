//! Folders to deployments: every template with the parameter files that go with it, by name or because they name it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::source::{FileKind, classify, is_compiled};

use super::pairing;
use super::targets::{Finder, ParameterInput, Target};

/// Templates and parameter files of a folder.
#[derive(Debug, Default)]
pub(super) struct There {
    /// Templates in either language.
    templates: Vec<PathBuf>,
    /// Parameter files in JSON.
    parameters: Vec<PathBuf>,
    /// `.bicepparam` files with the templates that they name, where those can be read.
    bicep: BTreeMap<PathBuf, Option<PathBuf>>,
}

impl Finder<'_> {
    /// All templates and parameter files under a folder.
    pub(super) fn folder(&mut self, folder: &Path) {
        let listed = match self.library.source().list(folder) {
            Ok(listed) => listed,
            Err(error) => return self.found.failures.push(error.into()),
        };
        let there = self.sorted(listed);
        for template in &there.templates {
            self.check_template(template.clone(), Some(&there));
        }
        let used: BTreeSet<&PathBuf> = self
            .found
            .deployments
            .iter()
            .flat_map(Target::parameter_files)
            .collect();
        let is_alone = |file: &&PathBuf| !used.contains(*file);
        let lone: Vec<PathBuf> = there.parameters.iter().filter(is_alone).cloned().collect();
        let bicep: Vec<PathBuf> = there.bicep.keys().filter(is_alone).cloned().collect();
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
        for path in listed {
            match FileKind::of_path(&path) {
                Some(FileKind::BicepParameters) => {
                    if let Ok(file) = self.library.parameters(&path) {
                        let template = self.library.used_by(&file);
                        there.bicep.insert(path, template);
                    }
                    continue;
                }
                Some(_) => {
                    if self.library.file(&path).is_ok() {
                        there.templates.push(path);
                    }
                    continue;
                }
                None => {}
            }
            let json = path.extension().is_some_and(|ending| {
                ending.eq_ignore_ascii_case("json") || ending.eq_ignore_ascii_case("jsonc")
            });
            let read = || self.library.source().read(&path).ok();
            let Some(text) = json.then(read).flatten() else {
                continue;
            };
            match classify(&text.text) {
                // What it says stands in the Bicep file, where it can be mended.
                FileKind::Template
                    if is_compiled(&text.text) && self.is_beside_its_source(&path) => {}
                FileKind::Template => there.templates.push(path),
                FileKind::Parameters => there.parameters.push(path),
                _ => {}
            }
        }
        there
    }

    fn is_beside_its_source(&self, compiled: &Path) -> bool {
        let source = compiled.with_extension("bicep");
        self.library.source().is_file(&source)
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
        let before = self.found.deployments.len();
        let configured: Vec<Target> = self.configured_for(&template);
        self.found.deployments.extend(configured);
        let own = there.is_none().then(|| {
            let mut beside = self.library.source().beside(&template);
            beside.retain(|file| FileKind::of_path(file) != Some(FileKind::Bicep));
            self.sorted(beside)
        });
        let none = There::default();
        let there = there.or(own.as_ref()).unwrap_or(&none);
        // Names pair within a folder only: the work grows with the files, not with their pairs.
        let beside: Vec<&PathBuf> = there
            .parameters
            .iter()
            .filter(|file| file.parent() == template.parent())
            .collect();
        let siblings = self.siblings(&template, &beside);
        let by_name = beside
            .into_iter()
            .filter(|file| pairing::belongs(file, &template, &siblings))
            .map(|file| (template.clone(), vec![ParameterInput::File(file.clone())]));
        let by_using = there
            .bicep
            .iter()
            .filter(|(_, used)| used.as_ref() == Some(&template))
            .map(|(file, _)| (file.clone(), Vec::new()));
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
        if self.found.deployments.len() == before {
            let target = self.of_command_line(template, Vec::new());
            self.found.deployments.push(target);
        }
    }

    /// What may be a template beside this one: a file with a longer name that fits better takes the parameter file.
    fn siblings(&self, template: &Path, beside: &[&PathBuf]) -> Vec<PathBuf> {
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
