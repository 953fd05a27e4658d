//! Whole evaluations of small templates: what the engine's answers do not tell.

use std::sync::Arc;

use super::*;
use crate::eval::{Context, Data};
use crate::text::Files;

fn deploy(sections: &str) -> Deployment {
    let context = Context {
        subscription: Some("s".into()),
        resource_group: Some("g".into()),
        ..Context::default()
    };
    deploy_in(sections, context)
}

fn deploy_in(sections: &str, context: Context) -> Deployment {
    let files = Files::default();
    let text = format!(
        "{{\"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\", \
         \"contentVersion\": \"1.0.0.0\", {sections}}}"
    );
    let id = files.add("a.json", None, text);
    expand(Request {
        template: template_of(&files, id),
        given: Vec::new(),
        context,
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

/// A nested deployment whose output is the name of a second one's resource, in a scope that nobody gave.
fn name_by_output(answers_open_scopes: bool, scope: &str, own_name: &str) -> Option<Arc<str>> {
    let template = |body: &str| {
        format!(
            r#""expressionEvaluationOptions": {{"scope": "inner"}}, "mode": "Incremental", "template": {{"contentVersion": "1.0.0.0",
                "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", {body}}}"#
        )
    };
    let cluster = template(&format!(
        r#""resources": [], "outputs": {{"name": {{"type": "string", "value": "[concat('aks-', {own_name})]"}}}}"#
    ));
    let pool = template(
        r#""parameters": {"name": {"type": "string"}},
           "resources": [{"type": "A.B/c", "apiVersion": "1", "name": "[parameters('name')]"}]"#,
    );
    let context = Context {
        answers_open_scopes,
        ..Context::default()
    };
    let deployment = deploy_in(
        &format!(
            r#""parameters": {{"group": {{"type": "string"}}}}, "resources": [
                {{"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "[concat('a', deployment().name)]" {scope},
                  "properties": {{{cluster}}}}},
                {{"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "b", "properties": {{
                  "parameters": {{"name": {{"value": "[reference(resourceId('Microsoft.Resources/deployments', concat('a', deployment().name)), '2022-09-01').outputs.name.value]"}}}},
                  {pool}}}}}]"#
        ),
        context,
    );
    deployment.resources[0].name.as_text().cloned()
}

#[test]
fn outputs_are_known_where_only_scope_values_are_missing() {
    assert_eq!(name_by_output(true, "", "'x'"), Some("aks-x".into()));
    // The official engine leaves it open, and `expand` with it.
    assert_eq!(name_by_output(false, "", "'x'"), None);
    // What is open in the output stays open.
    assert_eq!(name_by_output(true, "", "resourceGroup().name"), None);
    // Another group is another deployment, known by name or not.
    for group in ["other", "[parameters('group')]"] {
        let scope = format!(r#", "resourceGroup": "{group}""#);
        assert_eq!(name_by_output(true, &scope, "'x'"), None);
    }
}

#[test]
fn an_output_of_a_loop_of_unknown_count_can_be_referred_to() {
    let deployment = deploy(
        r#""parameters": {"n": {"type": "int"}}, "resources": [{"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "m",
            "properties": {"mode": "Incremental", "expressionEvaluationOptions": {"scope": "inner"}, "parameters": {"n": {"value": "[parameters('n')]"}},
            "template": {"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0",
                "parameters": {"n": {"type": "int"}}, "resources": [],
                "outputs": {"all": {"type": "array", "copy": {"count": "[parameters('n')]", "input": "x"}}, "one": {"type": "int", "value": 1}}}}}],
           "outputs": {"all": {"type": "array", "value": "[reference(resourceId('Microsoft.Resources/deployments', 'm')).outputs.all.value]"},
                       "one": {"type": "int", "value": "[reference(resourceId('Microsoft.Resources/deployments', 'm')).outputs.one.value]"}}"#,
    );
    assert_eq!(deployment.problems, []);
    assert!(deployment.outputs[0].value.as_unknown().is_some());
    assert!(matches!(deployment.outputs[1].value.data, Data::Int(1)));
}
