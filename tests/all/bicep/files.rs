//! The files of `testdata/syntax/bicep`: those of `ok` parse, those of `err` give the problems that stand beside them; and
//! whatever is cut off or left out of them, places stay places.

use std::fs;
use std::path::{Path, PathBuf};

use std::sync::Arc;

use armplan::ir::{Checked, check_bicep};
use armplan::syntax::bicep::{self, FileKind, Node};
use armplan::text::{FileId, Span};

use super::surroundings::Around;
use super::{Parsed, kind_of, rows};

#[test]
fn good_files_parse() {
    for (path, text, kind) in files("ok") {
        let parsed = Parsed::new(&path, &text, kind);
        assert_eq!(parsed.problems(), Vec::<String>::new(), "{path}");
    }
}

/// The tree of `ok` also shows that nothing is passed over: what is left out of all nodes is white space, signs and comments.
#[test]
fn every_word_of_a_good_file_stands_in_a_node() {
    for (path, text, kind) in files("ok") {
        let tree = bicep::parse(FileId(0), &text, kind);
        let mut covered = vec![false; text.len()];
        let mut cover = |span: Span| covered[span.start as usize..span.end as usize].fill(true);
        tree.comments.iter().for_each(|span| cover(*span));
        tree.pragmas.iter().for_each(|pragma| cover(pragma.span));
        tree.statements
            .iter()
            .for_each(|statement| cover(statement.span));
        let left: String = text
            .char_indices()
            .filter(|(at, _)| !covered[*at])
            .map(|(_, c)| c)
            .collect();
        assert_eq!(left.trim(), "", "{path}");
    }
}

#[test]
fn bad_files_give_the_problems_beside_them() {
    for (path, text, kind) in files("err") {
        let parsed = Parsed::new(&path, &text, kind);
        let found = parsed.problems().join("\n") + "\n";
        assert!(found.len() > 10, "{path}: no problem");
        let help = parsed
            .tree
            .problems
            .iter()
            .all(|problem| problem.help.is_some());
        assert!(help, "{path}: a problem without help");
        let beside = PathBuf::from(format!("{path}.txt"));
        if std::env::var_os("ARMPLAN_BLESS").is_some() {
            fs::write(&beside, &found).unwrap();
        }
        assert_eq!(
            found,
            fs::read_to_string(&beside).unwrap_or_default(),
            "{path}"
        );
    }
}

#[test]
fn damaged_files_keep_places_in_bounds() {
    for (_, text, kind) in files("ok").into_iter().chain(files("err")) {
        damage(&text, kind, 1);
    }
}

/// The checks of names and so on take whatever comes out of the parser.
#[test]
fn damaged_files_are_checked_too() {
    let step = if cfg!(debug_assertions) { 5 } else { 1 };
    for (_, text, kind) in files("ok").into_iter().chain(files("err")) {
        for end in (0..text.len())
            .step_by(step)
            .filter(|end| text.is_char_boundary(*end))
        {
            check(&text[..end], kind);
        }
        for (start, end) in tokens(&text).into_iter().step_by(step) {
            check(&format!("{}{}", &text[..start], &text[end..]), kind);
        }
    }
}

/// Chains of declarations, each made of the next, neither take a stack nor more than their length.
#[test]
fn long_chains_are_checked() {
    let chain = |line: &dyn Fn(usize) -> String| (0..20_000).map(line).collect::<String>();
    let texts = [
        chain(&|n| format!("var v{n} = v{}\n", n + 1)),
        chain(&|n| format!("var v{} = v{n}\n", n + 1))
            + "resource r 'a.b/c@2024-01-01' existing = { name: 'r' }\nvar v0 = r.properties.x\n",
        chain(&|n| format!("type t{n} = t{}\n", n + 1)),
        chain(&|n| {
            format!(
                "resource r{n} 'a.b/c@2024-01-01' existing = {{ name: r{}.name }}\n",
                n + 1
            )
        }),
        chain(&|n| {
            format!(
                "resource r{n} 'a.b/c@2024-01-01' existing = {{ name: 'a', scope: r{} }}\n",
                n + 1
            )
        }),
        chain(&|n| format!("func f{n}() string => f{}()\n", n + 1)),
        chain(&|n| format!("output o{n} string = undefined{n}\n")),
    ];
    for text in texts {
        check(&text, FileKind::Template);
    }
}

