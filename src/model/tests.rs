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
