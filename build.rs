//! How the program is linked, per platform.

#[allow(clippy::disallowed_methods, reason = "cargo says there what is built")]
fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let target = |what: &str| std::env::var(format!("CARGO_CFG_TARGET_{what}"));
    let linux = target("OS").as_deref() == Ok("linux") && target("ENV").as_deref() == Ok("gnu");
    if linux {
        // At a fixed address no pointer of the program's tables is written at its start: some 13,000 on 65 pages, each page
        // copied, a tenth of the time of a small run (`examples/bench` measures it). Stack, heap and libraries stay where
        // chance puts them, and our own code is without `unsafe`.
        println!("cargo:rustc-link-arg-bins=-no-pie");
    }
}
