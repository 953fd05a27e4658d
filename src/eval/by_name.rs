//! Things by names that match in any case, found without making another name of the one that is asked for.

use crate::text::spread_any_case;

/// Things by name. Of equal names the last counts. A hash table by our own hand: it is asked for every name of an
/// expression, and nothing reads it in the order of its slots.
pub struct ByName<N, T> {
    things: Vec<(N, T)>,
    /// Positions in `things`, each in the slot of its name or the next one that is free; half of them are.
    slots: Vec<Option<u32>>,
}

impl<N: AsRef<str>, T> ByName<N, T> {
    /// The thing of this name.
    pub fn get(&self, name: &str) -> Option<&T> {
        let at = self.slots.get(self.slot(name))?.as_ref()?;
        let (_, thing) = self.things.get(*at as usize)?;
        Some(thing)
    }

    /// All things, in the order in which they came.
    pub fn values(&self) -> impl Iterator<Item = &T> {
        self.things.iter().map(|(_, thing)| thing)
    }

    /// The slot of a name, taken or free.
    fn slot(&self, name: &str) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = hash(name) & mask;
        while let Some(Some(taken)) = self.slots.get(at) {
            let own = self.things.get(*taken as usize);
            if own.is_some_and(|(own, _)| is_same(own.as_ref(), name)) {
                break;
            }
            at = (at + 1) & mask;
        }
        at
    }
}

impl<N: AsRef<str>, T> FromIterator<(N, T)> for ByName<N, T> {
    fn from_iter<I: IntoIterator<Item = (N, T)>>(things: I) -> Self {
        let things: Vec<(N, T)> = things.into_iter().collect();
        let mut all = Self {
            slots: vec![None; (2 * things.len() + 1).next_power_of_two()],
            things,
        };
        // Those before are in their slots; those up to the current one that are not had equal names.
        let mut placed = 0;
        for at in 0..all.things.len() {
            let slot = all.things.get(at).map(|(name, _)| all.slot(name.as_ref()));
            let Some(slot) = slot.and_then(|slot| all.slots.get_mut(slot)) else {
                continue;
            };
            if let Some(old) = *slot {
                all.things.swap(old as usize, at);
            } else {
                *slot = u32::try_from(placed).ok();
                all.things.swap(placed, at);
                placed += 1;
            }
        }
        all.things.truncate(placed);
        all
    }
}

/// Of names in one case. A name that is not all ASCII is put into that case first.
fn hash(name: &str) -> usize {
    if name.is_ascii() {
        spread_any_case(name)
    } else {
        spread_any_case(&name.to_lowercase())
    }
}

fn is_same(one: &str, other: &str) -> bool {
    // Most names are asked for as they are declared.
    one == other
        || one.eq_ignore_ascii_case(other)
        || !(one.is_ascii() && other.is_ascii()) && one.to_lowercase() == other.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_does_not_count_and_the_last_wins() {
        let names = ["b", "\u{c4}h", "A", "c", "a"];
        let all: ByName<&str, usize> = names
            .iter()
            .enumerate()
            .map(|(at, name)| (*name, at))
            .collect();
        assert_eq!(all.get("A"), Some(&4));
        assert_eq!(all.get("\u{e4}H"), Some(&1));
        assert_eq!(all.get("C"), Some(&3));
        assert_eq!(all.get("d"), None);
        assert_eq!(all.values().count(), 4);
        let none: ByName<&str, usize> = std::iter::empty().collect();
        assert_eq!(none.get("a"), None);
    }
}
