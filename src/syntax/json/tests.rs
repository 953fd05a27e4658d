//! Trees, spans, recovery and totality of the JSON parser.

use super::*;

fn document(text: &str) -> Document {
    Document::parse(FileId(0), Arc::from(text))
}

/// The tree as compact text, for comparison.
fn show(node: Node<'_>) -> String {
    match node.kind() {
        Kind::Object => {
            let members: Vec<String> = node
                .members()
                .map(|m| format!("{}:{}", show(m.key), show(m.value)))
                .collect();
            format!("{{{}}}", members.join(","))
        }
        Kind::Array => {
            let items: Vec<String> = node.items().map(show).collect();
            format!("[{}]", items.join(","))
        }
        Kind::Null => "null".to_owned(),
        _ => match node.string() {
            Some(text) => format!("{text:?}"),
            None => node.source().to_owned(),
        },
    }
}

fn tree(text: &str) -> String {
    document(text).root().map(show).unwrap_or_default()
}

fn places(text: &str) -> Vec<(u32, u32)> {
    let document = document(text);
    let spans = document.problems.iter().map(|p| p.place);
    spans.map(|place| (place.start, place.end)).collect()
}

#[test]
fn relaxed_text_is_taken_without_complaint() {
    let text = "// head\n{ 'a': \"x\r\ny\", /* c */ \"b\": [1, -2.5e3, true,], }\n";
    assert_eq!(places(text), []);
    assert_eq!(tree(text), r#"{"a":"x\r\ny","b":[1,-2.5e3,true]}"#);
}

#[test]
fn escapes_are_resolved_and_map_back() {
    let text = r#"["\u0041\n\"\uD83D\uDE00z", '\'']"#;
    let document = document(text);
    let item = document.root().unwrap().items().next().unwrap();
    assert_eq!(item.string().unwrap(), "A\n\"😀z");
    let map = item.offsets();
    let decoded = item.string().unwrap();
    let z = decoded.find('z').unwrap();
    assert_eq!(&text[map.offset(z) as usize..=map.offset(z) as usize], "z");
    let emoji = map.span(decoded.find('😀').unwrap(), z);
    assert_eq!(
        &text[emoji.start as usize..emoji.end as usize],
        r"\uD83D\uDE00"
    );
    assert_eq!(tree(text), r#"["A\n\"😀z","'"]"#);
}

#[test]
fn several_errors_and_the_good_siblings_stay() {
    let text = r#"{ "a": , "b": [1 2], "c": tru, "d": {"e": 1} }"#;
    assert_eq!(places(text), [(7, 7), (16, 16), (26, 29)]);
    assert_eq!(tree(text), r#"{"a":null,"b":[1,2],"c":null,"d":{"e":1}}"#);
}

#[test]
fn an_unclosed_string_ends_at_its_line() {
    let text = "{ \"a\": \"x,\n \"b\": 1 }";
    assert_eq!(places(text), [(7, 8)]);
    assert_eq!(tree(text), r#"{"a":"x","b":1}"#);
}

#[test]
fn odd_numbers_are_one_problem_each() {
    for text in ["0x1F", "01", "1.", ".5", "+1", "1e", "--1"] {
        assert_eq!(places(text).len(), 1, "{text}");
    }
    let document = document("[9223372036854775807, 9223372036854775808, 1.50, -0]");
    let numbers: Vec<_> = document.root().unwrap().items().map(Node::number).collect();
    assert_eq!(
        numbers,
        [
            Some(Number::Int(i64::MAX)),
            Some(Number::Big("9223372036854775808")),
            Some(Number::Float(1.5)),
            Some(Number::Int(0)),
        ]
    );
}

#[test]
fn names_match_in_any_case_and_the_last_wins() {
    let document = document(r#"{"A": 1, "a": 2, "a": 3, "B": 4}"#);
    let root = document.root().unwrap();
    assert_eq!(root.get("a").unwrap().source(), "3");
    assert_eq!(root.get("A").unwrap().source(), "1");
    assert_eq!(root.get("b").unwrap().source(), "4");
    assert_eq!(document.duplicates().len(), 1);
}

#[test]
fn deep_nesting_is_one_problem() {
    let text = format!("{}1{}", "[".repeat(5000), "]".repeat(5000));
    assert_eq!(places(&text).len(), 1);
    assert_eq!(places(&"[{\"a\":".repeat(5000)).len(), 2);
}

#[test]
fn any_prefix_of_a_file_gives_a_tree_within_bounds() {
    let text = "\u{feff}{\"a\\u00e9\": ['x\\'', \"é\n\", -1.5e+7 /* c */, {}], // d\n \"b\": {\"c\": null}}";
    for end in (0..=text.len()).filter(|end| text.is_char_boundary(*end)) {
        check_bounds(&text[..end]);
        for start in (0..end).filter(|start| text.is_char_boundary(*start)) {
            check_bounds(&text[start..end]);
        }
    }
}

fn check_bounds(text: &str) {
    let document = document(text);
    for (index, node) in document.nodes.iter().enumerate() {
        assert!(node.start <= node.end && node.end as usize <= text.len());
        for child in &document.nodes[index + 1..node.next as usize] {
            assert!(node.start <= child.start && child.end <= node.end);
        }
    }
    for problem in &document.problems {
        assert!(
            text.get(problem.place.start as usize..problem.place.end as usize)
                .is_some()
        );
    }
}
