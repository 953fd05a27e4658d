//! Where a change stands: origins as the evaluator makes them, over texts of a template and a parameter file.

use super::*;
use crate::eval::{Origin, OriginKind, Value};
use crate::finding::TraceKind;
use crate::text::{FileId, Span};

/// Two versions of a set of files.
struct Texts {
    files: Files,
    before: FileId,
    after: FileId,
}

impl Texts {
    fn new(before: &str, after: &str) -> Self {
        let files = Files::default();
        let before = files.add("main.json", Some("HEAD".to_owned()), before);
        let after = files.add("main.json", None, after);
        Self {
            files,
            before,
            after,
        }
    }

    fn span(&self, file: FileId, text: &str) -> Span {
        let whole = self.files.get(file).text.clone();
        let start = whole
            .find(text)
            .unwrap_or_else(|| panic!("{text} in {whole}"));
        let number = |at: usize| u32::try_from(at).unwrap();
        Span::new(file, number(start), number(start + text.len()))
    }

    fn literal(&self, file: FileId, text: &str) -> Origin {
        Origin::Literal(self.span(file, text))
    }

    fn step(
        &self,
        kind: OriginKind,
        name: &str,
        file: FileId,
        text: &str,
        inputs: Vec<Origin>,
    ) -> Origin {
        Origin::step(kind, name, self.span(file, text), inputs)
    }

    /// What is found for two values: the text at the place, the text before, and the steps as `kind text-at-place`.
    fn found(
        &self,
        before: Option<&Value>,
        after: Option<&Value>,
    ) -> (String, Option<String>, Vec<String>) {
        let property = self.span(self.after, "prop");
        let located = locate(&self.files, property, before, after);
        let steps = located
            .trace
            .iter()
            .map(|step| format!("{} {}", step.kind.word(), self.files.slice(step.place)))
            .collect();
        (
            self.files.slice(located.place),
            located.previous.map(|place| self.files.slice(place)),
            steps,
        )
    }
}

fn text(value: &str, origin: Origin) -> Value {
    Value::text(value, origin)
}

#[test]
fn a_direct_literal() {
    let texts = Texts::new("prop 'A'", "prop 'B'");
    let before = text("A", texts.literal(texts.before, "'A'"));
    let after = text("B", texts.literal(texts.after, "'B'"));
    let (place, previous, steps) = texts.found(Some(&before), Some(&after));
    assert_eq!((place.as_str(), previous.as_deref()), ("'B'", Some("'A'")));
    assert_eq!(steps, ["property prop", "literal 'B'"]);
}

#[test]
fn a_variable_absorbs_its_literal() {
    let texts = Texts::new("prop var1 'A'", "prop var1 'B'");
    let variable = |file, literal: &str| {
        let inner = texts.literal(file, literal);
        texts.step(OriginKind::Variable, "size", file, "var1", vec![inner])
    };
    let before = text("A", variable(texts.before, "'A'"));
    let after = text("B", variable(texts.after, "'B'"));
    let (place, previous, steps) = texts.found(Some(&before), Some(&after));
    assert_eq!((place.as_str(), previous.as_deref()), ("'B'", Some("'A'")));
    assert_eq!(steps, ["property prop", "variable 'B'"]);
}

/// `concat('x', variables('v'), 'y')` where the variable is a parameter of the file.
#[test]
fn through_names_and_functions_to_the_changed_argument() {
    let (old, new) = (
        "prop call 'x' var file 'A' 'y'",
        "prop call 'x' var file 'B' 'y'",
    );
    let texts = Texts::new(old, new);
    let value = |file, literal: &str| {
        let entry = texts.step(
            OriginKind::ParameterFile,
            "p",
            file,
            "file",
            vec![texts.literal(file, literal)],
        );
        let variable = texts.step(OriginKind::Variable, "v", file, "var", vec![entry]);
        let inputs = vec![
            texts.literal(file, "'x'"),
            variable,
            texts.literal(file, "'y'"),
        ];
        texts.step(OriginKind::Function, "concat", file, "call", inputs)
    };
    let before = text("xAy", value(texts.before, "'A'"));
    let after = text("xBy", value(texts.after, "'B'"));
    let (place, previous, steps) = texts.found(Some(&before), Some(&after));
    assert_eq!((place.as_str(), previous.as_deref()), ("'B'", Some("'A'")));
    assert_eq!(
        steps,
        [
            "property prop",
            "function call",
            "variable var",
            "parameter-file 'B'"
        ]
    );
}

