//! Trees of small texts, printed with every parenthesis.

use super::ast::{Expr, ExprKind, Item, Key, Member, Part, StatementKind, Type, TypeKind};
use super::{FileKind, parse};
use crate::text::FileId;

fn value(text: &str) -> String {
    let file = parse(FileId(0), &format!("var v = {text}\n"), FileKind::Template);
    let problems: Vec<_> = file.problems.iter().map(|p| p.message.as_str()).collect();
    assert_eq!(problems, Vec::<&str>::new(), "{text}");
    match &file.statements[0].kind {
        StatementKind::Var { value, .. } => show(value),
        other => panic!("{other:?}"),
    }
}

fn ty(text: &str) -> String {
    let file = parse(FileId(0), &format!("type t = {text}\n"), FileKind::Template);
    assert!(file.problems.is_empty(), "{text}: {:?}", file.problems);
    match &file.statements[0].kind {
        StatementKind::Type { ty, .. } => show_type(ty),
        other => panic!("{other:?}"),
    }
}

fn list(exprs: &[Expr]) -> String {
    exprs.iter().map(show).collect::<Vec<_>>().join(", ")
}

fn show(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Null => "null".into(),
        ExprKind::Bool(value) => value.to_string(),
        ExprKind::Int(value) => value.to_string(),
        ExprKind::Text(text) => format!("{text:?}"),
        ExprKind::Interpolated(parts) => {
            let part = |part: &Part| match part {
                Part::Text { text, .. } => format!("{text:?}"),
                Part::Hole(expr) => show(expr),
            };
            format!("<{}>", parts.iter().map(part).collect::<Vec<_>>().join(" "))
        }
        ExprKind::Variable(name) => name.text.to_string(),
        ExprKind::Array(items) => {
            let item = |item: &Item| match item {
                Item::Value(value) => show(value),
                Item::Spread(spread) => format!("...{}", show(&spread.value)),
            };
            format!(
                "[{}]",
                items.iter().map(item).collect::<Vec<_>>().join(", ")
            )
        }
        ExprKind::Object(members) => {
            let member = |member: &Member| match member {
                Member::Property(property) => match &property.key {
                    Key::Name(name) => format!("{}: {}", name.text, show(&property.value)),
                    Key::Computed(key) => format!("{}: {}", show(key), show(&property.value)),
                },
                Member::Spread(spread) => format!("...{}", show(&spread.value)),
                Member::Resource(_) => "resource".into(),
            };
            format!(
                "{{{}}}",
                members.iter().map(member).collect::<Vec<_>>().join(", ")
            )
        }
        ExprKind::Parenthesized(inner) => format!("P{}", show(inner)),
        ExprKind::Unary { operator, operand } => format!("{operator:?}({})", show(operand)),
        ExprKind::Binary {
            operator,
            left,
            right,
            ..
        } => format!("({} {} {})", show(left), operator.sign(), show(right)),
        ExprKind::Ternary {
            condition,
            then,
            otherwise,
        } => format!(
            "({} ? {} : {})",
            show(condition),
            show(then),
            show(otherwise)
        ),
        ExprKind::Call { name, args } => format!("{}({})", name.text, list(args)),
        ExprKind::MethodCall { base, name, args } => {
            format!("{}.{}({})", show(base), name.text, list(args))
        }
        ExprKind::Property { base, safe, name } => {
            format!(
                "{}.{}{}",
                show(base),
                if *safe { "?" } else { "" },
                name.text
            )
        }
        ExprKind::Index {
            base,
            safe,
            from_end,
            index,
        } => {
            let safe = if *safe { "?" } else { "" };
            let from_end = if *from_end { "^" } else { "" };
            format!("{}[{safe}{from_end}{}]", show(base), show(index))
        }
        ExprKind::Child { base, name } => format!("{}::{}", show(base), name.text),
        ExprKind::NonNull(inner) => format!("{}!", show(inner)),
        ExprKind::Lambda { params, body } => {
            let params: Vec<&str> = params.iter().map(|name| &*name.text).collect();
            format!("({} => {})", params.join(" "), show(body))
        }
        ExprKind::For(node) => {
            let index = node.index.as_ref().map_or("-", |name| &*name.text);
            let item = &node.item.text;
            format!(
                "for({item} {index} {} {})",
                show(&node.array),
                show(&node.body)
            )
        }
        ExprKind::If { condition, body } => format!("if({} {})", show(condition), show(body)),
        ExprKind::None => "none".into(),
        ExprKind::Error => "error".into(),
    }
}

