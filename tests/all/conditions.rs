//! What fails in a part of a template that is deployed under a condition which is not known.

use super::program::Folder;

const SHORT: &str = "@maxLength(8)\nparam name string\n";

#[test]
fn a_condition_with_a_false_part_never_holds() {
    let main = "param name string\nvar list = []\n\
        module m 'm.bicep' = if (!empty(name) && !empty(list)) {\n  name: 'm'\n  params: { items: list }\n}\n";
    let folder = Folder::new().with("main.bicep", main).with(
        "m.bicep",
        "param items array\noutput first string = items[0]\n",
    );
    let told = folder.run(&["check", "main.bicep"]).exits(0);
    assert!(!told.stdout.contains("out of range"), "{}", told.stdout);
    // The engine stops at the part that is not known, and looks inside.
    folder
        .run(&["expand", "main.bicep"])
        .exits(1)
        .says("out of range");
    // The other way round nothing is evaluated.
    let turned = main.replace(
        "!empty(name) && !empty(list)",
        "!empty(list) && !empty(name)",
    );
    let folder = folder.with("main.bicep", &turned);
    folder.run(&["expand", "main.bicep"]).exits(0);
    let known = main
        .replace("var list = []", "var list = [1]")
        .replace("items[0]", "");
    folder
        .with("main.bicep", &known.replace("items: list", "items: []"))
        .run(&["check", "main.bicep"])
        .exits(1)
        .says("out of range");
}

#[test]
fn a_module_has_ways_that_not_every_caller_takes() {
    let inner = |condition: &str| {
        format!(
            "module inner 'inner.bicep' = if ({condition}) {{\n  name: 'i'\n  params: {{ name: name }}\n}}\n"
        )
    };
    let module = format!(
        "param group string\nparam name string\n{}",
        inner("empty(group)")
    );
    let main = "param group string\n\
        module m 'm.bicep' = {\n  name: 'm'\n  params: { group: group, name: 'far-too-long' }\n}\n";
    let folder = Folder::new()
        .with("main.bicep", main)
        .with("m.bicep", &module)
        .with("inner.bicep", SHORT);
    folder
        .run(&["check", "main.bicep"])
        .exits(0)
        .says("at most 8, this is 12 (if a condition of the module holds, which is not known)");
    folder
        .run(&["check", "main.bicep", "-p", "group="])
        .exits(1)
        .says("at most 8, this is 12");
    folder
        .run(&["check", "main.bicep", "-p", "group=here"])
        .exits(0);
    // A way of its own the template takes for somebody.
    let own = format!(
        "param group string\nvar name = 'far-too-long'\n{}",
        inner("empty(group)")
    );
    let folder = folder.with("main.bicep", &own);
    folder
        .run(&["check", "main.bicep"])
        .exits(1)
        .says("at most 8, this is 12");
}

#[test]
fn what_fails_only_with_the_defaults_is_told_as_such_wherever_it_stands() {
    let main = "param name string = 'far-too-long'\n\
        module a 'inner.bicep' = {\n  name: 'a'\n  params: { name: name }\n}\n\
        module b 'inner.bicep' = {\n  name: 'b'\n  params: { name: 'far-too-long-too' }\n}\n\
        output o int = length(name) > 9 ? [1][3] : 1\noutput p int = [1][4]\n";
    let folder = Folder::new()
        .with("main.bicep", main)
        .with("inner.bicep", SHORT);
    let told = folder.run(&["check", "main.bicep"]).exits(1).stdout;
    let of_defaults = "(with the defaults of the parameters)";
    let line = |text: &str| told.lines().find(|line| line.contains(text)).unwrap_or("");
    assert!(line("this is 12").contains(of_defaults), "{told}");
    assert!(line("index 3").contains(of_defaults), "{told}");
    for certain in ["this is 16", "index 4"] {
        let line = line(certain);
        assert!(!line.is_empty() && !line.contains(of_defaults), "{told}");
    }
}