/// A literal that moved into a parameter is no change; the argument beside it is.
#[test]
fn moving_a_literal_is_not_the_change() {
    let texts = Texts::new("prop call 'x' 'A'", "prop call param \"x\" 'B'");
    let call = |file, inputs| texts.step(OriginKind::Function, "concat", file, "call", inputs);
    let before = call(
        texts.before,
        vec![
            texts.literal(texts.before, "'x'"),
            texts.literal(texts.before, "'A'"),
        ],
    );
    let moved = texts.step(
        OriginKind::Default,
        "p",
        texts.after,
        "param",
        vec![texts.literal(texts.after, "\"x\"")],
    );
    let after = call(texts.after, vec![moved, texts.literal(texts.after, "'B'")]);
    let (place, previous, _) = texts.found(Some(&text("xA", before)), Some(&text("xB", after)));
    assert_eq!((place.as_str(), previous.as_deref()), ("'B'", Some("'A'")));
}

#[test]
fn a_default_that_the_parameter_file_replaces() {
    let texts = Texts::new("prop def 'A'", "prop def 'A' entry 'B'");
    let before = texts.step(
        OriginKind::Default,
        "p",
        texts.before,
        "def",
        vec![texts.literal(texts.before, "'A'")],
    );
    let after = texts.step(
        OriginKind::ParameterFile,
        "p",
        texts.after,
        "entry",
        vec![texts.literal(texts.after, "'B'")],
    );
    let (place, previous, steps) = texts.found(Some(&text("A", before)), Some(&text("B", after)));
    assert_eq!((place.as_str(), previous.as_deref()), ("'B'", Some("'A'")));
    assert_eq!(steps, ["property prop", "parameter-file 'B'"]);
}

#[test]
fn where_the_shapes_part_is_the_place() {
    let texts = Texts::new("prop 'A'", "prop call 'A' '1'");
    let before = texts.literal(texts.before, "'A'");
    let inputs = vec![
        texts.literal(texts.after, "'A'"),
        texts.literal(texts.after, "'1'"),
    ];
    let after = texts.step(OriginKind::Function, "concat", texts.after, "call", inputs);
    let (place, previous, steps) = texts.found(Some(&text("A", before)), Some(&text("A1", after)));
    assert_eq!((place.as_str(), previous.as_deref()), ("call", Some("'A'")));
    assert_eq!(steps, ["property prop", "function call"]);
}

#[test]
fn a_condition_that_changed_comes_first() {
    let texts = Texts::new("prop if true 'A' 'B'", "prop if false 'A' 'B'");
    let call = |file, condition: &str| {
        let inputs = vec![
            texts.literal(file, condition),
            texts.literal(file, "'A'"),
            texts.literal(file, "'B'"),
        ];
        texts.step(OriginKind::Function, "if", file, "if", inputs)
    };
    let before = text("A", call(texts.before, "true"));
    let after = text("B", call(texts.after, "false"));
    assert_eq!(texts.found(Some(&before), Some(&after)).0, "false");
}

