//! The templates of a tree: which files they name in their links, and so which templates use a changed file.
//! Links are found in the text by the words around them: no template is parsed for it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::model::ALIASES_FILE;
use crate::source::{FileKind, Source, beside, classify};

/// Who links to whom.
#[derive(Debug, Default)]
pub(super) struct Links {
    /// For each file that is linked, imported or loaded, and each folder that is listed, those that name it.
    users: BTreeMap<PathBuf, BTreeSet<PathBuf>>,
    /// For each template the `.bicepparam` files that are its parameters; they are among its users.
    parameters: BTreeMap<PathBuf, BTreeSet<PathBuf>>,
    /// Templates in JSON with a link that is computed: only evaluating them tells where it leads.
    pub(super) computed: BTreeSet<PathBuf>,
    /// Bicep files that name modules of registries, which a configuration may have in local files.
    pub(super) of_registries: BTreeSet<PathBuf>,
}

impl Links {
    /// Those of some files.
    pub(super) fn of(source: &dyn Source, files: &[PathBuf]) -> Self {
        let mut links = Self::default();
        for path in files {
            let is_bicep = FileKind::of_path(path).is_some();
            if (is_bicep || is_json(path))
                && let Ok(text) = source.read(path)
            {
                if is_bicep {
                    links.add_bicep(source, path, &text.text);
                } else {
                    links.add_json(path, &text.text);
                }
            }
        }
        links
    }

    fn add_json(&mut self, path: &Path, text: &str) {
        let targets = relative_paths(text);
        if targets.is_empty() || classify(text) != FileKind::Template {
            return;
        }
        for target in targets {
            if target.starts_with('[') && !target.starts_with("[[") {
                self.computed.insert(path.to_owned());
            } else {
                let plain = target.replace("\\\\", "/").replace("\\/", "/");
                self.link(path, &plain);
            }
        }
    }

    fn add_bicep(&mut self, source: &dyn Source, path: &Path, text: &str) {
        for (keyword, target) in named_files(text) {
            if target.contains(':') {
                self.link_to_aliases(source, path);
                self.of_registries.insert(path.to_owned());
                continue;
            }
            self.link(path, target);
            if keyword == "using" {
                let files = self.parameters.entry(beside(path, target)).or_default();
                files.insert(path.to_owned());
            }
        }
    }

    /// The nearest configuration of the compiler says where modules of registries are; one between may be gone.
    fn link_to_aliases(&mut self, source: &dyn Source, path: &Path) {
        for folder in path.ancestors().skip(1) {
            let aliases = folder.join(ALIASES_FILE);
            let is_nearest = source.is_file(&aliases);
            let users = self.users.entry(aliases).or_default();
            users.insert(path.to_owned());
            if is_nearest {
                break;
            }
        }
    }

    fn link(&mut self, path: &Path, target: &str) {
        let users = self.users.entry(beside(path, target)).or_default();
        users.insert(path.to_owned());
    }

    /// A file, and whatever uses it over any number of links.
    pub(super) fn users_of(&self, file: &Path) -> BTreeSet<PathBuf> {
        let mut all = BTreeSet::from([file.to_owned()]);
        let mut open = vec![file.to_owned()];
        while let Some(next) = open.pop() {
            for user in self.direct(&next) {
                if all.insert(user.clone()) {
                    open.push(user.clone());
                }
            }
        }
        all
    }

    /// Those that name a file, or a folder around it.
    fn direct(&self, file: &Path) -> impl Iterator<Item = &PathBuf> {
        file.ancestors()
            .filter_map(|path| self.users.get(path))
            .flatten()
    }

    /// What is deployed of the users of a file: templates that no other template uses, and parameter files that are users
    /// for another reason than the template that they go with.
    pub(super) fn entries(&self, file: &Path, users: &BTreeSet<PathBuf>) -> Entries {
        let mut entries = Entries::default();
        for user in users.iter().filter(|user| *user != file) {
            if is_parameters(user) {
                entries.parameters.push(user.clone());
            } else if !self
                .direct(user)
                .any(|other| other != user && !is_parameters(other))
            {
                entries.templates.push(user.clone());
            }
        }
        // Templates are there with their parameter files already.
        entries.parameters.retain(|one| {
            let mut templates = users.iter().filter_map(|user| self.parameters.get(user));
            !templates.any(|files| files.contains(one))
        });
        entries
    }

    /// The `.bicepparam` files that name a template.
    pub(super) fn parameters_of(&self, template: &Path) -> Vec<PathBuf> {
        let files = self.parameters.get(template).into_iter().flatten();
        files.cloned().collect()
    }
}

/// What is deployed of the users of a file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Entries {
    /// Templates.
    pub(super) templates: Vec<PathBuf>,
    /// `.bicepparam` files.
    pub(super) parameters: Vec<PathBuf>,
}

