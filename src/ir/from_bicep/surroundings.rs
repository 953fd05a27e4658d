//! What a Bicep file reaches outside itself: modules, imports, and files that are read while it is compiled.

use std::sync::{Arc, OnceLock};

use crate::finding::Level;
use crate::ir::{Template, lower_template};
use crate::syntax::bicep;
use crate::syntax::json::{Document, Kind, Node};
use crate::text::{FileId, Span};

/// What a Bicep file reaches outside itself. Results are cached by the implementor: the same file comes as the same `Arc`.
pub trait Surroundings {
    /// A module, import, `using` or `extends` target as it is written in the file `from`: a path, `br:..`, `br/alias:..`, `ts:..`.
    fn reach(&self, from: FileId, reference: &str) -> Reached;

    /// A file for the load functions; the path is relative to `from`.
    fn bytes(&self, from: FileId, path: &str) -> Result<LoadedFile, Unreached>;

    /// The names of the files that lie directly in a folder, for `loadDirectoryFileInfo`; the path is relative to `from`.
    fn folder(&self, from: FileId, path: &str) -> Result<Vec<String>, Unreached>;

    /// A variable of the environment, for `readEnvironmentVariable`.
    fn variable(&self, name: &str) -> EnvironmentVariable;
}

/// What is known of a variable of the environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EnvironmentVariable {
    /// The user allowed to read it, and it is set.
    Set(Arc<str>),
    /// The user allowed to read it, and it is not set.
    Unset,
    /// The user did not allow to read it.
    NotAllowed,
}

/// What a reference leads to.
#[derive(Clone, Debug)]
pub enum Reached {
    /// A `.bicep` or `.bicepparam` file.
    Bicep(Arc<bicep::File>),
    /// A compiled template: of a `.json` file, the registry or a template spec.
    Arm(Arc<CompiledModule>),
    /// It cannot be read.
    Absent(Unreached),
}

/// A template in JSON, read once.
#[derive(Debug)]
pub struct CompiledModule {
    document: Document,
    template: OnceLock<Arc<Template>>,
}

impl CompiledModule {
    /// With its JSON.
    pub fn new(document: Document) -> Self {
        Self {
            document,
            template: OnceLock::new(),
        }
    }

    /// Its JSON.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// Its template in JSON: the document itself, or the main template in a template spec as the compiler's cache holds it.
    pub fn root(&self) -> Option<Node<'_>> {
        let root = self.document.root()?;
        let spec = root
            .get("properties")
            .and_then(|members| members.get("mainTemplate"));
        Some(
            spec.filter(|node| node.kind() == Kind::Object)
                .unwrap_or(root),
        )
    }

    /// Its template, lowered when it is first asked for, with the problems of the JSON among its own.
    pub fn template(&self) -> Arc<Template> {
        let lowered = self.template.get_or_init(|| {
            let mut template = match self.root() {
                Some(root) => lower_template(root),
                None => Template::empty(Span::whole(self.document.file())),
            };
            let mut problems = self.document.problems.clone();
            // What does not read as JSON is told by its own problems; a structure with holes would only repeat them.
            if problems.is_empty() {
                problems.append(&mut template.problems);
            }
            problems.extend(self.document.duplicates());
            template.problems = problems;
            Arc::new(template)
        });
        Arc::clone(lowered)
    }
}

/// A file that a load function reads.
#[derive(Clone, Debug)]
pub struct LoadedFile {
    /// Under which its text is known, for places in it: decoded as UTF-8, without a byte order mark.
    pub file: FileId,
    /// What stands in it.
    pub bytes: Arc<[u8]>,
}

/// Why something cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreached {
    /// Why, in a few words: `there is no file 'x'`.
    pub reason: String,
    /// The way out: a restore command, `--root DIR`.
    pub help: Option<String>,
    /// An error where the compiler would refuse the file (a local file that is not there), a warning where it is only not
    /// at hand (a module of a registry that was not restored).
    pub level: Level,
}
