//! Many things to what becomes of each, with as many threads as the machine has processors; in their order.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, Builder};

/// That of a program's first thread on most systems; deeper trees get more where they are walked.
const STACK: usize = 8 << 20;

/// What `work` makes of each item, in the order of the items. So many items are worth a thread; this one works too. Which thread
/// works on which item is left to chance, so that no result may depend on it.
pub fn side_by_side<T: Sync, R: Send>(
    worth: usize,
    items: &[T],
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let most = items.len() / worth.max(1);
    let processors = || thread::available_parallelism().map_or(1, usize::from);
    in_threads(
        if most > 1 { most.min(processors()) } else { 1 },
        items,
        work,
    )
}

fn in_threads<T: Sync, R: Send>(most: usize, items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let run = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(at) else { break };
            done.push((at, work(item)));
        }
        done
    };
    let others = most.saturating_sub(1);
    let mut all = thread::scope(|scope| {
        let spawn = |_| Builder::new().stack_size(STACK).spawn_scoped(scope, run);
        // Where no thread is to be had, the others do its work.
        let threads: Vec<_> = (0..others).map(spawn).map_while(Result::ok).collect();
        let mut all = run();
        for thread in threads {
            match thread.join() {
                Ok(done) => all.extend(done),
                Err(panic) => resume_unwind(panic),
            }
        }
        all
    });
    all.sort_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, made)| made).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_items() {
        let items: Vec<usize> = (0..1000).collect();
        for most in [0, 1, 2, 7] {
            let made = in_threads(most, &items, |item| item * 2);
            assert!(made.iter().enumerate().all(|(at, made)| *made == at * 2));
            assert_eq!(made.len(), 1000, "{most}");
        }
        assert!(side_by_side(1, &[], |item: &u8| *item).is_empty());
    }
}
