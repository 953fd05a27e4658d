//! What is a change of a member, and what it looks like.

use super::*;
use crate::eval::{Data, Reason, Value};

/// The one pool before and after, in both forms; the summary without the name.
fn members(before: serde_json::Value, after: serde_json::Value) -> String {
    members_with(Setting::default(), before, after)
}

fn members_with(setting: Setting, before: serde_json::Value, after: serde_json::Value) -> String {
    let child = changes_with(
        setting,
        &[pool("a", before.clone())],
        &[pool("a", after.clone())],
    );
    let named = |mut item: serde_json::Value| {
        item["name"] = json!("a");
        parent(json!([item]))
    };
    let inline = changes_with(setting, &[named(before)], &[named(after)]);
    let strip = |changes: &[Change], prefix: &str| {
        let line = summary(changes).remove(0);
        let (_, rest) = line.split_once(' ').unwrap();
        rest.split(' ')
            .skip(1)
            .collect::<Vec<_>>()
            .join(" ")
            .replace(prefix, "/")
    };
    let (child, inline) = (
        strip(&child, "/properties/"),
        strip(&inline, "/properties/pools/0/"),
    );
    assert_eq!(child, inline, "both forms give the same");
    child
}

#[test]
fn meanings_of_rows() {
    for (before, after, expected) in [
        (json!({"size": "D4s"}), json!({"size": "d4S"}), ""),
        (json!({"size": "D4s"}), json!({"size": "D8s"}), "~/size"),
        (json!({"SIZE": "D4s"}), json!({"size": "D8s"}), "~/size"),
        (
            json!({"subnet": "/subscriptions/A/x"}),
            json!({"subnet": "/SUBSCRIPTIONS/a/X/"}),
            "",
        ),
        (
            json!({"zones": ["1", "2", "3"]}),
            json!({"zones": [3, "1", 2]}),
            "",
        ),
        (
            json!({"zones": ["1", "2"]}),
            json!({"zones": ["1", "3"]}),
            "+/zones/1 -/zones/1",
        ),
        (json!({"zones": ["1"]}), json!({}), ""),
        (json!({}), json!({"zones": []}), ""),
        (json!({"zones": null}), json!({"zones": ["1"]}), "+/zones"),
        (json!({"taints": ["a"]}), json!({}), "-/taints"),
        (
            json!({"taints": ["a"]}),
            json!({"taints": []}),
            "-/taints/0",
        ),
        (json!({"taints": []}), json!({}), ""),
        (json!({}), json!({"flag": false}), ""),
        (json!({}), json!({"flag": true}), "+/flag"),
        (json!({"flag": true}), json!({}), "-/flag"),
        (json!({"flag": "True"}), json!({"flag": true}), ""),
        (json!({"flag": false}), json!({}), ""),
        (json!({"disk": 128}), json!({"disk": 0}), ""),
        (json!({"disk": 128}), json!({"disk": 256}), "~/disk"),
        (json!({"disk": 128}), json!({"disk": "128"}), ""),
        (json!({}), json!({"disk": 128}), "?/disk"),
        (json!({"disk": 128}), json!({}), ""),
        (json!({"state": "Running"}), json!({"state": "Stopped"}), ""),
        (json!({"version": "1.33"}), json!({"version": "1.33.4"}), ""),
        (
            json!({"version": "1.33.1"}),
            json!({"version": "1.33.4"}),
            "~/version",
        ),
        (
            json!({"labels": {"A": "x"}}),
            json!({"labels": {"a": "x"}}),
            "",
        ),
        (
            json!({"labels": {"a": "x"}}),
            json!({"labels": {"a": "X"}}),
            "~/labels/a",
        ),
        (
            json!({"order": [1, 2]}),
            json!({"order": [2, 1]}),
            "~/order/0 ~/order/1",
        ),
        (json!({"order": [1]}), json!({"order": [1, 2]}), "+/order/1"),
        (
            json!({"other": {"x": [{"y": 1}]}}),
            json!({"other": {"x": [{"y": 2}]}}),
            "~/other/x/0/y",
        ),
        (
            json!({"other": {"x": 1}}),
            json!({"other": {}}),
            "-/other/x",
        ),
        (
            json!({"other": {"x": 1}}),
            json!({"other": null}),
            "-/other/x",
        ),
        (json!({"a/b~c": 1}), json!({"a/b~c": 2}), "~/a~1b~0c"),
        (
            json!({"other": [1, [2, 3]]}),
            json!({"other": [[2, 3], 1]}),
            "",
        ),
        (
            json!({"other": [{"name": "x", "v": 1}, {"name": "y", "v": 2}]}),
            json!({"other": [{"name": "Y", "v": 2}, {"name": "x", "v": 3}]}),
            "~/other/1/v",
        ),
    ] {
        let line = members(before.clone(), after.clone());
        assert_eq!(line, expected, "{before} => {after}");
    }
}

