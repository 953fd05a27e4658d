//! Every literal of `testdata/real` that reaches a member AKS fixes: when it is changed, the finding stands at that literal.

use std::collections::{BTreeMap, BTreeSet};

use armplan::aks::facts::{Facts, Property, Scope};
use armplan::diff::{Sameness, compare_member};
use armplan::eval::{Data, Origin, Value as Evaluation};
use armplan::model::Resource;
use armplan::text::Span;

use serde_json::{Value, json};

use super::cases::evaluate::{Evaluated, evaluate};
use super::cases::plan::between;
use super::cases::{self, Case, Tree};

#[test]
fn the_finding_stands_at_the_literal_that_was_changed() {
    let mut wrong = Vec::new();
    let mut without_effect = Vec::new();
    let mut checked = 0;
    for case in cases::all() {
        let evaluated = evaluate(&case, &case.files);
        let before = Fixed::of(&evaluated);
        for (place, reached) in before.literals(&evaluated) {
            let Some(mutation) = mutate(&case, &before, &evaluated, &place) else {
                let text = &case.files[&place.0][place.1..place.2];
                without_effect.push(format!("{}/{}: {text} {reached:?}", case.name, place.0));
                continue;
            };
            checked += 1;
            for problem in problems(&case, &mutation) {
                wrong.push(format!("{}: {problem}", case.name));
            }
        }
    }
    println!(
        "{checked} literals; changed without effect:\n{}",
        without_effect.join("\n")
    );
    assert!(
        wrong.is_empty(),
        "{} of {checked}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(checked > 450, "{checked} literals were changed");
}

/// What is wrong about the findings of a plan in which one literal was changed.
fn problems(case: &Case, mutation: &Mutation) -> Vec<String> {
    let plan = between(case, &case.files, &mutation.tree);
    let text = &mutation.tree[&mutation.file];
    let (start, end) = mutation.range;
    let wanted = json!({
        "path": mutation.file,
        "start": position(text, start),
        "end": position(text, end),
    });
    let literal = &text[start..end];
    let mut problems = Vec::new();
    for (id, path) in &mutation.members {
        let findings = findings_of(&plan, id, path);
        if findings.is_empty() {
            problems.push(format!("{literal}: nothing is said about {path} of {id}"));
        }
        for finding in findings {
            if finding["location"] != wanted {
                problems.push(format!(
                    "{literal} at {wanted}: {} for {path} of {id} stands at {}",
                    finding["rule"], finding["location"]
                ));
            }
        }
    }
    problems
}

/// Findings about a member of a resource, or about something inside it.
fn findings_of<'p>(plan: &'p Value, id: &str, path: &str) -> Vec<&'p Value> {
    let member = format!("/{}", path.replace('.', "/")).to_ascii_lowercase();
    let about = |finding: &&Value| {
        let resource = finding["resource"].as_str().unwrap_or("");
        let pointer = finding["pointer"].as_str().unwrap_or("");
        let pointer = pointer.to_ascii_lowercase();
        resource.eq_ignore_ascii_case(id)
            && (pointer.ends_with(&member) || pointer.contains(&format!("{member}/")))
    };
    let findings = plan["findings"].as_array();
    findings.into_iter().flatten().filter(about).collect()
}

/// Line and column of a byte offset.
fn position(text: &str, offset: usize) -> Value {
    let before = &text[..offset];
    let line = before.matches('\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .unwrap_or("")
        .encode_utf16()
        .count()
        + 1;
    json!({ "line": line, "column": column })
}

/// A fixed member of one resource.
type Member = (String, String);

/// Where a member's value comes from: the fixed members of all AKS resources, with their values.
struct Fixed<'e> {
    members: BTreeMap<Member, (&'static Property, &'e Evaluation)>,
}

impl<'e> Fixed<'e> {
    fn of(evaluated: &'e Evaluated) -> Self {
        let mut members = BTreeMap::new();
        for resource in evaluated
            .deployments
            .iter()
            .flat_map(|deployment| &deployment.resources)
        {
            collect(resource, &mut members);
        }
        Self { members }
    }

    /// The places of the literals below each member, as path in the tree and byte range.
    fn literals(
        &self,
        evaluated: &Evaluated,
    ) -> BTreeMap<(String, usize, usize), BTreeSet<Member>> {
        let mut literals: BTreeMap<_, BTreeSet<Member>> = BTreeMap::new();
        for (member, (_, value)) in &self.members {
            let mut places = Vec::new();
            value_places(value, &mut places);
            for place in places {
                let path = evaluated.files.get(place.file).path.clone();
                literals
                    .entry((path, place.start as usize, place.end as usize))
                    .or_default()
                    .insert(member.clone());
            }
        }
        literals
    }

    /// The members that another evaluation changes; members of resources that are gone or new are left out.
    fn changed(&self, after: &Fixed<'_>, files: &armplan::text::Files) -> Vec<Member> {
        let mut changed = Vec::new();
        for (member, (property, before)) in &self.members {
            let Some((_, after)) = after.members.get(member) else {
                continue;
            };
            let sameness = compare_member(files, &property.comparison, Some(before), Some(after));
            if sameness == Sameness::Changed {
                changed.push(member.clone());
            }
        }
        changed
    }
}

const CLUSTER: &str = "microsoft.containerservice/managedclusters";
const POOL: &str = "microsoft.containerservice/managedclusters/agentpools";

