//! What stands behind `module x '..'`, `using '..'` and `import .. from '..'`: a local path, or the name of an artifact of a
//! registry or of a template spec with its alias put in. Source: part C7 of the language reference.

use std::path::{Path, PathBuf};

use crate::config::ModuleEntry;

use super::aliases::Aliases;

/// What a reference names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reference {
    /// A path relative to the file.
    Local(String),
    /// Something that the compiler restores into its cache.
    Artifact(Artifact),
}

/// A published module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Artifact {
    /// With its alias put in, without its version: `br:host/path`, `ts:subscription/group/name`.
    pub(super) name: String,
    /// Tag, digest or version.
    pub(super) version: String,
    /// Where it lies below the cache.
    pub(super) cached: PathBuf,
}

/// Why a reference names nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    /// The compiler's code for it.
    pub(super) code: &'static str,
    /// One sentence.
    pub(super) message: String,
}

fn refuse<T>(code: &'static str, message: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal {
        code,
        message: message.into(),
    })
}

/// Reads a reference. A text with a colon has a scheme, with an alias behind a slash perhaps; any other is a path.
pub(super) fn parse(text: &str, aliases: &Aliases) -> Result<Reference, Refusal> {
    let Some((scheme, _)) = text.split_once(':') else {
        return local(text).map(Reference::Local);
    };
    match scheme.split('/').next() {
        Some("br" | "ts") => {
            let full = with_alias(text, aliases)?;
            let artifact = match full.split_once(':') {
                Some(("ts", rest)) => spec(text, rest),
                Some((_, rest)) => image(text, rest),
                None => return refuse("BCP189", format!("'{text}' names no module")),
            };
            artifact.map(Reference::Artifact)
        }
        _ => refuse(
            "BCP189",
            format!(
                "'{scheme}' is no scheme of a module: 'br' and 'ts' are, and a path has no colon"
            ),
        ),
    }
}

/// A path as the compiler takes it, on any system.
fn local(text: &str) -> Result<String, Refusal> {
    if text.is_empty() {
        return refuse("BCP050", "The path of the module is empty");
    }
    if text.starts_with('/') {
        return refuse("BCP051", format!("'{text}' must be relative to its file"));
    }
    if text.contains('\\') {
        return refuse(
            "BCP098",
            format!("'{text}' has a '\\': folders are parted by '/'"),
        );
    }
    if let Some(bad) = text
        .chars()
        .find(|letter| "\"*:<>?|".contains(*letter) || letter.is_control())
    {
        return refuse(
            "BCP085",
            format!("'{text}' has a {bad:?}, which no path has"),
        );
    }
    if text.ends_with([' ', '.']) {
        return refuse("BCP086", format!("'{text}' ends with a blank or a dot"));
    }
    Ok(text.to_owned())
}

/// `br/alias:rest` and `ts/alias:rest` with what the alias stands for.
pub(super) fn with_alias(text: &str, aliases: &Aliases) -> Result<String, Refusal> {
    let Some((scheme, rest)) = text.split_once(':') else {
        return Ok(text.to_owned());
    };
    let Some((scheme, alias)) = scheme.split_once('/') else {
        return Ok(text.to_owned());
    };
    let (known, code, section) = match scheme {
        "ts" => (&aliases.specs, "BCP212", "moduleAliases.ts"),
        _ => (&aliases.registries, "BCP213", "moduleAliases.br"),
    };
    if let Some(prefix) = known.get(alias) {
        return Ok(format!("{scheme}:{prefix}/{rest}"));
    }
    let place = match &aliases.place {
        Some(place) => format!("{section} of {place} has none"),
        None => "there is no bicepconfig.json".to_owned(),
    };
    let names: Vec<String> = known.keys().map(|name| format!("'{name}'")).collect();
    let known = match names.as_slice() {
        [] => String::new(),
        names => format!(" (known: {})", names.join(", ")),
    };
    refuse(code, format!("There is no alias '{alias}': {place}{known}"))
}

/// `host/path:tag` or `host/path@digest`.
fn image(text: &str, rest: &str) -> Result<Artifact, Refusal> {
    let form = || {
        format!(
            "'{text}' is no reference to a registry: write br:HOST/PATH:TAG or br/ALIAS:PATH:TAG"
        )
    };
    let Some((host, path)) = rest.split_once('/') else {
        return refuse("BCP193", form());
    };
    let (path, tag) = match path.split_once('@') {
        Some((path, digest)) => (path, Some((digest, true))),
        None => match path.rsplit_once(':') {
            Some((path, tag)) => (path, Some((tag, false))),
            None => (path, None),
        },
    };
    let segment = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || "._-".contains(letter))
    };
    if host.is_empty() || host.contains(['\\', '$']) || !path.split('/').all(segment) {
        return refuse("BCP193", form());
    }
    let Some((version, is_digest)) = tag.filter(|(version, _)| !version.is_empty()) else {
        return refuse("BCP196", format!("'{text}' has neither tag nor digest"));
    };
    let (bare, folder) = if is_digest {
        (version.replacen(':', "", 1), version.replace(':', "#"))
    } else {
        (version.to_owned(), tag_folder(version))
    };
    if !segment(&bare) {
        return refuse("BCP198", format!("'{version}' is no tag of a registry"));
    }
    Ok(Artifact {
        name: format!("br:{host}/{path}"),
        version: version.to_owned(),
        cached: Path::new("br")
            .join(host.replace(':', "$"))
            .join(path.replace('/', "$"))
            .join(folder)
            .join("main.json"),
    })
}

