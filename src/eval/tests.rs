//! What the vectors do not show: secrecy, assumptions, origins, branches, bounds.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::{
    Budget, Context, Data, Entry, Failure, Origin, OriginKind, Place, Reason, Residual, Scope,
    Shade, Unknown, Value, equal, evaluate, evaluate_parts, expression, report,
};
use crate::finding::{Problem, ProblemKind};
use crate::ir::{
    Expr, ExprKind, Member, PropertyLoop, ScopeKind, TypeDefinition, UserFunction, from_string,
};
use crate::syntax::armexpr::Source;
use crate::text::{FileId, Span};

/// Parameters by name, user-defined functions by full name.
#[derive(Default)]
struct Names {
    parameters: BTreeMap<&'static str, Value>,
    functions: BTreeMap<String, Arc<UserFunction>>,
    context: Context,
}

fn missing(at: Span) -> Failure {
    Problem::error(ProblemKind::UndefinedParameter, at, "no such name").into()
}

impl Scope for Names {
    fn parameter(&self, name: &str, at: Span) -> Result<Value, Failure> {
        self.parameters
            .get(name)
            .cloned()
            .ok_or_else(|| missing(at))
    }

    fn variable(&self, _: &str, at: Span) -> Result<Value, Failure> {
        Err(missing(at))
    }

    fn copy_index(&self, _: Option<&str>, at: Span) -> Result<Value, Failure> {
        Err(missing(at))
    }

    fn user_function(&self, name: &str) -> Option<Arc<UserFunction>> {
        self.functions.get(name).cloned()
    }

    fn context(&self) -> &Context {
        &self.context
    }

    fn scope_kind(&self) -> ScopeKind {
        ScopeKind::ResourceGroup
    }

    fn check_type(&self, _: &TypeDefinition, _: &Value, _: &str, _: Span) -> Result<(), Failure> {
        Ok(())
    }

    fn place(&self) -> Place {
        Place::ResourceBody
    }

    fn runtime(&self, _: &str, _: &[Value], _: Span) -> Result<Option<Value>, Failure> {
        Ok(None)
    }

    fn external_input(&self, _: &str) -> Option<Value> {
        None
    }
}

fn expr(text: &str) -> Expr {
    let source = Source {
        text,
        file: FileId(0),
        map: &|offset| offset,
    };
    from_string(source, Span::whole(FileId(0))).0
}

fn value(names: &Names, text: &str) -> Value {
    evaluate(&expr(text), names, &Budget::default()).unwrap()
}

fn failure(names: &Names, text: &str) -> ProblemKind {
    let result = evaluate(&expr(text), names, &Budget::default());
    result.unwrap_err().0.kind
}

fn unknown(name: &'static str, secret: bool) -> Value {
    let mut unknown = Unknown::new(
        Residual::named("parameters", name),
        Reason::Parameter(name.into()),
    );
    unknown.secret = secret;
    Value::unknown(unknown, Origin::None)
}

fn shaded(name: &'static str, value: Value, secret: bool) -> Value {
    value.with_shade(Shade {
        secret,
        assumed: !secret,
        residual: Residual::named("parameters", name),
    })
}

fn text(text: &str) -> Value {
    Value::text(text, Origin::None)
}

/// `given` is a secret that was given, `default` one that stands in the template, `served` an object whose members
/// a resource of the plan declares, `open` is a flag without a value.
fn names() -> Names {
    let served = Value::object(vec![Entry::new("set", text("x"))], Origin::None);
    let secret = Value::object(
        vec![
            Entry::new("user", text("u")),
            Entry::new("list", Value::array(vec![text("i")], Origin::None)),
        ],
        Origin::None,
    );
    Names {
        parameters: BTreeMap::from([
            ("given", unknown("given", true)),
            ("open", unknown("open", false)),
            ("default", shaded("default", text("pw"), true)),
            ("object", shaded("object", secret, true)),
            ("served", shaded("served", served, false)),
        ]),
        ..Names::default()
    }
}