fn collect<'e>(
    resource: &'e Resource,
    members: &mut BTreeMap<Member, (&'static Property, &'e Evaluation)>,
) {
    let Some(id) = resource.id.as_text() else {
        return;
    };
    let kind = resource.resource_type.to_ascii_lowercase();
    let Some(properties) = resource.body.get("properties") else {
        return;
    };
    match kind.as_str() {
        CLUSTER => {
            fixed_members(Scope::Cluster, id, &properties.value, members);
            let inline = properties.value.as_object();
            let inline = inline.and_then(|object| object.get("agentPoolProfiles"));
            let pools = inline.and_then(|entry| entry.value.as_array());
            for pool in pools.iter().flat_map(|array| &array.items) {
                let name = pool.as_object().and_then(|pool| pool.get("name"));
                if let Some(name) = name.and_then(|name| name.value.as_text()) {
                    let id = format!("{id}/agentPools/{name}");
                    fixed_members(Scope::Pool, &id, pool, members);
                }
            }
        }
        POOL => fixed_members(Scope::Pool, id, &properties.value, members),
        _ => {}
    }
}

fn fixed_members<'e>(
    scope: Scope,
    id: &str,
    owner: &'e Evaluation,
    members: &mut BTreeMap<Member, (&'static Property, &'e Evaluation)>,
) {
    let facts = Facts::embedded().expect("valid tables");
    for property in facts.properties() {
        // What rows below a row say of its members is theirs to say.
        if property.scope != scope || !property.fixed || !property.inner.is_empty() {
            continue;
        }
        let mut value = Some(owner);
        for name in property.path.split('.') {
            value = value
                .and_then(Evaluation::as_object)
                .and_then(|object| object.get(name))
                .map(|entry| &entry.value);
        }
        if let Some(value) = value.filter(|value| !matches!(value.data, Data::Null)) {
            let member = (id.to_ascii_lowercase(), property.path.clone());
            members.insert(member, (property, value));
        }
    }
}

fn value_places(value: &Evaluation, places: &mut Vec<Span>) {
    match &value.data {
        Data::Array(array) => {
            for item in &array.items {
                value_places(item, places);
            }
        }
        Data::Object(object) => {
            for entry in &object.entries {
                value_places(&entry.value, places);
            }
        }
        _ => {}
    }
    origin_places(&value.origin, 0, places);
}

fn origin_places(origin: &Origin, depth: usize, places: &mut Vec<Span>) {
    match origin {
        Origin::Literal(place) => places.push(*place),
        Origin::Step(step) if depth < 40 => {
            for input in &step.inputs {
                origin_places(input, depth + 1, places);
            }
        }
        Origin::None | Origin::Step(_) => {}
    }
}

/// Other texts for a literal, the likeliest to be taken first.
fn others(source: &str) -> Vec<String> {
    let quoted = |quote: char| {
        let text = source.strip_prefix(quote)?.strip_suffix(quote)?;
        Some(
            other_texts(text)
                .into_iter()
                .map(|text| format!("{quote}{text}{quote}"))
                .collect(),
        )
    };
    if let Some(texts) = quoted('"').or_else(|| quoted('\'')) {
        return texts;
    }
    match source {
        "true" => vec!["false".to_owned()],
        "false" => vec!["true".to_owned()],
        _ => match source.parse::<i64>() {
            Ok(number) => [number + 1, number * 2, number - 1]
                .iter()
                .map(i64::to_string)
                .collect(),
            Err(_) => Vec::new(),
        },
    }
}

fn other_texts(text: &str) -> Vec<String> {
    const PAIRS: [(&str, &str); 12] = [
        ("Linux", "Windows"),
        ("Managed", "Ephemeral"),
        ("Ephemeral", "Managed"),
        ("OS", "Temporary"),
        ("Regular", "Spot"),
        ("VirtualMachineScaleSets", "AvailabilitySet"),
        ("Delete", "Deallocate"),
        ("standard", "basic"),
        ("azure", "kubenet"),
        ("overlay", ""),
        ("normal", "high"),
        ("Ubuntu2204", "AzureLinux3"),
    ];
    let mut texts: Vec<String> = PAIRS
        .iter()
        .filter(|(from, _)| *from == text)
        .map(|(_, to)| (*to).to_owned())
        .collect();
    if let Some(at) = text.find(|letter: char| letter.is_ascii_digit()) {
        let digits: String = text[at..]
            .chars()
            .take_while(char::is_ascii_digit)
            .collect();
        if let Ok(number) = digits.parse::<u64>() {
            let rest = &text[at + digits.len()..];
            // A zone must not become one that is there already.
            let step = if digits == text { 7 } else { 1 };
            texts.push(format!("{}{}{rest}", &text[..at], number + step));
            texts.push(format!("{}{}{rest}", &text[..at], number * 2));
        }
    }
    texts.push(format!("{text}x"));
    texts.push(format!("x{text}"));
    texts
}

/// A literal that was changed, with what changed.
struct Mutation {
    tree: Tree,
    /// Where the literal stands: file and byte range after the change.
    file: String,
    range: (usize, usize),
    members: Vec<Member>,
}

fn mutate(
    case: &Case,
    before: &Fixed<'_>,
    evaluated: &Evaluated,
    (file, start, end): &(String, usize, usize),
) -> Option<Mutation> {
    let text = &case.files[file];
    for new in others(&text[*start..*end]) {
        let mut tree = case.files.clone();
        tree.insert(
            file.clone(),
            format!("{}{new}{}", &text[..*start], &text[*end..]),
        );
        let after = evaluate(case, &tree);
        if after.errors().len() > evaluated.errors().len() {
            continue;
        }
        let members = before.changed(&Fixed::of(&after), &evaluated.files);
        if !members.is_empty() {
            return Some(Mutation {
                tree,
                file: file.clone(),
                range: (*start, *start + new.len()),
                members,
            });
        }
    }
    None
}