#[test]
fn unknown_is_never_a_change() {
    for (before, after, expected) in [
        (
            json!({"size": "[parameters('s')]"}),
            json!({"size": "[parameters('s')]"}),
            "=/size",
        ),
        (
            json!({"size": "D"}),
            json!({"size": "[parameters('s')]"}),
            "?/size",
        ),
        (
            json!({"size": "[parameters('s')]"}),
            json!({"size": "D"}),
            "?/size",
        ),
        (json!({}), json!({"size": "[parameters('s')]"}), "?/size"),
        (
            json!({"taints": "[parameters('s')]"}),
            json!({}),
            "?/taints",
        ),
        (json!({"zones": "[parameters('s')]"}), json!({}), ""),
        (
            json!({"zones": ["1", "2"]}),
            json!({"zones": ["1", "[parameters('z')]"]}),
            "?/zones/1",
        ),
        (
            json!({"zones": ["1"]}),
            json!({"zones": ["3", "[parameters('z')]"]}),
            "+/zones/0 ?/zones/1",
        ),
        (
            json!({"other": {"a": 1}}),
            json!({"other": "[parameters('o')]"}),
            "?/other",
        ),
        (
            json!({"other": [{"name": "[parameters('n')]"}]}),
            json!({"other": [{"name": "[parameters('n')]"}]}),
            "=/other/0/name",
        ),
        (
            json!({"other": {"[parameters('k')]": 1}}),
            json!({"other": {"k": 1}}),
            "?/other/k",
        ),
    ] {
        let line = members(before.clone(), after.clone());
        assert_eq!(line, expected, "{before} => {after}");
    }
}

#[test]
fn a_name_that_is_open_may_be_any_of_the_missing() {
    let before = [parent(json!([{"name": "a"}, {"name": "b"}]))];
    let after = [parent(
        json!([{"name": "a"}, {"name": "[parameters('n')]"}]),
    )];
    let found = changes(&before, &after);
    assert_eq!(found[0].change_type, ChangeType::NoChange);
    assert!(!found[0].is_decided());
}

#[test]
fn against_a_live_state_the_rest_is_the_services_own() {
    let live = Setting {
        live: true,
        ..Setting::default()
    };
    let before = json!({"filled": {"in": 1}, "provisioningState": "Succeeded", "zones": ["1"]});
    assert_eq!(members_with(live, before, json!({})), "");
    assert_eq!(members_with(live, json!({"x": 1}), json!({"x": 2})), "~/x");
}

#[test]
fn the_envelope_of_a_resource() {
    let one = |body| resource("My.Service/others", "x", body);
    for (before, after, expected) in [
        (
            json!({"location": "West Europe"}),
            json!({"location": "westeurope"}),
            "NoChange x",
        ),
        (
            json!({"location": "westeurope"}),
            json!({"location": "westus"}),
            "Modify x ~/location",
        ),
        (json!({"location": "westus"}), json!({}), "NoChange x"),
        (json!({}), json!({"location": "westus"}), "NoChange x"),
        (
            json!({"tags": {"A": "b"}}),
            json!({"tags": {"a": "b"}}),
            "NoChange x",
        ),
        (
            json!({"tags": {"a": "b"}}),
            json!({"tags": {"a": "B"}}),
            "Modify x ~/tags/a",
        ),
        (json!({"tags": {"a": "b"}}), json!({}), "Modify x -/tags/a"),
        (
            json!({"identity": {"type": "userassigned", "userAssignedIdentities": {"/SUBSCRIPTIONS/x": {"clientId": "1"}}}}),
            json!({"identity": {"type": "UserAssigned", "userAssignedIdentities": {"/subscriptions/x": {}}}}),
            "NoChange x",
        ),
        (
            json!({"identity": {"userAssignedIdentities": {"/subscriptions/x": {}, "/subscriptions/y": {}}}}),
            json!({"identity": {"userAssignedIdentities": {"/subscriptions/Y": {}, "/subscriptions/z": {}}}}),
            "Modify x +/identity/userAssignedIdentities/~1subscriptions~1z -/identity/userAssignedIdentities/~1subscriptions~1x",
        ),
        (
            json!({"identity": {"userAssignedIdentities": {"/subscriptions/x": {}}}}),
            json!({"identity": {}}),
            "Modify x -/identity/userAssignedIdentities",
        ),
        (
            json!({"systemData": {"a": 1}, "etag": "1"}),
            json!({}),
            "NoChange x",
        ),
        (
            json!({"apiVersion": "2024-01-01"}),
            json!({"apiVersion": "2025-01-01"}),
            "NoChange x",
        ),
    ] {
        assert_eq!(summary(&changes(&[one(before)], &[one(after)])), [expected]);
    }
}

#[test]
fn single_members() {
    let files = Files::default();
    let text = |text: &str| Value::text(text, crate::eval::Origin::None);
    let same =
        |how: &Comparison, a: Option<&Value>, b: Option<&Value>| compare_member(&files, how, a, b);
    let exact = row(Compare::Exact);
    let null = Value::null();
    assert_eq!(same(&exact, None, Some(&null)), Sameness::Same);
    assert_eq!(same(&exact, Some(&text("a")), Some(&null)), Sameness::Same);
    assert_eq!(same(&exact, None, Some(&text("a"))), Sameness::Changed);
    let depends = Comparison {
        default: ServiceDefault::Depends,
        omitted: Omitted::Default,
        ..row(Compare::Text)
    };
    let default = Sameness::CannotTell(WhyUnknown::Default);
    assert_eq!(same(&depends, None, Some(&text("a"))), default);
    assert_eq!(same(&depends, Some(&text("a")), None), default);
    let password = Comparison {
        write_only: true,
        ..exact.clone()
    };
    assert_eq!(same(&password, None, Some(&text("a"))), Sameness::Same);
    assert_eq!(
        same(&password, Some(&text("b")), Some(&text("a"))),
        Sameness::Changed
    );
    let assumed =
        Value::new(Data::Null, crate::eval::Origin::None).with_shade(crate::eval::Shade {
            secret: false,
            assumed: true,
            residual: crate::eval::Residual::named("reference", "x"),
        });
    let why = WhyUnknown::After(Reason::Runtime("reference".into()));
    assert_eq!(
        same(&exact, Some(&text("a")), Some(&assumed)),
        Sameness::CannotTell(why)
    );
}
