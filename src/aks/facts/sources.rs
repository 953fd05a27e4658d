//! The short names of sources in the tables, as links that a reader can follow.

use super::raw;

/// The names of the tables: each stands for itself, or (with `:`, `/` or `#` at its end) for what follows it.
#[derive(Clone, Debug, Default)]
pub(super) struct Sources(Vec<raw::Source>);

impl Sources {
    pub(super) fn add(&mut self, names: Vec<raw::Source>) {
        self.0.extend(names);
        // The longest name first: `docs:includes/` before `docs:`.
        self.0
            .sort_by_key(|source| std::cmp::Reverse(source.name.len()));
    }

    /// The link of a source; none for a name that no table knows.
    pub(super) fn link(&self, source: &str) -> Option<String> {
        if source.starts_with("https://") {
            return Some(source.to_owned());
        }
        self.named(source).or_else(|| issue(source))
    }

    fn named(&self, source: &str) -> Option<String> {
        self.0.iter().find_map(|known| {
            let rest = source.strip_prefix(known.name.as_str())?;
            let open = known.name.ends_with([':', '/', '#']);
            if open == rest.is_empty() {
                return None;
            }
            let page = rest.rsplit_once('.').map_or(rest, |(page, _)| page);
            Some(known.link.replace("{page}", page).replace("{name}", rest))
        })
    }
}

/// `owner/repository#number`: an issue or pull request.
fn issue(source: &str) -> Option<String> {
    let (repository, number) = source.split_once('#')?;
    let (owner, name) = repository.split_once('/')?;
    let plain = |text: &str| {
        !text.is_empty()
            && text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'))
    };
    let numbered = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    (plain(owner) && plain(name) && numbered)
        .then(|| format!("https://github.com/{repository}/issues/{number}"))
}

#[cfg(test)]
mod tests {
    use super::{Sources, raw};

    #[test]
    fn names_become_links() {
        let mut sources = Sources::default();
        let name = |name: &str, link: &str| raw::Source {
            name: name.to_owned(),
            link: link.to_owned(),
        };
        sources.add(vec![
            name("docs:", "https://d/{page}"),
            name("docs:includes/", "https://i/{name}"),
            name("tf", "https://t"),
            name("azurerm#", "https://a/{name}"),
        ]);
        for (source, link) in [
            ("docs:use-x.md", Some("https://d/use-x")),
            ("docs:includes/y.md", Some("https://i/y.md")),
            ("tf", Some("https://t")),
            ("azurerm#12", Some("https://a/12")),
            (
                "Azure/AKS#5839",
                Some("https://github.com/Azure/AKS/issues/5839"),
            ),
            ("https://x/y", Some("https://x/y")),
            ("tf-pool", None),
            ("docs:", None),
            ("AKS#12", None),
            ("Azure/AKS#", None),
            ("hearsay", None),
        ] {
            assert_eq!(sources.link(source).as_deref(), link, "{source}");
        }
    }
}
