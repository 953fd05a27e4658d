//! Bicep: parsing held to the official compiler, to spans, to damage and to real files.

mod compiler;
mod corpus;
mod files;
mod program;
mod refused;
mod surroundings;

use std::fs::File;
use std::io::{BufRead, BufReader};

use armplan::syntax::bicep::{self, FileKind};
use armplan::text::{FileId, Files};
use flate2::read::GzDecoder;
use serde_json::Value as Json;

/// The kind that a file has by its name; none for other files.
fn kind_of(path: &str) -> Option<FileKind> {
    match path.rsplit_once('.')?.1 {
        "bicep" => Some(FileKind::Template),
        "bicepparam" => Some(FileKind::Parameters),
        _ => None,
    }
}

/// A text that was parsed, with what turns its places into lines.
struct Parsed {
    files: Files,
    file: FileId,
    tree: bicep::File,
}

impl Parsed {
    fn new(path: &str, text: &str, kind: FileKind) -> Self {
        let files = Files::default();
        let file = files.add(path, None, text);
        let tree = bicep::parse(file, text, kind);
        Self { files, file, tree }
    }

    /// `line:column message` for each problem.
    fn problems(&self) -> Vec<String> {
        let file = self.files.get(self.file);
        let problems = self.tree.problems.iter();
        problems
            .map(|problem| {
                let at = file.position(problem.place.start);
                format!("{}:{} {}", at.line, at.column, problem.message)
            })
            .collect()
    }
}

fn rows(name: &str) -> Vec<Json> {
    let path = format!(
        "{}/testdata/vectors/{name}.jsonl.gz",
        env!("CARGO_MANIFEST_DIR")
    );
    let lines = BufReader::new(GzDecoder::new(File::open(path).unwrap())).lines();
    lines
        .map(|line| serde_json::from_str(&line.unwrap()).unwrap())
        .collect()
}
