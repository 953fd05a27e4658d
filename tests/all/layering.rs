//! The house's rules that a machine can hold: order of the modules, length of files, one page a rule.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use armplan::rules;

/// Lines of one file, its tests not counted.
const LONGEST: usize = 600;

#[test]
fn modules_use_only_those_above_them() {
    let order = modules();
    let mut wrong = Vec::new();
    for file in sources() {
        let Some(module) = module_of(&file) else {
            continue;
        };
        let own = position(&order, &module);
        let text = fs::read_to_string(&file).unwrap();
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or("");
            for used in code.split("crate::").skip(1) {
                let used: String = used
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect();
                // `use crate::{a, b}` would hide what is used.
                assert!(
                    !used.is_empty(),
                    "{}:{}: name one module after crate::",
                    file.display(),
                    number + 1
                );
                if order.contains(&used) && position(&order, &used) > own {
                    wrong.push(format!(
                        "{}:{}: {module} uses {used}",
                        file.display(),
                        number + 1
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_order_of_the_modules_is_the_documented_one() {
    let documented = "text finding config source syntax ir eval model before diff aks rules plan engine report cli lsp";
    let documented: Vec<&str> = documented.split(' ').collect();
    let order = modules();
    let places: Vec<usize> = order
        .iter()
        .map(|module| {
            documented
                .iter()
                .position(|name| name == module)
                .unwrap_or_else(|| panic!("{module} has no place"))
        })
        .collect();
    assert!(places.is_sorted(), "{order:?}");
}

#[test]
fn files_are_short_and_say_what_they_do() {
    for file in sources() {
        let text = fs::read_to_string(&file).unwrap();
        assert!(
            text.starts_with("//! "),
            "{}: does not begin with a //! line",
            file.display()
        );
        let code = text
            .lines()
            .take_while(|line| line.trim() != "mod tests {")
            .count();
        assert!(code <= LONGEST, "{}: {code} lines", file.display());
    }
    let main = fs::read_to_string(root().join("src/main.rs")).unwrap();
    assert!(main.lines().count() <= 40);
}

#[test]
fn every_rule_has_a_page_that_names_it() {
    for rule in rules::ALL {
        let path = root().join("rules").join(format!("{}.md", rule.id));
        let page =
            fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_eq!(
            page, rule.page,
            "{}: the constant includes another page",
            rule.id
        );
        assert_eq!(
            page.lines().next(),
            Some(format!("# {}", rule.id).as_str()),
            "{}",
            path.display()
        );
        assert!(page.contains("\n## Way out\n"), "{}: no way out", rule.id);
        assert!(
            page.contains(&format!("[{}]", rule.id)),
            "{}: no failing example",
            rule.id
        );
        let passing = page
            .split("\n### ")
            .skip(1)
            .any(|example| !example.contains(&format!("[{}]", rule.id)));
        assert!(passing, "{}: no passing example", rule.id);
        let words = rule
            .id
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        assert!(words, "{}: not in kebab case", rule.id);
    }
    let ids: BTreeSet<&str> = rules::ALL.iter().map(|rule| rule.id).collect();
    assert_eq!(ids.len(), rules::ALL.len(), "two rules with one id");
    for page in fs::read_dir(root().join("rules")).unwrap() {
        let path = page.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        if path.extension().is_some_and(|ending| ending == "md") && name != "README" {
            assert!(
                ids.contains(name),
                "{}: a page without a rule",
                path.display()
            );
        }
    }
}

#[test]
fn the_list_of_rules_is_current() {
    let path = root().join("rules/README.md");
    let text = fs::read_to_string(&path).unwrap();
    let (begin, end) = (
        "<!-- the list is generated: ARMPLAN_BLESS=1 cargo test --test all layering -->\n",
        "<!-- end of the list -->",
    );
    let (before, rest) = text.split_once(begin).unwrap();
    let (_, after) = rest.split_once(end).unwrap();
    let rows: Vec<String> = rules::ALL
        .iter()
        .map(|rule| {
            format!(
                "| [{0}]({0}.md) | {1} | {2} |\n",
                rule.id,
                rule.level.word(),
                rule.summary
            )
        })
        .collect();
    let list = format!("| rule | level | what |\n|---|---|---|\n{}", rows.concat());
    let wanted = format!("{before}{begin}{list}{end}{after}");
    if std::env::var_os("ARMPLAN_BLESS").is_some() {
        fs::write(&path, &wanted).unwrap();
    } else {
        assert_eq!(
            text, wanted,
            "rules/README.md is stale: ARMPLAN_BLESS=1 cargo test --test all layering"
        );
    }
}

#[test]
fn packages_stay_in_their_homes() {
    let homes: [(&str, &[&str]); 9] = [
        ("clap", &["cli"]),
        ("codespan_reporting", &["report"]),
        ("icu_collator", &["eval"]),
        ("ignore", &["source"]),
        ("jsonpath_rust", &["cli"]),
        ("miette", &["config", "source", "before", "engine", "cli"]),
        ("saphyr_parser", &["ir"]),
        ("semver", &["aks"]),
        ("walkdir", &["source"]),
    ];
    for (package, homes) in homes {
        let mut used = BTreeSet::new();
        for file in sources() {
            let text = fs::read_to_string(&file).unwrap();
            let uses = [format!("use {package}::"), format!(" {package}::")];
            if uses.iter().any(|words| text.contains(words)) {
                used.extend(module_of(&file));
            }
        }
        assert!(!used.is_empty(), "{package} is not used");
        for module in &used {
            assert!(homes.contains(&module.as_str()), "{module} uses {package}");
        }
    }
}

/// The modules of `lib.rs`, in its order.
fn modules() -> Vec<String> {
    fs::read_to_string(root().join("src/lib.rs"))
        .unwrap()
        .lines()
        .filter_map(|line| Some(line.strip_prefix("pub mod ")?.strip_suffix(';')?.to_owned()))
        .collect()
}

fn position(order: &[String], module: &str) -> usize {
    order
        .iter()
        .position(|name| name == module)
        .unwrap_or_else(|| panic!("{module} is not in lib.rs"))
}

/// The top module of a source file; none for `lib.rs` and `main.rs`.
fn module_of(file: &Path) -> Option<String> {
    let inner = file.strip_prefix(root().join("src")).unwrap();
    let first = inner
        .components()
        .next()
        .unwrap()
        .as_os_str()
        .to_str()
        .unwrap();
    let module = first.strip_suffix(".rs").unwrap_or(first);
    (module != "lib" && module != "main").then(|| module.to_owned())
}

fn sources() -> Vec<PathBuf> {
    walkdir::WalkDir::new(root().join("src"))
        .sort_by_file_name()
        .into_iter()
        .map(|entry| entry.unwrap().into_path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "rs"))
        .collect()
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