fn show_type(ty: &Type) -> String {
    let all = |types: &[Type]| types.iter().map(show_type).collect::<Vec<_>>();
    match &ty.kind {
        TypeKind::Name(name) => name.text.to_string(),
        TypeKind::Int(value) => value.to_string(),
        TypeKind::Text(text) => format!("{text:?}"),
        TypeKind::Unary { operator, operand } => format!("{operator:?}({})", show_type(operand)),
        TypeKind::Tuple(items) => {
            let items: Vec<String> = items.iter().map(|item| show_type(&item.ty)).collect();
            format!("[{}]", items.join(", "))
        }
        TypeKind::Object(members) => {
            let member = |member: &super::ast::TypeMember| {
                let key = member
                    .key
                    .as_ref()
                    .map_or("*", |key| key.text().unwrap_or("?"));
                format!("{key}: {}", show_type(&member.ty))
            };
            format!(
                "{{{}}}",
                members.iter().map(member).collect::<Vec<_>>().join(", ")
            )
        }
        TypeKind::Array(inner) => format!("{}[]", show_type(inner)),
        TypeKind::Nullable(inner) => format!("{}?", show_type(inner)),
        TypeKind::NonNull(inner) => format!("{}!", show_type(inner)),
        TypeKind::Union(members) => format!("({})", all(members).join(" | ")),
        TypeKind::Parenthesized(inner) => format!("P{}", show_type(inner)),
        TypeKind::Property { base, name } => format!("{}.{}", show_type(base), name.text),
        TypeKind::AdditionalProperties(base) => format!("{}.*", show_type(base)),
        TypeKind::Item { base, index } => format!("{}[{}]", show_type(base), show_type(index)),
        TypeKind::AnyItem(base) => format!("{}[*]", show_type(base)),
        TypeKind::Generic(generic) => {
            let namespace = generic.namespace.as_ref().map_or("", |name| &*name.text);
            let args = all(&generic.args).join(", ");
            format!("{namespace}:{}<{args}>", generic.name.text)
        }
        other => format!("{other:?}"),
    }
}

#[test]
fn operators_bind_as_documented() {
    assert_eq!(value("1 + 2 * 3 - 4"), "((1 + (2 * 3)) - 4)");
    assert_eq!(value("a - b - c"), "((a - b) - c)");
    assert_eq!(
        value("a ?? b || c && d == e < f + g * h"),
        "(a ?? (b || (c && (d == (e < (f + (g * h)))))))"
    );
    assert_eq!(value("a ?? b ?? c"), "((a ?? b) ?? c)");
    assert_eq!(value("!a.b == -c[0]"), "(Not(a.b) == Minus(c[0]))");
    assert_eq!(value("a ? b : c ? d : e"), "(a ? b : (c ? d : e))");
    assert_eq!(value("a || b ? c : d"), "((a || b) ? c : d)");
    assert_eq!(value("(a + b) * c"), "(P(a + b) * c)");
    assert_eq!(value("x => x + 1"), "(x => (x + 1))");
    assert_eq!(
        value("map(a, (x, i) => x ? i : 0)"),
        "map(a, (x i => (x ? i : 0)))"
    );
    assert_eq!(value("() => 1"), "( => 1)");
    assert_eq!(value("a!.b"), "a!.b");
    assert_eq!(value("a != !b"), "(a != Not(b))");
}

#[test]
fn access_keeps_its_flags() {
    assert_eq!(value("a.?b.c[?0][^1][?^2]::d"), "a.?b.c[?0][^1][?^2]::d");
    assert_eq!(value("az.f(1).g()"), "az.f(1).g()");
    assert_eq!(value("a ? b::c : d"), "(a ? b::c : d)");
}

#[test]
fn texts_are_decoded() {
    assert_eq!(value(r"'a\n\'\\\$\u{e9}${b}'"), r#"<"a\n'\\$é" b>"#);
    assert_eq!(value("'''\nit''s ${x}\n'''''"), "\"it''s ${x}\\n''\"");
    assert_eq!(value("$'''>$${i}<'''"), "<\">$\" i \"<\">");
    assert_eq!(value("$$'''${i} $${i}'''"), "<\"${i} \" i>");
    assert_eq!(value("'${a}${'b${c}'}'"), "<a <\"b\" c>>");
    assert_eq!(value("'''\r\na\r\n'''"), "\"a\\r\\n\"");
}

#[test]
fn items_and_loops() {
    assert_eq!(value("[for (x, i) in y: {a: x}]"), "for(x i y {a: x})");
    assert_eq!(value("[\n  for x in y: x\n]"), "for(x - y x)");
    assert_eq!(
        value("{ a: 1, 'b-c': 2, '${d}': 3, ...e }"),
        "{a: 1, b-c: 2, <d>: 3, ...e}"
    );
    assert_eq!(value("[1, 2\n3\n...a]"), "[1, 2, 3, ...a]");
    assert_eq!(value("{ resource: 1\n for: 2 }"), "{resource: 1, for: 2}");
}

#[test]
fn types_keep_their_order() {
    assert_eq!(ty("'a' | -1 | b[]?"), "(\"a\" | Minus(1) | b[]?)");
    assert_eq!(ty("| 'a'\n| 'b'"), "(\"a\" | \"b\")");
    assert_eq!(ty("a.b[*].c.*[0]!"), "a.b[*].c.*[0]!");
    assert_eq!(
        ty("sys.resourceInput<'a@1'>.x"),
        "sys:resourceInput<\"a@1\">.x"
    );
    assert_eq!(ty("{ a: [b, c?]\n *: d }"), "{a: [b, c?], *: d}");
    assert_eq!(ty("('a' | 'b')[]"), "P(\"a\" | \"b\")[]");
}

#[test]
fn names_are_shared() {
    let file = parse(FileId(0), "var a = b\nvar c = a\n", FileKind::Template);
    let (first, second) = (&file.statements[0].kind, &file.statements[1].kind);
    let (Some(name), StatementKind::Var { value, .. }) = (first.name(), second) else {
        panic!("{file:?}");
    };
    let ExprKind::Variable(used) = &value.kind else {
        panic!("{value:?}");
    };
    assert!(std::sync::Arc::ptr_eq(&name.text, &used.text));
}
