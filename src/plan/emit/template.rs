//! A request of a step to an ARM template, and the file with the values of its parameters.

use indexmap::IndexMap;
use serde_json::{Map, Value as Json, json};

use crate::aks::cluster::{CLUSTER_TYPE, POOL_TYPE, State, StateKind, printed};
use crate::aks::edit;
use crate::aks::facts::{Facts, Role, Scope};
use crate::aks::read::read;
use crate::eval::{Array, Data, Origin, Value};
use crate::model::{Deployment, Resource, TypeName};
use crate::text::Files;

use crate::plan::{Sequence, Step};

use super::Subject;
use super::parameters::Parameters;
use super::remaining::cluster_of;
use super::values::{Parameter, Writer, literal};

const TEMPLATE_SCHEMA: &str =
    "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";
const PARAMETERS_SCHEMA: &str =
    "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#";

/// Where the requests of one cluster come from.
pub(super) struct Source<'a> {
    facts: &'a Facts,
    files: &'a Files,
    /// What makes the name of the cluster, or of a pool of it.
    name: Option<Value>,
    /// The parameters of the templates.
    parameters: Parameters<'a>,
}

impl<'a> Source<'a> {
    pub(super) fn new(facts: &'a Facts, files: &'a Files, subject: &Subject<'a>) -> Self {
        let name = [&subject.after, &subject.before]
            .into_iter()
            .find_map(|deployments| name_value(facts, subject.sequence, deployments));
        let deployments = subject.after.iter().chain(&subject.before);
        Self {
            facts,
            files,
            name,
            parameters: Parameters::new(
                deployments
                    .flat_map(|deployment| &deployment.parameters)
                    .collect(),
            ),
        }
    }
}

/// The template of one step.
pub(super) struct Template {
    /// The template as text.
    pub(super) text: String,
    /// The file of its parameters' values; none where it has none that are known.
    pub(super) values: Option<String>,
    /// Parameters that must be given: name, type, and what each is.
    pub(super) open: Vec<(String, TypeName, String)>,
}

/// The template of a request of a sequence.
pub(super) fn of(
    source: &Source<'_>,
    sequence: &Sequence,
    step: &Step,
    request: &Resource,
    title: &str,
) -> Template {
    let mut writer = Writer::new(source.files, &source.parameters);
    let cluster = cluster_name(source, sequence, &mut writer);
    let pool = step.pool.as_ref().map(|_| pool_name(request));
    let mut resource = Map::new();
    resource.insert("type".into(), (*request.resource_type).into());
    resource.insert("apiVersion".into(), api_version(&mut writer, request));
    resource.insert("name".into(), cluster.with(pool.as_deref()).into());
    let body = written_by_users(source.facts, request);
    for entry in body.as_object().iter().flat_map(|body| &body.entries) {
        let value = writer.value(&entry.value, &entry.key);
        resource.insert(literal(&entry.key), value);
    }
    let parameters = writer.into_parameters();
    let mut template = Map::new();
    template.insert("$schema".into(), TEMPLATE_SCHEMA.into());
    template.insert("contentVersion".into(), "1.0.0.0".into());
    template.insert("metadata".into(), json!({ "description": literal(title) }));
    if !parameters.is_empty() {
        template.insert("parameters".into(), declarations(&parameters));
    }
    template.insert("resources".into(), json!([resource]));
    Template {
        text: pretty(&template.into()),
        values: values(&parameters),
        open: parameters
            .into_iter()
            .filter(|(_, parameter)| parameter.value.is_none())
            .map(|(name, parameter)| (name, parameter.kind, parameter.about))
            .collect(),
    }
}

/// The name of a cluster in a template.
enum Name {
    Text(String),
    /// An expression without brackets.
    Expression(String),
}

impl Name {
    /// The name of the cluster, or of a pool of it.
    fn with(&self, pool: Option<&str>) -> String {
        match (self, pool) {
            (Self::Text(text), None) => literal(text),
            (Self::Text(text), Some(pool)) => literal(&format!("{text}/{pool}")),
            (Self::Expression(text), None) => format!("[{text}]"),
            (Self::Expression(text), Some(pool)) => {
                format!("[concat({text}, '/{}')]", pool.replace('\'', "''"))
            }
        }
    }
}

fn cluster_name(source: &Source<'_>, sequence: &Sequence, writer: &mut Writer<'_>) -> Name {
    let segment = &sequence.cluster;
    if segment.known {
        let value = source.name.as_ref();
        let made_of = value.and_then(|value| writer.made_of(value, &segment.text));
        return made_of.map_or_else(|| Name::Text(segment.text.clone()), Name::Expression);
    }
    let text = segment.text.trim_start_matches('[');
    let text = text.strip_suffix(']').unwrap_or(text);
    let open = writer.open(text, TypeName::String, "clusterName");
    let open = open.as_str().unwrap_or_default();
    let inner = open
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'));
    Name::Expression(inner.unwrap_or_default().to_owned())
}

