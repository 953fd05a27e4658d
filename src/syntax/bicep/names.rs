//! The words of a file, each kept once: spelling to shared text.

use std::sync::Arc;

use crate::text::spread;

/// Longer texts seldom stand twice in a file.
const LONGEST: usize = 64;

/// A hash table by our own hand: it is asked for every word of a file, and nothing ever reads it in order.
pub(super) struct Names {
    slots: Vec<Option<Arc<str>>>,
    used: usize,
}

impl Names {
    pub(super) fn new() -> Self {
        Self {
            slots: vec![None; 64],
            used: 0,
        }
    }

    /// The shared text of this spelling.
    pub(super) fn get(&mut self, text: &str) -> Arc<str> {
        if text.len() > LONGEST {
            return Arc::from(text);
        }
        if self.used * 2 >= self.slots.len() {
            self.grow();
        }
        let mask = self.slots.len() - 1;
        let mut at = spread(text) & mask;
        // Half of the slots are free, so this ends.
        while let Some(slot) = self.slots.get_mut(at) {
            match slot {
                Some(known) if **known == *text => return Arc::clone(known),
                Some(_) => at = (at + 1) & mask,
                None => {
                    let new: Arc<str> = Arc::from(text);
                    *slot = Some(Arc::clone(&new));
                    self.used += 1;
                    return new;
                }
            }
        }
        Arc::from(text)
    }

    fn grow(&mut self) {
        let size = self.slots.len() * 2;
        let old = std::mem::replace(&mut self.slots, vec![None; size]);
        for text in old.into_iter().flatten() {
            let mut at = spread(&text) & (size - 1);
            while let Some(Some(_)) = self.slots.get(at) {
                at = (at + 1) & (size - 1);
            }
            if let Some(slot) = self.slots.get_mut(at) {
                *slot = Some(text);
            }
        }
    }
}
