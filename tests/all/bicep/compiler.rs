//! The official compiler's answers: where it sees no mistake we see none, and where it sees one of those that we look for,
//! we see one on that line.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use armplan::finding::{Level, Problem};
use armplan::ir::{Checked, check_bicep};
use armplan::rules;

use super::surroundings::Around;
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

/// Codes that need the types of values, an evaluation, extensions or the configuration of the compiler.
const LEFT: &[&str] = &[
    "BCP033", "BCP034", "BCP036", "BCP044", "BCP045", "BCP046", "BCP048", "BCP055", "BCP067",
    "BCP070", "BCP074", "BCP075", "BCP076", "BCP078", "BCP089", "BCP099", "BCP137", "BCP168",
    "BCP186", "BCP204", "BCP206", "BCP207", "BCP212", "BCP213", "BCP217", "BCP271", "BCP293",
    "BCP294", "BCP311", "BCP327", "BCP328", "BCP331", "BCP332", "BCP333", "BCP348", "BCP349",
    "BCP350", "BCP363", "BCP364", "BCP365", "BCP388", "BCP389", "BCP390", "BCP391", "BCP407",
    "BCP410", "BCP427", "BCP428",
];

/// Lines on which a code that we look for elsewhere needs something of that kind, and what.
const LEFT_LINES: &[(&str, &str)] = &[
    (
        "decompiler-cleanup-06/main.bicep:2 BCP104",
        "the module breaks a rule of the linter that is an error there",
    ),
    (
        "max-outputs-09/main.bicep:1 BCP104",
        "the module has too many outputs, which the evaluation counts",
    ),
    (
        "prefer-unquoted-property-names-06/main.bicep:3 BCP052",
        "the members of a variable",
    ),
    (
        "simplify-json-null-02/main.bicep:4 BCP062",
        "of a text that is no JSON",
    ),
    (
        "stacks-extensibility-compat-05/main.bicep:5 BCP180",
        "which members of an extension are secure",
    ),
    (
        "stacks-extensibility-compat-14/main.bicep:4 BCP035",
        "the members of an extension",
    ),
    (
        "stacks-extensibility-compat-14/main.bicep:5 BCP037",
        "likewise",
    ),
    ("types-05/main.bicep:6 BCP053", "the members of a variable"),
    (
        "types-08/main.bicep:7 BCP062",
        "of a wrong list of allowed values",
    ),
    ("types-10/main.bicep:9 BCP062", "of wrong bounds"),
    ("types-24/main.bicep:6 BCP062", "of a division by zero"),
    ("types-28/main.bicep:3 BCP053", "the members of a value"),
    (
        "props-22/main.bicep:4 BCP037",
        "the members of a resource type",
    ),
    ("props-23/main.bicep:5 BCP037", "likewise"),
    ("props-23/main.bicep:6 BCP037", "likewise"),
    ("props-28/main.bicep:5 BCP037", "likewise"),
    ("props-31/main.bicep:6 BCP053", "likewise"),
    ("modules-14/main.bicep:2 BCP035", "the members of a type"),
    ("loops-01/main.bicep:4 BCP062", "of a loop over no array"),
    (
        "loops-08/main.bicep:3 BCP072",
        "the variable of a loop that is refused as a whole",
    ),
    ("decorators-08/main.bicep:2 BCP037", "the members of a type"),
    (
        "udt-03/main.bicep:3 BCP057",
        "the compiler lost the declaration: see DIFFERENCES",
    ),
    ("udt-03/main.bicep:4 BCP057", "likewise"),
    (
        "udt-11/main.bicep:9 BCP062",
        "of a position behind the end of a tuple",
    ),
    ("udt-14/main.bicep:6 BCP062", "of wrong bounds"),
    ("udt-14/main.bicep:7 BCP062", "likewise"),
    (
        "paramfile-12/p.bicepparam:5 BCP035",
        "the members of a type",
    ),
    (
        "misc-05/main.bicep:1 BCP053",
        "the members of what a function answers",
    ),
    ("misc-05/main.bicep:2 BCP053", "likewise"),
    ("misc-05/main.bicep:3 BCP083", "likewise"),
    ("misc-05/main.bicep:4 BCP083", "likewise"),
    (
        "misc-08/main.bicep:5 BCP062",
        "of a lambda of the wrong type",
    ),
    ("misc-12/main.bicep:1 BCP035", "the members of an extension"),
    ("misc-12/main.bicep:4 BCP037", "likewise"),
    (
        "config-15/main.bicep:1 BCP057",
        "the configuration takes the namespace away",
    ),
    (
        "syntax-26/main.bicep:2 BCP287",
        "text that is reported as unreadable",
    ),
    ("no-unused-vars-16/main.bicep:5 BCP287", "likewise"),
    ("suppress-10/main.bicep:4 BCP009", "see DIFFERENCES"),
    ("suppress-10/main.bicep:4 BCP236", "see DIFFERENCES"),
];