/// The name of the cluster, or of a pool of it, as the user's template makes it.
fn name_value(facts: &Facts, sequence: &Sequence, deployments: &[&Deployment]) -> Option<Value> {
    let state = State::of(deployments, StateKind::Template, facts);
    let cluster = cluster_of(&state, sequence)?;
    if let Some(own) = &cluster.own {
        let mut resources = deployments.iter().flat_map(|one| &one.resources);
        let found = resources.find(|resource| {
            resource.name_place == own.name_place
                && resource.resource_type.eq_ignore_ascii_case(CLUSTER_TYPE)
        });
        return found.map(|resource| resource.name.clone());
    }
    let mut children = cluster
        .pools
        .values()
        .filter_map(|pool| pool.child.as_ref());
    children.next().map(|profile| profile.name.clone())
}

/// The pool's part of the name of a request.
fn pool_name(request: &Resource) -> String {
    let name = printed(&request.name);
    name.split_once('/')
        .map_or_else(|| name.clone(), |(_, pool)| pool.to_owned())
}

fn api_version(writer: &mut Writer<'_>, request: &Resource) -> Json {
    match request.api_version.as_text() {
        Some(text) => literal(text).into(),
        None => writer.reference(
            "apiVersion",
            Parameter {
                kind: TypeName::String,
                value: None,
                about: "API version with which the resource is deployed".to_owned(),
            },
        ),
    }
}

/// The body of a request without the members that only the service writes: a snapshot has them.
fn written_by_users(facts: &Facts, request: &Resource) -> Value {
    let body = Value::object(request.body.entries.clone(), Origin::None);
    let is_pool = request.resource_type.eq_ignore_ascii_case(POOL_TYPE);
    if is_pool {
        return without(facts, body, &[(Scope::Pool, "properties.")]);
    }
    let scopes = [(Scope::Cluster, "properties."), (Scope::Resource, "")];
    let body = without(facts, body, &scopes);
    let Some(array) = facts.role(Role::ClusterPools) else {
        return body;
    };
    let path = format!("properties.{}", array.path);
    let Some(pools) = read(&body, &path)
        .known()
        .map(|member| member.value.clone())
    else {
        return body;
    };
    let Data::Array(items) = &pools.data else {
        return body;
    };
    let items: Vec<Value> = items
        .items
        .iter()
        .map(|item| without(facts, item.clone(), &[(Scope::Pool, "")]))
        .collect();
    let array = Value {
        data: Data::Array(std::sync::Arc::new(Array::new(items))),
        ..pools
    };
    edit::with(&body, &path, Some(&array))
}

fn without(facts: &Facts, body: Value, scopes: &[(Scope, &str)]) -> Value {
    let mut body = body;
    for row in facts.properties() {
        let Some((_, prefix)) = scopes.iter().find(|(scope, _)| *scope == row.scope) else {
            continue;
        };
        let path = format!("{prefix}{}", row.path);
        if row.comparison.read_only {
            body = edit::with(&body, &path, None);
        }
    }
    body
}

fn declarations(parameters: &IndexMap<String, Parameter>) -> Json {
    let one = |(name, parameter): (&String, &Parameter)| {
        let mut declaration = Map::new();
        declaration.insert("type".into(), word(parameter.kind).into());
        if !parameter.about.is_empty() {
            let about = json!({ "description": literal(&parameter.about) });
            declaration.insert("metadata".into(), about);
        }
        (name.clone(), Json::from(declaration))
    };
    parameters.iter().map(one).collect::<Map<_, _>>().into()
}

/// The file with the values that are known.
fn values(parameters: &IndexMap<String, Parameter>) -> Option<String> {
    let known: Map<String, Json> = parameters
        .iter()
        .filter_map(|(name, parameter)| {
            Some((name.clone(), json!({ "value": parameter.value.clone()? })))
        })
        .collect();
    (!known.is_empty()).then(|| {
        pretty(&json!({
            "$schema": PARAMETERS_SCHEMA,
            "contentVersion": "1.0.0.0",
            "parameters": known,
        }))
    })
}

/// The type as templates spell it.
pub(super) const fn word(kind: TypeName) -> &'static str {
    match kind {
        TypeName::String => "string",
        TypeName::SecureString => "secureString",
        TypeName::Int => "int",
        TypeName::Bool => "bool",
        TypeName::Object => "object",
        TypeName::SecureObject => "secureObject",
        TypeName::Array => "array",
    }
}

fn pretty(json: &Json) -> String {
    format!("{json:#}\n")
}