#[test]
fn what_a_secret_gives_is_secret() {
    let names = names();
    for source in [
        "[concat('a', parameters('given'))]",
        "[length(parameters('given'))]",
        "[createArray(parameters('given'))[0]]",
        "[if(equals(parameters('given'), 'a'), 'b', 'c')]",
        "[if(parameters('open'), parameters('given'), 'c')]",
        "[and(true(), equals(parameters('given'), 'a'))]",
        "[first(split(parameters('default'), 'w'))]",
        "[concat(parameters('default'), '-')]",
        "[parameters('object').user]",
        "[parameters('object').list[0]]",
        "[map(createArray('a'), lambda('i', concat(lambdaVariables('i'), parameters('default'))))[0]]",
        "[first(parameters('object').list)]",
        "[union(parameters('object'), createObject('x', 1)).user]",
        "[items(parameters('object'))[0].value[0]]",
        "[listKeys('x', '2020-01-01').keys[0]]",
        "[toUpper(listKeys('x', '2020-01-01').a)]",
    ] {
        let value = value(&names, source);
        assert!(value.has_secret(), "{source}");
        let printed = report(&value).to_string();
        assert!(printed.contains("(secure)"), "{source}: {printed}");
        for secret in ["pw", "\"u\"", "\"i\""] {
            assert!(!printed.contains(secret), "{source}: {printed}");
            let open = expression(&value);
            assert!(!open.contains(secret), "{source}: {open}");
        }
    }
}

#[test]
fn a_secret_in_the_template_decides_like_text() {
    let names = names();
    for (source, want) in [
        ("[if(equals(parameters('default'), 'pw'), 'a', 'b')]", "'a'"),
        ("[if(empty(parameters('default')), 'a', 'b')]", "'b'"),
        (
            "[concat('x-', parameters('default'))]",
            "concat('x-', parameters('default'))",
        ),
        ("[parameters('object').user]", "parameters('object').user"),
        ("[coalesce(null(), 'n')]", "'n'"),
    ] {
        assert_eq!(expression(&value(&names, source)), want, "{source}");
    }
    let known = value(&names, "[concat('x-', parameters('default'))]");
    assert!(matches!(&known.data, Data::String(text) if &**text == "x-pw"));
}

#[test]
fn what_a_resource_does_not_declare_is_assumed() {
    let names = names();
    for (source, assumed) in [
        ("[parameters('served').set]", false),
        ("[contains(parameters('served'), 'set')]", false),
        ("[contains(parameters('served'), 'other')]", true),
        ("[tryGet(parameters('served'), 'set')]", false),
        ("[tryGet(parameters('served'), 'other')]", true),
        ("[length(parameters('served'))]", true),
        ("[empty(parameters('served'))]", true),
        ("[objectKeys(parameters('served'))]", true),
        ("[not(contains(parameters('served'), 'other'))]", true),
        (
            "[coalesce(tryGet(parameters('served'), 'other'), 'd')]",
            true,
        ),
        (
            "[if(contains(parameters('served'), 'other'), 'a', 'b')]",
            true,
        ),
        (
            "[if(contains(parameters('served'), 'set'), 'a', 'b')]",
            false,
        ),
    ] {
        let value = value(&names, source);
        let shade = value.shade.as_ref().is_some_and(|shade| shade.assumed);
        assert_eq!(shade, assumed, "{source}");
        assert!(value.as_unknown().is_none(), "{source} is known to expand");
        let printed = report(&value);
        let open = printed.as_str().is_some_and(|text| text.starts_with('['));
        assert_eq!(open, assumed, "{source}: {printed}");
    }
}

/// The texts of the literals behind a value, outermost step first.
fn chain(origin: &Origin, source: &str, out: &mut Vec<String>) {
    match origin {
        Origin::None => {}
        Origin::Literal(place) => {
            out.push(source[place.start as usize..place.end as usize].to_owned());
        }
        Origin::Step(step) => {
            out.push(format!("{}()", step.name));
            for input in &step.inputs {
                chain(input, source, out);
            }
        }
    }
}

#[test]
fn values_keep_where_they_came_from() {
    let names = names();
    for (source, want) in [
        ("[concat('a', 'b')]", "concat() 'a' 'b'"),
        ("[createObject('k', 'v').k]", "'v'"),
        (
            "[union(createObject('k', 'v'), createObject('l', 'w')).l]",
            "'w'",
        ),
        ("[first(createArray('a', 'b'))]", "'a'"),
        ("[split('a,b', ',')[1]]", "split() 'a,b' ','"),
        (
            "[if(equals('x', 'x'), 'a', 'b')]",
            "if() equals() 'x' 'x' 'a'",
        ),
        (
            "[if(equals('x', 'y'), createArray('a'), createArray('b'))[0]]",
            "if() equals() 'x' 'y' 'b'",
        ),
        ("[if(true(), 'a', 'b')]", "'a'"),
        (
            "[map(createArray('a'), lambda('i', lambdaVariables('i')))[0]]",
            "'a'",
        ),
        ("[max(1, 2)]", "max() 1 2"),
        ("[coalesce(null(), 'd')]", "'d'"),
        ("[and(equals(1, 1), false())]", "and() equals() 1 1 false()"),
    ] {
        let mut got = Vec::new();
        chain(&value(&names, source).origin, source, &mut got);
        assert_eq!(got.join(" "), want, "{source}");
    }
}

