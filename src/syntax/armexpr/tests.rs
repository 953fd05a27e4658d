//! Trees, places and messages of the expression parser.

use std::borrow::Cow;

use super::{MAX_DEPTH, Node, NodeKind, Shape, Source, parse, shape};
use crate::finding::{Problem, ProblemKind};
use crate::text::FileId;

/// Parses a text that begins at byte 100 of a file.
fn parsed(text: &str) -> Result<Node, Box<Problem>> {
    parse(Source {
        text,
        file: FileId(0),
        map: &|offset| offset + 100,
    })
}

/// The problem of a text, as its message, the characters underlined, and the help.
fn problem(text: &str) -> (String, &str, String) {
    let problem = parsed(text).unwrap_err();
    assert_eq!(problem.kind, ProblemKind::ExpressionSyntax, "{text}");
    let (start, end) = (problem.place.start - 100, problem.place.end - 100);
    let place = &text[start as usize..end as usize];
    (problem.message, place, problem.help.unwrap_or_default())
}

/// The tree in the form of its source.
fn written(node: &Node) -> String {
    match &node.kind {
        NodeKind::Text(text) => format!("'{text}'"),
        NodeKind::Int(number) => number.to_string(),
        NodeKind::Call { name, args, .. } => {
            let args: Vec<String> = args.iter().map(written).collect();
            format!("{name}({})", args.join(","))
        }
        NodeKind::Property { base, name, .. } => format!("{}.{name}", written(base)),
        NodeKind::Index { base, index } => format!("{}[{}]", written(base), written(index)),
    }
}

#[test]
fn strings_are_text_or_expressions() {
    let literal = |text| Shape::Literal(Cow::Borrowed(text));
    for (text, want) in [
        ("[f()]", Shape::Expression),
        ("[]", Shape::Expression),
        ("[", literal("[")),
        ("[x] y", literal("[x] y")),
        ("[[x]", literal("[x]")),
        ("[[x]y]", literal("[x]y]")),
        ("[[x]y", literal("[[x]y")),
        ("[[[x]", literal("[[x]")),
        (" [x]", literal(" [x]")),
        ("[x] ", literal("[x] ")),
        ("", literal("")),
    ] {
        assert_eq!(shape(text), want, "{text}");
    }
}

#[test]
fn trees() {
    for (text, want) in [
        ("['it''s']", "'it's'"),
        ("[-5]", "-5"),
        ("[+007]", "7"),
        ("[f()]", "f()"),
        ("[ f ( 'a' , 1 ) ]", "f('a',1)"),
        ("[\u{a0}f(\r\n'a')\t]", "f('a')"),
        ("[ns.f(1).a['b'][0]]", "ns.f(1).a['b'][0]"),
        ("[f(g(h())) . é [ i() ].$x]", "f(g(h())).é[i()].$x"),
    ] {
        assert_eq!(written(&parsed(text).unwrap()), want, "{text}");
    }
}

#[test]
fn places_are_places_in_the_file() {
    let text = "[ns.f('é', g().b)[1]]";
    let at = |part: &str| {
        let start = u32::try_from(text.find(part).unwrap()).unwrap() + 100;
        (start, start + u32::try_from(part.len()).unwrap())
    };
    let node = parsed(text).unwrap();
    let place = |node: &Node| (node.span.start, node.span.end);
    assert_eq!(place(&node), at("ns.f('é', g().b)[1]"));
    let NodeKind::Index { base, index } = &node.kind else {
        panic!("{node:?}");
    };
    assert_eq!(place(index), at("1"));
    assert_eq!(place(base), at("ns.f('é', g().b)"));
    let NodeKind::Call {
        name_span, args, ..
    } = &base.kind
    else {
        panic!("{base:?}");
    };
    assert_eq!((name_span.start, name_span.end), at("ns.f"));
    assert_eq!(place(&args[0]), at("'é'"));
    let NodeKind::Property { name_span, .. } = &args[1].kind else {
        panic!("{args:?}");
    };
    assert_eq!((name_span.start, name_span.end), at("b"));
}

#[test]
fn errors_underline_what_is_wrong() {
    for (text, place, message, help) in [
        ("[]", "[]", "is empty", "[[]"),
        ("[true]", "true", "function call", "true()"),
        (
            "[location]",
            "location",
            "function call",
            "parameters('location')",
        ),
        (
            "[f(\"a\",'b')]",
            "\"",
            "where an expression",
            "single quotes",
        ),
        ("[f('a]", "'a", "no closing quote", "twice"),
        ("[7.8]", "7.8", "fraction", "json('7.8')"),
        ("[add(1,1e3)]", "1e3", "exponent", "json('1e3')"),
        ("[1 + 2]", "+", "where the end", "functions such as"),
        ("['abc'[0]]", "'abc'[", "Only a function call", ""),
        ("['abc'.length]", "'abc'.", "Only a function call", ""),
        ("[1[0]]", "1[", "Only a function call", ""),
        ("[f(1,)]", ")", "where an expression", ""),
        ("[f(,1)]", ",", "where an expression", ""),
        ("[f(1 2)]", "2", "`,` or `)`", ""),
        ("[f(1))]", ")", "end of the expression", ""),
        ("[f(1]", "", "`,` or `)`", ""),
        ("[f().1a]", "1", "a member name", ""),
        ("[f()[1]", "", "`]`", ""),
        (
            "[99999999999999999999]",
            "99999999999999999999",
            "64 bits",
            "",
        ),
        ("[a.b.c()]", "a", "function call", ""),
        ("[-true()]", "-", "where an expression", "functions such as"),
        ("[\u{feff}f()]", "\u{feff}", "where an expression", ""),
    ] {
        let (got_message, got_place, got_help) = problem(text);
        assert_eq!(got_place, place, "{text}: {got_message}");
        assert!(got_message.contains(message), "{text}: {got_message}");
        assert!(got_help.contains(help), "{text}: {got_help}");
    }
}

#[test]
fn depth_is_bounded() {
    for text in [
        format!("[{}1{}]", "f(".repeat(100_000), ")".repeat(100_000)),
        format!("[f(){}]", ".a".repeat(100_000)),
        format!("[{}1{}]", "f()[".repeat(100_000), "]".repeat(100_000)),
    ] {
        let problem = parsed(&text).unwrap_err();
        assert_eq!(problem.kind, ProblemKind::LimitExceeded);
    }
    let deep = MAX_DEPTH - 1;
    let text = format!("[{}1{}]", "f(".repeat(deep), ")".repeat(deep));
    assert!(parsed(&text).is_ok());
}

#[test]
fn any_cut_of_an_expression_is_an_expression_or_an_error() {
    let text = "[if(and(equals(parameters('é''x').a[0], -12), ns.f()), \"q\", 1.5e-3)['k'].$_ü]";
    for end in 1..text.len() {
        for start in 1..end {
            if let Some(part) = text.get(start..end) {
                let cut = format!("[{part}]");
                if let Err(problem) = parsed(&cut) {
                    assert!(problem.place.start <= problem.place.end, "{cut}");
                    assert!(problem.place.end as usize <= cut.len() + 100, "{cut}");
                }
            }
        }
    }
}
