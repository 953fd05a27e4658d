//! A deployment as `bicep snapshot` writes it: predicted resources, diagnostics, outputs.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use crate::eval::pure::float_text;
use crate::eval::{Data, Object, Residual, Shade, Value, bracketed, bracketed_residual};
use crate::finding::{Level, Problem, ProblemKind};
use crate::model::{Deployment, Output, Resource};
use crate::rules;
use crate::text::Files;

/// Writes the snapshot. Exit code 1 belongs to one with an error among the diagnostics.
pub fn write_snapshot(files: &Files, deployment: &Deployment) -> Vec<u8> {
    let mut out = Vec::with_capacity(64 << 10);
    // Writing into memory does not fail.
    let _ = serde_json::to_writer_pretty(&mut out, &Snapshot { files, deployment });
    out.push(b'\n');
    out
}

/// The snapshot as a JSON value, for queries.
pub fn snapshot(files: &Files, deployment: &Deployment) -> serde_json::Value {
    // By way of text: a `serde_json::Value` cannot be made of an integer beyond 64 bits.
    let text = serde_json::to_string(&Snapshot { files, deployment }).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

/// Whether a problem is a diagnostic: what makes the engine refuse, and nested deployments that could not be expanded.
/// Other warnings are findings of `check`.
pub fn is_diagnostic(problem: &Problem) -> bool {
    match problem.kind {
        // What has no value stays open here.
        ProblemKind::ParameterMissing => false,
        ProblemKind::ModuleNotFound | ProblemKind::CopyInvalid => true,
        _ => problem.level == Level::Error,
    }
}

struct Snapshot<'a> {
    files: &'a Files,
    deployment: &'a Deployment,
}

impl Serialize for Snapshot<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut root = serializer.serialize_map(Some(3))?;
        let resources: Vec<PrintedResource<'_>> = self
            .deployment
            .resources
            .iter()
            .map(PrintedResource)
            .collect();
        root.serialize_entry("predictedResources", &resources)?;
        let problems = self
            .deployment
            .problems
            .iter()
            .filter(|problem| is_diagnostic(problem));
        let diagnostics: Vec<String> = problems
            .map(|problem| diagnostic(self.files, problem))
            .collect();
        root.serialize_entry("diagnostics", &diagnostics)?;
        root.serialize_entry("outputs", &Outputs(&self.deployment.outputs))?;
        root.end()
    }
}

/// `target level code: message`.
fn diagnostic(files: &Files, problem: &Problem) -> String {
    let location = files.location(problem.place);
    let level = match problem.level {
        Level::Error => "Error",
        Level::Warning => "Warning",
        Level::Info => "Info",
    };
    let code = rules::of_problem(problem.kind).id;
    format!(
        "{}:{}:{} {level} {code}: {}",
        location.path, location.start.line, location.start.column, problem.message
    )
}

struct Outputs<'a>(&'a [Output]);

impl Serialize for Outputs<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for output in self.0 {
            let value = &output.value;
            if output.secure && !value.has_unknown() && !is_empty(value) {
                map.serialize_entry(&*output.name, "(secure)")?;
            } else if value.has_unknown() || value.has_secret() {
                // An output that is open in part prints as one expression.
                map.serialize_entry(&*output.name, &bracketed(value))?;
            } else {
                map.serialize_entry(&*output.name, &Printed(value))?;
            }
        }
        map.end()
    }
}

fn is_empty(value: &Value) -> bool {
    match &value.data {
        Data::Null => true,
        Data::String(text) => text.is_empty(),
        Data::Array(array) => array.items.is_empty(),
        Data::Object(object) => object.entries.is_empty(),
        _ => false,
    }
}

struct PrintedResource<'a>(&'a Resource);

impl Serialize for PrintedResource<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let resource = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &Printed(&resource.id))?;
        map.serialize_entry("type", &*resource.resource_type)?;
        if let Some(condition) = &resource.condition {
            map.serialize_entry("condition", &Printed(condition))?;
        }
        map.serialize_entry("name", &Printed(&resource.name))?;
        map.serialize_entry("apiVersion", &Printed(&resource.api_version))?;
        members(&mut map, &resource.body)?;
        map.end()
    }
}

fn members<M: SerializeMap>(map: &mut M, object: &Object) -> Result<(), M::Error> {
    for entry in &object.entries {
        if entry.unknown_key {
            map.serialize_entry(&*entry.key, &Printed(&entry.value))?;
        } else {
            map.serialize_entry(&escaped(&entry.key), &Printed(&entry.value))?;
        }
    }
    Ok(())
}

/// Text that could be read as an expression gets a second bracket.
fn escaped(text: &str) -> std::borrow::Cow<'_, str> {
    if text.starts_with('[') && text.ends_with(']') {
        format!("[{text}").into()
    } else {
        text.into()
    }
}

/// A value: what is open or secret as its expression.
struct Printed<'a>(&'a Value);

impl Serialize for Printed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value = self.0;
        // A null that a resource of the plan sets stays a reference to it.
        let open = |shade: &&std::sync::Arc<Shade>| shade.secret || is_open_null(value, shade);
        if let Some(shade) = value.shade.as_ref().filter(open) {
            return serializer.serialize_str(&bracketed_residual(&shade.residual));
        }
        match &value.data {
            Data::Null => serializer.serialize_unit(),
            Data::Bool(value) => serializer.serialize_bool(*value),
            Data::Int(value) => serializer.serialize_i64(*value),
            Data::BigInt(digits) => big_integer(digits, serializer),
            Data::Float(value) if value.is_finite() => serializer.serialize_f64(*value),
            Data::Float(value) => serializer.serialize_str(&float_text(*value)),
            Data::String(text) => serializer.serialize_str(&escaped(text)),
            Data::Array(array) => {
                let mut items = serializer.serialize_seq(Some(array.items.len()))?;
                for item in &array.items {
                    items.serialize_element(&Printed(item))?;
                }
                items.end()
            }
            Data::Object(object) => {
                let mut map = serializer.serialize_map(Some(object.entries.len()))?;
                members(&mut map, object)?;
                map.end()
            }
            Data::Unknown(unknown) => {
                serializer.serialize_str(&bracketed_residual(&unknown.residual))
            }
        }
    }
}

fn is_open_null(value: &Value, shade: &Shade) -> bool {
    matches!(value.data, Data::Null)
        && matches!(shade.residual, Residual::Property(..) | Residual::Index(..))
}

/// Integers beyond 128 bits do not occur in deployments; they print as text.
fn big_integer<S: Serializer>(digits: &str, serializer: S) -> Result<S::Ok, S::Error> {
    match digits.parse::<i128>() {
        Ok(value) => serializer.serialize_i128(value),
        Err(_) => serializer.serialize_str(digits),
    }
}