#[test]
fn an_open_condition_keeps_both_branches() {
    let names = names();
    let value = value(
        &names,
        "[if(parameters('open'), createObject('a', concat('x', 'y')), createObject('a', 'z')).a]",
    );
    let branches = value.as_unknown().unwrap().branches.as_ref().unwrap();
    assert_eq!(expression(&branches.0), "'xy'");
    assert_eq!(expression(&branches.1), "'z'");
    let failing = self::value(&names, "[if(parameters('open'), fail('no'), 'z')]");
    assert!(failing.as_unknown().unwrap().branches.is_none());
}

#[test]
fn equality_is_three_valued() {
    let names = names();
    let eq = |a: &str, b: &str| equal(&value(&names, a), &value(&names, b));
    assert_eq!(
        eq(
            "[createArray(1, parameters('open'))]",
            "[createArray(2, 3)]"
        ),
        Some(false)
    );
    assert_eq!(
        eq(
            "[createArray(1, parameters('open'))]",
            "[createArray(1, 3)]"
        ),
        None
    );
    assert_eq!(
        eq(
            "[createArray(parameters('open'))]",
            "[createArray(parameters('open'))]"
        ),
        Some(true)
    );
    assert_eq!(
        eq(
            "[createObject('a', parameters('open'))]",
            "[createObject('b', 1)]"
        ),
        Some(false)
    );
    assert_eq!(
        eq(
            "[createObject('a', 1, 'b', 2)]",
            "[createObject('b', 2, 'a', 1)]"
        ),
        Some(true)
    );
    assert_eq!(
        eq(
            "[toObject(createArray(string(parameters('open'))), lambda('x', lambdaVariables('x')))]",
            "[createObject()]"
        ),
        None
    );
}

#[test]
fn user_functions_see_their_own_names() {
    let mut names = names();
    let mut add = |name: &str, body: &str| {
        let function = UserFunction {
            name: name.into(),
            parameters: vec![("a".into(), TypeDefinition::default())],
            output_type: TypeDefinition::default(),
            body: expr(body),
            span: Span::whole(FileId(0)),
        };
        names.functions.insert(name.to_owned(), Arc::new(function));
    };
    add("ns.f", "[concat(parameters('a'), '!')]");
    add("ns.g", "[ns.f(parameters('a'))]");
    add("ns.h", "[parameters('open')]");
    add("ns.loop", "[ns.loop(parameters('a'))]");
    assert_eq!(expression(&value(&names, "[ns.g('x')]")), "'x!'");
    assert_eq!(
        expression(&value(&names, "[ns.g(parameters('open'))]")),
        "concat(parameters('open'), '!')"
    );
    assert_eq!(
        failure(&names, "[ns.h('x')]"),
        ProblemKind::UndefinedParameter
    );
    assert_eq!(failure(&names, "[ns.loop('x')]"), ProblemKind::Cycle);
    assert_eq!(failure(&names, "[ns.f(ns.g('x'))]"), ProblemKind::Cycle);
    assert_eq!(
        expression(&value(
            &names,
            "[map(createArray('x'), lambda('i', ns.f(lambdaVariables('i'))))[0]]"
        )),
        "'x!'"
    );
    assert_eq!(failure(&names, "[ns.f()]"), ProblemKind::WrongArity);
    assert_eq!(failure(&names, "[ns.nope()]"), ProblemKind::UnknownFunction);
}