#[test]
fn a_difference_in_case_only_is_the_last_guess() {
    let texts = Texts::new("prop call 'x' 'A'", "prop call 'X' 'B'");
    let call = |file, one: &str, two: &str| {
        let inputs = vec![texts.literal(file, one), texts.literal(file, two)];
        texts.step(OriginKind::Function, "concat", file, "call", inputs)
    };
    let before = text("xA", call(texts.before, "'x'", "'A'"));
    let after = text("XB", call(texts.after, "'X'", "'B'"));
    assert_eq!(texts.found(Some(&before), Some(&after)).0, "'B'");
}

#[test]
fn items_of_an_array() {
    let texts = Texts::new("prop [ '1' '2' ]", "prop [ '3' '1' ]");
    let array = |file, items: &[&str]| {
        let items = items
            .iter()
            .map(|item| text(item.trim_matches('\''), texts.literal(file, item)))
            .collect();
        Value::array(items, texts.literal(file, "["))
    };
    let before = array(texts.before, &["'1'", "'2'"]);
    let after = array(texts.after, &["'3'", "'1'"]);
    let (place, previous, _) = texts.found(Some(&before), Some(&after));
    assert_eq!((place.as_str(), previous.as_deref()), ("'3'", Some("'2'")));
}

#[test]
fn what_is_new_and_what_is_gone() {
    let texts = Texts::new("prop 'A'", "prop 'B'");
    let before = text("A", texts.literal(texts.before, "'A'"));
    let after = text("B", texts.literal(texts.after, "'B'"));
    let (place, previous, steps) = texts.found(None, Some(&after));
    assert_eq!((place.as_str(), previous), ("'B'", None));
    assert_eq!(steps, ["property prop", "literal 'B'"]);
    let (place, previous, steps) = texts.found(Some(&before), None);
    assert_eq!((place.as_str(), previous.as_deref()), ("prop", Some("'A'")));
    assert_eq!(steps, ["property prop"]);
}

/// Values that differ without a literal that does: the call stands for it.
#[test]
fn without_a_changed_literal_the_origin_itself() {
    let texts = Texts::new("prop call", "prop call");
    let call = |file| texts.step(OriginKind::Function, "utcNow", file, "call", Vec::new());
    let (place, ..) = texts.found(
        Some(&text("A", call(texts.before))),
        Some(&text("B", call(texts.after))),
    );
    assert_eq!(place, "call");
    let (place, ..) = texts.found(
        Some(&text("A", Origin::None)),
        Some(&text("B", Origin::None)),
    );
    assert_eq!(place, "prop");
}

#[test]
fn all_that_a_value_is_made_of() {
    let texts = Texts::new("", "prop call 'x' var 'y'");
    let file = texts.after;
    let variable = texts.step(
        OriginKind::Variable,
        "v",
        file,
        "var",
        vec![texts.literal(file, "'y'")],
    );
    let call = texts.step(
        OriginKind::Function,
        "concat",
        file,
        "call",
        vec![texts.literal(file, "'x'"), variable],
    );
    let steps = trace(&texts.files, texts.span(file, "prop"), &text("xy", call));
    let kinds: Vec<TraceKind> = steps.iter().map(|step| step.kind).collect();
    assert_eq!(
        kinds,
        [
            TraceKind::Property,
            TraceKind::Function,
            TraceKind::Literal,
            TraceKind::Variable
        ]
    );
    assert_eq!(steps[3].text, "v");
    assert_eq!(texts.files.slice(steps[3].place), "'y'");
}

/// Shared parts make the tree of origins larger than any memory; the search gives up in time.
#[test]
fn origins_that_share_their_parts_do_not_take_forever() {
    let texts = Texts::new("prop call 'A'", "prop call 'A'");
    let tower = |file| {
        let mut origin = texts.literal(file, "'A'");
        for _ in 0..200 {
            origin = texts.step(
                OriginKind::Function,
                "concat",
                file,
                "call",
                vec![origin.clone(), origin],
            );
        }
        origin
    };
    let (before, after) = (
        text("A", tower(texts.before)),
        text("B", tower(texts.after)),
    );
    assert_eq!(texts.found(Some(&before), Some(&after)).0, "call");
    assert!(trace(&texts.files, texts.span(texts.after, "prop"), &after).len() <= 64);
}