fn check(text: &str, kind: FileKind) {
    let around = Around::new(|path| (path == "main").then(|| text.to_owned()));
    let id = around.files.add("main", None, text);
    let tree = Arc::new(bicep::parse(id, text, kind));
    for problem in &*check_bicep(&tree, &around, &Checked::default()) {
        assert!(tree.span.contains(problem.place), "{problem:?}");
        assert!(problem.help.is_some(), "{problem:?}");
    }
}

/// The small files of the compiler's answers, too.
#[test]
fn damaged_programs_keep_places_in_bounds() {
    let step = if cfg!(debug_assertions) { 23 } else { 1 };
    for row in rows("bicep-diagnostics") {
        for (path, text) in row["files"].as_object().unwrap() {
            let small = text.as_str().filter(|text| text.len() < 10_000);
            if let (Some(kind), Some(text)) = (kind_of(path), small) {
                damage(text, kind, step);
            }
        }
    }
}

#[test]
fn nesting_without_end_is_one_problem() {
    let parts = [
        ("(", ")"),
        ("[", "]"),
        ("{a:", "}"),
        ("[\n", "\n]"),
        ("{\na:", "\n}"),
        ("'${", "}'"),
        ("f(", ")"),
        ("!(", ")"),
        ("-(", ")"),
        ("x[", "]"),
        ("a ? ", " : b"),
        ("a ? b : ", ""),
        ("x => ", ""),
        ("[for x in y: ", "]"),
        ("a || (", ")"),
        ("$'''${", "}'''"),
    ];
    for (open, close) in parts {
        check_depth(&format!(
            "var v = {}1{}\nvar w = 1\n",
            open.repeat(20_000),
            close.repeat(20_000)
        ));
        check_depth(&format!("var v = {}", open.repeat(20_000)));
    }
    for chain in [".a", "[0]", "::a", "!", " || a", " ?? a", " + 1", ".f()"] {
        check_depth(&format!("var v = a{}\nvar w = 1\n", chain.repeat(20_000)));
        // Chains inside of chains: the tree is as high as both.
        let mut nested = "a".to_owned();
        for _ in 0..150 {
            nested = format!("({nested}){}", chain.repeat(150));
        }
        check_depth(&format!("var v = {nested}\nvar w = 1\n"));
    }
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("{a:", "}"),
        ("a[", "]"),
        ("x<", ">"),
        ("[\n@f()\n", "\n]"),
    ] {
        check_depth(&format!(
            "type t = {}string{}\nvar w = 1\n",
            open.repeat(20_000),
            close.repeat(20_000)
        ));
    }
    for chain in ["[]", "?", ".a", "[0]"] {
        check_depth(&format!("type t = a{}\nvar w = 1\n", chain.repeat(20_000)));
    }
    let resources = "resource a 'b' = {\n".repeat(20_000);
    check_depth(&resources);
    check_depth(&format!("var v = {}1\n", "!".repeat(20_000)));
}

/// Parses, walks and drops on a stack of the size that threads have.
fn check_depth(text: &str) {
    let tree = bicep::parse(FileId(0), text, FileKind::Template);
    assert!(!tree.problems.is_empty(), "{}", &text[..40]);
    let deep = tree
        .problems
        .iter()
        .filter(|problem| problem.message.contains("levels"))
        .count();
    assert!(deep <= 1, "{}: {deep}", &text[..40]);
    inside(&tree);
    // After the last `'''` everything is text.
    if text.ends_with("\nvar w = 1\n") && !text.contains("'''") {
        let last = tree.statements.last().and_then(|last| last.kind.name());
        assert_eq!(last.map(|name| &*name.text), Some("w"), "{}", &text[..40]);
    }
}