#[test]
fn a_failing_part_does_not_end_the_rest() {
    let names = names();
    let at = |kind| Expr {
        kind,
        span: Span::whole(FileId(0)),
    };
    let entry = |key: &str, value: Expr| Member::Entry {
        key: at(ExprKind::Text(key.into())),
        value,
    };
    let rows = Member::Loop(Box::new(PropertyLoop {
        name: expr("rows"),
        count: expr("[add(1, 1)]"),
        input: expr("[if(equals(copyIndex('ROWS'), 1), fail('second'), copyIndex('rows', 5))]"),
        span: Span::whole(FileId(0)),
    }));
    let body = at(ExprKind::Object(vec![
        entry("a", expr("[add(1, 'x')]")),
        entry(
            "b",
            at(ExprKind::Array(vec![expr("[fail('no')]"), expr("ok")])),
        ),
        rows,
        entry("c", expr("[nope()]")),
        entry("d", expr("[add(1, 1)]")),
    ]));
    let problems = RefCell::default();
    let value = evaluate_parts(&body, &names, &Budget::default(), &problems);
    let kinds: Vec<ProblemKind> = problems
        .borrow()
        .iter()
        .map(|problem| problem.kind)
        .collect();
    assert_eq!(
        kinds,
        [
            ProblemKind::ArgumentType,
            ProblemKind::FailCalled,
            ProblemKind::FailCalled,
            ProblemKind::UnknownFunction
        ]
    );
    assert_eq!(
        report(&value).to_string(),
        "{\"a\":\"[add(1, 'x')]\",\"b\":[\"[fail('no')]\",\"ok\"],\
         \"rows\":[5,\"[if(equals(1, 1), fail('second'), 6)]\"],\"c\":\"[nope()]\",\"d\":2}"
    );
    let object = value.as_object().unwrap();
    let failed = object.get("a").unwrap().value.as_unknown().unwrap();
    assert_eq!(failed.reason, Reason::Failed);
    let index = &object.get("rows").unwrap().value.as_array().unwrap().items[0];
    assert!(matches!(&index.origin, Origin::Step(step) if step.kind == OriginKind::Function));
}

#[test]
fn bounds_end_what_would_not_end() {
    let names = names();
    for source in [
        // A hundred million steps.
        "[map(range(0, 10000), lambda('i', map(range(0, 10000), lambda('j', lambdaVariables('j')))))]",
        // A text that doubles forty times.
        "[reduce(range(0, 40), 'xxxxxxxxxxxxxxxx', lambda('a', 'b', concat(lambdaVariables('a'), lambdaVariables('a'))))]",
        // An array ten thousand levels deep.
        "[reduce(range(0, 10000), createArray(), lambda('a', 'b', createArray(lambdaVariables('a'))))]",
        "[reduce(range(0, 10000), '', lambda('a', 'b', createObject('k', lambdaVariables('a'))))]",
        // An object that holds the one before twice.
        "[reduce(range(0, 40), '', lambda('a', 'b', createObject('k', lambdaVariables('a'), 'l', lambdaVariables('a'))))]",
    ] {
        let result = evaluate(&expr(source), &names, &Budget::small());
        let kind = result.unwrap_err().0.kind;
        assert_eq!(kind, ProblemKind::LimitExceeded, "{source}");
    }
    // Shared parts of an open expression print up to a bound.
    let mut names = names;
    let mut value = unknown("open", false);
    for _ in 0..64 {
        names.parameters.insert("last", value);
        value = self::value(&names, "[concat(parameters('last'), parameters('last'))]");
    }
    assert!(expression(&value).len() < 1 << 20);
}

#[test]
fn each_step_of_an_origin_is_visited_once() {
    let mut origin = Origin::Literal(Span::new(FileId(0), 0, 1));
    for _ in 0..64 {
        let inputs = [origin.clone(), origin];
        origin = Origin::step(
            OriginKind::Function,
            "concat",
            Span::new(FileId(0), 0, 1),
            inputs,
        );
    }
    let mut steps = 0;
    origin.visit(&mut |origin| steps += usize::from(matches!(origin, Origin::Step(_))));
    assert_eq!(steps, 64);
}

#[test]
fn recursion_is_bounded() {
    let mut names = names();
    for at in 0..2_000 {
        let function = UserFunction {
            name: format!("ns.f{at}").into(),
            parameters: Vec::new(),
            output_type: TypeDefinition::default(),
            body: expr(&format!("[if(true(), concat(ns.f{}()), 'x')]", at + 1)),
            span: Span::whole(FileId(0)),
        };
        names
            .functions
            .insert(format!("ns.f{at}"), Arc::new(function));
    }
    assert_eq!(failure(&names, "[ns.f0()]"), ProblemKind::LimitExceeded);
}

#[test]
fn misspelled_functions_get_a_hint() {
    let names = names();
    let failure =
        evaluate(&expr("[resourcId('a/b', 'c')]"), &names, &Budget::default()).unwrap_err();
    assert_eq!(failure.0.kind, ProblemKind::UnknownFunction);
    assert_eq!(
        failure.0.help.as_deref(),
        Some("Did you mean `resourceId`?")
    );
    assert_eq!(
        self::failure(&names, "[utcNow()]"),
        ProblemKind::ContextNotAllowed
    );
    assert_eq!(
        self::failure(&names, "[externalInputs('x')]"),
        ProblemKind::ContextNotAllowed
    );
}
