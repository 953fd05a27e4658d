//! Whole evaluations of small templates: what the engine's answers do not tell.

use std::sync::Arc;

use super::*;
use crate::eval::Context;
use crate::text::Files;

fn deploy(sections: &str) -> Deployment {
    let files = Files::default();
    let text = format!(
        "{{\"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\", \
         \"contentVersion\": \"1.0.0.0\", {sections}}}"
    );
    let id = files.add("a.json", None, text);
    expand(Request {
        template: Arc::new(template_of(&files, id)),
        given: Vec::new(),
        context: Context {
            subscription: Some("s".into()),
            resource_group: Some("g".into()),
            ..Context::default()
        },
        loader: &NoFiles,
    })
}

#[test]
fn a_loop_of_unknown_count_gives_one_resource_with_a_star() {
    let deployment = deploy(
        r#""parameters": {"n": {"type": "int"}},
           "resources": [{"type": "A.B/c", "apiVersion": "1", "name": "[concat('vm', copyIndex())]",
                          "copy": {"name": "l", "count": "[parameters('n')]"}}]"#,
    );
    let names: Vec<_> = deployment
        .resources
        .iter()
        .map(|one| one.name.as_text().cloned())
        .collect();
    assert_eq!(names, [Some("vm[*]".into())]);
    assert_eq!(deployment.not_evaluated.len(), 1);
}

#[test]
fn a_failing_value_does_not_end_the_rest() {
    let deployment = deploy(
        r#""variables": {"bad": "[fail('no')]", "loop": "[variables('loop')]"},
           "resources": [{"type": "A.B/c", "apiVersion": "1", "name": "one", "properties": {"x": "[variables('bad')]", "y": 1}},
                         {"type": "A.B/c", "apiVersion": "1", "name": "[nofunction()]"},
                         {"type": "A.B/c", "apiVersion": "1", "name": "two"}]"#,
    );
    let names: Vec<_> = deployment
        .resources
        .iter()
        .map(|one| one.name.as_text().cloned())
        .collect();
    assert_eq!(names, [Some("one".into()), Some("two".into())]);
    assert_eq!(deployment.problems.len(), 3);
}

#[test]
fn resources_that_share_an_id_all_come_before_what_depends_on_it() {
    let deployment = deploy(
        r#""resources": [{"type": "A.B/c", "apiVersion": "1", "name": "z", "dependsOn": ["[resourceId('A.B/c', 'x')]"]},
                         {"type": "A.B/c", "apiVersion": "1", "name": "x", "kind": "first"},
                         {"type": "A.B/c", "apiVersion": "1", "name": "x", "kind": "second"}]"#,
    );
    let names: Vec<_> = deployment
        .resources
        .iter()
        .map(|one| one.name.as_text().map_or("", |name| name))
        .collect();
    assert_eq!(names, ["x", "x", "z"]);
}

#[test]
fn an_object_with_an_unknown_name_keeps_its_shape() {
    let deployment = deploy(
        r#""parameters": {"k": {"type": "string"}},
           "resources": [{"type": "A.B/c", "apiVersion": "1", "name": "x",
                          "properties": "[createObject(parameters('k'), 1, 'known', 2)]"}]"#,
    );
    let properties = &deployment.resources[0].body.entries[0].value;
    assert_eq!(
        crate::eval::report(properties).to_string(),
        r#"{"[parameters('k')]":1,"known":2}"#
    );
}

#[test]
fn an_existing_resource_elsewhere_is_not_named_by_ids() {
    let sections = |group: &str| {
        format!(
            r#""languageVersion": "2.0", "resources": {{"e": {{"type": "A.B/c", "apiVersion": "1", "name": "x", "existing": true,
               "condition": false, "resourceGroup": "{group}"}}}}"#
        )
    };
    let problems = |group| deploy(&sections(group)).problems.len();
    assert_eq!(problems("[resourceGroup().name]"), 0);
    assert_eq!(problems("[resourceGroup().id]"), 1);
}

#[test]
fn a_secure_object_that_is_handed_on_with_an_open_part_is_open_as_a_whole() {
    let name_is_known = |host: &str| {
        let deployment = deploy(&format!(
            r#""resources": [{{"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "m", "properties": {{
                "mode": "Incremental", "expressionEvaluationOptions": {{"scope": "inner"}},
                "parameters": {{"pool": {{"value": {{"host": "{host}"}}}}}},
                "template": {{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0",
                    "parameters": {{"pool": {{"type": "secureObject"}}}},
                    "resources": [{{"type": "A.B/c", "apiVersion": "1", "name": "[coalesce(tryGet(parameters('pool'), 'name'), 'plain')]"}}]}}}}}}]"#
        ));
        deployment.resources[0].name.as_text().is_some()
    };
    assert!(name_is_known("known"));
    assert!(!name_is_known("[reference('x', '1').host]"));
}