#[test]
fn what_the_compiler_refuses_is_refused_on_the_same_line() {
    let (mut missed, mut other, mut wrong, mut lines) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for row in rows("bicep-diagnostics") {
        let id = row["id"].as_str().unwrap();
        let entry = row["entry"].as_str().unwrap();
        let errors = errors(&row);
        let checked = Checked::default();
        let around = Around::new(|path| row["files"][path].as_str().map(str::to_owned));
        let mut paths: BTreeSet<&str> = errors.keys().copied().collect();
        paths.insert(entry);
        for path in paths {
            let Some(file) = around.bicep(path) else {
                continue;
            };
            let mut problems = file.problems.clone();
            problems.extend(check_bicep(&file, &around, &checked).iter().cloned());
            let text = around.files.get(file.file);
            let mut found: BTreeMap<u64, Vec<&Problem>> = BTreeMap::new();
            for problem in problems
                .iter()
                .filter(|problem| problem.level == Level::Error)
            {
                let line = text.position(problem.place.start).line as u64;
                found.entry(line).or_default().push(problem);
            }
            let none = BTreeMap::new();
            let errors = errors.get(path).unwrap_or(&none);
            for (line, codes) in errors {
                for code in codes.iter().filter(|code| !LEFT.contains(code)) {
                    lines += 1;
                    let on_line = found.get(line).map(Vec::as_slice).unwrap_or_default();
                    let aliased = on_line
                        .iter()
                        .any(|problem| rules::of_problem(problem.kind).aliases.contains(code));
                    let name = format!("{id}/{path}:{line} {code}");
                    if on_line.is_empty() {
                        missed.push(name);
                    } else if !aliased {
                        let kinds: Vec<_> = on_line.iter().map(|problem| problem.kind).collect();
                        other.push(format!("{name} {kinds:?}"));
                    }
                }
            }
            for (line, problems) in found.iter().filter(|(line, _)| !errors.contains_key(line)) {
                let messages: Vec<&str> = problems
                    .iter()
                    .map(|problem| problem.message.as_str())
                    .collect();
                wrong.push(format!("{id}/{path}:{line} {messages:?}"));
            }
        }
    }
    let listed =
        |name: &String, list: &[(&str, &str)]| list.iter().any(|(one, _)| name.starts_with(one));
    let stale: Vec<&str> = LEFT_LINES
        .iter()
        .map(|(line, _)| *line)
        .filter(|line| {
            !missed
                .iter()
                .chain(&other)
                .any(|name| name.starts_with(line))
        })
        .collect();
    assert!(stale.is_empty(), "no longer left: {stale:?}");
    missed.retain(|name| !listed(name, LEFT_LINES) && !listed(name, DIFFERENCES));
    other.retain(|name| !listed(name, LEFT_LINES));
    wrong.retain(|name| !listed(name, DIFFERENCES));
    assert!(lines > 300, "{lines}");
    assert!(
        missed.is_empty() && wrong.is_empty() && other.is_empty(),
        "missed {}:\n{}\nnot reported by the compiler {}:\n{}\nunder another rule {}:\n{}",
        missed.len(),
        missed.join("\n"),
        wrong.len(),
        wrong.join("\n"),
        other.len(),
        other.join("\n")
    );
}
