//! `--emit`: the steps of an outcome written to a folder, and each step told where its template is.

use std::path::Path;

use crate::aks::facts::Facts;
use crate::engine::{self, Outcome};
use crate::source::{FolderError, NewFile, write_folder};

/// Writes the files of the steps; nothing where there are none.
pub(super) fn write(outcome: &mut Outcome, folder: &Path) -> Result<(), FolderError> {
    // Without the tables there is no plan, and the run has said so.
    let Ok(facts) = Facts::embedded() else {
        return Ok(());
    };
    let emission = engine::emission(outcome, facts);
    let shown = folder.display().to_string().replace('\\', "/");
    let shown = shown.trim_end_matches('/').to_owned();
    if !emission.files.is_empty() {
        let files: Vec<NewFile<'_>> = emission
            .files
            .iter()
            .map(|file| NewFile {
                name: &file.name,
                text: &file.text,
                executable: file.executable,
            })
            .collect();
        write_folder(folder, &files)?;
    }
    let steps = outcome
        .sequences
        .iter_mut()
        .flat_map(|planned| &mut planned.sequence.steps);
    for step in steps {
        let own = emission.templates.iter();
        let mut own = own.filter(|(number, _)| *number == step.number);
        step.template = own.next().map(|(_, name)| format!("{shown}/{name}"));
    }
    outcome.emitted = Some(shown);
    Ok(())
}
