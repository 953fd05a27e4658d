//! The templates of a tree: which files they name in their links, and so which templates use a changed file.
//! Links are found in the text by their quotes: no template is parsed for it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::source::{FileKind, Source, beside, classify};

/// Who links to whom.
#[derive(Debug, Default)]
pub(super) struct Links {
    /// For each linked file the templates that name it.
    users: BTreeMap<PathBuf, BTreeSet<PathBuf>>,
    /// Templates with a link that is computed: only evaluating them tells where it leads.
    pub(super) computed: BTreeSet<PathBuf>,
}

impl Links {
    /// Those of all templates under a folder.
    pub(super) fn under(source: &dyn Source, folder: &Path) -> Self {
        let mut links = Self::default();
        // A folder that cannot be listed has no users for us; whoever names it is told elsewhere.
        for path in source.list(folder).unwrap_or_default() {
            let is_bicep = FileKind::of_path(&path).is_some();
            if !is_bicep && !is_json(&path) {
                continue;
            }
            match source.read(&path) {
                Ok(text) if is_bicep => links.add_bicep(&path, &text.text),
                Ok(text) => links.add(&path, &text.text),
                Err(_) => {}
            }
        }
        links
    }

    fn add(&mut self, path: &Path, text: &str) {
        let targets = relative_paths(text);
        if targets.is_empty() || classify(text) != FileKind::Template {
            return;
        }
        for target in targets {
            if target.starts_with('[') && !target.starts_with("[[") {
                self.computed.insert(path.to_owned());
            } else {
                let plain = target.replace("\\\\", "/").replace("\\/", "/");
                let users = self.users.entry(beside(path, &plain)).or_default();
                users.insert(path.to_owned());
            }
        }
    }

    fn add_bicep(&mut self, path: &Path, text: &str) {
        for target in bicep_paths(text) {
            let users = self.users.entry(beside(path, target)).or_default();
            users.insert(path.to_owned());
        }
    }

    /// A file, and whatever uses it over any number of links; a folder that is listed is used with its files.
    pub(super) fn users_of(&self, file: &Path) -> BTreeSet<PathBuf> {
        let mut all = BTreeSet::from([file.to_owned()]);
        let mut open = vec![file.to_owned()];
        open.extend(file.parent().map(Path::to_owned));
        while let Some(next) = open.pop() {
            for user in self.users.get(&next).into_iter().flatten() {
                if all.insert(user.clone()) {
                    open.push(user.clone());
                }
            }
        }
        all
    }

    /// Those users of a file that no other one uses: its deployments. A file is its own where nobody uses it, or
    /// where its users use each other in a circle.
    pub(super) fn entries<'f>(
        &self,
        file: &'f PathBuf,
        users: &'f BTreeSet<PathBuf>,
    ) -> Vec<&'f PathBuf> {
        let is_used = |path: &PathBuf| {
            let others = self.users.get(path).into_iter().flatten();
            others.into_iter().any(|other| other != path)
        };
        let others = users.iter().filter(|path| *path != file);
        let entries: Vec<&PathBuf> = others.filter(|path| !is_used(path)).collect();
        if entries.is_empty() {
            vec![file]
        } else {
            entries
        }
    }
}

/// Whether a file is called as templates in JSON are.
pub(super) fn is_json(path: &Path) -> bool {
    path.extension().is_some_and(|ending| {
        ending.eq_ignore_ascii_case("json") || ending.eq_ignore_ascii_case("jsonc")
    })
}

/// The values of all members `relativePath`, as written between their quotes.
fn relative_paths(text: &str) -> Vec<&str> {
    // ARM takes the names of members in any case.
    let lower = text.to_ascii_lowercase();
    memchr::memmem::find_iter(lower.as_bytes(), b"relativepath")
        .filter_map(|at| {
            let rest = text.get(at + "relativepath".len()..)?;
            let value = rest.trim_start_matches(['"', '\'']).trim_start();
            let value = value.strip_prefix(':')?.trim_start();
            let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            let value = value.get(1..)?;
            value.get(..end_of_string(value, quote)?)
        })
        .collect()
}

/// The paths that a Bicep file names: of modules, imports, `using`, `extends`, and of files that it loads.
fn bicep_paths(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for line in text.lines() {
        let mut at = 0;
        while let Some(open) = line.get(at..).and_then(|rest| rest.find('\'')) {
            let start = at + open + 1;
            let Some(length) = line.get(start..).and_then(|rest| rest.find('\'')) else {
                break;
            };
            let (before, path) = (line.get(..start - 1), line.get(start..start + length));
            at = start + length + 1;
            if let (Some(before), Some(path)) = (before, path)
                && !path.contains(':')
                && names_a_file(before.trim_end())
            {
                found.push(path);
            }
        }
    }
    found
}