/// The name of a tag's folder, behind a `$` the places of its capital letters as a hexadecimal number:
/// there are file systems that do not tell letters of different case apart.
fn tag_folder(tag: &str) -> String {
    let capitals = tag
        .bytes()
        .enumerate()
        .take(128)
        .filter(|(_, byte)| byte.is_ascii_uppercase())
        .fold(0_u128, |mask, (at, _)| mask | (1 << at));
    match capitals {
        0 => format!("{tag}$"),
        mask => format!("{tag}${mask:x}"),
    }
}

/// `subscription/group/name:version`.
fn spec(text: &str, rest: &str) -> Result<Artifact, Refusal> {
    let parts = rest
        .rsplit_once(':')
        .map(|(path, version)| (path.split('/').collect::<Vec<_>>(), version));
    let named = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part
                .chars()
                .all(|letter| letter.is_alphanumeric() || "._-()".contains(letter))
    };
    match parts {
        Some((path, version))
            if path.len() == 3 && path.iter().all(|part| named(part)) && named(version) =>
        {
            let mut cached = PathBuf::from("ts");
            for part in path.iter().chain([&version]) {
                cached.push(part.to_lowercase());
            }
            cached.push("main.json");
            Ok(Artifact {
                name: format!("ts:{}", path.join("/")),
                version: version.to_owned(),
                cached,
            })
        }
        _ => refuse(
            "BCP194",
            format!(
                "'{text}' is no reference to a template spec: write ts:SUBSCRIPTION/GROUP/NAME:VERSION or \
                 ts/ALIAS:NAME:VERSION"
            ),
        ),
    }
}

/// Where the `[modules]` table says that an artifact lies: of several lines that fit, the one that says most.
pub(super) fn in_table(
    artifact: &Artifact,
    table: &[ModuleEntry],
    aliases: &Aliases,
) -> Option<String> {
    let full = format!("{}:{}", artifact.name, artifact.version);
    let fits = |entry: &ModuleEntry| {
        let key = with_alias(&entry.reference, aliases).ok()?;
        let rest = if entry.is_beginning() {
            artifact.name.strip_prefix(&key)?
        } else if key == full || key == artifact.name {
            ""
        } else {
            return None;
        };
        let path = entry
            .path
            .replace("{path}", rest)
            .replace("{version}", &artifact.version);
        Some((key.len(), path))
    };
    table
        .iter()
        .filter_map(fits)
        .max_by_key(|(length, _)| *length)
        .map(|(_, path)| path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn artifact(text: &str) -> Artifact {
        let mut aliases = Aliases::default();
        aliases
            .registries
            .insert("own".into(), "own.example.org/bicep/modules".into());
        aliases.specs.insert("specs".into(), "SUB-1/Group".into());
        match parse(text, &aliases) {
            Ok(Reference::Artifact(artifact)) => artifact,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn artifacts_lie_where_the_compiler_puts_them() {
        for (text, cached) in [
            (
                "br/public:avm/res/x:1.2.3",
                "br/mcr.microsoft.com/bicep$avm$res$x/1.2.3$/main.json",
            ),
            (
                "br/own:a:v1",
                "br/own.example.org/bicep$modules$a/v1$/main.json",
            ),
            (
                "br:localhost:5000/a/b:V1-RC",
                "br/localhost$5000/a$b/V1-RC$19/main.json",
            ),
            ("br:h.io/a@sha256:0abc", "br/h.io/a/sha256#0abc/main.json"),
            ("ts/specs:Vnet:V2", "ts/sub-1/group/vnet/v2/main.json"),
            ("ts:s/g/n:1.0", "ts/s/g/n/1.0/main.json"),
        ] {
            assert_eq!(artifact(text).cached, Path::new(cached), "{text}");
        }
    }

    #[test]
    fn the_longest_line_of_the_table_counts() {
        let entry = |reference: &str, path: &str| ModuleEntry {
            reference: reference.to_owned(),
            path: path.to_owned(),
        };
        let table = [
            entry("br/public:avm/", "all/{path}/{version}.json"),
            entry("br:mcr.microsoft.com/bicep/avm/res/x", "x.bicep"),
            entry("br/public:avm/res/x:2.0", "two.bicep"),
        ];
        let aliases = Aliases::default();
        for (text, path) in [
            ("br/public:avm/res/y:1.0", Some("all/res/y/1.0.json")),
            ("br/public:avm/res/x:1.0", Some("x.bicep")),
            ("br/public:avm/res/x:2.0", Some("two.bicep")),
            ("br:other.io/avm/res/x:2.0", None),
        ] {
            let found = in_table(&artifact(text), &table, &aliases);
            assert_eq!(found.as_deref(), path, "{text}");
        }
    }

    #[test]
    fn what_names_nothing_is_told_with_the_code_of_the_compiler() {
        for (text, code) in [
            ("", "BCP050"),
            ("/a.bicep", "BCP051"),
            ("a\\b.bicep", "BCP098"),
            ("a?.bicep", "BCP085"),
            ("m.bicep ", "BCP086"),
            ("a:b.bicep", "BCP189"),
            ("http://example.org/x.bicep", "BCP189"),
            ("br:", "BCP193"),
            ("br:h.io/../x:1", "BCP193"),
            ("br:h.io/x", "BCP196"),
            ("br:h.io/x:../y", "BCP198"),
            ("br/nope:x:1", "BCP213"),
            ("ts/nope:x:1", "BCP212"),
            ("ts:bad", "BCP194"),
        ] {
            let refusal = parse(text, &Aliases::default()).expect_err(text);
            assert_eq!(refusal.code, code, "{text}: {}", refusal.message);
        }
    }
}