#[test]
fn hidden_literals_are_not_shown() {
    let texts = Texts::new("prop 'A'", "prop 'B'");
    let place = texts.span(texts.after, "'B'");
    texts.files.hide(place);
    let after = text("B", Origin::Literal(place));
    let steps = trace(&texts.files, texts.span(texts.after, "prop"), &after);
    assert_eq!(steps[1].text, "(secure)");
}

/// `if(contains(object, 'x'), object.x, 0)`: the container differs because its member does.
#[test]
fn a_member_goes_before_the_container_it_stands_in() {
    let texts = Texts::new("prop if {x:'A'}", "prop if {x:'B'}");
    let call = |file, container: &str, literal: &str| {
        let contains = texts.step(
            OriginKind::Function,
            "contains",
            file,
            "if",
            vec![texts.literal(file, container)],
        );
        let inputs = vec![contains, texts.literal(file, literal)];
        texts.step(OriginKind::Function, "if", file, "if", inputs)
    };
    let before = text("A", call(texts.before, "{x:'A'}", "'A'"));
    let after = text("B", call(texts.after, "{x:'B'}", "'B'"));
    assert_eq!(texts.found(Some(&before), Some(&after)).0, "'B'");
}

#[test]
fn a_literal_of_elsewhere_is_no_part_of_the_call_that_hands_it_on() {
    let texts = Texts::new("", "prop = made(x) by 'team'");
    let file = texts.after;
    let property = texts.span(file, "prop");
    let handed = |literal: &str| {
        let inputs = vec![texts.literal(file, literal)];
        let origin = texts.step(OriginKind::Module, "owner", file, "made(x)", inputs);
        let steps = trace(&texts.files, property, &Value::text("team", origin));
        let places = steps.iter().map(|step| texts.files.slice(step.place));
        places.collect::<Vec<_>>()
    };
    assert_eq!(handed("'team'"), ["prop", "made(x)", "'team'"]);
    assert_eq!(handed("x"), ["prop", "x"]);
}

#[test]
fn what_a_template_takes_from_another_file_has_its_own_name_there() {
    let texts = Texts::new("", "prop sizes = 'big' and _2.sizes = 'small'");
    let file = texts.after;
    let property = texts.span(file, "prop");
    let step = |name: &str| {
        let inputs = vec![texts.literal(file, "'big'")];
        let origin = texts.step(OriginKind::Variable, name, file, "'big'", inputs);
        let steps = trace(&texts.files, property, &Value::text("big", origin));
        steps.last().unwrap().text.clone()
    };
    assert_eq!(step("_1.sizes"), "sizes");
    // Compiled: that is what stands there.
    assert_eq!(step("_2.sizes"), "_2.sizes");
    assert_eq!(step("_x.sizes"), "_x.sizes");
}

#[test]
fn the_pattern_of_a_child_name_stands_in_no_text() {
    let texts = Texts::new("", "prop 'shop' work");
    let file = texts.after;
    let name = texts.span(file, "work");
    let inputs = vec![
        texts.literal(file, "work"),
        texts.literal(file, "'shop'"),
        texts.literal(file, "prop"),
    ];
    let origin = texts.step(OriginKind::Function, "format", file, "work", inputs);
    let value = Value::text("shop/prop", origin);
    let steps = trace(&texts.files, name, &value);
    let places: Vec<String> = steps
        .iter()
        .map(|step| texts.files.slice(step.place))
        .collect();
    assert_eq!(places, ["work", "'shop'", "prop"]);
    let located = locate_text(&texts.files, name, &value, "SHOP").unwrap();
    assert_eq!(texts.files.slice(located.place), "'shop'");
    assert_eq!(located.trace.len(), 2);
    assert_eq!(locate_text(&texts.files, name, &value, "other"), None);
}
