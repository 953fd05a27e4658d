//! Lowering: shapes, vocabulary, places.

use std::sync::Arc;

use super::*;
use crate::ir::{ExprKind, Member, TemplateSource, VariableValue};
use crate::syntax::json::Document;
use crate::text::FileId;

fn lower(text: &str) -> Template {
    let document = Document::parse(FileId(0), Arc::from(text));
    lower_template(document.root().unwrap())
}

fn with(sections: &str) -> Template {
    lower(&format!(
        "{{\"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\", \
         \"contentVersion\": \"1.0.0.0\", {sections}}}"
    ))
}

fn messages(template: &Template) -> Vec<&str> {
    template
        .problems
        .iter()
        .map(|problem| problem.message.as_str())
        .collect()
}

#[test]
fn the_vocabulary_counts_in_any_case() {
    let template = with(
        r#""Parameters": {"P": {"TYPE": "String", "DefaultValue": "x"}},
           "RESOURCES": [{"Type": "A.B/c", "APIVERSION": "1", "Name": "n", "dependson": ["x"], "Location": "l"}]"#,
    );
    assert_eq!(messages(&template), Vec::<&str>::new());
    assert!(template.parameters[0].default.is_some());
    assert_eq!(template.resources[0].depends_on.len(), 1);
    let Member::Entry { key, .. } = &template.resources[0].body[0] else {
        panic!("an entry")
    };
    assert!(matches!(&key.kind, ExprKind::Text(name) if &**name == "location"));
}

#[test]
fn unknown_members_are_problems_at_their_names() {
    let text = r#""comments": 1, "resources": [{"type": "A.B/c", "apiVersion": "1", "name": "n", "etag": 1, "comments": ""}]"#;
    let template = with(text);
    assert_eq!(
        messages(&template),
        [
            "a template has no section 'comments'",
            "a resource has no member 'etag'"
        ]
    );
}

#[test]
fn duplicates_in_another_case_are_reported_and_the_last_counts() {
    let template = with(r#""variables": {"a": 1, "A": 2}, "resources": []"#);
    assert_eq!(template.variables.len(), 1);
    assert!(matches!(
        &template.variables[0].value,
        VariableValue::Expr(Expr {
            kind: ExprKind::Int(2),
            ..
        })
    ));
    assert_eq!(template.problems.len(), 1);
}

#[test]
fn loops_are_told_from_data() {
    let template = with(
        r#""variables": {"copy": [{"name": "v", "count": 2, "input": "x"}],
                        "o": {"copy": [{"name": "p", "count": 1, "input": 1}], "q": {"copy": {"name": "x"}}}},
           "resources": []"#,
    );
    assert!(matches!(
        template.variables[0].value,
        VariableValue::Loop { .. }
    ));
    let VariableValue::Expr(Expr {
        kind: ExprKind::Object(members),
        ..
    }) = &template.variables[1].value
    else {
        panic!("an object")
    };
    assert!(matches!(members[0], Member::Loop(_)));
    assert!(matches!(members[1], Member::Entry { .. }));
}

#[test]
fn expressions_stand_at_their_characters() {
    let template = with(r#""variables": {"v": "[concat('\u0041', nofunc())]"}, "resources": []"#);
    let VariableValue::Expr(Expr {
        kind: ExprKind::Call { args, .. },
        ..
    }) = &template.variables[0].value
    else {
        panic!("a call")
    };
    assert_eq!(
        args[1].span.end - args[1].span.start,
        u32::try_from("nofunc()".len()).unwrap()
    );
}

#[test]
fn nested_templates_keep_their_text_unevaluated() {
    let template = with(
        r#""resources": [{"type": "microsoft.resources/Deployments", "apiVersion": "1", "name": "n", "properties": {
             "mode": "Incremental", "expressionEvaluationOptions": {"scope": "Inner"},
             "parameters": {"p": {"value": 1}, "s": {"reference": {"keyVault": {"id": "/v"}, "secretName": "x"}}},
             "template": {"$schema": "https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#",
                          "contentVersion": "1.0.0.0", "resources": []}}}]"#,
    );
    let nested = template.resources[0].deployment.as_ref().unwrap();
    assert!(!nested.outer);
    assert_eq!(nested.parameters.len(), 2);
    let TemplateSource::Inline(inner) = &nested.template else {
        panic!("an inline template")
    };
    assert_eq!(inner.scope, crate::ir::ScopeKind::Subscription);
}

#[test]
fn functions_may_not_use_what_they_cannot_see() {
    let template = with(
        r#""functions": [{"namespace": "n", "members": {
             "f": {"parameters": [{"name": "a", "type": "int"}], "output": {"type": "int", "value": "[add(parameters('A'), parameters('b'))]"}},
             "g": {"output": {"type": "int", "value": "[n.h()]"}}, "h": {"output": {"type": "int", "value": "[n.g()]"}},
             "i": {"output": {"type": "string", "value": "[utcNow()]"}}}}], "resources": []"#,
    );
    assert_eq!(
        messages(&template),
        [
            "The function 'n.f' has no parameter 'b'",
            "'utcNow' cannot be used in the function 'n.i'",
            "The function 'n.g' calls itself",
            "The function 'n.h' calls itself"
        ]
    );
}

#[test]
fn a_section_that_stands_twice_counts_together() {
    let template = with(r#""variables": {"a": 1, "b": 1}, "variables": {"a": 2}, "resources": []"#);
    let names: Vec<&str> = template.variables.iter().map(|v| &*v.name.text).collect();
    assert_eq!(names, ["a", "b"]);
    assert!(matches!(
        &template.variables[0].value,
        VariableValue::Expr(Expr {
            kind: ExprKind::Int(2),
            ..
        })
    ));
}