/// Cuts the text off at every byte, and leaves out each word, number and sign.
fn damage(text: &str, kind: FileKind, step: usize) {
    for end in (0..text.len())
        .step_by(step)
        .filter(|end| text.is_char_boundary(*end))
    {
        inside(&bicep::parse(FileId(0), &text[..end], kind));
    }
    for (start, end) in tokens(text).into_iter().step_by(step) {
        let rest = format!("{}{}", &text[..start], &text[end..]);
        inside(&bicep::parse(FileId(0), &rest, kind));
    }
}

/// Runs of letters and digits, runs of white space, and every other character.
fn tokens(text: &str) -> Vec<(usize, usize)> {
    let class = |c: char| match c {
        c if c.is_alphanumeric() || c == '_' => 0,
        c if c.is_whitespace() => 1,
        _ => 2,
    };
    let mut tokens: Vec<(usize, usize)> = Vec::new();
    let mut last = 2;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        match tokens.last_mut() {
            Some(token) if class(c) == last && last < 2 => token.1 = end,
            _ => tokens.push((at, end)),
        }
        last = class(c);
    }
    tokens
}

/// Every place lies in the file, children in their parents and behind each other.
fn inside(tree: &bicep::File) {
    let whole = tree.span;
    let mut before = 0;
    for statement in &tree.statements {
        assert!(statement.span.start >= before, "{statement:?}");
        assert!(statement.span.contains(statement.keyword), "{statement:?}");
        before = statement.span.end;
        within(Node::Statement(statement), whole);
    }
    let pragmas = tree.pragmas.iter().map(|pragma| pragma.span);
    for span in pragmas.chain(tree.comments.iter().copied()) {
        assert!(whole.contains(span) && span.start < span.end);
    }
    for problem in &tree.problems {
        assert!(whole.contains(problem.place), "{problem:?}");
        assert!(
            problem
                .related
                .iter()
                .all(|label| whole.contains(label.place))
        );
    }
}

fn within(node: Node<'_>, parent: Span) {
    let span = node.span();
    assert!(
        span.start <= span.end && parent.contains(span),
        "{node:?} in {parent:?}"
    );
    node.children(&mut |child| within(child, span));
}

fn files(folder: &str) -> Vec<(String, String, FileKind)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("testdata/syntax/bicep")
        .join(folder);
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path().to_string_lossy().into_owned();
        if let Some(kind) = kind_of(&path) {
            let text = fs::read_to_string(&path).unwrap();
            files.push((path, text, kind));
        }
    }
    files.sort();
    assert!(files.len() > 4);
    files
}

/// A compiled file that a module or an import names: the module needs all of it, the import what it takes.
#[test]
fn a_compiled_file_is_refused_where_what_is_wrong_with_it_matters() {
    let exported = r#""contentVersion": "1.0.0.0", "metadata": {"__bicep_exported_variables!": [{"name": "place"}]}, "variables": {"place": "here"}"#;
    let module = "module used 'lib.json' = { name: 'used' }";
    let import = "import { place } from 'lib.json'";
    for (lib, statement, refused) in [
        (format!("{{{exported}, \"resources\": []}}"), module, false),
        (format!("{{{exported}, \"resources\": []}}"), import, false),
        (format!("{{{exported}, \"resources\": 1}}"), module, true),
        (format!("{{{exported}, \"resources\": 1}}"), import, false),
        (format!("{{{exported}, \"resources\": ["), import, true),
        (String::new(), import, true),
    ] {
        let around = Around::new(|path| match path {
            "main.bicep" => Some(statement.to_owned()),
            "lib.json" => Some(lib.clone()),
            _ => None,
        });
        let file = around.bicep("main.bicep").unwrap();
        let problems = check_bicep(&file, &around, &Checked::default());
        let told = problems
            .iter()
            .any(|one| one.message.contains("has errors"));
        assert_eq!(told, refused, "{statement} of {lib}: {problems:?}");
    }
}
