//! The official compiler's answers: where it sees no mistake we see none, and where it sees one of those that we look for,
//! we see one on that line.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::{Parsed, kind_of, rows};

/// Codes for text that does not parse.
const SYNTAX: &[&str] = &[
    "BCP001", "BCP002", "BCP004", "BCP006", "BCP007", "BCP008", "BCP009", "BCP010", "BCP012",
    "BCP013", "BCP015", "BCP016", "BCP017", "BCP018", "BCP019", "BCP020", "BCP022", "BCP024",
    "BCP068", "BCP087", "BCP090", "BCP096", "BCP097", "BCP103", "BCP117", "BCP118", "BCP123",
    "BCP132", "BCP140", "BCP201", "BCP202", "BCP226", "BCP236", "BCP238", "BCP243", "BCP249",
    "BCP256", "BCP279", "BCP300", "BCP317", "BCP325", "BCP337", "BCP344", "BCP346", "BCP354",
    "BCP358", "BCP404",
];

/// Lines on which we differ, and why.
const DIFFERENCES: &[(&str, &str)] = &[
    (
        "udt-03/main.bicep:2",
        "the compiler reads this declaration as part of the type above, of which it lost the bracket",
    ),
    (
        "suppress-10/main.bicep:4",
        "the compiler reads this declaration as part of the array above, which is not closed",
    ),
    ("suppress-10/main.bicep:5", "that array is reported here"),
    (
        "paramfile-34/p.bicepparam:3",
        "the compiler leaves mistakes out inside of what is not closed",
    ),
    ("paramfile-34/p.bicepparam:4", "likewise"),
];

#[test]
fn what_does_not_parse_is_reported_on_the_same_line() {
    let (mut missed, mut false_errors, mut lines) = (Vec::new(), Vec::new(), 0);
    for row in rows("bicep-diagnostics") {
        let id = row["id"].as_str().unwrap();
        let wanted = errors(&row);
        for (path, text) in row["files"].as_object().unwrap() {
            let Some(kind) = kind_of(path) else { continue };
            let text = text.as_str().unwrap().trim_start_matches('\u{feff}');
            let parsed = Parsed::new(path, text, kind);
            let got: BTreeSet<u64> = parsed
                .tree
                .problems
                .iter()
                .map(|problem| {
                    parsed
                        .files
                        .get(parsed.file)
                        .position(problem.place.start)
                        .line as u64
                })
                .collect();
            let none = BTreeMap::new();
            let wanted = wanted.get(path.as_str()).unwrap_or(&none);
            for (line, codes) in wanted {
                let syntax: Vec<&str> = codes
                    .iter()
                    .copied()
                    .filter(|code| SYNTAX.contains(code))
                    .collect();
                lines += usize::from(!syntax.is_empty());
                if !syntax.is_empty() && !got.contains(line) {
                    missed.push(format!("{id}/{path}:{line} {syntax:?}"));
                }
            }
            // Files that the compiler does not look into may be wrong.
            let looked_into = row["entry"] == path.as_str() || !wanted.is_empty();
            if looked_into {
                for line in got.iter().filter(|line| !wanted.contains_key(line)) {
                    false_errors.push(format!("{id}/{path}:{line} {:?}", parsed.problems()));
                }
            }
        }
    }
    assert!(lines > 150, "{lines}");
    let differs = |line: &String| DIFFERENCES.iter().any(|(at, _)| line.starts_with(at));
    missed.retain(|line| !differs(line));
    false_errors.retain(|line| !differs(line));
    assert!(
        missed.is_empty() && false_errors.is_empty(),
        "missed:\n{}\nnot reported by the compiler:\n{}",
        missed.join("\n"),
        false_errors.join("\n")
    );
}

/// The codes of the compiler's errors, by file and line.
fn errors(row: &Json) -> BTreeMap<&str, BTreeMap<u64, BTreeSet<&str>>> {
    let mut errors: BTreeMap<&str, BTreeMap<u64, BTreeSet<&str>>> = BTreeMap::new();
    for expected in row["expected"].as_array().unwrap() {
        let code = expected["code"].as_str().unwrap();
        if expected["level"] == "error" && code.starts_with("BCP") {
            let file = errors
                .entry(expected["file"].as_str().unwrap())
                .or_default();
            let line = expected["line"].as_u64().unwrap();
            file.entry(line).or_default().insert(code);
        }
    }
    errors
}
