//! Which parameter file belongs to which template, by name alone.

use std::path::{Path, PathBuf};

/// Endings of templates, the one that people write first.
const ENDINGS: [&str; 2] = ["bicep", "json"];

/// The templates whose names fit a parameter file in JSON, the best first: for `main.prod.parameters.json` beside it
/// `main.prod.bicep` and `main.prod.json`, then `main.bicep` and `main.json`; `main.parameters.prod.json` is understood
/// as well. A `.bicepparam` file names its template itself.
pub(super) fn templates_of(parameters: &Path) -> Vec<PathBuf> {
    let Some(name) = parameters.file_name().and_then(|name| name.to_str()) else {
        return Vec::new();
    };
    let Some((before, after)) = split(name) else {
        return Vec::new();
    };
    let mut stems = vec![];
    if !after.is_empty() {
        stems.push(format!("{before}.{after}"));
    }
    let mut stem = before;
    loop {
        stems.push(stem.to_owned());
        match stem.rsplit_once('.') {
            Some((shorter, _)) if !shorter.is_empty() => stem = shorter,
            _ => break,
        }
    }
    stems
        .iter()
        .flat_map(|stem| {
            ENDINGS.map(|ending| parameters.with_file_name(format!("{stem}.{ending}")))
        })
        .collect()
}

/// Whether a parameter file belongs to a template, when these files are there. It belongs to both of `main.bicep` and the
/// `main.json` that was made of it.
pub(super) fn belongs(parameters: &Path, template: &Path, there: &[PathBuf]) -> bool {
    templates_of(parameters)
        .into_iter()
        .find(|candidate| there.iter().any(|path| same(path, candidate)))
        .is_some_and(|best| {
            let others = ENDINGS.map(|ending| best.with_extension(ending));
            others.iter().any(|other| same(other, template))
        })
}

/// File names match in any case, folders exactly.
fn same(one: &Path, other: &Path) -> bool {
    let name = |path: &Path| path.file_name().map(std::ffi::OsStr::to_ascii_lowercase);
    one.parent() == other.parent() && name(one) == name(other)
}

/// `main.prod.parameters.json` as `main.prod` and nothing, `main.parameters.prod.json` as `main` and `prod`.
fn split(name: &str) -> Option<(&str, &str)> {
    let name = strip_json(name)?;
    let lower = name.to_ascii_lowercase();
    if let Some(before) = lower.strip_suffix(".parameters") {
        return Some((name.get(..before.len())?, ""));
    }
    let at = lower.find(".parameters.")?;
    Some((name.get(..at)?, name.get(at + ".parameters.".len()..)?))
}

fn strip_json(name: &str) -> Option<&str> {
    let stem = name.len().checked_sub(".json".len())?;
    let (stem, ending) = name.split_at_checked(stem)?;
    (ending.eq_ignore_ascii_case(".json") && !stem.is_empty()).then_some(stem)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(parameters: &str, templates: &[&str]) -> Option<String> {
        let there: Vec<PathBuf> = templates.iter().map(PathBuf::from).collect();
        there
            .iter()
            .find(|template| belongs(Path::new(parameters), template, &there))
            .map(|template| template.display().to_string())
    }

    #[test]
    fn names_pair() {
        let there = [
            "a/main.json",
            "a/main.prod.json",
            "a/azuredeploy.json",
            "b/other.json",
            "c/main.bicep",
            "c/main.prod.bicep",
        ];
        for (parameters, template) in [
            ("a/main.parameters.json", Some("a/main.json")),
            ("a/main.test.parameters.json", Some("a/main.json")),
            ("a/main.prod.parameters.json", Some("a/main.prod.json")),
            ("a/main.parameters.test.json", Some("a/main.json")),
            ("a/azuredeploy.parameters.json", Some("a/azuredeploy.json")),
            ("a/AzureDeploy.Parameters.json", Some("a/azuredeploy.json")),
            ("a/other.parameters.json", None),
            ("a/parameters.json", None),
            ("b/main.parameters.json", None),
            ("c/main.parameters.json", Some("c/main.bicep")),
            ("c/main.prod.parameters.json", Some("c/main.prod.bicep")),
            ("c/main.bicepparam", None),
        ] {
            assert_eq!(
                pairs(parameters, &there).as_deref(),
                template,
                "{parameters}"
            );
        }
    }
}