/// Whether what stands before a string says that it is the path of a file.
fn names_a_file(before: &str) -> bool {
    if let Some(call) = before.strip_suffix('(') {
        let name = call.rsplit(|c: char| !c.is_ascii_alphanumeric()).next();
        return name.is_some_and(|name| name.starts_with("load"));
    }
    let mut words = before.split_whitespace().rev();
    match words.next() {
        Some("from" | "using" | "extends") => true,
        Some(_) => matches!(words.next(), Some("module" | "test")),
        None => false,
    }
}

/// Where the quote stands that closes a string.
fn end_of_string(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    text.char_indices()
        .find(|(_, c)| {
            let closes = *c == quote && !escaped;
            escaped = *c == '\\' && !escaped;
            closes
        })
        .map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Memory;

    const SCHEMA: &str = r#""$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#""#;

    fn tree(files: &[(&str, &str)]) -> Links {
        let mut source = Memory::default();
        for (path, sections) in files {
            source = source.with(*path, format!("{{ {SCHEMA}, {sections} }}"));
        }
        Links::under(&source, Path::new("/r"))
    }

    fn entries(links: &Links, file: &str) -> Vec<String> {
        let file = PathBuf::from(file);
        let users = links.users_of(&file);
        let entries = links.entries(&file, &users);
        entries
            .iter()
            .map(|path| path.display().to_string())
            .collect()
    }

    #[test]
    fn links_lead_from_a_file_to_the_templates_that_nobody_links() {
        let links = tree(&[
            (
                "/r/main.json",
                r#""templateLink": { "relativePath" : "modules\\net.json" }"#,
            ),
            (
                "/r/other.json",
                r#""templateLink": { "RelativePath": "./modules/../modules/net.json" }"#,
            ),
            (
                "/r/modules/net.json",
                r#""templateLink": { "relativePath": "deep/subnet.json" }"#,
            ),
            (
                "/r/modules/deep/subnet.json",
                r#""a": "relativePath: none""#,
            ),
            (
                "/r/computed.json",
                r#""templateLink": { "relativePath": "[concat('a', '.json')]" }"#,
            ),
            (
                "/r/a.json",
                r#""templateLink": { "relativePath": "b.json" }"#,
            ),
            (
                "/r/b.json",
                r#""templateLink": { "relativePath": "a.json" }, "x": { "relativePath": "b.json" }"#,
            ),
        ]);
        let both = ["/r/main.json", "/r/other.json"];
        assert_eq!(entries(&links, "/r/modules/deep/subnet.json"), both);
        assert_eq!(entries(&links, "/r/modules/net.json"), both);
        assert_eq!(entries(&links, "/r/main.json"), ["/r/main.json"]);
        assert_eq!(entries(&links, "/r/a.json"), ["/r/a.json"]);
        assert_eq!(entries(&links, "/r/b.json"), ["/r/b.json"]);
        assert_eq!(
            links.computed,
            BTreeSet::from([PathBuf::from("/r/computed.json")])
        );
    }

    #[test]
    fn bicep_files_use_what_they_name() {
        let source = Memory::default()
            .with(
                "/r/prod.bicepparam",
                "using 'main.bicep'\nextends 'base.bicepparam'\n",
            )
            .with(
                "/r/main.bicep",
                "module net 'modules/net.bicep' = [for x in ['a']: {}]\nmodule r 'br/public:avm/x:1.0' = {}\n\
                 var notes = 'other.bicep'\n",
            )
            .with(
                "/r/modules/net.bicep",
                "import { cidr } from '../shared.bicep'\nvar a = loadJsonContent('rules.json', '$.a')\n\
                 var b = { c: sys.loadDirectoryFileInfo('scripts') }\n",
            );
        let links = Links::under(&source, Path::new("/r"));
        let entry = ["/r/prod.bicepparam"];
        for file in [
            "/r/shared.bicep",
            "/r/modules/rules.json",
            "/r/modules/scripts/a.sh",
            "/r/modules/net.bicep",
            "/r/main.bicep",
            "/r/base.bicepparam",
        ] {
            assert_eq!(entries(&links, file), entry, "{file}");
        }
        assert_eq!(entries(&links, "/r/other.bicep"), ["/r/other.bicep"]);
    }

    #[test]
    fn what_is_no_template_links_to_nothing() {
        let text = r#"{ "relativePath": "x.json" }"#;
        let source = Memory::default().with("/r/data.json", text);
        let links = Links::under(&source, Path::new("/r"));
        assert!(links.users.is_empty() && links.computed.is_empty());
    }

    #[test]
    fn cut_text_ends_the_search() {
        let text = r#"{ "relativePath" : "a\"b.json", "relativePath": 1, "relativePath": "x"#;
        assert_eq!(relative_paths(text), [r#"a\"b.json"#]);
        for end in 0..text.len() {
            let _ = relative_paths(&text[..end]);
        }
    }
}
