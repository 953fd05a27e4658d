//! How the program is linked, per platform.

#[allow(clippy::disallowed_methods, reason = "cargo says there what is built")]
fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let target = |what: &str| std::env::var(format!("CARGO_CFG_TARGET_{what}"));
    let linux = target("OS").as_deref() == Ok("linux") && target("ENV").as_deref() == Ok("gnu");
    if linux {
        // At an address drawn at each start, the loader writes every pointer of the program's tables (`readelf -r` lists
        // them), and the system copies each page that holds one: a good part of a run that takes milliseconds. Stack, heap
        // and libraries stay where chance puts them, and our own code is without `unsafe`.
        println!("cargo:rustc-link-arg-bins=-no-pie");
    }
}
