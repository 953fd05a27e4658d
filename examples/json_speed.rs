//! Parse time of our JSON parser against `serde_json::Value` on the same bytes:
//! `cargo run --release --example json_speed FILE`.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measurement"
)]

use std::time::Instant;

fn median(mut run: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..41)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn main() {
    let path = std::env::args().nth(1).unwrap();
    let bytes = std::fs::read(path).unwrap();
    let ours = median(|| {
        let text = armplan::text::decode(&bytes).text;
        let document =
            armplan::syntax::json::Document::parse(armplan::text::FileId(0), text.into());
        std::hint::black_box(&document);
    });
    let theirs = median(|| {
        let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        std::hint::black_box(&value);
    });
    println!(
        "ours {ours:.2} ms, serde_json::Value {theirs:.2} ms, ratio {:.2}",
        ours / theirs
    );
}
