//! Which resources are created, modified, left, deleted; the two forms of a child.

use super::*;

fn other(name: &str) -> serde_json::Value {
    resource("My.Service/others", name, json!({"properties": {"a": 1}}))
}

#[test]
fn ids_pair_in_any_case_and_modes_decide_what_leaves() {
    let before = [other("x"), other("gone")];
    let mut shouted = other("x");
    shouted["id"] = json!(id("My.Service/others", "x").to_uppercase());
    let after = [shouted, other("new")];
    for (mode, gone) in [
        (Mode::Incremental, "Ignore gone"),
        (Mode::Complete, "Delete gone"),
        (Mode::Stack, "Delete gone"),
    ] {
        let setting = Setting {
            mode,
            ..Setting::default()
        };
        let found = changes_with(setting, &before, &after);
        assert_eq!(summary(&found), ["NoChange X", "Create new", gone]);
        assert!(found[2].reason.is_some());
    }
}

#[test]
fn a_first_deployment_creates_everything() {
    let files = Files::default();
    let after = deployment(
        &files,
        &[
            other("x"),
            parent(json!([{"name": "a", "size": "[parameters('s')]"}])),
        ],
    );
    let found = compare(&Sides {
        files: &files,
        facts: &Rows::new(),
        before: None,
        after: &after,
        mode: Mode::Incremental,
        live: false,
        blind: &|_| Some("nothing is known".to_owned()),
        partial: false,
    });
    assert_eq!(
        summary(&found),
        ["Create x", "Create p =/properties/pools/0/size"]
    );
    assert!(found.iter().all(Change::is_decided));
}

#[test]
fn what_a_template_with_gaps_lacks_is_ignored() {
    for mode in [Mode::Incremental, Mode::Complete, Mode::Stack] {
        let setting = Setting {
            mode,
            partial: true,
            ..Setting::default()
        };
        let found = changes_with(setting, &[other("x"), other("y")], &[other("x")]);
        assert_eq!(summary(&found), ["NoChange x", "Ignore y"]);
        let reason = found[1].reason.as_deref().unwrap();
        assert!(reason.contains("could be evaluated"), "{reason}");
    }
}

#[test]
fn what_a_snapshot_does_not_show_is_ignored() {
    let setting = Setting {
        blind: |resource| {
            (resource.name.as_text().map(AsRef::as_ref) == Some("hidden"))
                .then(|| "unseen".to_owned())
        },
        ..Setting::default()
    };
    let found = changes_with(
        setting,
        &[other("x")],
        &[other("x"), other("hidden"), other("new")],
    );
    assert_eq!(
        summary(&found),
        ["NoChange x", "Ignore hidden", "Create new"]
    );
    assert_eq!(found[1].reason.as_deref(), Some("unseen"));
}

#[test]
fn unknown_names_and_conditions_are_not_guessed() {
    let mut conditional = other("x");
    conditional["condition"] = json!("[parameters('on')]");
    let mut nameless = other("n");
    nameless["id"] = json!("[resourceId('My.Service/others', parameters('n'))]");
    nameless["name"] = json!("[parameters('n')]");
    let found = changes(&[other("x")], &[conditional.clone(), nameless.clone()]);
    let kinds: Vec<_> = found.iter().map(|change| change.change_type).collect();
    assert_eq!(kinds, [ChangeType::Unsupported, ChangeType::Unsupported]);
    assert!(
        found[0]
            .reason
            .as_deref()
            .unwrap()
            .contains("[parameters('on')]")
    );
    assert!(!found[0].is_decided());
    // The same expression on both sides is the same resource.
    let same = changes(
        &[conditional.clone(), nameless.clone()],
        &[conditional, nameless],
    );
    assert!(
        same.iter()
            .all(|change| change.change_type == ChangeType::NoChange),
        "{:?}",
        summary(&same)
    );
}

#[test]
fn a_scope_known_on_one_side_only_still_pairs() {
    let mut open = other("x");
    open["id"] = json!("[resourceId('My.Service/others', 'x')]");
    assert_eq!(
        summary(&changes(&[other("x")], &[open]))[0]
            .split(' ')
            .next(),
        Some("NoChange")
    );
}

#[test]
fn an_id_that_stands_twice_is_one_resource() {
    let twice = [other("x"), other("x")];
    assert_eq!(
        summary(&changes(&twice, &twice)),
        ["NoChange x", "NoChange x"]
    );
    assert_eq!(summary(&changes(&twice, &[other("x")])).len(), 1);
    assert_eq!(
        summary(&changes(&[other("x")], &twice)),
        ["NoChange x", "NoChange x"]
    );
}

#[test]
fn a_pool_may_move_between_parent_and_child() {
    let a = json!({"name": "a", "size": "S", "count": 1});
    let b = json!({"name": "B", "size": "S", "count": 2});
    let child = pool("b", json!({"size": "s", "count": 2}));
    let inline = [parent(json!([a, b]))];
    let beside = [parent(json!([a])), child.clone()];
    let both = [parent(json!([a, b])), child];
    for (before, after) in [
        (&inline[..], &beside[..]),
        (&beside, &inline),
        (&both, &inline),
        (&inline, &both),
        (&both, &beside),
        (&beside, &both),
        (&both, &both),
    ] {
        let found = changes(before, after);
        assert!(
            found
                .iter()
                .all(|change| change.change_type == ChangeType::NoChange),
            "{:?}",
            summary(&found)
        );
    }
}

#[test]
fn a_moved_pool_is_still_compared() {
    let inline = [parent(
        json!([{"name": "a", "size": "S"}, {"name": "b", "size": "S"}]),
    )];
    let beside = [
        parent(json!([{"name": "a", "size": "S"}])),
        pool("b", json!({"size": "T"})),
    ];
    assert_eq!(
        summary(&changes(&inline, &beside)),
        ["NoChange p", "Modify b ~/properties/size"]
    );
    assert_eq!(
        summary(&changes(&beside, &inline)),
        ["Modify p ~/properties/pools/1/size"]
    );
}

#[test]
fn pools_that_come_and_go() {
    let before = [
        parent(json!([{"name": "a"}, {"name": "b"}])),
        pool("c", json!({})),
    ];
    let after = [
        parent(json!([{"name": "new"}, {"name": "a"}])),
        pool("d", json!({})),
    ];
    let found = changes(&before, &after);
    assert_eq!(
        summary(&found),
        [
            "Modify p +/properties/pools/0 x/properties/pools/1",
            "Create d",
            "Ignore c",
        ]
    );
    let array = &found[0].delta[0];
    assert_eq!(
        (array.path.as_str(), array.change_type),
        ("properties.pools", PropertyChangeType::Array)
    );
    let paths: Vec<&str> = array
        .children
        .iter()
        .map(|child| child.path.as_str())
        .collect();
    assert_eq!(paths, ["0", "1"]);
}

/// Leaving an item out of the array does nothing to the child resource that it is.
#[test]
fn a_pool_that_only_leaves_the_array_is_no_change() {
    let before = [parent(json!([{"name": "a"}, {"name": "b"}]))];
    let found = changes(&before, &[parent(json!([{"name": "a"}]))]);
    assert_eq!(summary(&found), ["NoChange p x/properties/pools/1"]);
    let found = changes(&before, &[parent(json!("[parameters('pools')]"))]);
    assert_eq!(summary(&found), ["NoChange p ?/properties/pools"]);
    assert!(!found[0].is_decided(), "which pools there are is not known");
}