fn is_parameters(path: &Path) -> bool {
    FileKind::of_path(path) == Some(FileKind::BicepParameters)
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

/// The files and folders that a Bicep file names: behind `using`, `extends`, `from`, `module NAME` and `test NAME`,
/// and as first arguments of the load functions. Texts with interpolation are no paths.
fn named_files(text: &str) -> Vec<(&'static str, &str)> {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let mut found = Vec::new();
    for (keyword, shape) in [
        ("using", Shape::Bare),
        ("extends", Shape::Bare),
        ("from", Shape::Bare),
        ("module", Shape::Named),
        ("test", Shape::Named),
        ("load", Shape::Call),
    ] {
        for at in memchr::memmem::find_iter(text.as_bytes(), keyword) {
            let inside = text.get(..at).is_some_and(|before| before.ends_with(word));
            let rest = text.get(at + keyword.len()..).unwrap_or("");
            let rest = match shape {
                Shape::Bare => Some(rest),
                Shape::Named => Some(rest.trim_start().trim_start_matches(word)),
                Shape::Call => rest.trim_start_matches(word).strip_prefix('('),
            };
            let value = rest.and_then(|rest| rest.trim_start().strip_prefix('\''));
            let path = value.and_then(|value| value.get(..end_of_string(value, '\'')?));
            if let Some(path) = path.filter(|path| !inside && !path.contains("${")) {
                found.push((keyword, path));
            }
        }
    }
    found
}

/// What stands between a keyword and the path.
#[derive(Clone, Copy)]
enum Shape {
    Bare,
    Named,
    Call,
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
        let mut paths = Vec::new();
        for (path, text) in files {
            let is_bicep = FileKind::of_path(Path::new(path)).is_some();
            let text = if is_bicep {
                (*text).to_owned()
            } else {
                format!("{{ {SCHEMA}, {text} }}")
            };
            source = source.with(*path, text);
            paths.push(PathBuf::from(path));
        }
        Links::of(&source, &paths)
    }

    /// The entries, templates first; the file itself where it has none.
    fn entries(links: &Links, file: &str) -> Vec<String> {
        let file = PathBuf::from(file);
        let entries = links.entries(&file, &links.users_of(&file));
        let mut all = [entries.templates, entries.parameters].concat();
        if all.is_empty() {
            all.push(file);
        }
        all.iter().map(|path| path.display().to_string()).collect()
    }

    #[test]
    fn aliases_are_those_of_the_nearest_configuration() {
        let links = tree(&[
            ("/r/bicepconfig.json", "x"),
            ("/r/a/bicepconfig.json", "x"),
            ("/r/a/near.bicep", "module m 'br/own:x:1' = {}"),
            ("/r/far.bicep", "using none\nmodule m 'ts/own:x:1' = {}"),
            ("/r/plain.bicep", "module m 'a/near.bicep' = {}"),
        ]);
        assert_eq!(entries(&links, "/r/bicepconfig.json"), ["/r/far.bicep"]);
        assert_eq!(entries(&links, "/r/a/bicepconfig.json"), ["/r/plain.bicep"]);
        let named: Vec<_> = links.of_registries.iter().collect();
        assert_eq!(
            named,
            [Path::new("/r/a/near.bicep"), Path::new("/r/far.bicep")]
        );
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
    fn what_is_no_template_links_to_nothing() {
        let text = r#"{ "relativePath": "x.json" }"#;
        let source = Memory::default().with("/r/data.json", text);
        let links = Links::of(&source, &[PathBuf::from("/r/data.json")]);
        assert!(links.users.is_empty() && links.computed.is_empty());
    }

    #[test]
    fn bicep_names_modules_imports_parameters_and_loaded_files() {
        let links = tree(&[
            (
                "/r/main.bicep",
                "import { size } from 'shared/types.bicep'\nmodule net 'modules/net.bicep' = {\n}\n\
                 module x\n  '../outside.bicep' = {}\nvar a = loadTextContent( 'data/a b.txt', 'utf-8')\n\
                 var b = loadDirectoryFileInfo('policies')\nvar no = '${loadTextContent}from ${'x'}'\n",
            ),
            (
                "/r/modules/net.bicep",
                "module m 'br/public:avm/x:1.0.0' = {}\nvar j = json(loadTextContent('n.json'))",
            ),
            (
                "/r/env/prod.bicepparam",
                "using '../main.bicep'\nextends 'base.bicepparam'\n",
            ),
            (
                "/r/env/base.bicepparam",
                "using none\nparam p = loadYamlContent('p.yaml')\n",
            ),
        ]);
        for file in [
            "shared/types.bicep",
            "modules/net.bicep",
            "modules/n.json",
            "data/a b.txt",
            "policies/deep/x.json",
        ] {
            assert_eq!(
                entries(&links, &format!("/r/{file}")),
                ["/r/main.bicep"],
                "{file}"
            );
        }
        assert_eq!(
            links.parameters_of(Path::new("/r/main.bicep")),
            [PathBuf::from("/r/env/prod.bicepparam")]
        );
        for file in ["env/base.bicepparam", "env/p.yaml"] {
            let found = entries(&links, &format!("/r/{file}"));
            assert!(
                found.contains(&"/r/env/prod.bicepparam".to_owned()),
                "{file}: {found:?}"
            );
        }
        assert_eq!(entries(&links, "/r/README.md"), ["/r/README.md"]);
    }

    #[test]
    fn cut_text_ends_the_search() {
        let text = r#"{ "relativePath" : "a\"b.json", "relativePath": 1, "relativePath": "x"#;
        assert_eq!(relative_paths(text), [r#"a\"b.json"#]);
        for end in 0..text.len() {
            let _ = relative_paths(&text[..end]);
        }
        let text = "using 'é${a}'\nmodule ä 'b\\'c.bicep' = loadX('d";
        assert_eq!(named_files(text), [("module", "b\\'c.bicep")]);
        for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
            let _ = named_files(&text[..end]);
        }
    }
}
